//! GeoPackage (OGC 12-128r17, version 1.3), written with SQLite alone: the records of a pack, the answer of an overlay.

mod blob;
mod file;
mod layer;
mod schema;

pub use file::GeoPackage;
pub use layer::{Column, Table, free_name};
