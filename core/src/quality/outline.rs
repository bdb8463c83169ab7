//! The rings of a feature made ready for probing: interiors on the left, long rings in blocks with boxes.

use std::ops::Range;

use geo::Coord;

use super::Ground;
use super::probe::{Crossings, Line};
use crate::shard::Box2;

/// Edges of a small block.
const BLOCK: usize = 16;
/// Small blocks of a large one.
const BLOCKS: usize = 16;

/// A run of edges: of the coordinates, both ends included.
#[derive(Debug, Clone)]
struct Block {
    bbox: Box2,
    coords: Range<usize>,
}

/// The rings of a feature.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    coords: Vec<Coord<f64>>,
    rings: Vec<Range<usize>>,
    blocks: Vec<Block>,
    large: Vec<Block>,
    pub bbox: Box2,
}

impl Outline {
    /// Of a feature.
    pub fn of(ground: &impl Ground, feature: u32) -> Self {
        let mut outline = Self {
            coords: Vec::new(),
            rings: Vec::new(),
            blocks: Vec::new(),
            large: Vec::new(),
            bbox: ground.bbox(feature),
        };
        ground.rings(feature, &mut |hole, coords| outline.push(hole, coords));
        if outline.coords.len() > 2 * BLOCK {
            outline.divide();
        }
        outline
    }

    fn push(&mut self, hole: bool, coords: &mut dyn Iterator<Item = Coord<f64>>) {
        let start = self.coords.len();
        self.coords.reserve(coords.size_hint().0);
        for c in coords {
            if self.coords.len() == start || self.coords.last() != Some(&c) {
                self.coords.push(c);
            }
        }
        let ring = self.coords.get_mut(start..).unwrap_or_default();
        if ring.len() < 4 || ring.first() != ring.last() {
            self.coords.truncate(start);
            return;
        }
        if (twice_area(ring) < 0.0) != hole {
            ring.reverse();
        }
        self.rings.push(start..self.coords.len());
    }

    fn divide(&mut self) {
        for ring in &self.rings {
            let mut at = ring.start;
            while at + 1 < ring.end {
                let coords = at..(at + BLOCK + 1).min(ring.end);
                let mut bbox = Box2::EMPTY;
                for c in self.coords.get(coords.clone()).unwrap_or_default() {
                    bbox.extend(c.x, c.y);
                }
                self.blocks.push(Block { bbox, coords });
                at += BLOCK;
            }
        }
        for (i, group) in self.blocks.chunks(BLOCKS).enumerate() {
            let mut bbox = Box2::EMPTY;
            for block in group {
                bbox.union(&block.bbox);
            }
            let start = i * BLOCKS;
            let coords = start..start + group.len();
            self.large.push(Block { bbox, coords });
        }
    }

    /// Its edges, the inside on the left.
    pub fn edges(&self) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> + '_ {
        self.rings.iter().flat_map(|ring| {
            let coords = self.coords.get(ring.clone()).unwrap_or_default();
            coords.iter().copied().zip(coords.iter().copied().skip(1))
        })
    }

    /// The coordinates of all rings, each closed, one after the other.
    pub fn coords(&self) -> &[Coord<f64>] {
        &self.coords
    }

    /// Runs of coordinates with all edges that come within `reach`, and others.
    fn runs_near(&self, reach: &Box2) -> impl Iterator<Item = &[Coord<f64>]> {
        let part = |range: &Range<usize>| self.coords.get(range.clone()).unwrap_or_default();
        let whole = if self.blocks.is_empty() {
            self.rings.as_slice()
        } else {
            &[]
        };
        let large = self.large.iter().filter(|l| l.bbox.intersects(reach));
        let blocks = large.flat_map(|l| self.blocks.get(l.coords.clone()).unwrap_or_default());
        let near = blocks.filter(|b| b.bbox.intersects(reach));
        whole.iter().chain(near.map(|b| &b.coords)).map(part)
    }

    /// Whether any edge comes within `reach`.
    pub fn edge_near(&self, reach: &Box2) -> bool {
        self.runs_near(reach).any(|run| {
            run.iter().zip(run.iter().skip(1)).any(|(a, b)| {
                let mut bbox = Box2::point(a.x, a.y);
                bbox.extend(b.x, b.y);
                bbox.intersects(reach)
            })
        })
    }

    /// Whether a place lies inside.
    pub fn holds(&self, place: Coord<f64>) -> bool {
        if !self.bbox.intersects(&Box2::point(place.x, place.y)) {
            return false;
        }
        let mut east = Box2::point(place.x, place.y);
        east.max_x = f64::INFINITY;
        let mut within = false;
        for run in self.runs_near(&east) {
            for (a, b) in run.iter().zip(run.iter().skip(1)) {
                if (a.y > place.y) != (b.y > place.y) {
                    let x = a.x + (b.x - a.x) * ((place.y - a.y) / (b.y - a.y));
                    within ^= x > place.x;
                }
            }
        }
        within
    }

    /// Where its edges cross the lines one tolerance to either side of `line`, as far along as the line goes.
    pub fn cross(&self, line: &Line, found: &mut Crossings) {
        let part = |range: &Range<usize>| self.coords.get(range.clone()).unwrap_or_default();
        if self.blocks.is_empty() {
            for ring in &self.rings {
                found.take(line, part(ring));
            }
            return;
        }
        for large in self.large.iter().filter(|l| line.may_cross(&l.bbox)) {
            let blocks = self.blocks.get(large.coords.clone()).unwrap_or_default();
            for block in blocks.iter().filter(|b| line.may_cross(&b.bbox)) {
                found.take(line, part(&block.coords));
            }
        }
    }
}

/// Twice the signed area of a closed ring, positive where it runs counter-clockwise.
pub(super) fn twice_area(ring: &[Coord<f64>]) -> f64 {
    let Some(&origin) = ring.first() else {
        return 0.0;
    };
    ring.iter()
        .zip(ring.iter().skip(1))
        .map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y))
        .sum()
}
