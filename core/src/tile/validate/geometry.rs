//! A feature's geometry: its commands, and what they draw.

use super::super::encode::{CLOSE_PATH, LINE_TO, MOVE_TO};
use super::super::rings::{FARTHEST, Ring, RingSet, doubled_area};
use super::Geometry;
use super::message::Report;
use crate::space::TilePx;

impl Report {
    pub fn points(&mut self, parts: Vec<Part>) -> Geometry {
        if parts.len() > 1 || parts.iter().any(|part| part.drawn || part.closed) {
            self.say("a point geometry is one MoveTo and nothing else");
        }
        Geometry::Points(parts.into_iter().flat_map(|part| part.points).collect())
    }

    pub fn lines(&mut self, parts: Vec<Part>) -> Geometry {
        for part in &parts {
            if part.closed {
                self.say("a line has a ClosePath");
            }
            if part.moves != 1 || !part.drawn {
                self.say("a line is not one MoveTo of one point and one LineTo");
            }
            if part.points.windows(2).any(|w| w[0] == w[1]) {
                self.say("a line has a LineTo that goes nowhere");
            }
        }
        Geometry::Lines(parts.into_iter().map(|part| part.points).collect())
    }

    pub fn polygons(&mut self, parts: Vec<Part>) -> Geometry {
        let mut set = RingSet::default();
        let mut polygons: Vec<Vec<Vec<TilePx>>> = Vec::new();
        let mut sound = true;
        for part in parts {
            if !part.closed || part.moves != 1 || part.points.len() < 3 {
                self.say("a ring is not one MoveTo of one point, one LineTo of two or more and one ClosePath");
                sound = false;
            }
            if part.points.len() > 1 && part.points.first() == part.points.last() {
                self.say("a ring's last point repeats its first before ClosePath");
                sound = false;
            }
            if part.points.windows(2).any(|w| w[0] == w[1]) {
                self.say("a ring has a LineTo that goes nowhere");
                sound = false;
            }
            if part
                .points
                .iter()
                .any(|p| p.x.unsigned_abs().max(p.y.unsigned_abs()) > FARTHEST.unsigned_abs())
            {
                self.say(format!("a ring lies more than {FARTHEST} units away"));
                return Geometry::Unknown;
            }
            let area = doubled_area(&part.points);
            if area == 0 {
                self.say("a ring has no area");
                sound = false;
            }
            let hole = area < 0;
            let start = set.points.len();
            set.points.extend(&part.points);
            set.rings.push(Ring {
                span: start..set.points.len(),
                hole,
            });
            match polygons.last_mut() {
                Some(polygon) if hole => polygon.push(part.points),
                None if hole => {
                    self.say("the first ring is wound as a hole");
                    sound = false;
                    polygons.push(vec![part.points]);
                }
                _ => polygons.push(vec![part.points]),
            }
        }
        if sound && let Err(fault) = self.checker.check(&set) {
            self.say(fault.to_string());
        }
        Geometry::Polygons(polygons)
    }
}

/// A MoveTo with what follows it up to the next.
#[derive(Debug)]
pub(super) struct Part {
    points: Vec<TilePx>,
    moves: u32,
    drawn: bool,
    closed: bool,
}

/// Runs a geometry's commands.
pub(super) fn parts(commands: &[u32]) -> Result<Vec<Part>, &'static str> {
    let mut parts: Vec<Part> = Vec::new();
    let mut cursor = TilePx::default();
    let mut commands = commands.iter();
    while let Some(&command) = commands.next() {
        let (id, count) = (command & 7, command >> 3);
        match (id, parts.last_mut()) {
            (_, _) if count == 0 => return Err("a command has the count 0"),
            (MOVE_TO, _) => {
                parts.push(Part {
                    points: points(&mut commands, count, &mut cursor)?,
                    moves: count,
                    drawn: false,
                    closed: false,
                });
            }
            (_, None) => return Err("the first command is not a MoveTo"),
            (LINE_TO | CLOSE_PATH, Some(part)) if part.closed => {
                return Err("a ClosePath is not followed by a MoveTo");
            }
            (LINE_TO, Some(part)) if part.drawn => return Err("a LineTo follows a LineTo"),
            (LINE_TO, Some(part)) => {
                part.points
                    .extend(points(&mut commands, count, &mut cursor)?);
                part.drawn = true;
            }
            (CLOSE_PATH, Some(part)) if count == 1 => part.closed = true,
            (CLOSE_PATH, _) => return Err("a ClosePath has a count other than 1"),
            _ => return Err("a command is none of MoveTo, LineTo and ClosePath"),
        }
    }
    Ok(parts)
}

fn points<'c>(
    commands: &mut impl Iterator<Item = &'c u32>,
    count: u32,
    cursor: &mut TilePx,
) -> Result<Vec<TilePx>, &'static str> {
    let unzigzag = |v: u32| (v >> 1) as i32 ^ -((v & 1) as i32);
    (0..count)
        .map(|_| {
            let (Some(&x), Some(&y)) = (commands.next(), commands.next()) else {
                return Err("a command has fewer numbers than it says");
            };
            let step = |at: i32, by: u32| {
                at.checked_add(unzigzag(by))
                    .ok_or("the cursor leaves the 32-bit plane")
            };
            *cursor = TilePx::new(step(cursor.x, x)?, step(cursor.y, y)?);
            Ok(*cursor)
        })
        .collect()
}
