//! A tile in the columns of MapLibre Tile instead of the rows of MVT.

pub use mlt_core::MltError;
use mlt_core::encoder::EncoderConfig;
use mlt_core::mvt::mvt_to_tile_layers;

/// The MapLibre Tile (tag 0x01, what MVT can say) of a Mapbox Vector Tile: the same layers, features in the same order,
/// ids, values and geometry. Equal tiles give equal bytes.
///
/// Columns are coded in the ways every decoder knows: neither sorted anew nor tessellated, without FSST and `FastPFor`,
/// which the decoder for JavaScript reads slower than the general compression around the tile makes up for.
///
/// # Errors
/// [`MltError`] where the bytes are no tile, or hold what MLT cannot.
pub fn mlt_from_mvt(mvt: &[u8]) -> Result<Vec<u8>, MltError> {
    let config = EncoderConfig::default()
        .with_tessellation(false)
        .with_spatial_morton_sort(false)
        .with_spatial_hilbert_sort(false)
        .with_id_sort(false)
        .with_fsst(false)
        .with_fastpfor(false);
    let mut tile = Vec::new();
    for layer in mvt_to_tile_layers(mvt)? {
        tile.extend_from_slice(&layer.encode(config)?);
    }
    Ok(tile)
}
