//! What is told of a growing area beside its own fields.

use serde::Serialize;
use utoipa::ToSchema;

use crate::themes::Text;

/// The sheet of a growing area.
#[derive(Debug, Serialize, ToSchema)]
pub struct ZoneSheet {
    /// Number of the feature.
    pub id: u64,
    /// Where the feature is read.
    pub href: String,
    /// Public fields of the area.
    #[schema(value_type = Object)]
    pub properties: serde_json::Map<String, serde_json::Value>,
    /// Area in the working plane, m².
    pub area_m2: f64,
    /// Parcels that share ground with it.
    pub parcels: ParcelsInside,
    /// Irrigation works nearest to it, nearest first; for reference: which of them serves it is not surveyed.
    pub works: Vec<NearWork>,
    /// Pest observations of it, newest first.
    pub observations: Vec<Observation>,
}

/// Parcels that share ground with a growing area.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ParcelsInside {
    /// How many.
    pub count: usize,
    /// The ground they share with it, m².
    pub area_m2: f64,
    /// The same by land use, the largest first.
    pub uses: Vec<UseInside>,
}

/// Ground of one land use.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseInside {
    /// Code of the land use; null where parcels have none.
    pub loai_dat: Option<String>,
    /// Its name.
    pub title: Option<Text>,
    /// Parcels.
    pub count: usize,
    /// Shared ground, m².
    pub area_m2: f64,
}

/// An irrigation work near a growing area.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearWork {
    /// Number of the feature.
    pub id: u64,
    /// Where it is read.
    pub href: String,
    /// Its name.
    pub name: Option<String>,
    /// What kind of work it is.
    pub kind: Option<Text>,
    /// How far it is from the area, m; 0 where it lies in it.
    pub distance_m: f64,
}

/// A pest observation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Observation {
    /// Number of the feature.
    pub id: u64,
    /// Where it is read.
    pub href: String,
    /// Public fields.
    #[schema(value_type = Object)]
    pub properties: serde_json::Map<String, serde_json::Value>,
}
