//! From a box as drawn to the working plane.

use super::LayerView;
use crate::crs::CrsError;
use crate::shard::Box2;
use crate::space::{World, WorldBox};

/// Places followed along each side of a box.
const STEPS: u64 = 8;

impl LayerView {
    /// The box in the working plane that holds everything in `world`, a box of the square its tiles are cut from.
    ///
    /// The box's sides are curves in the plane: they are followed at points close enough that what bends between
    /// them is a thousandth of the box, and the box is widened by that.
    pub(crate) fn working_box(&self, world: &WorldBox) -> Result<Box2, CrsError> {
        let Some(reach) = self.extent_lonlat() else {
            return Ok(Box2::EMPTY);
        };
        self.working_places(along(world), reach).map(around)
    }

    /// As [`LayerView::working_box`], for a box of the Web Mercator square whatever the tiles are cut from.
    pub(super) fn working_box_of_mercator(&self, world: &WorldBox) -> Result<Box2, CrsError> {
        let Some(reach) = self.extent_lonlat() else {
            return Ok(Box2::EMPTY);
        };
        self.mercator_places(along(world), reach).map(around)
    }
}

/// Places along the sides of a box.
pub(super) fn along(world: &WorldBox) -> impl Iterator<Item = World> + use<> {
    let world = *world;
    let at = |from: u32, to: u32, i: u64| {
        (u64::from(from) + (u64::from(to) - u64::from(from)) * i / STEPS) as u32
    };
    (0..=STEPS).flat_map(move |i| {
        [0, STEPS].into_iter().flat_map(move |j| {
            [(i, j), (j, i)].map(|(i, j)| World {
                x: at(world.min_x, world.max_x, i),
                y: at(world.min_y, world.max_y, j),
            })
        })
    })
}

fn around(places: Vec<[f64; 2]>) -> Box2 {
    let mut bbox = Box2::EMPTY;
    for [x, y] in places {
        bbox.extend(x, y);
    }
    let bend = (bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y) / 1000.0;
    bbox.widened(bend + 0.1)
}
