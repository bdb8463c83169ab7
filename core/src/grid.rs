//! The grids tiles are cut on: squares that each zoom cuts in four.
//!
//! [`World`] is a place in a grid's square, in units of 2^-32 of its side, and [`TileCoord`] counts its tiles, whichever
//! grid it is; who holds one knows of which.
//!
//! [`TileCoord`]: crate::space::TileCoord

use crate::crs::Crs;
use crate::space::World;

/// A grid tiles are cut on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum TileGrid {
    /// `WebMercatorQuad` of the OGC registry (OGC 17-083r4, annex D.1): what map clients take for granted.
    #[default]
    WebMercatorQuad,
    /// VN-2000 / TM-3 107-00 (EPSG:9214): tiles in the plane of the land register itself, where a metre is a metre and
    /// nothing is shifted to another datum. A cell of 1/256 tile is 2^(17-z) metres, so that its scales are near those of
    /// the zooms of Web Mercator at 21° north.
    Vn2000Quad,
}

/// Side of the VN-2000 square in metres, as a power of two; a unit of [`World`] is 7.8 mm.
const VN2000_SIDE_BITS: u32 = 25;
/// [`World`] units a metre.
const UNITS: f64 = (1u64 << (32 - VN2000_SIDE_BITS)) as f64;
/// The north-west corner: its middle is where the central meridian meets the equator, as Web Mercator's is.
const VN2000_CORNER: [f64; 2] = [500_000.0 - VN2000_HALF, VN2000_HALF];
const VN2000_HALF: f64 = (1u64 << (VN2000_SIDE_BITS - 1)) as f64;

impl TileGrid {
    /// Every grid, the usual one first.
    pub const ALL: [Self; 2] = [Self::WebMercatorQuad, Self::Vn2000Quad];

    /// Its identifier as a tile matrix set.
    pub const fn id(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "WebMercatorQuad",
            Self::Vn2000Quad => "VN2000Quad",
        }
    }

    /// The grid with this identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grid| grid.id() == id)
    }

    /// EPSG code of its plane.
    pub const fn epsg(self) -> u32 {
        match self {
            Self::WebMercatorQuad => 3857,
            Self::Vn2000Quad => Crs::WORKING.epsg(),
        }
    }

    /// Side of the square, metres of the plane.
    pub const fn side(self) -> f64 {
        match self {
            Self::WebMercatorQuad => 2.0 * 20_037_508.342_789_244,
            Self::Vn2000Quad => 2.0 * VN2000_HALF,
        }
    }

    /// North-west corner of the square: easting and northing, metres of the plane.
    pub const fn corner(self) -> [f64; 2] {
        match self {
            Self::WebMercatorQuad => [-20_037_508.342_789_244, 20_037_508.342_789_244],
            Self::Vn2000Quad => VN2000_CORNER,
        }
    }
}

/// Where an easting and northing of EPSG:9214, metres, lies in the VN-2000 square; outside it, on the nearest edge.
pub(crate) fn vn2000_place([east, north]: [f64; 2]) -> World {
    let [west, top] = VN2000_CORNER;
    World::rounded((east - west) * UNITS, (top - north) * UNITS)
}

/// Easting and northing in EPSG:9214, metres, of a place in the VN-2000 square.
pub(crate) fn vn2000_plane(place: World) -> [f64; 2] {
    let [west, top] = VN2000_CORNER;
    [
        west + f64::from(place.x) / UNITS,
        top - f64::from(place.y) / UNITS,
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::space::TileCoord;

    #[test]
    fn a_tile_of_zoom_17_is_256_metres_wide() {
        let corner = vn2000_plane(World { x: 0, y: 0 });
        assert_eq!(corner, [500_000.0 - 16_777_216.0, 16_777_216.0]);
        assert_eq!(TileGrid::Vn2000Quad.side() / f64::from(1 << 17), 256.0);
        assert_eq!(TileGrid::from_id("VN2000Quad"), Some(TileGrid::Vn2000Quad));
        assert_eq!(TileGrid::from_id("WorldCRS84Quad"), None);
    }

    proptest! {
        #[test]
        fn a_place_is_within_half_a_unit(east in 300_000.0..700_000.0f64, north in 900_000.0..2_600_000.0f64) {
            let place = vn2000_place([east, north]);
            let back = vn2000_plane(place);
            prop_assert!((back[0] - east).abs() <= 0.004 && (back[1] - north).abs() <= 0.004);
            let tile = TileCoord::holding(17, place).unwrap();
            let metres = |from: f64, to: f64| ((to - from) / 256.0).floor() as u32;
            let [west, top] = TileGrid::Vn2000Quad.corner();
            prop_assert!(tile.x().abs_diff(metres(west, east)) <= 1);
            prop_assert!(tile.y().abs_diff(metres(north, top)) <= 1);
        }
    }
}
