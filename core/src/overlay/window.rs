//! An outline cut to a box, so that only what is near is measured, and in numbers as small as the box.

use super::runs::{Edge, Runs};
use crate::shard::Box2;

/// A piece of an edge, in metres from the window's south-west corner; the first end is the southern one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Side {
    /// Where it is at a height between its ends.
    pub fn at(&self, y: f64) -> f64 {
        let share = ((y - self.y0) / (self.y1 - self.y0)).clamp(0.0, 1.0);
        self.x0 + share * (self.x1 - self.x0)
    }
}

/// What of an outline lies in a window.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// Pieces of its edges within the window's sides, and the window's western side where the outline covers it. At each
    /// height the outline begins at the first, ends at the second and so on; where the last is missing it goes on to
    /// the window's eastern side.
    pub sides: Vec<Side>,
    /// Whether no edge comes into the window: it is covered wholly, or not at all.
    pub even: bool,
    /// Whether the north of its western side is covered.
    pub covered: bool,
    /// Heights where edges cross the western side.
    crossings: Vec<f64>,
}

/// Cuts the edges to the window. Whether a height of the western side is covered is the number of edges that cross it
/// further north, odd or even; the same numbers say where the edges begin, so the two never contradict each other.
pub(super) fn cut(runs: &Runs, window: &Box2, into: &mut Cut) {
    let (width, height) = (window.max_x - window.min_x, window.max_y - window.min_y);
    let (sides, crossings) = (&mut into.sides, &mut into.crossings);
    sides.clear();
    crossings.clear();
    let mut covered = false;
    let near = |b: &Box2| {
        b.min_x <= window.max_x
            && b.max_x >= window.min_x
            && b.max_y >= window.min_y
            && (b.min_y <= window.max_y || b.min_x < window.min_x)
    };
    runs.visit(&near, &mut |edge| {
        let Some(local) = Local::of(edge, window) else {
            return;
        };
        if let Some(y) = local.crossing(0.0) {
            if y >= height {
                covered = !covered;
            } else if y > 0.0 {
                crossings.push(y);
            }
        }
        if let Some(side) = local.within(width)
            && side.y0 < height
            && side.y1 > 0.0
            && side.y0 < side.y1
        {
            sides.push(side);
        }
    });
    into.covered = covered;
    into.even = sides.is_empty() && crossings.is_empty();
    crossings.sort_unstable_by(|a, b| b.total_cmp(a));
    let mut north = height;
    let mut inside = covered;
    for south in crossings.iter().copied().chain(std::iter::once(0.0)) {
        if inside && south < north {
            sides.push(Side {
                x0: 0.0,
                y0: south,
                x1: 0.0,
                y1: north,
            });
        }
        (north, inside) = (south, !inside);
    }
}

/// An edge in metres from the window's corner, its western end first.
struct Local {
    west: [f64; 2],
    east: [f64; 2],
}

impl Local {
    /// `None` where the edge lies west of the window.
    fn of(edge: &Edge, window: &Box2) -> Option<Self> {
        // A difference of neighbouring numbers is exact, so nothing is lost here.
        let [a, b] = [edge.a, edge.b].map(|c| [c.x - window.min_x, c.y - window.min_y]);
        let (west, east) = if a[0] <= b[0] { (a, b) } else { (b, a) };
        (east[0] >= 0.0).then_some(Self { west, east })
    }

    /// The height at which it comes across the line `x` from the west; an end on the line belongs to the east.
    fn crossing(&self, x: f64) -> Option<f64> {
        let ([x0, y0], [x1, y1]) = (self.west, self.east);
        if !(x0 < x && x <= x1) {
            return None;
        }
        let y = y0 + (x - x0) / (x1 - x0) * (y1 - y0);
        Some(y.clamp(y0.min(y1), y0.max(y1)))
    }

    /// Its part between the window's western and eastern side.
    fn within(&self, width: f64) -> Option<Side> {
        let (mut from, mut to) = (self.west, self.east);
        if from[0] >= width {
            return None;
        }
        if let Some(y) = self.crossing(0.0) {
            from = [0.0, y];
        }
        if let Some(y) = self.crossing(width) {
            to = [width, y];
        }
        let (south, north) = if from[1] <= to[1] {
            (from, to)
        } else {
            (to, from)
        };
        Some(Side {
            x0: south[0],
            y0: south[1],
            x1: north[0],
            y1: north[1],
        })
    }
}
