//! How much each zoom is generalised.

use super::absorb;
use super::balance;
use super::gaps;
use super::threads;

/// Cells kept around a tile, so that a renderer sees no seam: 64 units of the tile's 4096.
pub(super) const BUFFER: usize = 8;

/// What is done to the cells of a zoom before their boundaries are traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// Empty gaps of at most this many cells across are closed.
    pub gap: usize,
    /// Whether strips one cell wide are closed over.
    pub threads: bool,
    /// Patches of fewer cells are given to a neighbour.
    pub speck: usize,
    /// How often: patches among patches need more than one turn.
    pub rounds: usize,
}

impl Rules {
    /// The rules of a zoom.
    ///
    /// Measured: 3 cells of gap are lanes and bunds that no parcel covers, 16 cells are what still reads as an area.
    /// At zoom 11 that would move a fifth of the area of annual crops, which lie in small fields; half of it does not.
    /// Below zoom 11 a speck of 16 cells would be a village, and what is one cell wide is a river, not a lane.
    pub const fn at(zoom: u8) -> Self {
        match zoom {
            12.. => Self {
                gap: 3,
                threads: true,
                speck: 16,
                rounds: 3,
            },
            11 => Self {
                gap: 3,
                threads: true,
                speck: 8,
                rounds: 3,
            },
            8..=10 => Self {
                gap: 3,
                threads: false,
                speck: 4,
                rounds: 3,
            },
            _ => Self {
                gap: 1,
                threads: false,
                speck: 2,
                rounds: 2,
            },
        }
    }

    /// Cells needed around a tile and its buffer so that what happens inside does not depend on where the window ends:
    /// the sum of how far each step looks. It is what makes tiles that are made apart agree on their common edge.
    pub const fn margin(self) -> usize {
        let threads = if self.threads { threads::REACH } else { 0 };
        balance::reach(BUFFER)
            + gaps::reach(self.gap)
            + threads
            + self.rounds * absorb::reach(self.speck)
    }

    /// Where in a window the blocks of [`balance`] begin that a tile and its buffer lie in. The tile's own edge is one of
    /// a block, so blocks are at the same places of the grid whatever the tile.
    pub const fn first_block(self) -> usize {
        self.margin() - BUFFER.next_multiple_of(balance::BLOCK)
    }
}
