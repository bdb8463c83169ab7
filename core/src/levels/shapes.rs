//! From arcs to polygons: rings are walked along arcs, and holes find the exterior they lie in.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::trace::{Arc, OUTSIDE, Point};

/// A polygon in half cells of the window: rings without their closing point, the exterior's signed area positive with
/// y growing southward, the holes' negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// Outer boundary.
    pub exterior: Vec<Point>,
    /// Holes.
    pub holes: Vec<Vec<Point>>,
}

/// Polygons by class, every class but the empty ground; or the first class one of whose holes lies in no exterior,
/// which happens only where an arc that lost points has jumped over another one.
pub(super) fn assemble(arcs: &[Arc], lines: &[Vec<Point>]) -> Result<BTreeMap<u8, Vec<Shape>>, u8> {
    let mut shapes: BTreeMap<u8, Vec<Shape>> = BTreeMap::new();
    let mut holes = Vec::new();
    for (class, ring) in rings(arcs, lines) {
        if doubled_area(&ring) > 0 {
            shapes.entry(class).or_default().push(Shape {
                exterior: ring,
                holes: Vec::new(),
            });
        } else {
            holes.push((class, ring));
        }
    }
    let bounds: BTreeMap<u8, Vec<Bounds>> = shapes
        .iter()
        .map(|(class, shapes)| {
            (
                *class,
                shapes.iter().map(|s| Bounds::of(&s.exterior)).collect(),
            )
        })
        .collect();
    for (class, hole) in holes {
        let home = bounds
            .get(&class)
            .zip(shapes.get_mut(&class))
            .and_then(|(bounds, shapes)| {
                let inner = Bounds::of(&hole);
                let around = bounds
                    .iter()
                    .zip(shapes)
                    .filter(|(b, shape)| b.hold(inner) && contains(&shape.exterior, hole[0]));
                around.min_by_key(|(b, _)| b.size()).map(|(_, shape)| shape)
            });
        match home {
            Some(shape) => shape.holes.push(hole),
            None => return Err(class),
        }
    }
    Ok(shapes)
}

/// All rings with their class on the right, by arc.
fn rings(arcs: &[Arc], lines: &[Vec<Point>]) -> Vec<(u8, Vec<Point>)> {
    // At a junction every class has one sector, so the arc that leaves it with the class on its right is the only one.
    let mut leaving: FxHashMap<(Point, u8), Walk> = FxHashMap::default();
    let walks = || (0..arcs.len()).flat_map(|arc| [false, true].map(|back| Walk { arc, back }));
    for walk in walks() {
        if let Some(start) = walk.points(lines).next() {
            leaving.insert((start, walk.class(arcs)), walk);
        }
    }
    let mut done = vec![[false; 2]; arcs.len()];
    let mut out = Vec::new();
    for first in walks() {
        let class = first.class(arcs);
        if class == 0 || class == OUTSIDE {
            continue;
        }
        let mut ring: Vec<Point> = Vec::new();
        let mut walk = first;
        while !std::mem::replace(&mut done[walk.arc][usize::from(walk.back)], true) {
            ring.extend(walk.points(lines));
            let Some(next) = ring.pop().and_then(|end| leaving.get(&(end, class))) else {
                break;
            };
            walk = *next;
        }
        if ring.len() > 2 {
            out.push((class, ring));
        }
    }
    out
}

/// An arc in one of its two directions.
#[derive(Debug, Clone, Copy)]
struct Walk {
    arc: usize,
    back: bool,
}

impl Walk {
    fn class(self, arcs: &[Arc]) -> u8 {
        if self.back {
            arcs[self.arc].left
        } else {
            arcs[self.arc].right
        }
    }

    fn points(self, lines: &[Vec<Point>]) -> impl Iterator<Item = Point> + '_ {
        let line = &lines[self.arc];
        (0..line.len()).map(move |i| {
            if self.back {
                line[line.len() - 1 - i]
            } else {
                line[i]
            }
        })
    }
}

/// Twice the signed area; positive where the inside is on the right, y growing southward.
fn doubled_area(ring: &[Point]) -> i64 {
    let mut previous = ring.last().copied().unwrap_or_default();
    let mut sum = 0;
    for &p in ring {
        sum += i64::from(previous[0]) * i64::from(p[1]) - i64::from(p[0]) * i64::from(previous[1]);
        previous = p;
    }
    sum
}

/// Whether `p`, which lies on no edge, is inside `ring`.
fn contains(ring: &[Point], p: Point) -> bool {
    let mut previous = ring.last().copied().unwrap_or_default();
    let mut inside = false;
    for &q in ring {
        let (top, low) = if previous[1] <= q[1] {
            (previous, q)
        } else {
            (q, previous)
        };
        if top[1] <= p[1] && p[1] < low[1] {
            let sub = |a: Point| (i64::from(a[0] - top[0]), i64::from(a[1] - top[1]));
            let ((dx, dy), (px, py)) = (sub(low), sub(p));
            inside ^= px * dy > py * dx;
        }
        previous = q;
    }
    inside
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    min: Point,
    max: Point,
}

impl Bounds {
    fn of(ring: &[Point]) -> Self {
        let mut bounds = Self {
            min: [i32::MAX; 2],
            max: [i32::MIN; 2],
        };
        for p in ring {
            bounds.min = [bounds.min[0].min(p[0]), bounds.min[1].min(p[1])];
            bounds.max = [bounds.max[0].max(p[0]), bounds.max[1].max(p[1])];
        }
        bounds
    }

    fn hold(self, other: Self) -> bool {
        (0..2).all(|axis| self.min[axis] <= other.min[axis] && other.max[axis] <= self.max[axis])
    }

    fn size(self) -> i64 {
        (0..2)
            .map(|axis| i64::from(self.max[axis] - self.min[axis]))
            .product()
    }
}
