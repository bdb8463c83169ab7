//! What is said of plans. Areas are m² of the working plane.

use serde::Serialize;
use utoipa::ToSchema;

use crate::parcel_extract::document::{Code, Shown};
use crate::themes::Text;

/// A plan among others.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanEntry {
    /// The theme its zones are features of.
    pub theme: String,
    /// The plan's key: the first part of the business key of its zones.
    pub code: String,
    /// Its name, where its record has one.
    pub name: Option<String>,
    /// Its level or kind: what colours its record on the map.
    pub level: Option<Code>,
    /// Number of zones.
    pub zones: i64,
    /// Area of the zones; where they lie on each other every time.
    pub area: f64,
    /// West, south, east, north in degrees; null where nothing of it has a place.
    pub bbox: Option<[f64; 4]>,
}

/// The record of a plan with its zones.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanRecord {
    /// The theme its zones are features of.
    pub theme: String,
    /// Its name.
    pub theme_title: Text,
    /// The plan's key.
    pub code: String,
    /// Its name, where its record has one.
    pub name: Option<String>,
    /// West, south, east, north in degrees; null where nothing of it has a place.
    pub bbox: Option<[f64; 4]>,
    /// What is on record of it: decision, dates, validity.
    pub fields: Vec<Shown>,
    /// The feature that is its boundary.
    pub boundary: Option<Boundary>,
    /// Number of zones.
    pub zones: usize,
    /// Area of the zones; where they lie on each other every time.
    pub area: f64,
    /// By function, the largest first: they sum to the area of the zones.
    pub functions: Vec<Function>,
    /// What it rests on.
    pub legal: Vec<Text>,
    /// Where zones and record came from.
    pub sources: Vec<PlanSource>,
}

/// The boundary of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct Boundary {
    /// Its theme.
    pub theme: String,
    /// The feature's number.
    pub id: u64,
    /// Area.
    pub area: f64,
}

/// A function with its zones.
#[derive(Debug, Serialize, ToSchema)]
pub struct Function {
    /// The function; null of zones that have none.
    pub class: Option<Code>,
    /// Area.
    pub area: f64,
    /// The same in percent of all zones.
    pub percent: f64,
    /// Number of zones.
    pub count: usize,
    /// The zones, in the order of their names; at most [`MOST_ZONES`] of all functions together.
    pub zones: Vec<Zone>,
}

/// Most zones that are listed one by one.
pub const MOST_ZONES: usize = 5_000;

/// A zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Zone {
    /// The feature's number.
    pub id: u64,
    /// What it is called.
    pub label: String,
    /// Area.
    pub area: f64,
    /// What is laid down for it, by the fields' names; the theme has their titles and units.
    #[schema(value_type = Object)]
    pub values: serde_json::Map<String, serde_json::Value>,
}

/// Where a part of it came from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct PlanSource {
    /// The theme.
    pub theme: String,
    /// The dataset.
    pub dataset: String,
    /// When it was imported, RFC 3339.
    pub imported_at: String,
}
