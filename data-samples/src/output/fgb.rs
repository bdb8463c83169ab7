//! FlatGeobuf in EPSG:9214, written as features come.

use std::borrow::Cow;
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

/// Names and text code of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// The themes' field names, Unicode.
    #[default]
    Official,
    /// Column names as exports of land offices have them (`SoHieuToBanDo`), text as TCVN3 bytes read as
    /// Latin-1: what a shapefile without .cpg is made from.
    Local,
}

impl Form {
    /// What a column is called in this form; `None` where such files do not have it.
    pub fn name(self, theme: &str, field: &'static str) -> Option<String> {
        if self == Self::Official {
            return Some(field.to_owned());
        }
        match (theme, field) {
            ("land_parcels", "ma_xa" | "danh_muc_ma_xa_goc" | "loai_dat" | "muc_dich") => None,
            ("land_parcels", "ma_xa_goc") => Some("MaXa".to_owned()),
            ("land_parcels", "so_to") => Some("SoHieuToBanDo".to_owned()),
            ("land_parcels", "so_thua") => Some("SoThuTuThua".to_owned()),
            ("land_parcels", "loai_dat_goc") => Some("KyHieuMucDichSuDung".to_owned()),
            _ => Some(field.split('_').filter_map(capitalised).collect()),
        }
    }

    fn text(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Official => Cow::Borrowed(text),
            Self::Local => Cow::Owned(super::tcvn3::encode(text)),
        }
    }
}

fn capitalised(word: &str) -> Option<String> {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
}

/// A FlatGeobuf file being written. It appears under its name when [`Table::finish`] succeeds.
pub struct Table {
    writer: FgbWriter<'static>,
    columns: Vec<Option<(usize, String)>>,
    form: Form,
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
        columns: &[Column],
        form: Form,
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
        let mut named = Vec::with_capacity(columns.len());
        for column in columns {
            let kind = match column.kind {
                // FlatGeobuf has no date without a time of day.
                Kind::Text | Kind::Date => ColumnType::String,
                Kind::Integer => ColumnType::Long,
                Kind::Real => ColumnType::Double,
                Kind::Boolean => ColumnType::Bool,
                Kind::Json => ColumnType::Json,
            };
            named.push(form.name(theme, column.name));
            if let Some(Some(name)) = named.last() {
                writer.add_column(name, kind, |_, _| {});
            }
        }
        let mut count = 0;
        let columns = named
            .into_iter()
            .map(|name| {
                name.map(|name| {
                    count += 1;
                    (count - 1, name)
                })
            })
            .collect();
        Ok(Self {
            writer,
            columns,
            form,
            path: path.to_owned(),
            rows: 0,
        })
    }

    /// The form it is written in.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Adds a feature: its geometry in EPSG:9214 and one value a column.
    pub fn push(&mut self, geometry: Geometry<f64>, values: &[Value]) -> Result<(), WriteError> {
        let (columns, form) = (&self.columns, self.form);
        let mut failed = None;
        self.writer
            .add_feature_geom(geometry, |feature| {
                for (column, value) in columns.iter().zip(values) {
                    let Some((k, name)) = column else { continue };
                    let text;
                    let value = match value {
                        Value::Null => continue,
                        Value::Text(v) | Value::Date(v) => {
                            text = form.text(v);
                            ColumnValue::String(&text)
                        }
                        Value::Integer(v) => ColumnValue::Long(*v),
                        Value::Real(v) => ColumnValue::Double(*v),
                        Value::Boolean(v) => ColumnValue::Bool(*v),
                        Value::Json(v) => ColumnValue::Json(v),
                    };
                    if let Err(e) = feature.property(*k, name, &value) {
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
