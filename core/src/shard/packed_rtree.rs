//! A static R-tree of boxes, packed level by level in one array (after Flatbush by V. Agafonkin and
//! FlatGeobuf's index), read in place.
//!
//! The leaves are the features' boxes in the order they lie in the file, which is Hilbert order, so the tree
//! needs no list of indices: leaf `i` is feature `i`, and node `i` of a level holds nodes `16 i …` of the one below.
//!
//! A search goes down by the [`NodeGrid`]s, a cache line a node, and compares the exact boxes of the leaves it comes to.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::{ControlFlow, Range};

use smallvec::SmallVec;

use super::map::prefetch;
use super::node_grid::{Frame, NodeGrid};
use crate::geometry::try_runs;

/// Children of a node.
pub(super) const FANOUT: usize = 16;
/// Levels of the tallest tree: as many as leaves counted in 32 bits need, and the leaves.
const LEVELS: usize = 9;

/// An axis-parallel box in the working plane, metres: both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Box2 {
    /// West edge, easting.
    pub min_x: f64,
    /// South edge, northing.
    pub min_y: f64,
    /// East edge, easting.
    pub max_x: f64,
    /// North edge, northing.
    pub max_y: f64,
}

impl Box2 {
    /// The box that holds nothing; any [`Box2::extend`] makes it real.
    pub const EMPTY: Self = Self {
        min_x: f64::INFINITY,
        min_y: f64::INFINITY,
        max_x: f64::NEG_INFINITY,
        max_y: f64::NEG_INFINITY,
    };

    /// The box of one place.
    pub const fn point(x: f64, y: f64) -> Self {
        Self {
            min_x: x,
            min_y: y,
            max_x: x,
            max_y: y,
        }
    }

    /// The box of a geometry.
    pub fn of(geometry: &geo::Geometry<f64>) -> Self {
        let mut bbox = Self::EMPTY;
        let _whole: ControlFlow<()> = try_runs(geometry, &mut |run| {
            for c in run {
                bbox.extend(c.x, c.y);
            }
            ControlFlow::Continue(())
        });
        bbox
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.min_x > self.max_x || self.min_y > self.max_y
    }

    /// Grows to hold the place.
    pub fn extend(&mut self, x: f64, y: f64) {
        self.union(&Self::point(x, y));
    }

    /// Grows to hold `other`.
    pub fn union(&mut self, other: &Self) {
        self.min_x = self.min_x.min(other.min_x);
        self.min_y = self.min_y.min(other.min_y);
        self.max_x = self.max_x.max(other.max_x);
        self.max_y = self.max_y.max(other.max_y);
    }

    /// The box with `by` metres more on each side.
    #[must_use]
    pub fn widened(&self, by: f64) -> Self {
        Self {
            min_x: self.min_x - by,
            min_y: self.min_y - by,
            max_x: self.max_x + by,
            max_y: self.max_y + by,
        }
    }

    /// Whether the two share a place.
    pub fn intersects(&self, other: &Self) -> bool {
        self.min_x <= other.max_x
            && other.min_x <= self.max_x
            && self.min_y <= other.max_y
            && other.min_y <= self.max_y
    }

    /// Distance in metres from the place to the nearest place of the box, 0 inside.
    pub fn distance(&self, x: f64, y: f64) -> f64 {
        let dx = (self.min_x - x).max(x - self.max_x).max(0.0);
        let dy = (self.min_y - y).max(y - self.max_y).max(0.0);
        dx.hypot(dy)
    }
}

/// Where the levels of a tree lie in its array of nodes, leaves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// Where each begins, and the end of the last.
    starts: [usize; LEVELS + 1],
    count: usize,
}

impl Levels {
    /// The levels of the tree of nothing.
    pub const EMPTY: Self = Self {
        starts: [0; LEVELS + 1],
        count: 0,
    };

    /// The levels of the tree over that many leaves; of none where 32 bits do not count them.
    pub fn over(leaves: usize) -> Self {
        let mut levels = Self::EMPTY;
        let mut nodes = if u32::try_from(leaves).is_ok() {
            leaves
        } else {
            0
        };
        while nodes > 0 && levels.count < LEVELS {
            levels.starts[levels.count + 1] = levels.starts[levels.count] + nodes;
            levels.count += 1;
            nodes = if nodes == 1 {
                0
            } else {
                nodes.div_ceil(FANOUT)
            };
        }
        levels
    }

    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The nodes of a level; none where there is no such level.
    pub(super) fn nodes(&self, level: usize) -> Range<usize> {
        match (self.starts.get(level), self.starts.get(level + 1)) {
            (Some(&start), Some(&end)) if level < self.count => start..end,
            _ => 0..0,
        }
    }

    /// How many nodes the tree has.
    fn total(&self) -> usize {
        self.starts.get(self.count).copied().unwrap_or(0)
    }
}

