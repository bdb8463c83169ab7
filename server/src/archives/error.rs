//! Why a file is not served as an archive.

use pmtiles::{Compression, PmtError};
use thiserror::Error;

/// What is wrong with an archive, and where in it.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The name cannot be part of an address.
    #[error(
        "its name can be no address: letters, digits, '-', '_' and '.' can, and the ending .pmtiles"
    )]
    Name,
    /// The name is that of a theme, or of another archive.
    #[error("'{0}' is the name of {1} already; rename the file")]
    Taken(String, &'static str),
    /// The file is no PMTiles, or of a version that is not read.
    #[error("the first bytes are not those of PMTiles, version 3")]
    Kind,
    /// The file ends before what its header names.
    #[error(
        "the file is cut off: it has {length} bytes, and its header says that {section} ends at byte {end}"
    )]
    Cut {
        /// What is not whole.
        section: &'static str,
        /// Where it should end.
        end: u64,
        /// Bytes of the file.
        length: u64,
    },
    /// A part of the file cannot be read.
    #[error("{section}, at byte {offset}: {source}")]
    Damaged {
        /// Which part.
        section: &'static str,
        /// Where it begins.
        offset: u64,
        /// Why.
        source: PmtError,
    },
    /// The metadata are no JSON object, or lack the layers.
    #[error("the metadata, at byte {offset}: {reason}")]
    Metadata {
        /// Where they begin.
        offset: u64,
        /// Why.
        reason: String,
    },
    /// Another number of tiles than the header says.
    #[error("the directories name {found} tiles, and the header says {said}")]
    Count {
        /// Tiles named by the directories.
        found: u64,
        /// Tiles the header says.
        said: u64,
    },
    /// The tiles are compressed in a way that is not read.
    #[error("its tiles are compressed as {0:?}; gzip and none are read")]
    Compression(Compression),
    /// The tiles are of no kind a map draws.
    #[error("its tiles are of a kind that is not known")]
    Tiles,
}
