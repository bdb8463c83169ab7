//! A record as reading it back from `surveyed.fgb` gives it: what an edit has to look like before it is packed.

use geo::{Geometry, LineString, MultiLineString, MultiPolygon};

use crate::feature::{NewFeature, Value};
use crate::theme::{FieldType, GeometryKind, Theme};

/// The record as the shard of its theme would keep it and give it back.
pub(crate) fn kept(theme: &Theme, feature: &NewFeature) -> NewFeature {
    NewFeature {
        geometry: kept_geometry(theme.geometry, &feature.geometry),
        values: theme
            .fields
            .iter()
            .enumerate()
            .map(|(i, field)| kept_value(field.kind, feature.values.get(i)?.as_ref()?))
            .collect(),
        extra: read_again(&feature.extra),
    }
}

/// Themes of lines and of polygons keep multi-geometries.
fn kept_geometry(kind: GeometryKind, geometry: &Geometry<f64>) -> Geometry<f64> {
    let plain = match geometry {
        Geometry::Rect(rect) => rect.to_polygon().into(),
        Geometry::Triangle(triangle) => triangle.to_polygon().into(),
        Geometry::Line(line) => LineString::from(*line).into(),
        other => other.clone(),
    };
    match (kind, plain) {
        (GeometryKind::Polygon, Geometry::Polygon(polygon)) => {
            MultiPolygon::new(vec![polygon]).into()
        }
        (GeometryKind::Line, Geometry::LineString(line)) => MultiLineString::new(vec![line]).into(),
        (_, plain) => plain,
    }
}

/// The value as its column gives it back; `None` where the column cannot hold it.
fn kept_value(kind: FieldType, value: &Value) -> Option<Value> {
    Some(match (kind, value) {
        (FieldType::Text | FieldType::Date, Value::Text(_))
        | (FieldType::Integer, Value::Integer(_))
        | (FieldType::Real, Value::Real(_))
        | (FieldType::Boolean, Value::Bool(_)) => value.clone(),
        (FieldType::Real, Value::Integer(v)) => Value::Real(*v as f64),
        (FieldType::Json, Value::Json(json)) => Value::Json(read_again(json)),
        _ => return None,
    })
}

/// JSON as it comes back from its text: the last digit of a number may be another one.
pub(crate) fn read_again<T: serde::Serialize + serde::de::DeserializeOwned + Clone>(json: &T) -> T {
    serde_json::to_string(json)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| json.clone())
}
