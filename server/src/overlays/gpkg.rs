//! An overlay as a GeoPackage: the pairs with the surveyed geometry of what was found, and the sums.

use std::fs::File;

use diaba_core::theme::{Field, Theme};
use diaba_core::view::{FeatureRef, LayerView};
use jiff::Timestamp;
use rusqlite::types::Value as Sql;

use super::rows::{Overlay, Row};
use super::table::{Table as Sums, Tally};
use crate::error::ApiError;
use crate::features::geojson::public_fields;
use crate::geopackage::{Column, GeoPackage, Table, free_name};
use crate::parcel_extract::document::Code;
use crate::themes::Text;

/// Columns of the pairs that come before the feature's own, with their types and names for people.
const PAIR: [(&str, &str, &str, &str); 7] = [
    ("of", "INTEGER", "ID đối tượng chồng lên", "Feature laid"),
    (
        "of_label",
        "TEXT",
        "Đối tượng chồng lên",
        "Name of what is laid",
    ),
    (
        "of_class",
        "TEXT",
        "Chức năng chồng lên",
        "Class of what is laid",
    ),
    ("feature_id", "INTEGER", "ID đối tượng", "Feature"),
    ("dataset", "TEXT", "Bộ dữ liệu", "Dataset"),
    (
        "area_m2",
        "REAL",
        "Diện tích chung (m²)",
        "Area in common (m²)",
    ),
    (
        "percent",
        "REAL",
        "Tỷ lệ của đối tượng (%)",
        "Share of the feature (%)",
    ),
];

/// Columns of the sums.
const SUMS: [(&str, &str, &str, &str); 7] = [
    ("of_class", "TEXT", "Chức năng", "Class of what is laid"),
    ("of_title", "TEXT", "Tên chức năng", "Its name"),
    ("class", "TEXT", "Loại đất", "Class it lies on"),
    ("title", "TEXT", "Tên loại đất", "Name of that class"),
    ("features", "INTEGER", "Số đối tượng", "Features"),
    ("area_m2", "REAL", "Diện tích (m²)", "Area (m²)"),
    ("percent", "REAL", "Tỷ lệ (%)", "Share of what is laid (%)"),
];

/// The file, whole, without a name: it is gone with its last reader.
///
/// # Errors
/// [`ApiError`] where a record cannot be read, the file not written, or there are too many pairs.
pub fn write(overlay: &Overlay, of: Option<&LayerView>, on: &LayerView) -> Result<File, ApiError> {
    let folder = tempfile::tempdir().map_err(ApiError::internal)?;
    let path = folder.path().join("overlay.gpkg");
    let moment = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.000Z");
    let package = GeoPackage::create(&path, moment.to_string()).map_err(ApiError::internal)?;
    let theme = on.theme();
    let fields: Vec<usize> = public_fields(theme).collect();
    let table = Table {
        name: "overlay".to_owned(),
        title: text("Chồng xếp", "Overlay: features with their share"),
        geometry: Some(theme.geometry),
        columns: pair_columns(theme, &fields),
    };
    let mut rows = package.table(table).map_err(ApiError::internal)?;
    let mut tally = Tally::default();
    overlay.each(on, |row, feature| {
        tally.count(&row);
        let geometry = feature.geometry().map_err(ApiError::internal)?;
        let values = pair(&row, feature, &fields)?;
        let pushed = rows.push(None, Some(&geometry), values);
        pushed.map_err(ApiError::internal)
    })?;
    rows.finish().map_err(ApiError::internal)?;
    let sums = tally.table(
        of.map(|of| &**of.theme()),
        theme,
        overlay.area(),
        Vec::new(),
    );
    write_sums(&package, &sums)?;
    package.finish().map_err(ApiError::internal)?;
    File::open(&path).map_err(ApiError::internal)
}

fn pair_columns(theme: &Theme, fields: &[usize]) -> Vec<Column> {
    let own = fields.iter().filter_map(|at| theme.fields.get(*at));
    let own: Vec<Column> = own.map(|field: &Field| Column::of(field)).collect();
    let mut columns: Vec<Column> = PAIR.iter().map(|said| column(said, &own)).collect();
    columns.extend(own);
    columns
}

/// A column of ours, under a name that none of the feature's own has.
fn column(said: &(&str, &'static str, &str, &str), own: &[Column]) -> Column {
    let (name, kind, vi, en) = said;
    Column {
        name: free_name(name, own),
        kind,
        title: text(vi, en),
        json: false,
    }
}

fn pair(row: &Row, feature: &FeatureRef<'_>, fields: &[usize]) -> Result<Vec<Sql>, ApiError> {
    let mut values = vec![
        row.of.map_or(Sql::Null, |of| Sql::Integer(of as i64)),
        Sql::Text(row.of_label.clone()),
        or_null(row.of_class.clone()),
        Sql::Integer(row.id as i64),
        Sql::Text(row.dataset.clone()),
        Sql::Real(row.area),
        Sql::Real(row.percent),
    ];
    let own = feature.values().map_err(ApiError::internal)?;
    values.extend(fields.iter().map(|at| Column::value(own.get(*at))));
    Ok(values)
}

fn write_sums(package: &GeoPackage, sums: &Sums) -> Result<(), ApiError> {
    let table = Table {
        name: "overlay_sums".to_owned(),
        title: text("Tổng hợp chồng xếp", "Overlay: sums by class"),
        geometry: None,
        columns: SUMS.iter().map(|said| column(said, &[])).collect(),
    };
    let mut rows = package.table(table).map_err(ApiError::internal)?;
    let code = |code: Option<&Code>| or_null(code.map(|code| code.code.clone()));
    let title =
        |code: Option<&Code>| or_null(code.and_then(|c| Some(c.title.as_ref()?.vi.clone())));
    for sum in &sums.by {
        let values = vec![
            code(sum.of_class.as_ref()),
            title(sum.of_class.as_ref()),
            code(sum.class.as_ref()),
            title(sum.class.as_ref()),
            Sql::Integer(sum.features as i64),
            Sql::Real(sum.area),
            Sql::Real(sums.percent(sum)),
        ];
        let pushed = rows.push(None, None, values);
        pushed.map_err(ApiError::internal)?;
    }
    rows.finish().map(|_| ()).map_err(ApiError::internal)
}

fn or_null(text: Option<String>) -> Sql {
    text.map_or(Sql::Null, Sql::Text)
}

fn text(vi: &str, en: &str) -> Text {
    Text {
        vi: vi.to_owned(),
        en: en.to_owned(),
    }
}
