//! The grid of the tiles: WebMercatorQuad, as the OGC registry defines it (OGC 17-083r4, annex D.1).

use diaba_core::space::{LonLat, TileCoord, World};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;

/// Its identifier.
pub const ID: &str = "WebMercatorQuad";
/// Its address in the OGC registry.
pub const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
/// EPSG:3857.
pub const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
/// Matrices the registry defines.
const MATRICES: u8 = 25;
/// Half the side of the square, metres.
const HALF: f64 = 20_037_508.342_789_244;
/// Side of a cell at level 0, metres.
const CELL: f64 = 156_543.033_928_040_97;
/// Scale denominator at level 0, for cells of 0.28 mm.
const SCALE: f64 = 559_082_264.028_717_8;

/// A tile matrix set (OGC Two Dimensional Tile Matrix Set 2.0).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TileMatrixSet {
    /// Identifier.
    pub id: &'static str,
    /// Name.
    pub title: &'static str,
    /// Address in the OGC registry.
    pub uri: &'static str,
    /// Reference system.
    pub crs: &'static str,
    /// Names of the axes, in order.
    pub ordered_axes: [&'static str; 2],
    /// Set of scales.
    pub well_known_scale_set: &'static str,
    /// The matrices, coarsest first.
    pub tile_matrices: Vec<TileMatrix>,
}

/// One zoom level.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TileMatrix {
    /// Zoom.
    pub id: String,
    /// Scale denominator.
    pub scale_denominator: f64,
    /// Side of a cell, metres.
    pub cell_size: f64,
    /// Which corner `pointOfOrigin` is.
    pub corner_of_origin: &'static str,
    /// North-west corner, metres.
    pub point_of_origin: [f64; 2],
    /// Cells across a tile.
    pub tile_width: u16,
    /// Cells down a tile.
    pub tile_height: u16,
    /// Tiles across.
    pub matrix_width: u32,
    /// Tiles down.
    pub matrix_height: u32,
}

/// The definition of WebMercatorQuad.
pub fn web_mercator_quad() -> TileMatrixSet {
    TileMatrixSet {
        id: ID,
        title: "Google Maps Compatible for the World",
        uri: URI,
        crs: CRS,
        ordered_axes: ["E", "N"],
        well_known_scale_set: "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        tile_matrices: (0..MATRICES).map(matrix).collect(),
    }
}

fn matrix(level: u8) -> TileMatrix {
    let side = 1u32 << level;
    TileMatrix {
        id: level.to_string(),
        scale_denominator: SCALE / f64::from(side),
        cell_size: CELL / f64::from(side),
        corner_of_origin: "topLeft",
        point_of_origin: [-HALF, HALF],
        tile_width: 256,
        tile_height: 256,
        matrix_width: side,
        matrix_height: side,
    }
}

/// Which tiles of one zoom level a layer touches.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TileMatrixLimits {
    /// Zoom.
    pub tile_matrix: String,
    /// First row, from the north.
    pub min_tile_row: u32,
    /// Last row.
    pub max_tile_row: u32,
    /// First column, from the west.
    pub min_tile_col: u32,
    /// Last column.
    pub max_tile_col: u32,
}

/// The tiles of `zooms` that touch the box `[west, south, east, north]` in degrees.
pub fn limits(
    zooms: std::ops::RangeInclusive<u8>,
    [west, south, east, north]: [f64; 4],
) -> Vec<TileMatrixLimits> {
    let (first, last) = (
        World::from_lonlat(LonLat {
            lon: west,
            lat: north,
        }),
        World::from_lonlat(LonLat {
            lon: east,
            lat: south,
        }),
    );
    zooms
        .filter_map(|z| {
            let (first, last) = (
                TileCoord::holding(z, first).ok()?,
                TileCoord::holding(z, last).ok()?,
            );
            Some(TileMatrixLimits {
                tile_matrix: z.to_string(),
                min_tile_row: first.y(),
                max_tile_row: last.y(),
                min_tile_col: first.x(),
                max_tile_col: last.x(),
            })
        })
        .collect()
}

/// Refuses every other grid.
pub fn check(id: &str) -> Result<(), ApiError> {
    if id == ID {
        Ok(())
    } else {
        Err(ApiError::NotFound(format!(
            "no tile matrix set is called '{id}'"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_are_those_of_the_registry() {
        let set = web_mercator_quad();
        assert_eq!(set.tile_matrices.len(), 25);
        let last = &set.tile_matrices[24];
        assert!((last.scale_denominator - 33.323_966_5).abs() < 1e-4);
        assert!((last.cell_size - 0.009_330_692).abs() < 1e-8);
        assert_eq!(last.matrix_width, 16_777_216);
    }

    #[test]
    fn limits_hold_the_tile_of_the_place() {
        let limits = limits(14..=14, [106.19, 21.27, 106.20, 21.28]);
        assert_eq!(
            (limits[0].min_tile_col, limits[0].max_tile_col),
            (13024, 13025)
        );
        assert!(limits[0].min_tile_row <= limits[0].max_tile_row);
    }
}
