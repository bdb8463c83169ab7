//! What the benches share: a sheet of parcels, packed, and a bare server.

pub mod bare;

use std::borrow::Borrow;
use std::path::Path;
use std::sync::Arc;

use diaba_core::feature::{NewFeature, Value};
use diaba_core::registry::Registry;
use diaba_core::shard::Provenance;
use diaba_core::store::{DirectoryStore, StoreError};
use diaba_core::theme::{Catalogue, Theme};
use diaba_core::view::LayerView;
use geo::{Coord, LineString, Polygon};

/// Memory as the servers under measure ask for it, so that the bare server is no slower for its own.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// South-west corner of the sheet, EPSG:9214, metres.
pub const CORNER: Coord<f64> = Coord {
    x: 416_000.0,
    y: 2_353_000.0,
};
/// Side of a parcel, metres.
pub const SIDE: f64 = 22.0;
/// Vertices on each side of a parcel; the sheet's outlines are slightly crooked, as surveyed ones are.
const SIDE_VERTICES: u32 = 3;

/// `count` parcels in rows that share their edges, as land_parcels wants them.
pub fn sheet(theme: &Theme, count: u32) -> impl Iterator<Item = NewFeature> {
    let columns = f64::from(count).sqrt().ceil().max(1.0) as u32;
    (0..count).map(move |i| {
        let (column, row) = (i % columns, i / columns);
        let mut values = vec![None; theme.fields.len()];
        let mut set = |name: &str, value: Value| {
            if let Some(place) = theme.field_index(name).and_then(|i| values.get_mut(i)) {
                *place = Some(value);
            }
        };
        set("ma_xa", Value::Text("07210".to_owned()));
        set("so_to", Value::Text((i / 300 + 1).to_string()));
        set("so_thua", Value::Text((i % 300 + 1).to_string()));
        let code = ["LUC", "LUC", "ONT", "CLN"][(i / 40 % 4) as usize];
        set("loai_dat", Value::Text(code.to_owned()));
        set("dien_tich", Value::Real(SIDE * SIDE));
        NewFeature {
            geometry: parcel(column, row).into(),
            values,
            extra: serde_json::Map::new(),
        }
    })
}

fn parcel(column: u32, row: u32) -> Polygon<f64> {
    let n = SIDE_VERTICES;
    let (x0, y0) = (column * n, row * n);
    let along = (0..n).map(|i| (x0 + i, y0));
    let up = (0..n).map(|i| (x0 + n, y0 + i));
    let back = (0..n).map(|i| (x0 + n - i, y0 + n));
    let down = (0..n).map(|i| (x0, y0 + n - i));
    let ring: Vec<Coord<f64>> = along
        .chain(up)
        .chain(back)
        .chain(down)
        .map(vertex)
        .collect();
    Polygon::new(LineString::from(ring), Vec::new())
}

/// A vertex of the crooked grid: the same for every parcel that has it.
fn vertex((i, j): (u32, u32)) -> Coord<f64> {
    let noise = |salt: u32| {
        let mixed = (i.wrapping_mul(0x9e37_79b9) ^ j.wrapping_mul(0x85eb_ca6b) ^ salt)
            .wrapping_mul(0xc2b2_ae35);
        f64::from(mixed >> 8) / f64::from(1 << 24) - 0.5
    };
    let step = SIDE / f64::from(SIDE_VERTICES);
    Coord {
        x: CORNER.x + step * (f64::from(i) + 0.2 * noise(1)),
        y: CORNER.y + step * (f64::from(j) + 0.2 * noise(2)),
    }
}

/// Packs `records` as a dataset of land_parcels in `root`.
///
/// # Errors
/// [`StoreError`].
pub fn pack(
    root: &Path,
    catalogue: &Arc<Catalogue>,
    theme: &Arc<Theme>,
    records: impl IntoIterator<Item = impl Borrow<NewFeature>>,
) -> Result<(), StoreError> {
    let store = DirectoryStore::create(root, Arc::clone(catalogue))?;
    let staging = store.stage(theme, "bench")?;
    let mut writer = staging.writer()?;
    for record in records {
        writer.push(record.borrow())?;
    }
    staging.seal(writer, Provenance::default()).map(|_| ())
}

/// The layer of what [`pack`] packed in `root`; `None` where there is none.
///
/// # Errors
/// [`StoreError`].
pub fn open(root: &Path, catalogue: &Arc<Catalogue>) -> Result<Option<Arc<LayerView>>, StoreError> {
    let store = DirectoryStore::open(root, Arc::clone(catalogue))?;
    let registry = Registry::open(Box::new(store), Arc::clone(catalogue))?;
    Ok(registry.snapshot().layers.get("land_parcels").cloned())
}

/// This process's memory as the kernel counts it.
pub fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status
        .lines()
        .filter(|l| l.starts_with("VmHWM") || l.starts_with("RssAnon"));
    lines
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}
