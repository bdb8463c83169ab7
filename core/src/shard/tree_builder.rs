//! A packed R-tree in the making: its leaves come one after the other, and need not be in memory together.

use std::io;

use super::node_grid::{Frame, NodeGrid};
use super::packed_rtree::{Box2, FANOUT, Levels};

/// The leaves' nodes so far.
#[derive(Default)]
pub(super) struct TreeBuilder {
    leaves: usize,
    /// Of the level above the leaves.
    nodes: Vec<Box2>,
}

impl TreeBuilder {
    /// Adds the next leaf.
    pub fn push(&mut self, leaf: &Box2) {
        add(&mut self.nodes, self.leaves, leaf);
        self.leaves += 1;
    }

    /// What stands above the leaves.
    pub fn finish(self) -> Above {
        let levels = Levels::over(self.leaves);
        // A leaf that is alone is the root.
        let mut nodes = if levels.count() > 1 {
            self.nodes
        } else {
            Vec::new()
        };
        for level in 2..levels.count() {
            let below = levels.nodes(level - 1);
            let mut above = Vec::with_capacity(below.len().div_ceil(FANOUT));
            for (i, node) in below.enumerate() {
                if let Some(node) = nodes.get(node - self.leaves) {
                    add(&mut above, i, node);
                }
            }
            nodes.extend(above);
        }
        Above {
            levels,
            leaves: self.leaves,
            nodes,
        }
    }
}

/// Adds the `i`-th child to the nodes of the level above it.
fn add(nodes: &mut Vec<Box2>, i: usize, child: &Box2) {
    if i.is_multiple_of(FANOUT) {
        nodes.push(Box2::EMPTY);
    }
    if let Some(node) = nodes.last_mut() {
        node.union(child);
    }
}

/// The nodes above the leaves, level by level.
pub(super) struct Above {
    levels: Levels,
    leaves: usize,
    nodes: Vec<Box2>,
}

impl Above {
    /// The nodes.
    pub fn nodes(&self) -> &[Box2] {
        &self.nodes
    }

    /// Gives the grids of the nodes, in their order, to `put`; `leaves` are all of them once more.
    pub fn grids(
        &self,
        leaves: impl Iterator<Item = io::Result<Box2>>,
        mut put: impl FnMut(&[NodeGrid]) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(root) = self.nodes.last() else {
            return Ok(());
        };
        // From the root down: a grid lies over the cells its node takes in the grid of the node above.
        let first = self.levels.nodes(1).len();
        let mut high: Vec<NodeGrid> = vec![bytemuck::Zeroable::zeroed(); self.nodes.len() - first];
        let mut frames = vec![Frame::over(root)];
        for level in (2..self.levels.count()).rev() {
            let start = self.levels.nodes(level).start - self.leaves - first;
            let below = self.levels.nodes(level - 1);
            let below = below.start - self.leaves..below.end - self.leaves;
            let children = self.nodes.get(below).unwrap_or_default();
            let mut next = Vec::new();
            for ((frame, children), grid) in frames
                .iter()
                .zip(children.chunks(FANOUT))
                .zip(high.iter_mut().skip(start))
            {
                *grid = NodeGrid::new(frame, children);
                // There are sixteen times as many of the lowest; those are made one by one.
                if level > 2 {
                    next.extend((0..children.len()).map(|child| grid.frame(frame, child)));
                }
            }
            if level > 2 {
                frames = next;
            }
        }
        let mut leaves = leaves;
        let mut children: Vec<Box2> = Vec::with_capacity(FANOUT);
        for node in 0..first {
            let frame = if self.levels.count() == 2 {
                frames.first().copied()
            } else {
                let above = frames.get(node / FANOUT).zip(high.get(node / FANOUT));
                above.map(|(frame, grid)| grid.frame(frame, node % FANOUT))
            };
            let frame = frame.ok_or_else(|| io::Error::other("a node has no place in its tree"))?;
            children.clear();
            for leaf in leaves.by_ref().take(FANOUT) {
                children.push(leaf?);
            }
            put(&[NodeGrid::new(&frame, &children)])?;
        }
        put(&high)
    }
}
