//! What can go wrong with class cells.

use thiserror::Error;

use super::cells::{BASE_ZOOM, LOWEST_ZOOM, MAX_CLASS};

/// Why cells could not be made, read or drawn.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum LevelsError {
    /// A class outside 1..=[`MAX_CLASS`].
    #[error("class {0} is not between 1 and {MAX_CLASS}")]
    Class(u8),
    /// A feature far larger than any coverage of a province: a coordinate in it must be wrong.
    #[error(
        "the feature's box spans {width} × {height} tiles of zoom {BASE_ZOOM}, more than {limit} a side"
    )]
    Wide {
        /// tiles from west to east
        width: u32,
        /// tiles from north to south
        height: u32,
        /// most tiles a side
        limit: u32,
    },
    /// Features that together touch more base tiles than a shard may.
    #[error("the features touch more than {0} tiles of zoom {BASE_ZOOM}")]
    ManyTiles(usize),
    /// A zoom the grid is not kept for.
    #[error("class cells are kept for zooms {LOWEST_ZOOM} to {BASE_ZOOM}, not for {0}")]
    Zoom(u8),
    /// The bytes are not a file of class cells, or are damaged; the text says where.
    #[error("class cells are unreadable: {0}")]
    Corrupt(&'static str),
    /// The bytes were written by another version of the format.
    #[error("class cells of format version {0} cannot be read")]
    Version(u32),
}
