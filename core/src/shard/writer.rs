//! Writing `surveyed.fgb`.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::ShardError;
use super::encode::{EncodedFeature, FeatureEncoder};
use super::header::header;
use super::ids::{IdAssigner, KeptId};
use super::spill::Spill;
use crate::crs::{Crs, Transform};
use crate::edits::Row;
use crate::feature::{FeatureId, NewFeature};
use crate::theme::Theme;

/// Takes the records of a dataset, in the order of their file, and gives them their ids.
pub struct ShardWriter {
    file: Columns,
    ids: IdAssigner,
}

impl ShardWriter {
    /// For records of `theme` with geometry in `working`.
    ///
    /// # Errors
    /// [`ShardError::Io`] where no temporary file can be made.
    pub(crate) fn new(
        theme: Arc<Theme>,
        dataset: &str,
        working: Crs,
        ids: IdAssigner,
    ) -> Result<Self, ShardError> {
        let file = Columns::new(theme, dataset, working, false)?;
        Ok(Self { file, ids })
    }

    /// Makes what [`ShardWriter::put`] takes.
    pub fn encoder(&self) -> &FeatureEncoder {
        &self.file.encoder
    }

    /// Adds a record and gives it its id.
    ///
    /// # Errors
    /// [`ShardError::Record`] where its geometry or a value cannot be kept.
    pub fn push(&mut self, feature: &NewFeature) -> Result<FeatureId, ShardError> {
        let mut made = self.file.encoder.encode(self.len(), feature)?;
        self.put(&mut made)
    }

    /// Adds a record a [`FeatureEncoder`] of the theme has made the bytes of, and gives it its id.
    ///
    /// # Errors
    /// [`ShardError::Io`].
    pub fn put(&mut self, feature: &mut EncodedFeature) -> Result<FeatureId, ShardError> {
        let id = self.ids.next(feature.key());
        let id = id.map_err(|e| ShardError::io(&std::env::temp_dir(), e))?;
        self.file.add(id, feature)?;
        Ok(id)
    }

    /// Number of records taken.
    pub fn len(&self) -> u64 {
        self.file.features.len()
    }

    /// Whether no record was taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the file, features in Hilbert order with FlatGeobuf's own index, for QGIS and GDAL.
    pub(crate) fn finish(self, path: &Path) -> Result<Vec<KeptId>, ShardError> {
        // What it tells ids apart by leaves memory before the features are put in order.
        let kept = self.ids.into_kept();
        self.file.finish(path)?;
        Ok(kept)
    }
}

/// Takes rows that have their ids already, with the period each of them stood.
pub struct RowWriter {
    file: Columns,
    to_lonlat: Transform,
}

/// Eastings and northings that surely have an image in degrees: west, south, east, north, metres.
const SURE: [f64; 4] = [-500_000.0, 0.0, 1_500_000.0, 4_000_000.0];

impl RowWriter {
    /// For rows of `theme` with geometry in `working`.
    ///
    /// # Errors
    /// [`ShardError::Io`] where no temporary file can be made.
    pub fn new(theme: Arc<Theme>, dataset: &str, working: Crs) -> Result<Self, ShardError> {
        Ok(Self {
            file: Columns::new(theme, dataset, working, true)?,
            to_lonlat: Transform::new(working, Crs::LONLAT)?,
        })
    }

    /// Adds a row; `until` is when another took its place, nothing where it still stands.
    ///
    /// # Errors
    /// [`ShardError::Record`] where its geometry or a value cannot be kept or drawn; the row is then left out.
    pub fn push(&mut self, row: &Row, until: Option<Timestamp>) -> Result<(), ShardError> {
        self.check_place(&row.feature.geometry)?;
        let stood = Some((row.since, until));
        let encoder = &self.file.encoder;
        let mut made = encoder.encode_row(self.len(), &row.feature, stood)?;
        self.file.add(row.id, &mut made)
    }

    /// One vertex that cannot be drawn would keep the whole dataset from being packed.
    fn check_place(&self, geometry: &geo::Geometry<f64>) -> Result<(), ShardError> {
        let [west, south, east, north] = SURE;
        let mut doubtful = geo::CoordsIter::coords_iter(geometry)
            .filter(|c| !((west..=east).contains(&c.x) && (south..=north).contains(&c.y)));
        match doubtful.find_map(|c| self.to_lonlat.point([c.x, c.y]).err()) {
            Some(error) => Err(self.file.refuse(error.to_string())),
            None => Ok(()),
        }
    }

    /// Number of rows taken.
    pub fn len(&self) -> u64 {
        self.file.features.len()
    }

    /// Whether no row was taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the file, as [`ShardWriter::finish`].
    pub(crate) fn finish(self, path: &Path) -> Result<(), ShardError> {
        self.file.finish(path)
    }
}

/// Takes features only to be checked against each other, under the ids they have elsewhere.
pub(crate) struct GroundWriter {
    file: Columns,
}

impl GroundWriter {
    /// For features of [`FeatureEncoder::of_ground`].
    ///
    /// # Errors
    /// [`ShardError::Io`] where no temporary file can be made.
    pub fn new(theme: &Arc<Theme>, dataset: &str) -> Result<Self, ShardError> {
        let file = Columns::new(Arc::clone(theme), dataset, Crs::WORKING, false)?;
        Ok(Self { file })
    }

    /// Adds a feature.
    ///
    /// # Errors
    /// [`ShardError::Io`].
    pub fn put(&mut self, id: FeatureId, feature: &mut EncodedFeature) -> Result<(), ShardError> {
        self.file.add(id, feature)
    }

    /// Writes the file, as [`ShardWriter::finish`].
    pub fn finish(self, path: &Path) -> Result<(), ShardError> {
        self.file.finish(path)
    }
}

/// The file in the making.
struct Columns {
    theme: Arc<Theme>,
    dataset: String,
    working: Crs,
    periods: bool,
    encoder: FeatureEncoder,
    features: Spill,
}

impl Columns {
    fn new(
        theme: Arc<Theme>,
        dataset: &str,
        working: Crs,
        periods: bool,
    ) -> Result<Self, ShardError> {
        Ok(Self {
            encoder: FeatureEncoder::new(&theme),
            features: Spill::new().map_err(|e| ShardError::io(&std::env::temp_dir(), e))?,
            theme,
            dataset: dataset.to_owned(),
            working,
            periods,
        })
    }

    fn refuse(&self, reason: String) -> ShardError {
        ShardError::Record {
            record: self.features.len(),
            reason,
        }
    }

    fn add(&mut self, id: FeatureId, feature: &mut EncodedFeature) -> Result<(), ShardError> {
        let bbox = feature.bbox();
        self.features
            .push(bbox, feature.under(id))
            .map_err(|e| ShardError::io(&std::env::temp_dir(), e))
    }

    fn finish(self, path: &Path) -> Result<(), ShardError> {
        let of = |extent, features| {
            let counted = (extent, features);
            header(
                &self.theme,
                &self.dataset,
                self.working,
                self.periods,
                counted,
            )
        };
        self.features
            .write(path, of)
            .map_err(|e| ShardError::io(path, e))
    }
}

#[cfg(test)]
mod tests;
