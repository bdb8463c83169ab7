//! Versions of tiles move with the changes that touch them, and with no other.

use std::collections::HashMap;
use std::sync::Arc;

use diaba_core::edits::EditBatch;
use diaba_core::levels::{self, BASE_ZOOM, TILE_CELLS};
use diaba_core::render;
use diaba_core::shard::Box2;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::view::LayerView;

use super::model::{Model, Random, middle};
use super::same::drawn;

/// Tiles that are watched.
pub struct Versions {
    tiles: Vec<(TileCoord, String)>,
    /// What was drawn under a version.
    bytes: HashMap<String, Vec<u8>>,
    looks: u32,
}

impl Versions {
    pub fn new(view: &LayerView, model: &Model) -> Self {
        let mut random = Random::new(model.rows.len() as u64);
        let mut tiles = Vec::new();
        for z in view.theme().zooms.min..=18 {
            for _ in 0..8 {
                let reach = if random.below(4) == 0 { 9_000.0 } else { 300.0 };
                let x = middle().x + random.real(-reach, reach);
                let y = middle().y + random.real(-reach, reach);
                let [lon, lat] = view.to_lonlat().point([x, y]).unwrap();
                let place = World::from_lonlat(LonLat { lon, lat });
                let coord = TileCoord::holding(z, place).unwrap();
                if tiles.iter().all(|(known, _)| *known != coord) {
                    tiles.push((coord, version(view, coord)));
                }
            }
        }
        Self {
            tiles,
            bytes: HashMap::new(),
            looks: 0,
        }
    }

    /// Compares the versions before a batch with those after it.
    pub fn moved(&mut self, view: &LayerView, batch: &EditBatch) {
        self.looks += 1;
        for at in 0..self.tiles.len() {
            let (coord, before) = self.tiles[at].clone();
            let after = version(view, coord);
            let touches = |reach: [f64; 4], margin: f64| {
                let boxes = batch.entries.iter().flat_map(|e| [e.old, e.new]);
                boxes
                    .flatten()
                    .any(|bbox| overlap(lonlat(view, &bbox, margin), reach))
            };
            if touches(coord.lonlat_bounds(), 0.0) {
                assert_ne!(before, after, "{coord:?} was changed and kept its version");
            }
            if !touches(reach(view, coord), 1e-4) {
                assert_eq!(before, after, "{coord:?} was not changed");
            }
            // A version stands for the same bytes for good.
            if self.looks % 5 == 1 || self.looks % 5 == 2 {
                let drawn = drawn(view, coord).mvt;
                let known = self
                    .bytes
                    .entry(after.clone())
                    .or_insert_with(|| drawn.clone());
                assert!(
                    *known == drawn,
                    "{coord:?} has other bytes under one version"
                );
            }
            self.tiles[at].1 = after;
        }
    }

    /// After a repack every version is what it was.
    pub fn assert_kept(&self, packed: &LayerView) {
        for (coord, before) in &self.tiles {
            assert_eq!(*before, version(packed, *coord), "{coord:?} after a repack");
        }
    }
}

fn version(view: &LayerView, coord: TileCoord) -> String {
    let layer = Arc::new(view.next(view.parts().to_vec()));
    render::version(&[layer], coord)
}

/// What has a say in a tile, and a little more: west, south, east, north.
fn reach(view: &LayerView, coord: TileCoord) -> [f64; 4] {
    let theme = view.theme();
    let generalised =
        theme.generalise.coverage && coord.z() < theme.zooms.detail && coord.z() <= BASE_ZOOM;
    let share = if generalised {
        f64::from(levels::reach(coord.z())) / TILE_CELLS as f64
    } else {
        64.0 / 4096.0
    };
    let [west, south, east, north] = coord.lonlat_bounds();
    let (dx, dy) = ((east - west) * share, (north - south) * share);
    // Rows of a tile are not as high everywhere.
    let dy = dy * 1.05;
    [west - dx, south - dy, east + dx, north + dy]
}

fn lonlat(view: &LayerView, bbox: &Box2, margin: f64) -> [f64; 4] {
    let mut corners = [
        [bbox.min_x, bbox.min_y],
        [bbox.min_x, bbox.max_y],
        [bbox.max_x, bbox.min_y],
        [bbox.max_x, bbox.max_y],
    ];
    view.to_lonlat().apply(&mut corners).unwrap();
    let all = |axis: usize| corners.iter().map(move |c| c[axis]);
    let low = |axis| all(axis).fold(f64::INFINITY, f64::min) - margin;
    let high = |axis| all(axis).fold(f64::NEG_INFINITY, f64::max) + margin;
    [low(0), low(1), high(0), high(1)]
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}
