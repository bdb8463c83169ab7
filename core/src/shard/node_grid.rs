//! What a search reads on its way down the tree: the boxes of a node's children, one byte a side, in one cache line.
//!
//! Each node has a grid of 256 × 256 cells over its box, and the sides of its children are kept as the cells they
//! lie in. A query is carried to the same grid. Places are carried to cells by a function that never decreases, so two
//! boxes that share a place share a cell: a search may meet a box it did not ask for, but misses none, however
//! roundings fall. A child's grid lies over the cells it takes in its parent's grid, so no node keeps numbers of its own.

use super::packed_rtree::{Box2, FANOUT};

/// Cells along a side of a node's grid.
const CELLS: f64 = 256.0;

/// Metres to cells, along one axis.
#[derive(Debug, Clone, Copy)]
struct Axis {
    origin: f64,
    /// Metres to a cell.
    cell: f64,
    /// Cells to a metre; finite and not negative. 0 where the grid has no extent: every place is then in cell 0.
    scale: f64,
}

impl Axis {
    fn new(origin: f64, cell: f64) -> Self {
        let scale = cell.recip();
        if cell > 0.0 && scale.is_finite() && origin.is_finite() {
            Self {
                origin,
                cell,
                scale,
            }
        } else {
            Self {
                origin: 0.0,
                cell: 0.0,
                scale: 0.0,
            }
        }
    }

    /// The cell of a place: never smaller for a larger number. What lies outside the grid is in its first or last cell.
    fn at(self, place: f64) -> u8 {
        // A float becomes the nearest byte below it, or the nearest there is.
        ((place - self.origin) * self.scale) as u8
    }

    /// The axis of a child that takes the cells `first` to `last`.
    fn within(self, first: u8, last: u8) -> Self {
        let cells = (f64::from(last) - f64::from(first) + 1.0).max(1.0);
        Self::new(
            self.origin + self.cell * f64::from(first),
            self.cell * cells / CELLS,
        )
    }
}

/// Where the grid of a node lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    x: Axis,
    y: Axis,
}

impl Frame {
    /// The grid over a box.
    pub(super) fn over(bbox: &Box2) -> Self {
        let axis = |min: f64, max: f64| Axis::new(min, (max - min) / CELLS);
        Self {
            x: axis(bbox.min_x, bbox.max_x),
            y: axis(bbox.min_y, bbox.max_y),
        }
    }

    /// The query in cells of this grid.
    pub(super) fn cells(&self, query: &Box2) -> Cells {
        Cells {
            min_x: self.x.at(query.min_x),
            min_y: self.y.at(query.min_y),
            max_x: self.x.at(query.max_x),
            max_y: self.y.at(query.max_y),
        }
    }
}

/// A box in cells, both ends included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    min_x: u8,
    min_y: u8,
    max_x: u8,
    max_y: u8,
}

/// The boxes of a node's children in cells of the node's grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
pub struct NodeGrid {
    min_x: [u8; FANOUT],
    min_y: [u8; FANOUT],
    max_x: [u8; FANOUT],
    max_y: [u8; FANOUT],
}

impl NodeGrid {
    /// The children's boxes on the grid of their node; what is more than [`FANOUT`] is left out.
    pub(super) fn new(frame: &Frame, children: &[Box2]) -> Self {
        let mut grid = Self {
            min_x: [u8::MAX; FANOUT],
            min_y: [u8::MAX; FANOUT],
            max_x: [0; FANOUT],
            max_y: [0; FANOUT],
        };
        for (i, child) in children.iter().enumerate().take(FANOUT) {
            let cells = frame.cells(child);
            grid.min_x[i] = cells.min_x;
            grid.min_y[i] = cells.min_y;
            grid.max_x[i] = cells.max_x;
            grid.max_y[i] = cells.max_y;
        }
        grid
    }

    /// Which children share a cell with the query.
    pub(super) fn hits(&self, query: Cells) -> Hits {
        // Subtractions that stop at 0, and no branches: the sixteen are compared in a few instructions.
        let apart: [u8; FANOUT] = std::array::from_fn(|i| {
            self.min_x[i].saturating_sub(query.max_x)
                | query.min_x.saturating_sub(self.max_x[i])
                | self.min_y[i].saturating_sub(query.max_y)
                | query.min_y.saturating_sub(self.max_y[i])
        });
        Hits(u128::from_le_bytes(apart.map(|apart| u8::from(apart == 0))))
    }

    /// The grid of a child.
    pub(super) fn frame(&self, of_node: &Frame, child: usize) -> Frame {
        let side = |sides: &[u8; FANOUT]| sides.get(child).copied().unwrap_or(0);
        Frame {
            x: of_node.x.within(side(&self.min_x), side(&self.max_x)),
            y: of_node.y.within(side(&self.min_y), side(&self.max_y)),
        }
    }
}

/// Children of a node, in order; one byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hits(u128);

impl Hits {
    /// Without those at `count` and after.
    pub(super) fn below(self, count: usize) -> Self {
        if count >= FANOUT {
            self
        } else {
            Self(self.0 & ((1 << (8 * count)) - 1))
        }
    }
}

impl Iterator for Hits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        (bit < u128::BITS).then_some(bit as usize / 8)
    }
}

impl DoubleEndedIterator for Hits {
    fn next_back(&mut self) -> Option<usize> {
        let bit = self.0.checked_ilog2()?;
        self.0 &= !(1 << bit);
        Some(bit as usize / 8)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn anything() -> impl Strategy<Value = f64> {
        prop_oneof![
            -1e7..1e7f64,
            0.0..1.0f64,
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO,
        ]
    }

    fn any_box() -> impl Strategy<Value = Box2> {
        (anything(), anything(), anything(), anything()).prop_map(|(min_x, min_y, max_x, max_y)| {
            Box2 {
                min_x,
                min_y,
                max_x,
                max_y,
            }
        })
    }

    #[test]
    fn a_node_is_a_cache_line() {
        assert_eq!(size_of::<NodeGrid>(), 64);
    }

    #[test]
    fn hits_come_from_both_ends() {
        let mut bytes = [0; FANOUT];
        for i in [0, 3, 15] {
            bytes[i] = 1;
        }
        let hits = Hits(u128::from_le_bytes(bytes));
        assert_eq!(hits.clone().collect::<Vec<_>>(), [0, 3, 15]);
        assert_eq!(hits.clone().rev().collect::<Vec<_>>(), [15, 3, 0]);
        assert_eq!(hits.clone().below(15).collect::<Vec<_>>(), [0, 3]);
        assert_eq!(hits.below(0).count(), 0);
    }

    proptest! {
        #[test]
        fn boxes_that_share_a_place_share_a_cell(
            of in any_box(),
            children in proptest::collection::vec(any_box(), 1..=FANOUT),
            query in any_box(),
            (first, last) in any::<(u8, u8)>(),
        ) {
            let root = Frame::over(&of);
            let inner = Frame { x: root.x.within(first, last), y: root.y.within(last, first) };
            for frame in [root, inner] {
                let hits: Vec<usize> =
                    NodeGrid::new(&frame, &children).hits(frame.cells(&query)).collect();
                for (i, child) in children.iter().enumerate() {
                    prop_assert!(!child.intersects(&query) || hits.contains(&i));
                }
            }
        }
    }
}
