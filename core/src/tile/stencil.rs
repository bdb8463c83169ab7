//! Stencils: what a tile says of a polygon that lies wholly in its box, made once for all tiles of a zoom.
//!
//! Tiles of a zoom share one grid, and everything that is done to such a polygon (snapping, simplifying, testing) looks
//! at that grid alone. So its commands are the same in every tile but for where they begin. A stencil is where they begin,
//! seen from the north-west corner of the polygon's box on the grid (two varints), and the commands after the first
//! place. What snapping makes invalid has none: repairing it is left to the tile.

use super::check::Checker;
use super::encode::Commands;
use super::rings::{RingSet, Taker};
use super::snap::{Grid, TileSpec};
use super::{Drawn, DrawnKind};
use crate::space::{TileCoord, TilePx, World};

/// The stencil of a polygon at a zoom.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stencil<'a> {
    /// The zoom it was made for.
    pub zoom: u8,
    /// As [`StencilCutter::cut`] made it; empty where the polygon has none.
    pub bytes: &'a [u8],
}

/// Makes stencils, with buffers it uses again from feature to feature.
#[derive(Debug, Default)]
pub struct StencilCutter {
    rings: RingSet,
    checker: Checker,
    commands: Commands,
}

impl StencilCutter {
    /// Appends the stencil of `feature` at `zoom` to `out`; nothing where it has none: no polygon, larger than a tile, too
    /// small for the grid, or not valid on it.
    pub fn cut(&mut self, feature: &Drawn<'_>, zoom: u8, out: &mut Vec<u8>) {
        if feature.kind != DrawnKind::Polygon {
            return;
        }
        let (low, high) = ends(feature);
        let Ok(home) = TileCoord::holding(zoom, low) else {
            return;
        };
        let spec = TileSpec::new(home);
        let grid = Grid::new(&spec);
        let [corner, end] = [low, high].map(|place| grid.wide(place));
        let room = i64::from(spec.extent) + 2 * i64::from(spec.buffer);
        let fits = |axis: usize| (1..=room).contains(&(end[axis] - corner[axis]));
        if !fits(0) || !fits(1) {
            return;
        }
        self.rings.clear();
        let mut taken = Taker::new(&mut self.rings);
        for (ring, hole) in feature.paths() {
            let seen = ring.iter().map(|place| {
                let at = grid.wide(*place);
                let [x, y] = [0, 1].map(|axis| (at[axis] - corner[axis]).clamp(0, room));
                TilePx::new(x as i32, y as i32)
            });
            taken.take(hole, seen);
        }
        if self.checker.check(&self.rings).is_ok() {
            self.commands.stencil(&self.rings, out);
        }
    }
}

/// The corners of a feature's box.
const fn ends(feature: &Drawn<'_>) -> (World, World) {
    let bbox = &feature.bbox;
    (
        World {
            x: bbox.min_x,
            y: bbox.min_y,
        },
        World {
            x: bbox.max_x,
            y: bbox.max_y,
        },
    )
}
