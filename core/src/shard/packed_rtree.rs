//! A static R-tree of boxes, packed level by level in one array (after Flatbush by V. Agafonkin and
//! FlatGeobuf's index), read in place.
//!
//! The leaves are the features' boxes in the order they lie in the file, which is Hilbert order, so the tree
//! needs no list of indices: leaf `i` is feature `i`, and node `i` of a level holds nodes `16 i …` of the one below.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

/// Children of a node.
const FANOUT: usize = 16;

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

/// The tree's nodes over `leaves`, which stay its first level.
pub fn build(mut leaves: Vec<Box2>) -> Vec<Box2> {
    let mut start = 0;
    while leaves.len() - start > 1 {
        let end = leaves.len();
        for first in (start..end).step_by(FANOUT) {
            let mut node = Box2::EMPTY;
            for child in &leaves[first..(first + FANOUT).min(end)] {
                node.union(child);
            }
            leaves.push(node);
        }
        start = end;
    }
    leaves
}

/// A packed tree over borrowed nodes.
#[derive(Debug, Clone, Copy)]
pub struct PackedRTree<'a> {
    nodes: &'a [Box2],
    leaves: usize,
}

type Levels = SmallVec<[(usize, usize); 10]>;

impl PackedRTree<'_> {
    /// The tree of nothing.
    pub const EMPTY: Self = Self {
        nodes: &[],
        leaves: 0,
    };
}

impl<'a> PackedRTree<'a> {
    /// The tree of `leaves` leaves in `nodes`; `None` where the numbers do not fit together.
    pub fn new(nodes: &'a [Box2], leaves: usize) -> Option<Self> {
        let tree = Self { nodes, leaves };
        let total = tree.levels().last().map_or(0, |(_, end)| *end);
        (total == nodes.len()).then_some(tree)
    }

    /// Start and end of each level in the array of nodes, leaves first.
    fn levels(&self) -> Levels {
        let mut levels = Levels::new();
        let (mut start, mut count) = (0usize, self.leaves);
        while count > 0 {
            levels.push((start, start + count));
            if count == 1 {
                break;
            }
            start += count;
            count = count.div_ceil(FANOUT);
        }
        levels
    }

    /// The box of everything, `None` where there is nothing.
    pub fn extent(&self) -> Option<Box2> {
        self.nodes.last().copied()
    }

    /// The boxes of the leaves.
    pub fn leaf_boxes(&self) -> &'a [Box2] {
        self.nodes.get(..self.leaves).unwrap_or_default()
    }

    /// Calls `found` with every leaf whose box shares a place with `query`, in the leaves' order, until it says stop.
    pub fn search(&self, query: &Box2, mut found: impl FnMut(u32) -> std::ops::ControlFlow<()>) {
        let levels = self.levels();
        let Some(top) = levels.len().checked_sub(1) else {
            return;
        };
        let mut stack: SmallVec<[(usize, usize); 64]> = SmallVec::new();
        stack.push((top, 0));
        while let Some((level, node)) = stack.pop() {
            let (start, end) = levels[level];
            // The root is a level of one node; every other run is the children of one node.
            let first = start + node;
            let run = if level == top {
                first..end
            } else {
                first..(first + FANOUT).min(end)
            };
            let Some(boxes) = self.nodes.get(run) else {
                return;
            };
            if level == 0 {
                for (i, b) in boxes.iter().enumerate() {
                    if b.intersects(query) && found((node + i) as u32).is_break() {
                        return;
                    }
                }
            } else {
                for (i, b) in boxes.iter().enumerate().rev() {
                    if b.intersects(query) {
                        stack.push((level - 1, (node + i) * FANOUT));
                    }
                }
            }
        }
    }

    /// Leaves in the order of their box's distance from the place, nearest first, with that distance in metres.
    pub fn by_distance(&self, x: f64, y: f64) -> ByDistance<'a> {
        let levels = self.levels();
        let mut queue = BinaryHeap::new();
        if let (Some(root), Some(top)) = (self.nodes.last(), levels.len().checked_sub(1)) {
            queue.push(Reverse(Candidate {
                distance: root.distance(x, y),
                level: top,
                node: 0,
            }));
        }
        ByDistance {
            tree: *self,
            levels,
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
    levels: Levels,
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
            let (start, end) = self.levels[level - 1];
            let first = node * FANOUT;
            let run = start + first..(start + first + FANOUT).min(end);
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

    use super::*;

    fn found(nodes: &[Box2], leaves: usize, query: &Box2) -> Vec<u32> {
        let mut out = Vec::new();
        PackedRTree::new(nodes, leaves).unwrap().search(query, |i| {
            out.push(i);
            ControlFlow::Continue(())
        });
        out
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
        assert!(found(&build(vec![]), 0, &Box2::point(0.0, 0.0)).is_empty());
        assert!(PackedRTree::new(&[], 0).unwrap().extent().is_none());
    }

    #[test]
    fn a_wrong_number_of_nodes_is_refused() {
        let nodes = build(vec![Box2::point(0.0, 0.0); 40]);
        assert!(PackedRTree::new(&nodes[1..], 40).is_none());
        assert!(PackedRTree::new(&nodes, 39).is_none());
    }

    #[test]
    fn a_search_stops_when_told() {
        let nodes = build(vec![Box2::point(0.0, 0.0); 400]);
        let mut seen = 0;
        PackedRTree::new(&nodes, 400)
            .unwrap()
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
        fn the_index_finds_what_a_walk_over_all_finds(leaves in boxes(600), q in boxes(2)) {
            let query = q.first().copied().unwrap_or(Box2::point(50.0, 50.0));
            let expected: Vec<u32> = leaves.iter().enumerate()
                .filter(|(_, b)| b.intersects(&query)).map(|(i, _)| i as u32).collect();
            let nodes = build(leaves.clone());
            prop_assert_eq!(found(&nodes, leaves.len(), &query), expected);
        }

        #[test]
        fn the_nearest_come_first(leaves in boxes(600), x in 0.0..100.0f64, y in 0.0..100.0f64) {
            let nodes = build(leaves.clone());
            let order: Vec<_> = PackedRTree::new(&nodes, leaves.len()).unwrap().by_distance(x, y).collect();
            prop_assert_eq!(order.len(), leaves.len());
            prop_assert!(order.windows(2).all(|w| w[0].1 <= w[1].1));
            for (i, d) in order {
                prop_assert_eq!(leaves[i as usize].distance(x, y), d);
            }
        }
    }
}
