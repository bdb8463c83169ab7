//! From the Web Mercator square to the integer grid of one tile.

use crate::space::{TileCoord, TilePx, World, WorldBox};

/// Which tile is cut, and how finely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileSpec {
    /// The tile.
    pub coord: TileCoord,
    /// Units along the tile's side.
    pub extent: u16,
    /// Units beyond each side that geometry is kept for, so that outlines are not drawn along the tile's edge.
    pub buffer: u16,
}

impl TileSpec {
    /// The extent nearly every map client expects.
    pub const EXTENT: u16 = 4096;
    /// A buffer wide enough for lines of 8 pixels in a tile drawn at 512 pixels.
    pub const BUFFER: u16 = 64;

    /// `coord` with the usual extent and buffer.
    pub const fn new(coord: TileCoord) -> Self {
        Self {
            coord,
            extent: Self::EXTENT,
            buffer: Self::BUFFER,
        }
    }

    /// The box, in the Web Mercator square, of what the tile may show: ask the index for this.
    pub fn world_box(&self) -> WorldBox {
        self.coord
            .world_box(u32::from(self.buffer), u32::from(self.extent))
    }
}

/// The grid of one tile. One step of it is the same everywhere: tiles of a zoom share one global grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    origin_x: i64,
    origin_y: i64,
    extent: i64,
    half: i64,
    bits: u32,
    /// Lowest coordinate kept, on both axes.
    pub lo: i64,
    /// Highest coordinate kept, on both axes.
    pub hi: i64,
}

impl Grid {
    pub fn new(spec: &TileSpec) -> Self {
        let (x, y) = spec.coord.origin();
        let bits = spec.coord.bits();
        let extent = i64::from(spec.extent.max(1));
        Self {
            origin_x: x as i64,
            origin_y: y as i64,
            extent,
            half: 1i64 << (bits - 1),
            bits,
            lo: -i64::from(spec.buffer),
            hi: extent + i64::from(spec.buffer),
        }
    }

    /// The nearest grid point, halves to the south-east. Below 2^48 in size, so products of two differences
    /// need 128 bits; [`super::clip`] keeps to that.
    #[inline]
    pub fn wide(&self, p: World) -> [i64; 2] {
        let snap =
            |v: u32, origin: i64| ((i64::from(v) - origin) * self.extent + self.half) >> self.bits;
        [snap(p.x, self.origin_x), snap(p.y, self.origin_y)]
    }

    /// The nearest grid point of a place known to be in the box; a place that is not is moved into it.
    #[inline]
    pub fn inside(&self, p: World) -> TilePx {
        let [x, y] = self.wide(p);
        TilePx {
            x: x.clamp(self.lo, self.hi) as i32,
            y: y.clamp(self.lo, self.hi) as i32,
        }
    }

    /// Whether a grid point lies in the box and not on its edge.
    pub fn within(&self, [x, y]: [i64; 2]) -> bool {
        self.lo < x && x < self.hi && self.lo < y && y < self.hi
    }

    /// Where a feature with this box lies.
    pub fn place(&self, bbox: &WorldBox) -> Place {
        let [min_x, min_y] = self.wide(World {
            x: bbox.min_x,
            y: bbox.min_y,
        });
        let [max_x, max_y] = self.wide(World {
            x: bbox.max_x,
            y: bbox.max_y,
        });
        if max_x < self.lo || max_y < self.lo || min_x > self.hi || min_y > self.hi {
            return Place::Outside;
        }
        let inside = min_x >= self.lo && min_y >= self.lo && max_x <= self.hi && max_y <= self.hi;
        let (wide, high) = (max_x > min_x, max_y > min_y);
        if inside {
            Place::Inside { wide, high }
        } else {
            Place::Across { wide, high }
        }
    }
}

/// Where a feature's box lies, seen from a tile's; `wide` and `high` say whether it covers more than one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It shares no point with the tile's box.
    Outside,
    /// It crosses the edge of the tile's box.
    Across { wide: bool, high: bool },
    /// It lies in the tile's box.
    Inside { wide: bool, high: bool },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::space::MAX_ZOOM;

    proptest! {
        /// Tiles of a zoom share one grid, so what lies in two tiles' boxes is drawn at the same place by both.
        #[test]
        fn neighbouring_tiles_snap_alike(x in any::<u32>(), y in any::<u32>(), z in 1u8..=MAX_ZOOM, extent in 1u16..) {
            let p = World { x, y };
            let home = TileCoord::holding(z, p).unwrap();
            let other = TileCoord::new(z, home.x() ^ 1, home.y() ^ 1).unwrap();
            let grid = |coord| Grid::new(&TileSpec { coord, extent, buffer: 0 });
            let a = grid(home).wide(p);
            let b = grid(other).wide(p);
            let step = i64::from(extent);
            prop_assert_eq!(a[0] + i64::from(home.x()) * step, b[0] + i64::from(other.x()) * step);
            prop_assert_eq!(a[1] + i64::from(home.y()) * step, b[1] + i64::from(other.y()) * step);
            prop_assert!((0..=step).contains(&a[0]) && (0..=step).contains(&a[1]));
        }
    }
}