/// A packed tree over borrowed nodes.
#[derive(Debug, Clone, Copy)]
pub struct PackedRTree<'a> {
    nodes: &'a [Box2],
    grids: &'a [NodeGrid],
    levels: Levels,
}

impl PackedRTree<'_> {
    /// The tree of nothing.
    pub const EMPTY: Self = Self {
        nodes: &[],
        grids: &[],
        levels: Levels::EMPTY,
    };
}

/// A node of a search.
#[derive(Clone, Copy)]
struct Visit {
    level: usize,
    /// Its position in the level.
    node: usize,
    frame: Frame,
}

impl<'a> PackedRTree<'a> {
    /// The tree of these nodes and grids; `None` where they are not as many as the levels have.
    pub fn new(nodes: &'a [Box2], grids: &'a [NodeGrid], levels: Levels) -> Option<Self> {
        let fits =
            nodes.len() == levels.total() && grids.len() == nodes.len() - levels.nodes(0).len();
        fits.then_some(Self {
            nodes,
            grids,
            levels,
        })
    }

    /// The box of everything, `None` where there is nothing.
    pub fn extent(&self) -> Option<Box2> {
        self.nodes.last().copied()
    }

    /// The boxes of the leaves.
    pub fn leaf_boxes(&self) -> &'a [Box2] {
        self.nodes.get(self.levels.nodes(0)).unwrap_or_default()
    }

    /// Calls `found` with every leaf whose box shares a place with `query`, in the leaves' order, until it says stop.
    pub fn search(&self, query: &Box2, mut found: impl FnMut(u32) -> ControlFlow<()>) {
        let boxes = self.leaf_boxes();
        self.candidates(query, |leaf| match boxes.get(leaf as usize) {
            Some(b) if b.intersects(query) => found(leaf),
            _ => ControlFlow::Continue(()),
        });
    }

    /// As [`PackedRTree::search`], but also with some leaves whose box is only near the query: for callers that look
    /// at the feature itself next, and need not wait for its box to come from memory.
    pub fn candidates(&self, query: &Box2, mut found: impl FnMut(u32) -> ControlFlow<()>) {
        let (Some(root), Some(top)) = (self.nodes.last(), self.levels.count().checked_sub(1))
        else {
            return;
        };
        if top == 0 {
            // The one leaf is the root: no node is above it.
            let _ = found(0);
            return;
        }
        let leaves = self.levels.nodes(0).len();
        let mut stack: SmallVec<[Visit; 64]> = SmallVec::new();
        stack.push(Visit {
            level: top,
            node: 0,
            frame: Frame::over(root),
        });
        while let Some(Visit { level, node, frame }) = stack.pop() {
            let at = self.levels.nodes(level).start + node - leaves;
            let Some(grid) = self.grids.get(at) else {
                return;
            };
            let first = node * FANOUT;
            let below = self.levels.nodes(level - 1).len().saturating_sub(first);
            let hits = grid.hits(frame.cells(query)).below(below);
            if level == 1 {
                for child in hits {
                    if found((first + child) as u32).is_break() {
                        return;
                    }
                }
            } else {
                let below = self.levels.nodes(level - 1).start - leaves;
                stack.extend(hits.rev().map(|child| {
                    // All on their way from memory before the first is looked at.
                    if let Some(grid) = self.grids.get(below + first + child) {
                        prefetch(grid);
                    }
                    Visit {
                        level: level - 1,
                        node: first + child,
                        frame: grid.frame(&frame, child),
                    }
                }));
            }
        }
    }

    /// Leaves in the order of their box's distance from the place, nearest first, with that distance in metres.
    pub fn by_distance(&self, x: f64, y: f64) -> ByDistance<'a> {
        let mut queue = BinaryHeap::new();
        if let (Some(root), Some(top)) = (self.nodes.last(), self.levels.count().checked_sub(1)) {
            queue.push(Reverse(Candidate {
                distance: root.distance(x, y),
                level: top,
                node: 0,
            }));
        }
        ByDistance {
            tree: *self,
            queue,
            x,
            y,
        }
    }
}

