//! A theme file as it is written, before its references are resolved.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::extract::RawExtract;
use super::readings::RawReadings;
use super::statistics::RawStatistics;
use super::topology::RawTopology;
use super::{
    Bilingual, ChainageStep, Example, FieldType, Generalise, GeometryKind, Sensitivity, Zooms,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTheme {
    pub title: Bilingual,
    pub description: Bilingual,
    pub group: Group,
    #[serde(default = "last")]
    pub order: u32,
    pub geometry: GeometryKind,
    #[serde(default)]
    pub key: Vec<String>,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub label_with: Vec<String>,
    #[serde(default)]
    pub label_from: u8,
    #[serde(default)]
    pub search: Vec<String>,
    #[serde(default)]
    pub chainage: Option<RawChainage>,
    pub zooms: Zooms,
    #[serde(default)]
    pub generalise: Generalise,
    #[serde(default)]
    pub legend: Option<RawLegend>,
    #[serde(default)]
    pub statistics: Option<RawStatistics>,
    #[serde(default)]
    pub topology: Option<RawTopology>,
    #[serde(default)]
    pub extract: Option<RawExtract>,
    #[serde(default)]
    pub readings: Option<RawReadings>,
    pub fields: Vec<RawField>,
    #[serde(default)]
    pub examples: Vec<Example>,
}

fn last() -> u32 {
    1000
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLegend {
    pub field: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChainage {
    pub from: String,
    pub to: String,
    pub steps: Vec<ChainageStep>,
}

/// The portal's ways in.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Group {
    Land,
    Planning,
    Crops,
    Water,
    Ground,
}

impl Group {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::Planning => "planning",
            Self::Crops => "crops",
            Self::Water => "water",
            Self::Ground => "ground",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of independent yes-or-no keys of the file"
)]
pub(super) struct RawField {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    pub title: Bilingual,
    #[serde(default)]
    pub code_list: Option<String>,
    #[serde(default)]
    pub code_kind: Option<String>,
    #[serde(default)]
    pub as_read: bool,
    #[serde(default)]
    pub raw_to: Option<String>,
    #[serde(default)]
    pub version_to: Option<String>,
    #[serde(default)]
    pub parts_to: Option<String>,
    #[serde(default)]
    pub item_code_lists: BTreeMap<String, String>,
    #[serde(default)]
    pub list: bool,
    #[serde(default)]
    pub unit: Option<String>,
    #[serde(default)]
    pub sensitivity: Sensitivity,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub was: Vec<String>,
    #[serde(default)]
    pub tile: bool,
    #[serde(default)]
    pub tile_from: u8,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub pattern: Option<String>,
    #[serde(default)]
    pub free_text: bool,
    #[serde(default)]
    pub trim_zeros: bool,
    #[serde(default)]
    pub chainage_to: Option<String>,
    #[serde(default)]
    pub minimum: Option<f64>,
    #[serde(default)]
    pub maximum: Option<f64>,
}
