//! Whole pyramids of tiles as one file: PMTiles or MBTiles.
//!
//! ```text
//! Request ─▶ Plan: layers at one moment, area, the tiles that can hold something in Hilbert order
//!              │ threads, a segment of tiles each: render::tile, as the server does, then gzip
//!              ▼
//!            parts: finished segments beside the archive to be, so that a killed export goes on
//!              │ in order, whichever was finished first
//!              ▼
//!            archive: identical tiles stored once ─▶ renamed into place, with the versions of its tiles beside it
//! ```
//!
//! The same data give the same bytes, whatever the number of threads and however often the work was broken off.

pub mod area;
mod assemble;
mod cut;
pub mod error;
mod ledger;
mod mbtiles;
mod metadata;
mod parts;
pub mod plan;
mod pmtiles;
pub mod progress;
pub mod request;
pub mod run;
mod segment;

pub use error::ExportError;
pub use plan::Plan;
pub use progress::Progress;
pub use request::{Asked, Format, Request};
pub use run::{Exported, export};
