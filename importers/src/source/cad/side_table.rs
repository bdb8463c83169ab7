//! The table of attributes beside a cadastral drawing, joined by sheet and parcel.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use diaba_core::feature::Value;
use diaba_core::theme::{Target, Theme};
use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use rustc_hash::FxHashMap;

use super::label::{PARCEL, bare};
use super::sheet::SHEET;
use super::wrong;
use crate::error::ImportError;
use crate::source::columns::{self, Kind, characters};
use crate::source::{SourceColumn, gdal as records, ogr};

/// GDAL's drivers for tables.
const DRIVERS: [&str; 4] = ["ESRI Shapefile", "CSV", "XLSX", "ODS"];

/// A table of attributes.
#[derive(Debug, Clone, Default)]
pub struct SideTable {
    /// Its columns, as they came.
    pub columns: Vec<SourceColumn>,
    /// The theme's field each column is, by name, where it is one.
    pub fields: Vec<Option<String>>,
    rows: Vec<Vec<Option<Value>>>,
    /// Rows by sheet (empty where the table has no such column) and parcel.
    by_key: FxHashMap<(String, String), usize>,
    /// Rows that have the key of an earlier one.
    pub doubled: usize,
}

impl SideTable {
    /// Reads the table at `path`; `bytes` as in the description of the drawing it belongs to.
    ///
    /// # Errors
    /// [`ImportError`] where it cannot be read or no column is the parcel's number.
    pub fn read(path: &Path, theme: &Arc<Theme>, bytes: bool) -> Result<Self, ImportError> {
        records::quiet();
        let options = options(path);
        let mut layer = Dataset::open_ex(
            path,
            DatasetOptions {
                open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
                allowed_drivers: Some(&DRIVERS),
                open_options: Some(options),
                sibling_files: None,
            },
        )
        .and_then(|dataset| dataset.into_layer(0))
        .map_err(|error| ImportError::Read {
            path: path.to_owned(),
            reason: records::message(&error),
        })?;
        let kinds = columns::kinds(layer.defn());
        let names: Vec<String> = ogr::column_names(layer.defn())
            .into_iter()
            .map(|name| characters(name, bytes))
            .collect();
        let map = theme.match_fields(&names);
        let fields: Vec<Option<String>> = map
            .columns()
            .iter()
            .map(|column| match column.target {
                Target::Field(i) => theme.fields.get(i).map(|f| f.name.clone()),
                _ => None,
            })
            .collect();
        let column = |wanted: &str| fields.iter().position(|f| f.as_deref() == Some(wanted));
        let (sheet, parcel) = (column(SHEET), column(PARCEL));
        let Some(parcel) = parcel else {
            let names = names.join(", ");
            return Err(wrong(
                path,
                format!("không cột nào là số thửa; các cột: {names}."),
                format!("no column is the parcel's number; its columns: {names}."),
            ));
        };
        let mut table = Self {
            columns: names
                .into_iter()
                .zip(&kinds)
                .map(|(name, kind)| SourceColumn {
                    name,
                    text: *kind == Kind::Text,
                })
                .collect(),
            fields,
            ..Self::default()
        };
        for feature in layer.features() {
            let row: Vec<Option<Value>> = kinds
                .iter()
                .enumerate()
                .map(|(index, &kind)| columns::value(&feature, index, kind, bytes))
                .collect();
            table.push(row, sheet, parcel);
        }
        Ok(table)
    }

    fn push(&mut self, row: Vec<Option<Value>>, sheet: Option<usize>, parcel: usize) {
        let part = |column: Option<usize>| {
            let value = row.get(column?)?.as_ref()?;
            Some(key_part(value))
        };
        if let Some(number) = part(Some(parcel)) {
            let key = (part(sheet).unwrap_or_default(), number);
            if self.by_key.contains_key(&key) {
                self.doubled += 1;
            } else {
                self.by_key.insert(key, self.rows.len());
            }
        }
        self.rows.push(row);
    }

    /// The row of `parcel` on `sheet`.
    pub fn row(&self, sheet: &str, parcel: &str) -> Option<&[Option<Value>]> {
        let key = |sheet: &str| (sheet.to_owned(), bare(parcel).to_owned());
        let index = self
            .by_key
            .get(&key(bare(sheet)))
            .or_else(|| self.by_key.get(&key("")))?;
        self.rows.get(*index).map(Vec::as_slice)
    }

    /// Numbers of the parcels it has for `sheet`.
    pub fn parcels(&self, sheet: &str) -> impl Iterator<Item = &str> {
        let sheet = bare(sheet).to_owned();
        self.by_key
            .keys()
            .filter(move |(s, _)| s.is_empty() || *s == sheet)
            .map(|(_, parcel)| parcel.as_str())
    }

    /// The value of `field` that all its rows share.
    pub fn only(&self, field: &str) -> Option<String> {
        let column = self
            .fields
            .iter()
            .position(|f| f.as_deref() == Some(field))?;
        let values: BTreeSet<String> = self
            .rows
            .iter()
            .filter_map(|row| row.get(column)?.as_ref().map(ToString::to_string))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
        let mut values = values.into_iter();
        values.next().filter(|_| values.next().is_none())
    }
}

fn key_part(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.clone(),
        other => other.to_string(),
    };
    let text = text.trim();
    // A spreadsheet's 12 is 12.0 to some programs.
    bare(text.strip_suffix(".0").unwrap_or(text)).to_owned()
}

fn options(path: &Path) -> &'static [&'static str] {
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    match extension.as_str() {
        "dbf" => &["ENCODING="],
        "csv" => &["AUTODETECT_TYPE=NO", "EMPTY_STRING_AS_NULL=YES"],
        _ => &[],
    }
}
