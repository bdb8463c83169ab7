//! The ground: the board and its map to EPSG:9214, the frame of great lines, the lie of the land.

pub mod curve;
pub mod frame;
pub mod plane;
pub mod terrain;
pub mod warp;
