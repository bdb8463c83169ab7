//! The grids of the tiles as documents (OGC Two Dimensional Tile Matrix Set 2.0, OGC 17-083r4).

use std::ops::RangeInclusive;

use diaba_core::grid::TileGrid;
use diaba_core::space::{TileCoord, World, WorldBox};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;

/// Matrices of a grid: those the registry defines for WebMercatorQuad.
const MATRICES: u8 = 25;
/// Cells along the side of a tile.
const TILE: u16 = 256;
/// Side of a cell on the display the standard measures scales by, metres.
const PIXEL: f64 = 0.000_28;

/// A tile matrix set (OGC Two Dimensional Tile Matrix Set 2.0).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TileMatrixSet {
    /// Identifier.
    pub id: &'static str,
    /// Name.
    pub title: &'static str,
    /// Address in the OGC registry, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<&'static str>,
    /// Reference system.
    pub crs: String,
    /// Names of the axes, in order.
    pub ordered_axes: [&'static str; 2],
    /// Set of scales, where it is one of the registry's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub well_known_scale_set: Option<&'static str>,
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

/// Address of a grid in the OGC registry.
pub const fn uri(grid: TileGrid) -> Option<&'static str> {
    match grid {
        TileGrid::WebMercatorQuad => {
            Some("http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad")
        }
        TileGrid::Vn2000Quad => None,
    }
}

/// Reference system of a grid.
pub fn crs(grid: TileGrid) -> String {
    format!("http://www.opengis.net/def/crs/EPSG/0/{}", grid.epsg())
}

/// The definition of a grid.
pub fn definition(grid: TileGrid) -> TileMatrixSet {
    TileMatrixSet {
        id: grid.id(),
        title: match grid {
            TileGrid::WebMercatorQuad => "Google Maps Compatible for the World",
            TileGrid::Vn2000Quad => "VN-2000 / TM-3 107-00, cells of a power of two of metres",
        },
        uri: uri(grid),
        crs: crs(grid),
        ordered_axes: ["E", "N"],
        well_known_scale_set: match grid {
            TileGrid::WebMercatorQuad => {
                Some("http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible")
            }
            TileGrid::Vn2000Quad => None,
        },
        tile_matrices: (0..MATRICES).map(|level| matrix(grid, level)).collect(),
    }
}

fn matrix(grid: TileGrid, level: u8) -> TileMatrix {
    let tiles = 1u32 << level;
    let cell_size = grid.side() / f64::from(TILE) / f64::from(tiles);
    TileMatrix {
        id: level.to_string(),
        scale_denominator: cell_size / PIXEL,
        cell_size,
        corner_of_origin: "topLeft",
        point_of_origin: grid.corner(),
        tile_width: TILE,
        tile_height: TILE,
        matrix_width: tiles,
        matrix_height: tiles,
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

/// The tiles of `zooms` that touch a box of a grid's square.
pub fn limits(zooms: RangeInclusive<u8>, extent: WorldBox) -> Vec<TileMatrixLimits> {
    let corner = |x, y| World { x, y };
    let (first, last) = (
        corner(extent.min_x, extent.min_y),
        corner(extent.max_x, extent.max_y),
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

/// The grid with this identifier.
///
/// # Errors
/// [`ApiError::NotFound`] where there is none.
pub fn named(id: &str) -> Result<TileGrid, ApiError> {
    TileGrid::from_id(id).ok_or_else(|| {
        let known = TileGrid::ALL.map(TileGrid::id).join(", ");
        ApiError::NotFound(format!(
            "no tile matrix set is called '{id}'; there are {known}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use diaba_core::space::LonLat;

    use super::*;

    #[test]
    fn the_levels_are_those_of_the_registry() {
        let set = definition(TileGrid::WebMercatorQuad);
        assert_eq!(set.tile_matrices.len(), 25);
        let first = &set.tile_matrices[0];
        assert!((first.scale_denominator - 559_082_264.028_717_8).abs() < 1e-4);
        assert!((first.cell_size - 156_543.033_928_040_97).abs() < 1e-8);
        let last = &set.tile_matrices[24];
        assert!((last.scale_denominator - 33.323_966_5).abs() < 1e-4);
        assert!((last.cell_size - 0.009_330_692).abs() < 1e-8);
        assert_eq!(last.matrix_width, 16_777_216);
    }

    #[test]
    fn the_levels_of_vn_2000_are_powers_of_two_of_metres() {
        let set = definition(TileGrid::Vn2000Quad);
        assert_eq!(set.crs, "http://www.opengis.net/def/crs/EPSG/0/9214");
        let level = &set.tile_matrices[17];
        assert!((level.cell_size - 1.0).abs() < 1e-12);
        assert!((level.scale_denominator - 1.0 / PIXEL).abs() < 1e-6);
    }

    #[test]
    fn limits_hold_the_tile_of_the_place() {
        let corner = |lon, lat| World::from_lonlat(LonLat { lon, lat });
        let mut extent = WorldBox::EMPTY;
        extent.extend(corner(106.19, 21.28));
        extent.extend(corner(106.20, 21.27));
        let limits = limits(14..=14, extent);
        assert_eq!(
            (limits[0].min_tile_col, limits[0].max_tile_col),
            (13024, 13025)
        );
        assert!(limits[0].min_tile_row <= limits[0].max_tile_row);
    }
}
