//! What `POST /overlay` is sent.

use diaba_core::feature::FeatureId;
use serde::Deserialize;
use utoipa::ToSchema;

/// What is laid on what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverlayRequest {
    /// What is laid: a drawn or uploaded area, a feature, a plan, a commune.
    pub of: Laid,
    /// On which layer.
    pub on: On,
    /// Most rows of the table in a JSON answer; the sums are always of all.
    #[schema(minimum = 0, maximum = 10_000, default = 1_000)]
    pub limit: Option<usize>,
    /// The least area that makes a row, m².
    #[schema(minimum = 0, default = 0.01)]
    pub least: Option<f64>,
}

/// What is laid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Laid {
    /// An area.
    Area(Area),
    /// Features of a theme.
    Features(Features),
}

/// An area.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// GeoJSON: a polygon or multipolygon, a feature, or a collection of features; longitude, latitude on WGS 84.
    #[schema(value_type = Object)]
    pub area: serde_json::Value,
}

/// Features of a theme: one by its number, or those whose business key begins so.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Features {
    /// The theme.
    pub theme: String,
    /// One feature's number.
    #[schema(value_type = Option<u64>)]
    pub id: Option<FeatureNumber>,
    /// Parts of the business key in its order: `["24QPK1000003"]` are all zones of that plan, `["07210"]` a commune.
    pub key: Option<Vec<String>>,
}

/// The layer something is laid on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct On {
    /// The theme.
    pub theme: String,
    /// Only the features whose business key begins so.
    pub key: Option<Vec<String>>,
}

/// A feature's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeatureNumber(pub FeatureId);

impl<'de> Deserialize<'de> for FeatureNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        let id = FeatureId::new(number);
        id.map(Self)
            .ok_or_else(|| serde::de::Error::custom("a feature's number is below 2^53"))
    }
}
