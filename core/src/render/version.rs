//! Naming a tile's bytes before they are made.

use std::cell::OnceCell;
use std::hash::Hasher;
use std::ops::ControlFlow;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::features::reach;
use super::{BUDGET, is_generalised};
use crate::grid::TileGrid;
use crate::levels::{self, TILE_CELLS};
use crate::shard::Box2;
use crate::space::{TileCoord, World, WorldBox};
use crate::view::{LayerView, Part};

/// Changes whenever the same data would give other bytes: part of every tile's ETag.
const ENCODER: &str = "diaba-tile-5";

/// Names the tile's bytes before they are made: equal on every replica, after a restart and after a repack, and
/// different only where a dataset that touches the tile was imported anew, where one of its rows was changed in the
/// tile's reach, or where its theme or the encoder has changed. As of a time, any change of the layer counts.
pub fn version(layers: &[Arc<LayerView>], coord: TileCoord) -> String {
    version_within(layers, coord, BUDGET)
}

/// As [`version`], for tiles of at most so many bytes, see [`super::tile_within`].
pub fn version_within(layers: &[Arc<LayerView>], coord: TileCoord, budget: usize) -> String {
    let mut hash = Xxh3::new();
    hash.write(ENCODER.as_bytes());
    hash.write_u64(budget as u64);
    for number in [u32::from(coord.z()), coord.x(), coord.y()] {
        hash.write_u32(number);
    }
    for view in layers {
        if view.grid() != TileGrid::default() {
            hash.write(view.grid().id().as_bytes());
        }
        hash.write(view.theme().tile_hash.as_bytes());
        if view.at().is_some() {
            hash.write(view.version().as_bytes());
            continue;
        }
        let Some(reach) = Reach::new(view, coord) else {
            continue;
        };
        for part in view.parts() {
            if let Some(mark) = reach.mark(part) {
                hash.write(part.dataset().as_bytes());
                hash.write(part.shard().manifest().base().as_bytes());
                hash.write_u64(mark);
            }
        }
    }
    format!("{:032x}", hash.digest128())
}

/// Where whatever lies there has a say in a tile.
struct Reach<'v> {
    view: &'v LayerView,
    /// On the square the tile is cut from.
    world: WorldBox,
    /// On the Web Mercator square.
    mercator: WorldBox,
    lonlat: [f64; 4],
    /// The box in the working plane; `None` where it has no image there. Found when it is first needed.
    working: OnceCell<Option<Box2>>,
}

impl<'v> Reach<'v> {
    /// `None` where nothing of the layer can lie there.
    fn new(view: &'v LayerView, coord: TileCoord) -> Option<Self> {
        let world = if is_generalised(view, coord) {
            // On another grid a cell is one of Web Mercator's that holds its middle and reaches beyond it.
            let beyond = if view.grid() == TileGrid::default() {
                0
            } else {
                2
            };
            coord.world_box(levels::reach(coord.z()) + beyond, TILE_CELLS as u32)
        } else {
            reach(view.theme(), coord)
        };
        let mercator = view.mercator_box(&world)?;
        let corner = |x: u32, y: u32| World { x, y }.to_lonlat();
        let (north_west, south_east) = (
            corner(mercator.min_x, mercator.min_y),
            corner(mercator.max_x, mercator.max_y),
        );
        Some(Self {
            view,
            world,
            mercator,
            lonlat: [
                north_west.lon,
                south_east.lat,
                south_east.lon,
                north_west.lat,
            ],
            working: OnceCell::new(),
        })
    }

    /// The sum of the changes of a part that touch the reach; `None` where nothing of the part ever did.
    fn mark(&self, part: &Part) -> Option<u64> {
        if part.shard().manifest().origin.is_none() && part.edits().is_empty() {
            // What never changes touches what its extent touches.
            return part
                .extent_lonlat()
                .is_some_and(|extent| overlaps(&extent, &self.lonlat))
                .then_some(0);
        }
        // The extent would move with a change far away; what is there does not.
        let touched = part.touched(&self.mercator);
        (touched.any || self.shows(part)).then_some(touched.sum)
    }

    /// Whether anything of the part is drawn here. A record that an edit hides still counts: the edit touches the
    /// same place.
    fn shows(&self, part: &Part) -> bool {
        let near = part
            .extent_lonlat()
            .is_some_and(|extent| overlaps(&extent, &self.lonlat));
        if !near {
            return false;
        }
        let working = self
            .working
            .get_or_init(|| self.view.working_box(&self.world).ok());
        let Some(working) = working else {
            return true;
        };
        self.packed(part, working)
            || part
                .edits()
                .search(working)
                .any(|row| row.drawn_bbox().intersects(&self.mercator))
    }

    fn packed(&self, part: &Part, working: &Box2) -> bool {
        let boxes = part.shard().drawn().boxes();
        let mut any = false;
        part.shard().index().tree().search(working, |ordinal| {
            let bbox = boxes.get(ordinal as usize);
            if bbox.is_some_and(|bbox| bbox.intersects(&self.mercator)) {
                any = true;
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        any
    }
}

fn overlaps(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}
