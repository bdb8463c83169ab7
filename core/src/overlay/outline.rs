//! The rings of a feature, ready to be measured against others.

use geo::Coord;

use super::runs::Runs;
use super::window::{Cut, cut};
use crate::quality::RingTaker;
use crate::shard::Box2;

/// The polygons of one feature. Valid polygons are expected, as every layer holds; a place is inside where a line to it
/// crosses an odd number of edges.
#[derive(Debug, Clone)]
pub struct Outline {
    runs: Runs,
    bbox: Box2,
    area: f64,
}

impl Default for Outline {
    fn default() -> Self {
        Self {
            runs: Runs::default(),
            bbox: Box2::EMPTY,
            area: 0.0,
        }
    }
}

impl Outline {
    /// The outline of a geometry of the working plane; empty for points and lines.
    pub fn of(geometry: &geo::Geometry<f64>) -> Self {
        let mut outline = Self::default();
        outline.draw(|take| super::read::rings(geometry, take));
        outline
    }

    /// Takes these rings for those it has: `read` calls with each, and whether it is a hole, closed or not.
    pub(super) fn draw(&mut self, read: impl FnOnce(&mut RingTaker<'_>)) {
        self.runs.clear();
        self.bbox = Box2::EMPTY;
        let mut area = 0.0;
        read(&mut |hole, coords| {
            let ring = ring_area(self.push(coords));
            area += if hole { -ring } else { ring };
        });
        self.area = f64::max(area, 0.0);
        self.runs.seal();
    }

    /// Adds a ring; twice its signed area about its first vertex.
    fn push(&mut self, coords: &mut dyn Iterator<Item = Coord<f64>>) -> f64 {
        let Some(first) = coords.next() else {
            return 0.0;
        };
        self.bbox.extend(first.x, first.y);
        let (mut last, mut twice) = (first, 0.0);
        for next in coords.chain(std::iter::once(first)) {
            if next == last {
                continue;
            }
            self.bbox.extend(next.x, next.y);
            self.runs.push(last, next);
            twice += cross(last - first, next - first);
            last = next;
        }
        twice
    }

    /// Its box.
    pub const fn bbox(&self) -> Box2 {
        self.bbox
    }

    /// Its area, m², holes taken out.
    pub const fn area(&self) -> f64 {
        self.area
    }

    /// Whether it encloses nothing: a point, a line, or no ring at all.
    pub fn is_empty(&self) -> bool {
        self.runs.len() == 0 || self.area <= 0.0
    }

    /// What of it lies in `window`.
    pub(super) fn cut(&self, window: &Box2, into: &mut Cut) {
        cut(&self.runs, window, into);
    }
}

/// Area of rings given one by one as to [`Outline::draw`], m².
pub(super) fn area_of(read: impl FnOnce(&mut RingTaker<'_>)) -> f64 {
    let mut area = 0.0;
    read(&mut |hole, coords| {
        let Some(first) = coords.next() else {
            return;
        };
        let (mut last, mut twice) = (first, 0.0);
        for next in coords {
            twice += cross(last - first, next - first);
            last = next;
        }
        let ring = ring_area(twice);
        area += if hole { -ring } else { ring };
    });
    f64::max(area, 0.0)
}

fn ring_area(twice: f64) -> f64 {
    twice.abs() / 2.0
}

fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}
