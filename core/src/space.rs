//! A type for each coordinate space, so that a number never crosses from one to another by accident.
//!
//! ```text
//! working CRS (metres, E/N) --crs--> LonLat (degrees) --mercator--> World (unit square as u32) --tile--> TilePx
//! ```

use thiserror::Error;

/// Highest zoom a tile address may have.
pub const MAX_ZOOM: u8 = 22;

/// Longitude and latitude in degrees on WGS 84 (OGC CRS84: longitude first).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// The latitude where the Web Mercator square ends.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_59;

/// A place in the Web Mercator square, as a fraction of its side in units of 2^-32.
///
/// One unit is 9.3 mm on the equator and 8.7 mm at Bắc Giang: the "as drawn" precision.
/// `x` grows eastward, `y` grows southward, as tile rows do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct World {
    /// Eastward, 2^-32 of the square's side.
    pub x: u32,
    /// Southward, 2^-32 of the square's side.
    pub y: u32,
}

impl World {
    /// The place of `p`, rounded to the nearest unit; outside the square the nearest edge.
    pub fn from_lonlat(p: LonLat) -> Self {
        let [x, y] = Self::unrounded(p);
        Self::rounded(x, y)
    }

    /// Where `p` is, in units of the grid.
    pub(crate) fn unrounded(p: LonLat) -> [f64; 2] {
        let lat = p.lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians();
        let x = (p.lon + 180.0) / 360.0;
        let y = 0.5 - (lat.tan() + 1.0 / lat.cos()).ln() / (2.0 * std::f64::consts::PI);
        [x * SIDE, y * SIDE]
    }

    /// The nearest unit of the grid; outside the square the nearest edge.
    pub(crate) fn rounded(x: f64, y: f64) -> Self {
        // Saturating float-to-int conversion keeps the far edge and NaN inside the square.
        Self {
            x: x.round() as u32,
            y: y.round() as u32,
        }
    }

    /// Longitude and latitude of this place.
    pub fn to_lonlat(self) -> LonLat {
        let x = f64::from(self.x) / SIDE;
        let y = f64::from(self.y) / SIDE;
        LonLat {
            lon: x * 360.0 - 180.0,
            lat: (std::f64::consts::PI * (1.0 - 2.0 * y))
                .sinh()
                .atan()
                .to_degrees(),
        }
    }
}

/// The square's side in [`World`] units.
pub const SIDE: f64 = 4_294_967_296.0;

/// A box in [`World`] units, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct WorldBox {
    /// West edge.
    pub min_x: u32,
    /// North edge.
    pub min_y: u32,
    /// East edge.
    pub max_x: u32,
    /// South edge.
    pub max_y: u32,
}

impl WorldBox {
    /// The box that holds nothing; any [`WorldBox::extend`] makes it real.
    pub const EMPTY: Self = Self {
        min_x: u32::MAX,
        min_y: u32::MAX,
        max_x: 0,
        max_y: 0,
    };

    /// Grows to hold `p`.
    pub fn extend(&mut self, p: World) {
        self.min_x = self.min_x.min(p.x);
        self.min_y = self.min_y.min(p.y);
        self.max_x = self.max_x.max(p.x);
        self.max_y = self.max_y.max(p.y);
    }

    /// Grows to hold `other`.
    pub fn union(&mut self, other: &Self) {
        self.min_x = self.min_x.min(other.min_x);
        self.min_y = self.min_y.min(other.min_y);
        self.max_x = self.max_x.max(other.max_x);
        self.max_y = self.max_y.max(other.max_y);
    }

    /// Whether it lies in `other`, edges included.
    pub fn is_in(&self, other: &Self) -> bool {
        other.min_x <= self.min_x
            && self.max_x <= other.max_x
            && other.min_y <= self.min_y
            && self.max_y <= other.max_y
    }

    /// Whether the two boxes share a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.min_x <= other.max_x
            && other.min_x <= self.max_x
            && self.min_y <= other.max_y
            && other.min_y <= self.max_y
    }
}

/// A place in a tile, in units of the tile's extent: `x` eastward, `y` southward from its north-west corner.
///
/// Negative values and values above the extent lie in the tile's buffer.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    PartialOrd,
    Ord,
    bytemuck::Pod,
    bytemuck::Zeroable,
)]
#[repr(C)]
pub struct TilePx {
    /// Eastward, tile units.
    pub x: i32,
    /// Southward, tile units.
    pub y: i32,
}

impl TilePx {
    /// The place `x`, `y` tile units from the north-west corner.
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }
}

/// A tile's address that has passed [`TileCoord::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileCoord {
    z: u8,
    x: u32,
    y: u32,
}

