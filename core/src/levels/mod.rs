//! Generalised low zooms: classes on a global grid of cells, boundaries traced once.
//!
//! Below its detail zoom a coverage theme is not drawn feature by feature. Its polygons are burnt into a global grid
//! of 512 cells a tile at zoom [`BASE_ZOOM`] when a shard is packed ([`Rasteriser`]); coarser zooms take the majority
//! of the base cells; the result is the shard's `cells.bin`. The view puts the cells of its shards on the one grid
//! ([`Mosaic`]) and traces tiles from them: narrow gaps and
//! threads are closed, specks given to their neighbours, what classes lost by that is given back to them at the edges of
//! what stands, and every boundary between two classes becomes one simplified line that both sides share.
//!
//! ```text
//! polygons ─ raster ─▶ claims ─ majority ─▶ planes ─ codec ─▶ cells.bin
//!                                                                │ mosaic (shards merged)
//!   MVT ◀─ shapes ◀─ simplify ⇄ clash ◀─ trace ◀─ balance ◀─ absorb ◀─ threads ◀─ gaps ◀─ window
//! ```
//!
//! All functions are pure and deterministic: no file is opened here, and neither the order of features and shards nor
//! threads nor the tiles made before can change a byte.
//!
//! ```
//! use std::sync::Arc;
//! use diaba_core::levels::{Cells, Mosaic, Rasteriser};
//! use diaba_core::space::{TileCoord, World};
//!
//! // When packing: every drawn polygon with its class, its area in m² and a place inside it.
//! let (x, y) = (3_414_000_000, 1_883_000_000);
//! let field = [(0, 0), (400_000, 0), (400_000, 300_000), (0, 300_000)].map(|(dx, dy)| World { x: x + dx, y: y + dy });
//! let mut rasteriser = Rasteriser::new();
//! rasteriser.burn(3, 9_000_000.0, field[0], [&field[..]])?;
//! let bytes = rasteriser.into_bytes()?;
//!
//! // When serving: the shards of a layer together, then tiles.
//! let mosaic = Mosaic::new(vec![Arc::new(Cells::open(bytes)?)]);
//! let tile = mosaic.tile(TileCoord::holding(10, field[0]).unwrap())?;
//! assert_eq!((tile[0].class, tile[0].count, tile[0].polygons.len()), (3, 1, 1));
//! # Ok::<(), diaba_core::levels::LevelsError>(())
//! ```

mod absorb;
mod anew;
mod balance;
mod canvas;
mod cells;
mod clash;
mod codec;
mod corner;
mod error;
mod gaps;
mod generalise;
mod made;
mod majority;
mod mosaic;
mod packed;
mod raster;
mod rules;
mod sample;
mod scan;
mod shapes;
mod simplify;
#[cfg(test)]
mod tests;
mod threads;
mod trace;
mod window;

pub use cells::{BASE_ZOOM, LOWEST_ZOOM, MAX_CLASS, TILE_CELLS};
pub use codec::{Cells, CellsRef};
pub use error::LevelsError;
pub use generalise::{ClassShape, EXTENT, TilePolygon};
pub use mosaic::Mosaic;
pub use raster::Rasteriser;

pub(crate) use cells::BaseTile;
pub(crate) use clash::clashes;
pub(crate) use mosaic::{Renewal, Renewals};
pub(crate) use packed::PackedTile;
pub(crate) use raster::tiles_of;
pub(crate) use simplify::thin;

/// How far around a tile of a zoom cells have a say in it, in [`TILE_CELLS`]ths of the tile's side.
pub const fn reach(zoom: u8) -> u32 {
    rules::Rules::at(zoom).margin() as u32
}
