//! FlatGeobuf in EPSG:9214, written as features come.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo_types::Geometry;
use geozero::{ColumnValue, PropertyProcessor};
use thiserror::Error;

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known.
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// true or false.
    Boolean(bool),
    /// A date as ISO 8601 text, `YYYY-MM-DD`.
    Date(String),
    /// A list or record as JSON text.
    Json(String),
}

impl Value {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Real,
    /// true or false.
    Boolean,
    /// A date.
    Date,
    /// JSON text.
    Json,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name of the theme's field.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
}

impl Column {
    /// The column of field `name`.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}

/// Why a file could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The disk refused.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The format's writer refused.
    #[error("{path}: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: flatgeobuf::Error,
    },
    /// A feature did not fit the table.
    #[error("{path}: {source}")]
    Feature {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: geozero::error::GeozeroError,
    },
}

/// A FlatGeobuf file being written. It appears under its name when [`Table::finish`] succeeds.
pub struct Table {
    writer: FgbWriter<'static>,
    columns: &'static [Column],
    path: PathBuf,
    rows: usize,
}

/// What every file says about itself.
pub const LABEL: &str = "Dữ liệu tổng hợp do diaba-samples sinh ra, không phải dữ liệu thật. \
Synthetic data made by diaba-samples; shapes and values are invented.";

impl Table {
    /// A file for `theme` at `path`. `geometry` may be [`GeometryType::Unknown`] where kinds are mixed.
    pub fn create(
        path: &Path,
        theme: &str,
        geometry: GeometryType,
        columns: &'static [Column],
    ) -> Result<Self, WriteError> {
        let options = FgbWriterOptions {
            write_index: true,
            detect_type: false,
            promote_to_multi: false,
            crs: FgbCrs {
                org: Some("EPSG"),
                code: 9214,
                name: Some("VN-2000 / TM-3 107-00"),
                ..FgbCrs::default()
            },
            title: Some(theme),
            description: Some(LABEL),
            ..FgbWriterOptions::default()
        };
        let mut writer =
            FgbWriter::create_with_options(theme, geometry, options).map_err(|source| {
                WriteError::Format {
                    path: path.to_owned(),
                    source,
                }
            })?;
        for column in columns {
            let kind = match column.kind {
                Kind::Integer => ColumnType::Long,
                Kind::Real => ColumnType::Double,
                Kind::Boolean => ColumnType::Bool,
                // FlatGeobuf has no date without a time of day.
                Kind::Text | Kind::Date => ColumnType::String,
                Kind::Json => ColumnType::Json,
            };
            writer.add_column(column.name, kind, |_, _| {});
        }
        Ok(Self {
            writer,
            columns,
            path: path.to_owned(),
            rows: 0,
        })
    }

    /// Adds a feature: its geometry in EPSG:9214 and one value a column.
    pub fn push(&mut self, geometry: Geometry<f64>, values: &[Value]) -> Result<(), WriteError> {
        let columns = self.columns;
        let mut failed = None;
        self.writer
            .add_feature_geom(geometry, |feature| {
                for (k, (column, value)) in columns.iter().zip(values).enumerate() {
                    let value = match value {
                        Value::Null => continue,
                        Value::Text(v) | Value::Date(v) => ColumnValue::String(v),
                        Value::Integer(v) => ColumnValue::Long(*v),
                        Value::Real(v) => ColumnValue::Double(*v),
                        Value::Boolean(v) => ColumnValue::Bool(*v),

                        Value::Json(v) => ColumnValue::Json(v),
                    };
                    if let Err(e) = feature.property(k, column.name, &value) {
                        failed = Some(e);
                    }
                }
            })
            .map_err(|source| WriteError::Feature {
                path: self.path.clone(),
                source,
            })?;
        self.rows += 1;
        failed.map_or(Ok(()), |source| {
            Err(WriteError::Feature {
                path: self.path.clone(),
                source,
            })
        })
    }

    /// Sorts, indexes and writes the file; the number of features in it.
    pub fn finish(self) -> Result<usize, WriteError> {
        let Self {
            writer, path, rows, ..
        } = self;
        let refused = |source| WriteError::File {
            path: path.clone(),
            source,
        };
        let part = path.with_extension("fgb.part");
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&part).map_err(refused)?);
        writer
            .write(&mut out)
            .map_err(|source| WriteError::Format {
                path: path.clone(),
                source,
            })?;
        out.flush().map_err(refused)?;
        drop(out);
        std::fs::rename(&part, &path).map_err(refused)?;
        Ok(rows)
    }
}
