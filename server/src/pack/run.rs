//! A pack from the register to its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diaba_core::registry::Registry;
use diaba_core::view::{FeatureRef, LayerView};
use jiff::civil::Date;

use super::sheet::{DatasetLine, Sheet, ThemeLine};
use crate::export::area::{COMMUNES, Commune};
use crate::export::{Asked, ExportError, Plan, Progress, Request, export};
use crate::geopackage::GeoPackage;

/// What a pack came to.
#[derive(Debug)]
pub struct Packed {
    /// Its folder.
    pub folder: PathBuf,
    /// What it says of itself.
    pub text: String,
}

/// Packs the commune of this code into a folder below `out`, named by its code and `date`.
///
/// # Errors
/// [`ExportError`]; what stood under the name stands as it was.
pub fn pack(
    registry: &Registry,
    code: &str,
    out: &Path,
    date: Date,
    threads: usize,
    progress: &Progress,
) -> Result<Packed, ExportError> {
    let snapshot = registry.snapshot();
    let commune = Commune::find(code, snapshot.layers.get(COMMUNES).map(AsRef::as_ref))?;
    let name = format!("{code}-{date}");
    let making = out.join(format!(".{name}.part"));
    fs::create_dir_all(&making).map_err(ExportError::io(&making))?;
    let map = making.join(format!("{name}.pmtiles"));
    let request = Request {
        themes: Vec::new(),
        zooms: None,
        area: Asked::Commune(code.to_owned()),
        out: map.clone(),
        since: None,
        threads,
    };
    let plan = Plan::new(registry, &request)?;
    let (layers, zooms) = (plan.layers.clone(), plan.identity.zooms);
    let exported = export(plan, &map, None, threads, progress)?;
    // The field needs no versions of tiles.
    let versions = making.join(format!("{name}.pmtiles.versions"));
    fs::remove_file(&versions).map_err(ExportError::io(&versions))?;

    let records = format!("{name}.gpkg");
    let package = GeoPackage::create(&making.join(&records), format!("{date}T00:00:00.000Z"))?;
    let mut themes = Vec::new();
    for layer in &layers {
        themes.push(theme(layer, &commune, &package)?);
    }
    package.finish()?;
    let sheet = Sheet {
        commune: commune.code,
        name: commune.name,
        date: date.to_string(),
        version: exported.version,
        crs: "EPSG:9214, VN-2000 / TM-3 107-00",
        map: format!("{name}.pmtiles"),
        tiles: exported.counts.tiles,
        zooms,
        records,
        themes,
    };
    let text = sheet.text();
    write(&making.join(format!("{name}.txt")), text.as_bytes())?;
    let json =
        serde_json::to_vec_pretty(&sheet).map_err(|error| ExportError::archive(&making, error))?;
    write(&making.join(format!("{name}.json")), &json)?;
    let folder = out.join(&name);
    place(&making, &folder)?;
    Ok(Packed { folder, text })
}

/// Writes the records of a layer that share a place with the commune.
fn theme(
    layer: &Arc<LayerView>,
    commune: &Commune,
    package: &GeoPackage,
) -> Result<ThemeLine, ExportError> {
    let theme = layer.theme();
    let found = layer.intersecting(&commune.ground)?;
    let records = package.layer(theme, &found)?;
    let mut datasets: BTreeMap<&str, (u64, &FeatureRef<'_>)> = BTreeMap::new();
    for feature in &found {
        datasets.entry(feature.dataset()).or_insert((0, feature)).0 += 1;
    }
    let datasets = datasets.into_iter().map(|(dataset, (records, one))| {
        let manifest = one.manifest();
        DatasetLine {
            dataset: dataset.to_owned(),
            revision: manifest.revision.clone(),
            imported_at: manifest.provenance.imported_at.clone(),
            records,
        }
    });
    Ok(ThemeLine {
        theme: theme.id.clone(),
        title: theme.title.vi.clone(),
        title_en: theme.title.en.clone(),
        records,
        datasets: datasets.collect(),
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    fs::write(path, bytes).map_err(ExportError::io(path))
}

/// Puts a finished folder in the place of one of the same day.
fn place(making: &Path, folder: &Path) -> Result<(), ExportError> {
    let before = making.with_extension("before");
    if folder.exists() {
        fs::rename(folder, &before).map_err(ExportError::io(folder))?;
    }
    fs::rename(making, folder).map_err(ExportError::io(folder))?;
    if before.exists() {
        fs::remove_dir_all(&before).map_err(ExportError::io(&before))?;
    }
    Ok(())
}
