//! From a box as drawn to the working plane.

use super::LayerView;
use crate::crs::CrsError;
use crate::shard::Box2;
use crate::space::{World, WorldBox};

impl LayerView {
    /// The box in the working plane that holds everything in `world`.
    ///
    /// The box's sides are curves in the plane: they are followed at points close enough that what bends between
    /// them is a thousandth of the box, and the box is widened by that.
    pub(crate) fn working_box(&self, world: &WorldBox) -> Result<Box2, CrsError> {
        const STEPS: u64 = 8;
        let Some(reach) = self.extent_lonlat() else {
            return Ok(Box2::EMPTY);
        };
        let at = |from: u32, to: u32, i: u64| {
            (u64::from(from) + (u64::from(to) - u64::from(from)) * i / STEPS) as u32
        };
        let mut places = Vec::new();
        for i in 0..=STEPS {
            for j in [0, STEPS] {
                places.push(World {
                    x: at(world.min_x, world.max_x, i),
                    y: at(world.min_y, world.max_y, j),
                });
                places.push(World {
                    x: at(world.min_x, world.max_x, j),
                    y: at(world.min_y, world.max_y, i),
                });
            }
        }
        let mut coords: Vec<[f64; 2]> = places
            .into_iter()
            .map(|p| {
                // Only what is near the layer has a place in its plane, and more is not asked for.
                let p = p.to_lonlat();
                [
                    p.lon.clamp(reach[0] - 1.0, reach[2] + 1.0),
                    p.lat.clamp(reach[1] - 1.0, reach[3] + 1.0),
                ]
            })
            .collect();
        self.from_lonlat().apply(&mut coords)?;
        let mut bbox = Box2::EMPTY;
        for [x, y] in coords {
            bbox.extend(x, y);
        }
        let bend = (bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y) / 1000.0;
        Ok(bbox.widened(bend + 0.1))
    }
}
