//! Zones that cover the ground of all parcels without gaps: crooked outlines shared by neighbours, as planners draw them
//! along lanes and ditches, some of them 20 km long.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use diaba_core::feature::{NewFeature, Value};
use diaba_core::shard::{Box2, Provenance};
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;
use diaba_core::view::LayerView;
use geo::{Coord, LineString, Polygon};

/// Vertices along a side of a zone.
const STEPS: u32 = 48;
/// Rows of the grid of zones that are each one zone as long as the ground.
const LONG: u32 = 2;

/// A box that holds every place of the plane.
pub fn everywhere() -> Box2 {
    Box2::point(0.0, 0.0).widened(1e8)
}

/// Lays about `count` zones on the ground of `parcels` and packs them as a dataset of urban_plan_zones.
pub fn lay(
    data: &Path,
    catalogue: &Arc<Catalogue>,
    parcels: &LayerView,
    count: u32,
) -> anyhow::Result<()> {
    let theme = catalogue
        .theme("urban_plan_zones")
        .context("no urban_plan_zones")?;
    let mut ground = Box2::EMPTY;
    for shard in parcels.shards() {
        ground.union(&shard.index().tree().extent().unwrap_or(Box2::EMPTY));
    }
    let grid = Grid {
        ground,
        columns: f64::from(count).sqrt().ceil().max(1.0) as u32,
    };
    let store = DirectoryStore::open(data, Arc::clone(catalogue))?;
    let staging = store.stage(theme, "bench")?;
    let mut writer = staging.writer()?;
    let mark = theme.field_index("ky_hieu").context("no ky_hieu")?;
    for row in 0..grid.columns {
        let wide = if row < LONG { grid.columns } else { 1 };
        for column in (0..grid.columns).step_by(wide as usize) {
            let mut values = vec![None; theme.fields.len()];
            if let Some(value) = values.get_mut(mark) {
                *value = Some(Value::Text(format!("{row}-{column}")));
            }
            writer.push(&NewFeature {
                geometry: grid.zone(column, row, wide).into(),
                values,
                extra: serde_json::Map::new(),
            })?;
        }
    }
    staging.seal(writer, Provenance::default())?;
    Ok(())
}

struct Grid {
    ground: Box2,
    columns: u32,
}

impl Grid {
    fn zone(&self, column: u32, row: u32, wide: u32) -> Polygon<f64> {
        let n = STEPS;
        let (x0, y0) = (column * n, row * n);
        let (x1, y1) = (x0 + wide * n, y0 + n);
        let ring = (x0..x1)
            .map(|x| (x, y0))
            .chain((y0..y1).map(|y| (x1, y)))
            .chain((x0 + 1..=x1).rev().map(|x| (x, y1)))
            .chain((y0 + 1..=y1).rev().map(|y| (x0, y)));
        Polygon::new(
            ring.map(|at| self.vertex(at)).collect::<LineString<f64>>(),
            Vec::new(),
        )
    }

    /// A vertex of the crooked grid, to the millimetre: the same for every zone that has it.
    fn vertex(&self, (i, j): (u32, u32)) -> Coord<f64> {
        let noise = |salt: u32| {
            let mixed = (i.wrapping_mul(0x9e37_79b9) ^ j.wrapping_mul(0x85eb_ca6b) ^ salt)
                .wrapping_mul(0xc2b2_ae35);
            f64::from(mixed >> 8) / f64::from(1 << 24) - 0.5
        };
        let steps = f64::from(self.columns * STEPS);
        let (width, height) = (
            self.ground.max_x - self.ground.min_x,
            self.ground.max_y - self.ground.min_y,
        );
        let place = |from: f64, size: f64, at: u32, other: u32, salt: u32| {
            let bend = (f64::from(other) / 19.0).sin() + (f64::from(at + other) / 31.0).cos();
            let share = (f64::from(at) + 3.0 * bend + 0.6 * noise(salt)) / steps;
            ((from + size * share) * 1000.0).round() / 1000.0
        };
        Coord {
            x: place(self.ground.min_x, width, i, j, 1),
            y: place(self.ground.min_y, height, j, i, 2),
        }
    }
}
