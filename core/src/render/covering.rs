//! Which tiles of a pyramid can hold anything, without making them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::levels;
use crate::space::{MAX_ZOOM, TileCoord, WorldBox};
use crate::tile::TileSpec;
use crate::view::LayerView;

/// The tiles of `zooms` that may hold something of these layers, each once, in no promised order.
///
/// Every tile that [`super::tile`] finds not empty is among them; some of them are empty, because boxes of features
/// are asked and not features. `within` narrows the search: where it says no to a tile, none of the tiles below that
/// one are visited. The time it takes grows with the features and the tiles found, not with the grid.
pub fn covering(
    layers: &[Arc<LayerView>],
    zooms: RangeInclusive<u8>,
    within: impl Fn(TileCoord) -> bool,
) -> Vec<TileCoord> {
    let mut walk = Walk {
        boxes: boxes(layers),
        last: (*zooms.end()).min(MAX_ZOOM),
        first: *zooms.start(),
        reach: widest_reach(),
        within,
        found: Vec::new(),
    };
    let all = (0..walk.boxes.len() as u32).collect();
    if let Ok(world) = TileCoord::new(0, 0, 0) {
        walk.visit(world, all);
    }
    walk.found
}

/// Where a feature is drawn, and from which zoom.
struct Place {
    bbox: WorldBox,
    from: u8,
}

/// Everything the layers draw.
fn boxes(layers: &[Arc<LayerView>]) -> Vec<Place> {
    let mut places = Vec::new();
    for view in layers {
        let from = view.theme().zooms.min;
        for part in view.parts() {
            for lens in part.lenses() {
                let boxes = lens.shard.drawn().boxes().iter().zip(0u32..);
                let shown = boxes.filter(|(_, ordinal)| lens.shows(*ordinal));
                places.extend(shown.map(|(bbox, _)| Place { bbox: *bbox, from }));
            }
            let edited = part.edits().rows_after(None);
            places.extend(edited.map(|row| Place {
                bbox: row.drawn_bbox(),
                from,
            }));
        }
    }
    places
}

/// How far around a tile anything has a say in it, at any zoom, in units of [`TileSpec::EXTENT`] to its side. It is the
/// same at every zoom, so that what a tile reaches its parent reaches too.
fn widest_reach() -> u32 {
    let cells = (levels::LOWEST_ZOOM..=levels::BASE_ZOOM)
        .map(levels::reach)
        .max()
        .unwrap_or_default();
    let units = cells * u32::from(TileSpec::EXTENT) / levels::TILE_CELLS as u32;
    units.max(u32::from(TileSpec::BUFFER))
}

struct Walk<F> {
    boxes: Vec<Place>,
    first: u8,
    last: u8,
    reach: u32,
    within: F,
    found: Vec<TileCoord>,
}

impl<F: Fn(TileCoord) -> bool> Walk<F> {
    /// Visits a tile and those below it; `near` are the positions of the boxes its parent reaches.
    fn visit(&mut self, coord: TileCoord, mut near: Vec<u32>) {
        if !(self.within)(coord) {
            return;
        }
        let reach = coord.world_box(self.reach, u32::from(TileSpec::EXTENT));
        let boxes = &self.boxes;
        let place = |at: &u32| boxes.get(*at as usize);
        near.retain(|at| place(at).is_some_and(|place| place.bbox.intersects(&reach)));
        if near.is_empty() {
            return;
        }
        let z = coord.z();
        let drawn = near
            .iter()
            .any(|at| place(at).is_some_and(|place| place.from <= z));
        if drawn && z >= self.first {
            self.found.push(coord);
        }
        if z >= self.last {
            return;
        }
        for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            if let Ok(child) = TileCoord::new(z + 1, 2 * coord.x() + x, 2 * coord.y() + y) {
                self.visit(child, near.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tile_reaches_its_parent_reaches() {
        let reach = widest_reach();
        assert!(reach >= u32::from(TileSpec::BUFFER));
        let extent = u32::from(TileSpec::EXTENT);
        for (z, x, y) in [(14, 13_021, 7_137), (6, 50, 28), (22, 3_333_377, 1_827_072)] {
            let child = TileCoord::new(z, x, y).unwrap().world_box(reach, extent);
            let parent = TileCoord::new(z - 1, x / 2, y / 2).unwrap();
            let parent = parent.world_box(reach, extent);
            assert!(parent.min_x <= child.min_x && child.max_x <= parent.max_x);
            assert!(parent.min_y <= child.min_y && child.max_y <= parent.max_y);
        }
    }

    #[test]
    fn a_walk_finds_the_tiles_of_its_boxes_and_no_grid() {
        let near = |x: u32, y: u32, from: u8| Place {
            bbox: WorldBox {
                min_x: x,
                min_y: y,
                max_x: x + 5_000,
                max_y: y + 5_000,
            },
            from,
        };
        // In the middle of a tile of z14, whose side is 2^18.
        let (x, y) = ((13_021 << 18) + 100_000, (7_137 << 18) + 100_000);
        let mut walk = Walk {
            boxes: vec![near(x, y, 12), near(x, y, 3)],
            first: 2,
            last: 14,
            reach: widest_reach(),
            within: |coord: TileCoord| coord.z() < 14 || coord.x() == 13_021,
            found: Vec::new(),
        };
        walk.visit(TileCoord::new(0, 0, 0).unwrap(), vec![0, 1]);
        walk.found.sort_unstable();
        assert_eq!(walk.found.first().map(|c| c.z()), Some(3));
        let last: Vec<_> = walk.found.iter().filter(|c| c.z() == 14).collect();
        assert_eq!(last.len(), 1);
        assert_eq!((last[0].x(), last[0].y()), (13_021, 7_137));
        assert!(walk.found.len() < 60, "{}", walk.found.len());
    }
}
