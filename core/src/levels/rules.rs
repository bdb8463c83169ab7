//! How much each zoom is generalised.

use super::absorb;
use super::gaps;

/// Cells kept around a tile, so that a renderer sees no seam: 64 units of the tile's 4096.
pub(super) const BUFFER: usize = 8;

/// What is done to the cells of a zoom before their boundaries are traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// Empty gaps of at most this many cells across are closed.
    pub gap: usize,
    /// Patches of fewer cells are given to a neighbour.
    pub speck: usize,
    /// How often: patches among patches need more than one turn.
    pub rounds: usize,
}

impl Rules {
    /// The rules of a zoom.
    ///
    /// Measured: 3 cells of gap are lanes and bunds that no parcel covers, 16 cells are what still reads as an area.
    /// Below zoom 11 a cell is wider than such a gap and a speck of 16 cells would be a village.
    pub const fn at(zoom: u8) -> Self {
        match zoom {
            11.. => Self {
                gap: 3,
                speck: 16,
                rounds: 3,
            },
            8..=10 => Self {
                gap: 3,
                speck: 4,
                rounds: 3,
            },
            _ => Self {
                gap: 1,
                speck: 2,
                rounds: 2,
            },
        }
    }

    /// Cells needed around a tile and its buffer so that what happens inside does not depend on where the window ends:
    /// the sum of how far each step looks. It is what makes tiles that are made apart agree on their common edge.
    pub const fn margin(self) -> usize {
        BUFFER + gaps::reach(self.gap) + self.rounds * absorb::reach(self.speck)
    }
}
