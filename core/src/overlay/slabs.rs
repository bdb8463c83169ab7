//! The area two cut outlines have in common, slab by slab.
//!
//! A slab lies between two heights of vertices next to each other: in it every side is a straight line from the lower
//! height to the upper, and an outline is a row of trapezoids.

use super::window::{Cut, Side};

/// Room for the work, kept from one measurement to the next.
#[derive(Debug, Default)]
pub(super) struct Slabs {
    heights: Vec<f64>,
    first: Row,
    second: Row,
}

/// The trapezoids of an outline in a slab, from the west.
#[derive(Debug, Default)]
struct Row {
    /// Sides by their southern end; those before `next` have been reached.
    sides: Vec<Side>,
    next: usize,
    reached: Vec<Side>,
    /// Where each reached side is at the slab's foot and at its top.
    lines: Vec<[f64; 2]>,
}

impl Slabs {
    /// The area common to both, m², in a window of this width and height.
    pub fn common(&mut self, first: &Cut, second: &Cut, [width, height]: [f64; 2]) -> f64 {
        self.heights.clear();
        self.heights.extend([0.0, height]);
        for side in first.sides.iter().chain(&second.sides) {
            let inside = [side.y0, side.y1].into_iter();
            self.heights
                .extend(inside.filter(|y| *y > 0.0 && *y < height));
        }
        self.heights.sort_unstable_by(f64::total_cmp);
        self.heights.dedup();
        self.first.begin(&first.sides);
        self.second.begin(&second.sides);
        let mut area = 0.0;
        for pair in self.heights.windows(2) {
            let &[foot, top] = pair else {
                continue;
            };
            let some = self.first.rise(foot, top, width) && self.second.rise(foot, top, width);
            if some {
                area += (top - foot) * shared_rows(&self.first.lines, &self.second.lines);
            }
        }
        area
    }
}

impl Row {
    fn begin(&mut self, sides: &[Side]) {
        self.sides.clear();
        self.sides.extend_from_slice(sides);
        self.sides.sort_unstable_by(|a, b| a.y0.total_cmp(&b.y0));
        self.next = 0;
        self.reached.clear();
    }

    /// Goes up to the slab; whether there is anything in it.
    fn rise(&mut self, foot: f64, top: f64, width: f64) -> bool {
        self.reached.retain(|side| side.y1 > foot);
        while let Some(side) = self.sides.get(self.next).filter(|side| side.y0 <= foot) {
            if side.y1 > foot {
                self.reached.push(*side);
            }
            self.next += 1;
        }
        self.lines.clear();
        let lines = self
            .reached
            .iter()
            .map(|side| [side.at(foot), side.at(top)]);
        self.lines.extend(lines);
        self.lines
            .sort_unstable_by(|a, b| (a[0] + a[1]).total_cmp(&(b[0] + b[1])));
        if self.lines.len() % 2 == 1 {
            self.lines.push([width; 2]);
        }
        !self.lines.is_empty()
    }
}

/// What two rows of trapezoids share, in a slab one metre high.
fn shared_rows(first: &[[f64; 2]], second: &[[f64; 2]]) -> f64 {
    let mut sum = 0.0;
    let mut start = 0;
    for a in first.as_chunks::<2>().0 {
        // Those that end before this one begins end before all after it.
        let rest = second.get(start..).unwrap_or_default().as_chunks::<2>().0;
        let over = rest
            .iter()
            .take_while(|b| b[1][0].max(b[1][1]) <= a[0][0].min(a[0][1]))
            .count();
        start += 2 * over;
        for b in rest.get(over..).unwrap_or_default() {
            if b[0][0].min(b[0][1]) >= a[1][0].max(a[1][1]) {
                break;
            }
            sum += shared(a, b);
        }
    }
    sum
}

/// What two trapezoids share, each a western and an eastern line, in a slab one metre high.
fn shared(a: &[[f64; 2]; 2], b: &[[f64; 2]; 2]) -> f64 {
    let west = |t: f64| at(&a[0], t).max(at(&b[0], t));
    let east = |t: f64| at(&a[1], t).min(at(&b[1], t));
    // Between the heights where the two western or the two eastern lines cross, the breadth changes evenly.
    let mut breaks = [0.0, crossing(&a[0], &b[0]), crossing(&a[1], &b[1]), 1.0];
    if breaks[1] > breaks[2] {
        breaks.swap(1, 2);
    }
    let mut sum = 0.0;
    for pair in breaks.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if to > from {
            sum += (to - from) * positive(east(from) - west(from), east(to) - west(to));
        }
    }
    sum
}

fn at(line: &[f64; 2], t: f64) -> f64 {
    line[0] + t * (line[1] - line[0])
}

/// Where two lines cross, as a share of the slab's height; 0 where they do not.
fn crossing(a: &[f64; 2], b: &[f64; 2]) -> f64 {
    let (foot, top) = (a[0] - b[0], a[1] - b[1]);
    if foot * top < 0.0 {
        (foot / (foot - top)).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

/// Mean of what is positive of a breadth that goes evenly from one number to the other.
fn positive(from: f64, to: f64) -> f64 {
    match (from > 0.0, to > 0.0) {
        (true, true) => f64::midpoint(from, to),
        (false, false) => 0.0,
        (true, false) => from * (from / (from - to)) / 2.0,
        (false, true) => to * (to / (to - from)) / 2.0,
    }
}
