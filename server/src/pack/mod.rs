//! A commune to take into the field: its map as PMTiles, its records as a GeoPackage, and a sheet that says of when.
//!
//! The records are the surveyed ones, in the working CRS, with the fields anyone may see: what personal data a file had
//! was dropped when it was imported.

pub mod run;
mod sheet;

pub use run::{Packed, pack};