#[derive(Debug, PartialEq)]
struct Candidate {
    distance: f64,
    level: usize,
    node: usize,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.distance
            .total_cmp(&other.distance)
            .then_with(|| (self.level, self.node).cmp(&(other.level, other.node)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// See [`PackedRTree::by_distance`].
#[derive(Debug)]
pub struct ByDistance<'a> {
    tree: PackedRTree<'a>,
    queue: BinaryHeap<Reverse<Candidate>>,
    x: f64,
    y: f64,
}

impl Iterator for ByDistance<'_> {
    type Item = (u32, f64);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Reverse(Candidate {
                distance,
                level,
                node,
            }) = self.queue.pop()?;
            if level == 0 {
                return Some((node as u32, distance));
            }
            let below = self.tree.levels.nodes(level - 1);
            let first = node * FANOUT;
            let run = below.start + first..(below.start + first + FANOUT).min(below.end);
            for (i, b) in self.tree.nodes.get(run)?.iter().enumerate() {
                let distance = b.distance(self.x, self.y);
                self.queue.push(Reverse(Candidate {
                    distance,
                    level: level - 1,
                    node: first + i,
                }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use proptest::prelude::*;

    use super::super::tree_builder::TreeBuilder;
    use super::*;

    struct Built {
        nodes: Vec<Box2>,
        grids: Vec<NodeGrid>,
        leaves: usize,
    }

    fn built(leaves: &[Box2]) -> Built {
        let mut builder = TreeBuilder::default();
        for leaf in leaves {
            builder.push(leaf);
        }
        let (above, mut grids) = (builder.finish(), Vec::new());
        let put = |some: &[NodeGrid]| {
            grids.extend_from_slice(some);
            Ok(())
        };
        above.grids(leaves.iter().copied().map(Ok), put).unwrap();
        let nodes = [leaves, above.nodes()].concat();
        Built {
            nodes,
            grids,
            leaves: leaves.len(),
        }
    }

    impl Built {
        fn tree(&self) -> PackedRTree<'_> {
            PackedRTree::new(&self.nodes, &self.grids, Levels::over(self.leaves)).unwrap()
        }

        fn found(&self, query: &Box2) -> Vec<u32> {
            let mut out = Vec::new();
            self.tree().search(query, |i| {
                out.push(i);
                ControlFlow::Continue(())
            });
            out
        }
    }

    fn boxes(max: usize) -> impl Strategy<Value = Vec<Box2>> {
        proptest::collection::vec(
            (0.0..100.0f64, 0.0..100.0f64, 0.0..10.0f64, 0.0..10.0f64),
            0..max,
        )
        .prop_map(|v| {
            v.into_iter()
                .map(|(x, y, w, h)| Box2 {
                    min_x: x,
                    min_y: y,
                    max_x: x + w,
                    max_y: y + h,
                })
                .collect()
        })
    }

    #[test]
    fn a_tree_of_nothing_finds_nothing() {
        assert!(built(&[]).found(&Box2::point(0.0, 0.0)).is_empty());
        assert!(built(&[]).tree().extent().is_none());
    }

    #[test]
    fn a_wrong_number_of_nodes_is_refused() {
        let Built { nodes, grids, .. } = built(&[Box2::point(0.0, 0.0); 40]);
        assert!(PackedRTree::new(&nodes[1..], &grids, Levels::over(40)).is_none());
        assert!(PackedRTree::new(&nodes, &grids[1..], Levels::over(40)).is_none());
        assert!(PackedRTree::new(&nodes, &grids, Levels::over(39)).is_none());
        assert!(PackedRTree::new(&nodes, &grids, Levels::over(usize::MAX)).is_none());
    }

    #[test]
    fn a_search_stops_when_told() {
        let mut seen = 0;
        built(&[Box2::point(0.0, 0.0); 400])
            .tree()
            .search(&Box2::point(0.0, 0.0), |_| {
                seen += 1;
                if seen == 3 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
        assert_eq!(seen, 3);
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_walk_over_all_finds(
            leaves in boxes(600), q in boxes(2), copies in 1..12u32, nothing in 2..40usize, step in -1e5..1e5f64,
        ) {
            let query = q.first().copied().unwrap_or(Box2::point(50.0, 50.0));
            let moved = |b: &Box2, by: f64| Box2 {
                min_x: b.min_x + by, max_x: b.max_x + by, ..*b
            };
            let leaves: Vec<Box2> = (0..copies)
                .flat_map(|i| leaves.iter().map(move |b| moved(b, step * f64::from(i))))
                .enumerate()
                .map(|(i, b)| if i % nothing == 0 { Box2::EMPTY } else { b })
                .collect();
            let expected: Vec<u32> = leaves.iter().enumerate()
                .filter(|(_, b)| b.intersects(&query)).map(|(i, _)| i as u32).collect();
            prop_assert_eq!(built(&leaves).found(&query), expected);
        }

        #[test]
        fn the_nearest_come_first(leaves in boxes(600), x in 0.0..100.0f64, y in 0.0..100.0f64) {
            let order: Vec<_> = built(&leaves).tree().by_distance(x, y).collect();
            prop_assert_eq!(order.len(), leaves.len());
            prop_assert!(order.windows(2).all(|w| w[0].1 <= w[1].1));
            for (i, d) in order {
                prop_assert_eq!(leaves[i as usize].distance(x, y), d);
            }
        }
    }
}
