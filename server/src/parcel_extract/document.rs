//! What an extract says. Areas are m² and lengths metres: of the working plane, unless the grid is named.

use serde::Serialize;
use utoipa::ToSchema;

use crate::themes::Text;

/// The extract of a parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct Extract {
    /// The theme it is of.
    pub theme: String,
    /// The parcel's number.
    pub id: u64,
    /// What it is called.
    pub title: Text,
    /// When this was put together, RFC 3339.
    pub made_at: String,
    /// The instant it shows, where that is not now.
    pub datetime: Option<String>,
    /// Where the record came from.
    pub source: Source,
    /// Commune, sheet and number, in the order of the theme's key.
    pub key: Vec<Shown>,
    /// Land use.
    pub land_use: Option<Code>,
    /// The code its source had, where that is another one.
    pub land_use_before: Option<String>,
    /// Area.
    pub area: Areas,
    /// Other fields of the record.
    pub fields: Vec<Shown>,
    /// The corner table.
    pub survey: SurveyTable,
    /// What it was made of, and made into.
    pub lineage: LineageIds,
    /// The parcels beside it, the longest common boundary first.
    pub neighbours: Vec<Beside>,
    /// The themes that have something to say about it.
    pub touching: Vec<ThemeTouch>,
    /// Themes that were looked at and do not touch it.
    pub not_touching: Vec<ThemeName>,
    /// Protected features on the parcel or near it whose corridor is not computed: neither the record nor the law gives its
    /// breadth.
    pub unmeasured: Vec<Unmeasured>,
    /// Themes the register has no data of: nothing is known of them here.
    pub no_data: Vec<ThemeName>,
    /// What the extract is worth.
    pub notice: Text,
}

/// Where a record came from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Source {
    /// The dataset.
    pub dataset: String,
    /// Its revision.
    pub revision: String,
    /// When it was imported, RFC 3339.
    pub imported_at: String,
    /// Whether the record was changed since.
    pub edited: bool,
    /// Names of the files.
    pub files: Vec<String>,
}

/// A code with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Code {
    /// The code.
    pub code: String,
    /// Its name; none where the list does not know it.
    pub title: Option<Text>,
    /// Its colour, `#rrggbb`.
    pub color: Option<String>,
}

/// A field with its value.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    /// The field.
    pub name: String,
    /// Its name for people.
    pub title: Text,
    /// The value.
    #[schema(value_type = Object)]
    pub value: serde_json::Value,
    /// The names of its codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
    /// Its unit, UCUM.
    pub unit: Option<String>,
}

/// Areas of the parcel, m².
#[derive(Debug, Serialize, ToSchema)]
pub struct Areas {
    /// As declared.
    pub declared: Option<f64>,
    /// Computed in the grid of the survey.
    pub computed: f64,
    /// Computed in the working plane: what the shares are of.
    pub working: f64,
}

/// The corners of the parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyTable {
    /// EPSG code of the grid.
    pub epsg: u32,
    /// Its name.
    pub grid: Text,
    /// Rings, each shell followed by its holes; corners clockwise from the north-west.
    pub rings: Vec<RingTable>,
}

/// A ring of the corner table.
#[derive(Debug, Serialize, ToSchema)]
pub struct RingTable {
    /// Whether it is a hole.
    pub hole: bool,
    /// Its corners.
    pub corners: Vec<CornerRow>,
}

/// A corner.
#[derive(Debug, Serialize, ToSchema)]
pub struct CornerRow {
    /// Its number.
    pub number: u32,
    /// Northing, metres.
    pub x: f64,
    /// Easting, metres.
    pub y: f64,
    /// Length of the edge to the next corner, metres.
    pub length: f64,
}

/// What a parcel was made of, and made into.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineageIds {
    /// The parcels it was made of.
    pub parents: Vec<u64>,
    /// The parcels it was made into.
    pub children: Vec<u64>,
    /// Since when it stands so, RFC 3339.
    pub since: Option<String>,
    /// The record's number of states.
    pub states: usize,
}

/// A parcel beside the one asked about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Beside {
    /// Its number.
    pub id: u64,
    /// What it is called.
    pub title: Text,
    /// Its land use.
    pub land_use: Option<Code>,
    /// Length of the common boundary, metres.
    pub length: f64,
}

/// A protected feature without a corridor.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unmeasured {
    /// Its theme.
    pub theme: String,
    /// The theme's name.
    pub theme_title: Text,
    /// Its number.
    pub id: u64,
    /// What it is called.
    pub label: String,
    /// What colours it on the map.
    pub class: Option<Code>,
    /// How far it is from the parcel, metres; 0 where it lies on it.
    pub distance: f64,
}

/// The name of a theme.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeName {
    /// Its identifier.
    pub theme: String,
    /// Its name.
    pub title: Text,
}

/// What a theme has to say about the parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeTouch {
    /// Its identifier.
    pub theme: String,
    /// Its name.
    pub title: Text,
    /// `plan`, `restriction`, `area` or `finding`.
    pub role: String,
    /// What it rests on.
    pub legal: Vec<Text>,
    /// Area that any of it touches, m²: what lies on each other is counted once.
    pub area: f64,
    /// The same in percent of the parcel.
    pub percent: f64,
    /// Its plans; one without a key where the theme has none.
    pub groups: Vec<Group>,
}

/// The parts of one plan; they and the rest sum to the parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct Group {
    /// The plan's key.
    pub key: Option<String>,
    /// The record of the plan.
    pub record: Vec<Shown>,
    /// Area of its parts, m².
    pub area: f64,
    /// Area of the parcel outside them, m².
    pub outside: f64,
    /// The parts.
    pub parts: Vec<Part>,
}

/// A feature that touches the parcel.
#[derive(Debug, Serialize, ToSchema)]
pub struct Part {
    /// Its number.
    pub id: u64,
    /// What it is called.
    pub label: String,
    /// What colours it on the map.
    pub class: Option<Code>,
    /// Area in common, m².
    pub area: f64,
    /// The same in percent of the parcel.
    pub percent: f64,
    /// The protected corridor, where the area is of one.
    pub corridor: Option<CorridorSaid>,
    /// Its fields.
    pub fields: Vec<Shown>,
    /// Where it came from.
    pub source: Source,
}

/// A protected corridor.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorridorSaid {
    /// Breadth beyond the toe or the edge on the river's side, metres.
    pub river: f64,
    /// Breadth on the land's side, metres.
    pub land: f64,
    /// Whether it is for reference only: the toes not surveyed, or the river's side not known.
    pub reference: bool,
    /// The rule it follows.
    pub legal: Option<Text>,
    /// Part of the area the work itself stands on, m².
    pub itself: f64,
}
