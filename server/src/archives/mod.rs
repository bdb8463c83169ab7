//! PMTiles files served beside the register: tiles that were exported, or made elsewhere, such as aerial pictures.
//!
//! An archive is read in place: its directories are looked at when it is opened, a tile is read from the file when it is
//! asked for. A file that is replaced by a rename is taken over without a restart; a damaged one is listed in `/health`,
//! and what was served of that name before stays in service.

pub mod archive;
pub mod error;
mod file;
mod head;
pub mod library;
pub mod list;
pub mod tile;

pub use archive::Archive;
pub use error::ArchiveError;
pub use library::Archives;