/// Why an address names no tile.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum TileCoordError {
    /// The zoom is above [`MAX_ZOOM`].
    #[error("zoom {0} is above {MAX_ZOOM}")]
    Zoom(u8),
    /// Column or row lies outside the grid of that zoom.
    #[error("tile {x}/{y} is outside zoom {z}: column and row go from 0 to {last}")]
    Outside {
        /// zoom
        z: u8,
        /// column
        x: u32,
        /// row
        y: u32,
        /// highest column and row of the zoom
        last: u32,
    },
}

impl TileCoord {
    /// The tile in column `x` and row `y` (counted from the north-west) of zoom `z`.
    pub const fn new(z: u8, x: u32, y: u32) -> Result<Self, TileCoordError> {
        if z > MAX_ZOOM {
            return Err(TileCoordError::Zoom(z));
        }
        let last = (1u32 << z) - 1;
        if x > last || y > last {
            return Err(TileCoordError::Outside { z, x, y, last });
        }
        Ok(Self { z, x, y })
    }

    /// The tile of zoom `z` that holds `p`.
    pub fn holding(z: u8, p: World) -> Result<Self, TileCoordError> {
        if z > MAX_ZOOM {
            return Err(TileCoordError::Zoom(z));
        }
        let shift = 32 - u32::from(z);
        let cut = |v: u32| (u64::from(v) >> shift) as u32;
        Ok(Self {
            z,
            x: cut(p.x),
            y: cut(p.y),
        })
    }

    /// Zoom level.
    pub const fn z(self) -> u8 {
        self.z
    }

    /// Column, from the west.
    pub const fn x(self) -> u32 {
        self.x
    }

    /// Row, from the north.
    pub const fn y(self) -> u32 {
        self.y
    }

    /// Side of the tile in [`World`] units, as a power of two: `side = 2^bits`.
    pub const fn bits(self) -> u32 {
        32 - self.z as u32
    }

    /// North-west corner in [`World`] units.
    pub const fn origin(self) -> (u64, u64) {
        (
            (self.x as u64) << self.bits(),
            (self.y as u64) << self.bits(),
        )
    }

    /// The tile's box widened by `buffer` / `extent` of its side on all four sides, cut at the square.
    pub fn world_box(self, buffer: u32, extent: u32) -> WorldBox {
        let side = 1u64 << self.bits();
        let margin = side * u64::from(buffer) / u64::from(extent.max(1));
        let (x, y) = self.origin();
        let last = u64::from(u32::MAX);
        WorldBox {
            min_x: x.saturating_sub(margin) as u32,
            min_y: y.saturating_sub(margin) as u32,
            max_x: (x + side - 1 + margin).min(last) as u32,
            max_y: (y + side - 1 + margin).min(last) as u32,
        }
    }

    /// The tile's bounds in degrees: west, south, east, north.
    pub fn lonlat_bounds(self) -> [f64; 4] {
        let n = f64::from(1u32 << self.z);
        let lon = |x: f64| x / n * 360.0 - 180.0;
        let lat = |y: f64| {
            (std::f64::consts::PI * (1.0 - 2.0 * y / n))
                .sinh()
                .atan()
                .to_degrees()
        };
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        [lon(x), lat(y + 1.0), lon(x + 1.0), lat(y)]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_outside_its_zoom_is_refused() {
        assert_eq!(TileCoord::new(23, 0, 0), Err(TileCoordError::Zoom(23)));
        assert!(TileCoord::new(1, 2, 0).is_err());
        assert!(TileCoord::new(0, 0, 0).is_ok());
        assert!(TileCoord::new(22, (1 << 22) - 1, 0).is_ok());
    }

    #[test]
    fn the_corners_of_the_square_stay_inside() {
        assert_eq!(
            World::from_lonlat(LonLat {
                lon: -180.0,
                lat: 90.0
            }),
            World { x: 0, y: 0 }
        );
        assert_eq!(
            World::from_lonlat(LonLat {
                lon: 180.0,
                lat: -90.0
            }),
            World {
                x: u32::MAX,
                y: u32::MAX
            }
        );
    }

    proptest! {
        #[test]
        fn world_and_lonlat_agree_to_a_centimetre(lon in 102.0..110.0f64, lat in 8.0..24.0f64) {
            let back = World::from_lonlat(LonLat { lon, lat }).to_lonlat();
            prop_assert!((back.lon - lon).abs() < 5e-8 && (back.lat - lat).abs() < 5e-8);
        }

        #[test]
        fn a_tile_holds_the_places_it_is_found_by(x in any::<u32>(), y in any::<u32>(), z in 0u8..=MAX_ZOOM) {
            let tile = TileCoord::holding(z, World { x, y }).unwrap();
            let b = tile.world_box(0, 4096);
            prop_assert!((b.min_x..=b.max_x).contains(&x) && (b.min_y..=b.max_y).contains(&y));
        }
    }
}
