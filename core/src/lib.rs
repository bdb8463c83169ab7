//! Diaba's vocabulary and engine: themes, shards, layer views, queries and tiles.
//!
//! No HTTP and no GDAL here: files come in through `diaba-importers`, answers go out through `diaba-server`.

pub mod bulk;
pub mod code_list;
pub mod crs;
pub mod edits;
pub mod extract;
pub mod feature;
pub mod figures;
pub mod geometry;
pub mod grid;
pub mod levels;
pub mod overlay;
pub mod quality;
pub mod query;
pub mod registry;
pub mod render;
pub mod search;
pub mod shard;
pub mod space;
pub mod store;
pub mod text;
pub mod theme;
pub mod tile;
pub mod view;
pub mod words;
