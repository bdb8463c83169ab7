//! The records that were not taken, as a GeoPackage: where each lies, and why it was not taken. Opens in QGIS.

use std::path::Path;

use gdal::Dataset;
use gdal::DriverManager;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{Feature, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType, ToGdal};
use geo::{CoordsIter, Geometry};
use tempfile::TempDir;

use super::RejectedRecord;
use crate::error::ImportError;

/// Records and vertices written at a time.
const RECORDS: usize = 1_000;
const VERTICES: usize = 200_000;
/// Name of the layer and of the file while it is written.
const LAYER: &str = "ban_ghi_bi_loai";
const FILE: &str = "rejects.gpkg";

/// The file in the making; made with the first record, in a folder of its own. What keeps it from being written never
/// keeps an import out.
#[derive(Debug, Default)]
pub struct RejectsFile {
    epsg: Option<u32>,
    open: Option<Open>,
    waiting: Vec<(RejectedRecord, Option<Geometry<f64>>)>,
    vertices: usize,
    failure: Option<String>,
}

struct Open {
    folder: TempDir,
    dataset: Dataset,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.folder.fmt(f)
    }
}

/// The file, complete, in a folder that goes with it.
#[derive(Debug)]
pub struct MadeRejects {
    folder: TempDir,
}

impl MadeRejects {
    /// Puts a copy where it belongs.
    ///
    /// # Errors
    /// [`ImportError::Report`].
    pub fn put(&self, to: &Path) -> Result<(), ImportError> {
        // Not renamed: the folder for temporary files may lie on another disk.
        let copy = || {
            if let Some(folder) = to.parent().filter(|f| !f.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::copy(self.folder.path().join(FILE), to).map(|_| ())
        };
        copy().map_err(|e| ImportError::Report {
            path: to.to_owned(),
            reason: e.to_string(),
        })
    }
}

impl RejectsFile {
    /// For geometry in the system with this EPSG code.
    pub fn new(epsg: Option<u32>) -> Self {
        Self {
            epsg,
            ..Self::default()
        }
    }

    /// Takes a record and its geometry as it came, where it has one that can be written.
    pub fn push(&mut self, record: RejectedRecord, geometry: Option<Geometry<f64>>) {
        if self.failure.is_some() {
            return;
        }
        let finite =
            |g: &Geometry<f64>| g.coords_iter().all(|c| c.x.is_finite() && c.y.is_finite());
        let geometry = geometry.filter(finite);
        self.vertices += geometry.as_ref().map_or(0, CoordsIter::coords_count);
        self.waiting.push((record, geometry));
        if self.waiting.len() >= RECORDS || self.vertices >= VERTICES {
            self.flush();
        }
    }

    /// Ends the file; `None` where no record was rejected.
    ///
    /// # Errors
    /// Why it could not be written.
    pub fn finish(mut self) -> Result<Option<MadeRejects>, String> {
        self.flush();
        if let Some(reason) = self.failure {
            return Err(reason);
        }
        let Some(Open { folder, dataset }) = self.open else {
            return Ok(None);
        };
        dataset.close().map_err(|e| e.to_string())?;
        Ok(Some(MadeRejects { folder }))
    }

    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.vertices = 0;
        if waiting.is_empty() || self.failure.is_some() {
            return;
        }
        if let Err(reason) = self.write(&waiting) {
            self.failure = Some(reason);
        }
    }

    fn write(&mut self, records: &[(RejectedRecord, Option<Geometry<f64>>)]) -> Result<(), String> {
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(create(self.epsg)?),
        };
        let said = |e: gdal::errors::GdalError| e.to_string();
        let transaction = open.dataset.start_transaction().map_err(said)?;
        {
            let layer = transaction.layer(0).map_err(said)?;
            for (record, geometry) in records {
                let mut feature = Feature::new(layer.defn()).map_err(said)?;
                if let Some(geometry) = geometry {
                    let geometry = geometry.to_gdal().map_err(said)?;
                    feature.set_geometry(geometry).map_err(said)?;
                }
                let number = i64::try_from(record.record).unwrap_or(i64::MAX);
                feature.set_field_integer64(0, number).map_err(said)?;
                let texts = [
                    &record.key,
                    &record.field,
                    &record.value,
                    &record.reason.vi,
                    &record.reason.en,
                    &record.code,
                ];
                for (at, text) in texts.into_iter().enumerate() {
                    // Characters a C text cannot hold would cut it off.
                    let text = text.replace('\0', " ");
                    feature.set_field_string(at + 1, &text).map_err(said)?;
                }
                feature.create(&layer).map_err(said)?;
            }
        }
        transaction.commit().map_err(said)
    }
}

fn create(epsg: Option<u32>) -> Result<Open, String> {
    let said = |e: gdal::errors::GdalError| e.to_string();
    let folder = tempfile::Builder::new()
        .prefix("diaba-rejects-")
        .tempdir()
        .map_err(|e| e.to_string())?;
    let driver = DriverManager::get_driver_by_name("GPKG").map_err(said)?;
    let mut dataset = driver
        .create_vector_only(folder.path().join(FILE))
        .map_err(said)?;
    let srs = epsg
        .map(|code| {
            let mut srs = SpatialRef::from_epsg(code)?;
            srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
            Ok::<_, gdal::errors::GdalError>(srs)
        })
        .transpose()
        .map_err(said)?;
    let layer = dataset
        .create_layer(LayerOptions {
            name: LAYER,
            srs: srs.as_ref(),
            ty: OGRwkbGeometryType::wkbUnknown,
            options: None,
        })
        .map_err(said)?;
    let text = OGRFieldType::OFTString;
    layer
        .create_defn_fields(&[
            ("ban_ghi", OGRFieldType::OFTInteger64),
            ("khoa", text),
            ("truong", text),
            ("gia_tri", text),
            ("ly_do", text),
            ("reason", text),
            ("ma_ly_do", text),
        ])
        .map_err(said)?;
    Ok(Open { folder, dataset })
}
