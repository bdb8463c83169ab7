//! Writing `surveyed.fgb`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::{ColumnValue, PropertyProcessor};
use jiff::Timestamp;

use super::ShardError;
use super::ids::{IdAssigner, KeptId, business_key};
use super::surveyed::{EXTRA_COLUMN, ID_COLUMN, SINCE_COLUMN, UNTIL_COLUMN};
use crate::crs::{Crs, Transform};
use crate::edits::Row;
use crate::feature::{FeatureId, NewFeature, Value};
use crate::theme::{FieldType, GeometryKind, Theme};

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

    /// Adds a record and gives it its id.
    ///
    /// # Errors
    /// [`ShardError::Record`] where its geometry or a value cannot be kept.
    pub fn push(&mut self, feature: &NewFeature) -> Result<FeatureId, ShardError> {
        self.file.check(feature)?;
        let key = business_key(
            self.file
                .theme
                .key
                .iter()
                .map(|&i| feature.values.get(i).and_then(Option::as_ref)),
        );
        let id = self.ids.next(&key);
        self.file.add(id, feature, None)?;
        Ok(id)
    }

    /// Number of records taken.
    pub fn len(&self) -> u64 {
        self.file.pushed
    }

    /// Whether no record was taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the file, features in Hilbert order with FlatGeobuf's own index, for QGIS and GDAL.
    pub(crate) fn finish(self, path: &Path) -> Result<Vec<KeptId>, ShardError> {
        self.file.finish(path)?;
        Ok(self.ids.into_kept())
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
        self.file.check(&row.feature)?;
        self.check_place(&row.feature.geometry)?;
        self.file
            .add(row.id, &row.feature, Some((row.since, until)))
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
        self.file.pushed
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

/// The file in the making.
struct Columns {
    theme: Arc<Theme>,
    fgb: FgbWriter<'static>,
    pushed: u64,
}

/// Since when and until when a row stood.
type Stood = (Option<Timestamp>, Option<Timestamp>);

impl Columns {
    fn new(
        theme: Arc<Theme>,
        dataset: &str,
        working: Crs,
        periods: bool,
    ) -> Result<Self, ShardError> {
        let geometry_type = match theme.geometry {
            GeometryKind::Point | GeometryKind::Any => GeometryType::Unknown,
            GeometryKind::Line => GeometryType::MultiLineString,
            GeometryKind::Polygon => GeometryType::MultiPolygon,
        };
        let title = format!("{} / {dataset}", theme.title.vi);
        let name = working.name();
        let options = FgbWriterOptions {
            crs: FgbCrs {
                org: Some("EPSG"),
                code: working.epsg() as i32,
                name: Some(&name),
                ..FgbCrs::default()
            },
            promote_to_multi: geometry_type != GeometryType::Unknown,
            // A file of mixed geometry says its type feature by feature.
            detect_type: geometry_type != GeometryType::Unknown,
            title: Some(&title),
            ..FgbWriterOptions::default()
        };
        let mut fgb = FgbWriter::create_with_options(&theme.id, geometry_type, options)
            .map_err(|e| ShardError::corrupt(Path::new(super::files::SURVEYED), e.to_string()))?;
        fgb.add_column(ID_COLUMN, ColumnType::ULong, |_, c| c.nullable = false);
        for field in &theme.fields {
            fgb.add_column(&field.name, column_type(field.kind), |fbb, c| {
                c.title = Some(fbb.create_string(&field.title.vi));
            });
        }
        fgb.add_column(EXTRA_COLUMN, ColumnType::Json, |_, _| {});
        if periods {
            fgb.add_column(SINCE_COLUMN, ColumnType::DateTime, |_, _| {});
            fgb.add_column(UNTIL_COLUMN, ColumnType::DateTime, |_, _| {});
        }
        Ok(Self {
            theme,
            fgb,
            pushed: 0,
        })
    }

    fn refuse(&self, reason: String) -> ShardError {
        ShardError::Record {
            record: self.pushed,
            reason,
        }
    }

    fn check(&self, feature: &NewFeature) -> Result<(), ShardError> {
        if feature.values.len() == self.theme.fields.len() {
            return Ok(());
        }
        Err(self.refuse(format!(
            "it has {} values, the theme {} fields",
            feature.values.len(),
            self.theme.fields.len()
        )))
    }

    fn add(
        &mut self,
        id: FeatureId,
        feature: &NewFeature,
        stood: Option<Stood>,
    ) -> Result<(), ShardError> {
        let extra = if feature.extra.is_empty() {
            None
        } else {
            serde_json::to_string(&feature.extra).ok()
        };
        let texts: Vec<Option<String>> = feature
            .values
            .iter()
            .map(|v| match v {
                Some(Value::Json(json)) => Some(json.to_string()),
                _ => None,
            })
            .collect();
        let (since, until) = stood.unwrap_or_default();
        let stood = [(SINCE_COLUMN, since), (UNTIL_COLUMN, until)]
            .map(|(column, time)| (column, time.map(|time| time.to_string())));
        let (theme, fgb) = (&self.theme, &mut self.fgb);
        let mut outcome = Ok(());
        let added = fgb.add_feature_geom(feature.geometry.clone(), |out| {
            outcome = (|| {
                out.property(0, ID_COLUMN, &ColumnValue::ULong(id.get()))?;
                for (i, field) in theme.fields.iter().enumerate() {
                    let Some(value) = &feature.values[i] else {
                        continue;
                    };
                    let json = texts[i].as_deref().unwrap_or_default();
                    if let Some(value) = column_value(field.kind, value, json) {
                        out.property(i + 1, &field.name, &value)?;
                    }
                }
                let last = theme.fields.len() + 1;
                if let Some(extra) = &extra {
                    out.property(last, EXTRA_COLUMN, &ColumnValue::Json(extra))?;
                }
                for (i, (column, time)) in stood.iter().enumerate() {
                    if let Some(time) = time {
                        out.property(last + 1 + i, column, &ColumnValue::DateTime(time))?;
                    }
                }
                Ok::<(), geozero::error::GeozeroError>(())
            })();
        });
        added.and(outcome).map_err(|e| self.refuse(e.to_string()))?;
        self.pushed += 1;
        Ok(())
    }

    fn finish(self, path: &Path) -> Result<(), ShardError> {
        let file = File::create(path).map_err(|e| ShardError::io(path, e))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        self.fgb
            .write(&mut out)
            .map_err(|e| ShardError::corrupt(path, e.to_string()))?;
        out.flush().map_err(|e| ShardError::io(path, e))
    }
}

const fn column_type(kind: FieldType) -> ColumnType {
    match kind {
        FieldType::Text => ColumnType::String,
        FieldType::Integer => ColumnType::Long,
        FieldType::Real => ColumnType::Double,
        FieldType::Boolean => ColumnType::Bool,
        FieldType::Date => ColumnType::DateTime,
        FieldType::Json => ColumnType::Json,
    }
}

/// The value as the column keeps it; `None` where it is of another type than the field.
fn column_value<'v>(kind: FieldType, value: &'v Value, json: &'v str) -> Option<ColumnValue<'v>> {
    Some(match (kind, value) {
        (FieldType::Text, Value::Text(v)) => ColumnValue::String(v),
        (FieldType::Integer, Value::Integer(v)) => ColumnValue::Long(*v),
        (FieldType::Real, Value::Real(v)) => ColumnValue::Double(*v),
        (FieldType::Real, Value::Integer(v)) => ColumnValue::Double(*v as f64),
        (FieldType::Boolean, Value::Bool(v)) => ColumnValue::Bool(*v),
        (FieldType::Date, Value::Text(v)) => ColumnValue::DateTime(v),
        (FieldType::Json, Value::Json(_)) => ColumnValue::Json(json),
        _ => return None,
    })
}
