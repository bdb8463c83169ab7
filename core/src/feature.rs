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
