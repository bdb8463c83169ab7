//! Vector tiles: plain addresses for maps, OGC API Tiles beside them, TileJSON to find them by.

pub mod body;
pub mod cache;
pub mod collection_tile;
pub mod format;
pub mod grid;
pub mod grid_tile;
pub mod kept;
pub mod matrix_set;
pub mod matrix_sets;
pub mod past;
pub mod representation;
pub mod selection;
pub mod tile;
pub mod tile_json;
pub mod tile_set;
pub mod tile_sets;
