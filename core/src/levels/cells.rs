//! The global grid of class cells: its numbers, the names of its tiles, and what a cell holds.

use crate::space::{TileCoord, World, WorldBox};

/// Zoom whose tiles carry the base cells; coarser cells are taken from these by majority.
pub const BASE_ZOOM: u8 = 13;
/// Lowest zoom the grid is kept for: there a base tile has shrunk to 2 × 2 cells.
pub const LOWEST_ZOOM: u8 = 5;
/// Cells along one side of a tile, at every zoom.
pub const TILE_CELLS: usize = 512;
/// Highest class a cell can hold. 0 is an empty cell; the numbers above are kept for the grid's own use.
pub const MAX_CLASS: u8 = 250;

/// Zooms kept: [`BASE_ZOOM`] down to [`LOWEST_ZOOM`]; level 0 is the base.
pub(super) const LEVELS: usize = (BASE_ZOOM - LOWEST_ZOOM) as usize + 1;
/// A base cell's side is `2^CELL_BITS` World units (about 9 m on the ground at Bắc Giang).
pub(super) const CELL_BITS: u32 = 32 - BASE_ZOOM as u32 - TILE_CELLS_BITS;
/// `TILE_CELLS = 2^TILE_CELLS_BITS`.
pub(super) const TILE_CELLS_BITS: u32 = TILE_CELLS.ilog2();
/// Base cells in a base tile.
pub(super) const BASE_CELLS: usize = TILE_CELLS * TILE_CELLS;
/// Columns (and rows) of base tiles in the square.
pub(super) const BASE_TILES: u32 = 1 << BASE_ZOOM;

/// Cells along one side of a base tile's block at `level` (0 = base).
pub(super) const fn block_side(level: usize) -> usize {
    TILE_CELLS >> level
}

/// A tile of [`BASE_ZOOM`]; ordered by row, then column, as the files' directories are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BaseTile {
    /// Row from the north.
    pub y: u16,
    /// Column from the west.
    pub x: u16,
}

impl BaseTile {
    /// Its box.
    pub fn world_box(self) -> WorldBox {
        let shift = 32 - u32::from(BASE_ZOOM);
        let (x, y) = (u32::from(self.x) << shift, u32::from(self.y) << shift);
        let last = (1 << shift) - 1;
        WorldBox {
            min_x: x,
            min_y: y,
            max_x: x | last,
            max_y: y | last,
        }
    }

    /// Its middle.
    pub fn middle(self) -> World {
        let half = 1 << (31 - u32::from(BASE_ZOOM));
        let bbox = self.world_box();
        World {
            x: bbox.min_x + half,
            y: bbox.min_y + half,
        }
    }

    /// The base tile that holds `p`.
    pub fn holding(p: World) -> Self {
        let cut = |v: u32| (v >> (32 - u32::from(BASE_ZOOM))) as u16;
        Self {
            y: cut(p.y),
            x: cut(p.x),
        }
    }
}

/// Columns and rows of base tiles inside a tile of a zoom up to [`BASE_ZOOM`]: first and one past the last.
pub(super) fn base_range(coord: TileCoord) -> ([u32; 2], [u32; 2]) {
    let shift = u32::from(BASE_ZOOM.saturating_sub(coord.z()));
    let span = |v: u32| [v << shift, (v + 1) << shift];
    (span(coord.x()), span(coord.y()))
}

/// What a base cell holds: the class of the feature that covers its centre, and how strong that feature's claim is.
///
/// Claims are ordered: where several features cover one centre the greatest claim stays. The larger area wins
/// (areas compared in steps of an eighth of an octave, so that a claim fits in a byte and shards can be merged long after
/// they were packed), then the lower class. Taking the greatest is associative and commutative: neither the order of
/// features nor their division into shards and threads can change a cell.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, bytemuck::Pod, bytemuck::Zeroable,
)]
#[repr(transparent)]
pub(super) struct Claim(u16);

impl Claim {
    /// No feature covers the centre.
    pub const EMPTY: Self = Self(0);

    /// The claim of a feature of `class` (1..=[`MAX_CLASS`]) with `area` m².
    pub fn new(class: u8, area: f64) -> Self {
        Self::from_parts(class, strength(area))
    }

    /// A claim from its stored parts; class 0 is the empty cell.
    pub fn from_parts(class: u8, strength: u8) -> Self {
        if class == 0 {
            Self::EMPTY
        } else {
            Self(u16::from(strength) << 8 | u16::from(u8::MAX - class))
        }
    }

    /// Class of the cell, 0 where it is empty.
    pub fn class(self) -> u8 {
        if self == Self::EMPTY {
            0
        } else {
            u8::MAX - self.0 as u8
        }
    }

    /// Strength of the claim; larger areas have larger ones.
    pub fn strength(self) -> u8 {
        (self.0 >> 8) as u8
    }
}

/// Eighths of an octave of the area counted from 1/16 m²; integer arithmetic, so that every machine agrees.
fn strength(area: f64) -> u8 {
    let sixteenths = ((area * 16.0) as u64).max(1);
    let octave = sixteenths.ilog2();
    let eighth = if octave >= 3 {
        (sixteenths >> (octave - 3)) & 7
    } else {
        (sixteenths << (3 - octave)) & 7
    };
    (u64::from(octave) << 3 | eighth).min(u64::from(u8::MAX)) as u8
}

/// Features of one class and their area, exact sums in square centimetres so that no order of adding shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Total {
    /// Number of features.
    pub count: u64,
    /// Area in cm².
    pub area_cm2: u64,
}

impl Total {
    /// One feature of `area` m²; a negative area or one that is no number counts as nothing.
    pub fn one(area: f64) -> Self {
        Self {
            count: 1,
            area_cm2: (area * 1e4).round() as u64,
        }
    }

    /// Adds `other`.
    pub fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.area_cm2 = self.area_cm2.saturating_add(other.area_cm2);
    }

    /// Area in m².
    pub fn area_m2(self) -> f64 {
        self.area_cm2 as f64 / 1e4
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_claim_keeps_its_class_and_orders_by_area_then_class(a in 1u8..=250, b in 1u8..=250, area in 0.0..1e9f64, more in 1.2..100.0f64) {
            let claim = Claim::new(a, area);
            prop_assert_eq!(claim.class(), a);
            prop_assert_eq!(Claim::from_parts(a, claim.strength()), claim);
            prop_assert!(claim > Claim::EMPTY);
            if area > 1.0 && area < 1e8 && area * more < 2e8 {
                prop_assert!(Claim::new(b, area * more) > claim);
            }
            prop_assert_eq!(a < b, claim > Claim::new(b, area));
        }
    }
}
