//! Features and their values: what a record of a theme is once it has been read, decoded and checked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A feature's number within its layer.
///
/// Below 2^53, so that JavaScript and JSON carry it exactly. The importer gives it from
/// (theme, dataset, business key, ordinal), see [`crate::shard::ids`]; numbers from
/// [`FeatureId::RESERVED`] up belong to rows inserted by SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FeatureId(u64);

impl FeatureId {
    /// The first number the importer never gives: the range above is drawn from by SQL inserts.
    pub const RESERVED: u64 = 1 << 52;
    /// The smallest id.
    pub const MIN: Self = Self(0);
    /// One past the last number JSON and JavaScript carry exactly.
    pub const END: u64 = 1 << 53;

    /// The id `raw`, or `None` where it does not fit below 2^53.
    pub const fn new(raw: u64) -> Option<Self> {
        if raw < Self::END {
            Some(Self(raw))
        } else {
            None
        }
    }

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One value of one field; a missing value is `Option::None` beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// true or false
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number in the field's unit.
    Real(f64),
    /// Text in Unicode NFC; dates are ISO 8601 text (`2025-07-01`).
    Text(String),
    /// A list or a record, such as a parcel's several purposes with their areas.
    Json(serde_json::Value),
}

impl Value {
    /// The value as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool(v) => (*v).into(),
            Self::Integer(v) => (*v).into(),
            Self::Real(v) => (*v).into(),
            Self::Text(v) => v.as_str().into(),
            Self::Json(v) => v.clone(),
        }
    }

    /// The text, where this is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(v) => Some(v),
            _ => None,
        }
    }

    /// The number, where this is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(v) => Some(*v as f64),
            Self::Real(v) => Some(*v),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(v) => v.fmt(f),
            Self::Integer(v) => v.fmt(f),
            Self::Real(v) => v.fmt(f),
            Self::Text(v) => v.fmt(f),
            Self::Json(v) => v.fmt(f),
        }
    }
}

/// A record on its way into a shard: checked, decoded, in the working CRS.
#[derive(Debug, Clone, PartialEq)]
pub struct NewFeature {
    /// The surveyed geometry in the working CRS, metres, easting then northing.
    pub geometry: geo::Geometry<f64>,
    /// One value per field of the theme, in the theme's order.
    pub values: Vec<Option<Value>>,
    /// Source fields that no theme field takes and that are not personal.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// Names the content of a feature: equal wherever the same id has the same geometry (to the bit), values and further
/// fields. Hexadecimal; what a client sends back to change nothing but what it has seen.
pub fn content_tag(id: FeatureId, feature: &NewFeature) -> String {
    use geo::CoordsIter;

    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&id.get().to_le_bytes());
    let shape: Vec<usize> = shape(&feature.geometry);
    hash.update(bytemuck::cast_slice(&shape));
    for c in feature.geometry.coords_iter() {
        hash.update(&c.x.to_bits().to_le_bytes());
        hash.update(&c.y.to_bits().to_le_bytes());
    }
    for value in &feature.values {
        let text = value.as_ref().map(|v| v.to_json().to_string());
        hash.update(text.as_deref().unwrap_or("\u{1f}").as_bytes());
        hash.update(b"\x1e");
    }
    // Writing a map of JSON values cannot fail.
    hash.update(
        serde_json::to_string(&feature.extra)
            .unwrap_or_default()
            .as_bytes(),
    );
    format!("{:032x}", hash.digest128())
}

/// Kind and numbers of vertices of the parts of a geometry: what tells two apart that have the same coordinates.
fn shape(geometry: &geo::Geometry<f64>) -> Vec<usize> {
    use geo::Geometry as G;
    let ring = |polygon: &geo::Polygon<f64>| -> Vec<usize> {
        let holes = polygon.interiors();
        [holes.len(), polygon.exterior().0.len()]
            .into_iter()
            .chain(holes.iter().map(|h| h.0.len()))
            .collect()
    };
    match geometry {
        G::Point(_) => vec![1],
        G::Line(_) => vec![2],
        G::LineString(line) => vec![2, line.0.len()],
        G::Polygon(polygon) => std::iter::once(3).chain(ring(polygon)).collect(),
        G::MultiPoint(points) => vec![4, points.0.len()],
        G::MultiLineString(lines) => std::iter::once(5)
            .chain(lines.iter().map(|l| l.0.len()))
            .collect(),
        G::MultiPolygon(polygons) => std::iter::once(6)
            .chain(polygons.iter().flat_map(ring))
            .collect(),
        G::GeometryCollection(members) => std::iter::once(7)
            .chain(members.iter().flat_map(shape))
            .collect(),
        G::Rect(_) => vec![8],
        G::Triangle(_) => vec![9],
    }
}
