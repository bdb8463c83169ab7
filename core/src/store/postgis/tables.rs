//! The table of a theme: its name, its columns and their types.

use super::sql;
use crate::theme::{Field, FieldType, GeometryKind, Theme};

/// EPSG code of the working plane, the SRID of every geometry.
pub(super) const SRID: i32 = 9214;
/// The schema.
pub(super) const SCHEMA: &str = "diaba";
/// The dataset of rows made by hand.
pub const MANUAL: &str = "manual";
/// Columns of a theme's table that are not its fields.
pub(super) const OWN_COLUMNS: [&str; 5] = ["id", "dataset", "extra", "geom", "valid_from"];

/// The table, with its schema, as SQL writes it.
pub(super) fn table_name(theme: &str) -> String {
    format!("{SCHEMA}.{}", sql::name(theme))
}

/// Type of a field's column.
pub(super) const fn column_type(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Integer => "bigint",
        FieldType::Real => "double precision",
        FieldType::Boolean => "boolean",
        FieldType::Date => "date",
        // Not jsonb, which keeps neither the order of keys nor the way numbers are written.
        FieldType::Json => "json",
    }
}

/// Type of the geometry column: a shard keeps points and mixed geometry as they come, lines and polygons as multi.
pub(super) const fn geometry_type(kind: GeometryKind) -> &'static str {
    match kind {
        GeometryKind::Point | GeometryKind::Any => "geometry(Geometry,9214)",
        GeometryKind::Line => "geometry(MultiLineString,9214)",
        GeometryKind::Polygon => "geometry(MultiPolygon,9214)",
    }
}

/// `a.id, a.dataset, a.valid_from, a.extra, a.geom` and the fields in the theme's order, as [`super::rows`] reads them;
/// `a` is the alias.
pub(super) fn row_columns(theme: &Theme, alias: &str) -> String {
    let mut list =
        format!("{alias}.id, {alias}.dataset, {alias}.valid_from, {alias}.extra, {alias}.geom");
    for field in &theme.fields {
        list.push_str(", ");
        list.push_str(alias);
        list.push('.');
        list.push_str(&sql::name(&field.name));
    }
    list
}

/// The same of the history `h` joined with `json_populate_record(NULL::<table>, h.row) r`.
pub(super) fn history_columns(theme: &Theme) -> String {
    let mut list = "h.feature, h.dataset, h.valid_from, r.extra, h.geom".to_owned();
    for field in &theme.fields {
        list.push_str(", ");
        list.push_str(&history_column(field));
    }
    list
}

/// A row of before a field was renamed has it under its name of then.
fn history_column(field: &Field) -> String {
    let now = format!("r.{}", sql::name(&field.name));
    if field.was.is_empty() {
        return now;
    }
    let kind = column_type(field.kind);
    let earlier: Vec<String> = field
        .was
        .iter()
        .map(|was| format!("(h.row->>{})::{kind}", sql::literal(was)))
        .collect();
    format!("COALESCE({now}, {})", earlier.join(", "))
}
