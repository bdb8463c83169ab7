//! Edges of rings in the order of the rings, in runs with boxes: neighbours along a ring are neighbours on the ground,
//! so no sorting is needed to find those near a place.

use geo::Coord;

use crate::shard::Box2;

/// Edges in a run of the lowest level, and runs in a run of the next.
const FANOUT: usize = 8;

/// A side of a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub a: Coord<f64>,
    pub b: Coord<f64>,
}

impl Edge {
    fn bbox(&self) -> Box2 {
        let mut bbox = Box2::point(self.a.x, self.a.y);
        bbox.extend(self.b.x, self.b.y);
        bbox
    }
}

/// The edges, and the boxes of their runs, level by level.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    edges: Vec<Edge>,
    levels: Vec<Vec<Box2>>,
}

impl Runs {
    /// Takes everything out, keeping the room.
    pub fn clear(&mut self) {
        self.edges.clear();
        self.levels.iter_mut().for_each(Vec::clear);
    }

    /// Adds an edge; the boxes are those of before until [`Runs::seal`].
    pub fn push(&mut self, a: Coord<f64>, b: Coord<f64>) {
        self.edges.push(Edge { a, b });
    }

    /// Number of edges.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Makes the boxes.
    pub fn seal(&mut self) {
        self.levels.iter_mut().for_each(Vec::clear);
        let mut level = 0;
        let mut below = self.edges.len();
        // So few edges are looked at one by one.
        while below > 2 * FANOUT {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let boxes: Vec<Box2> = match level.checked_sub(1).and_then(|i| self.levels.get(i)) {
                None => self.edges.chunks(FANOUT).map(around_edges).collect(),
                Some(boxes) => boxes.chunks(FANOUT).map(around).collect(),
            };
            below = boxes.len();
            if let Some(own) = self.levels.get_mut(level) {
                *own = boxes;
            }
            level += 1;
        }
    }

    /// Calls `take` with every edge whose box, and whose runs' boxes, are wanted, in the order of the rings.
    pub fn visit(&self, wanted: &impl Fn(&Box2) -> bool, take: &mut impl FnMut(&Edge)) {
        let top = self.levels.iter().rposition(|boxes| !boxes.is_empty());
        match top {
            None => self.edges.iter().for_each(take),
            Some(top) => {
                let nodes = self.levels.get(top).map_or(0, Vec::len);
                self.descend(top, 0..nodes, wanted, take);
            }
        }
    }

    fn descend(
        &self,
        level: usize,
        nodes: std::ops::Range<usize>,
        wanted: &impl Fn(&Box2) -> bool,
        take: &mut impl FnMut(&Edge),
    ) {
        let Some(boxes) = self.levels.get(level) else {
            return;
        };
        for node in nodes.start..nodes.end.min(boxes.len()) {
            if !boxes.get(node).is_some_and(wanted) {
                continue;
            }
            let children = node * FANOUT..(node + 1) * FANOUT;
            if let Some(below) = level.checked_sub(1) {
                self.descend(below, children, wanted, take);
            } else {
                let end = children.end.min(self.edges.len());
                let edges = self.edges.get(children.start..end).unwrap_or_default();
                edges.iter().for_each(&mut *take);
            }
        }
    }
}

fn around_edges(edges: &[Edge]) -> Box2 {
    edges.iter().map(Edge::bbox).fold(Box2::EMPTY, joined)
}

fn around(boxes: &[Box2]) -> Box2 {
    boxes.iter().copied().fold(Box2::EMPTY, joined)
}

fn joined(mut all: Box2, one: Box2) -> Box2 {
    all.union(&one);
    all
}
