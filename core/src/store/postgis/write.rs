//! Rows on their way into a theme's table, as binary COPY takes them.

use super::copy::{Writer, days};
use super::geometry::put_ewkb;
use super::sql;
use crate::feature::{FeatureId, NewFeature, Value};
use crate::theme::{FieldType, Theme};

/// The columns [`put_row`] writes, in its order.
pub(super) fn columns(theme: &Theme) -> String {
    let mut list = "id, dataset, extra, geom".to_owned();
    for field in &theme.fields {
        list.push_str(", ");
        list.push_str(&sql::name(&field.name));
    }
    list
}

/// Writes a row.
///
/// # Errors
/// Why the database cannot keep it; the writer then holds half a row.
pub(super) fn put_row(
    out: &mut Writer,
    theme: &Theme,
    dataset: &str,
    id: FeatureId,
    feature: &NewFeature,
) -> Result<(), String> {
    if feature.values.len() != theme.fields.len() {
        return Err(format!(
            "it has {} values, the theme {} fields",
            feature.values.len(),
            theme.fields.len()
        ));
    }
    out.row(4 + theme.fields.len());
    out.value(&(id.get() as i64).to_be_bytes());
    out.value(dataset.as_bytes());
    if feature.extra.is_empty() {
        out.null();
    } else {
        let extra = serde_json::to_vec(&feature.extra).map_err(|e| e.to_string())?;
        out.value(&extra);
    }
    out.value_by(|out| put_ewkb(out, theme.geometry, &feature.geometry))?;
    for (field, value) in theme.fields.iter().zip(&feature.values) {
        put_value(out, field.kind, value.as_ref()).map_err(|e| format!("{}: {e}", field.name))?;
    }
    Ok(())
}

/// Gives the row in these bytes, which [`put_row`] wrote, its id: the number of columns and the id's length come before
/// it.
pub(super) fn give_id(row: &mut [u8], id: FeatureId) {
    if let Some(place) = row.get_mut(6..14) {
        place.copy_from_slice(&(id.get() as i64).to_be_bytes());
    }
}

/// A value of another type than its field is none, as in a shard.
fn put_value(out: &mut Writer, kind: FieldType, value: Option<&Value>) -> Result<(), String> {
    match (kind, value) {
        (FieldType::Text, Some(Value::Text(v))) if v.contains('\0') => {
            return Err("a text with the character U+0000 cannot be kept".to_owned());
        }
        (FieldType::Text, Some(Value::Text(v))) => out.value(v.as_bytes()),
        (FieldType::Integer, Some(Value::Integer(v))) => out.value(&v.to_be_bytes()),
        (FieldType::Real, Some(Value::Real(v))) => out.value(&v.to_be_bytes()),
        (FieldType::Real, Some(Value::Integer(v))) => out.value(&(*v as f64).to_be_bytes()),
        (FieldType::Boolean, Some(Value::Bool(v))) => out.value(&[u8::from(*v)]),
        (FieldType::Date, Some(Value::Text(v))) => match days(v) {
            Some(days) => out.value(&days.to_be_bytes()),
            None => return Err(format!("{v} is no date")),
        },
        (FieldType::Json, Some(Value::Json(v))) => out.value(v.to_string().as_bytes()),
        _ => out.null(),
    }
    Ok(())
}
