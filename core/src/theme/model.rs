//! What a theme file says, as types. Read and checked by [`super::load`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ExtractRule, PersonalRules, Readings, Statistics, Topology};
use crate::code_list::CodeList;

/// A text in both languages of the register, Vietnamese first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// Which geometries a theme takes (ISO 19107, simple features; multi forms included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeometryKind {
    /// Points and multipoints.
    Point,
    /// Lines and multilines.
    Line,
    /// Polygons and multipolygons.
    Polygon,
    /// Any of the three, one kind a feature (irrigation works are all of them).
    Any,
}

/// The type of a field's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Unicode text in NFC.
    Text,
    /// A whole number, 64 bits.
    Integer,
    /// A number.
    Real,
    /// true or false.
    Boolean,
    /// A calendar date, kept as ISO 8601 text `YYYY-MM-DD`.
    Date,
    /// A list or record.
    Json,
}

/// Who may see a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Anyone.
    #[default]
    Public,
    /// Never in a tile.
    Internal,
    /// Dropped at import.
    Personal,
}

/// One field of a theme.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of independent yes-or-no keys of the theme file"
)]
pub struct Field {
    /// Its official name, also the column's (`so_to`, `loai_dat`).
    pub name: String,
    /// Type of its values.
    pub kind: FieldType,
    /// Its name for people.
    pub title: Bilingual,
    /// The codes its values (or the members of its list) come from.
    pub code_list: Option<Arc<CodeList>>,
    /// How its codes are read; says nothing where `code_list` is none.
    pub coding: Coding,
    /// Code lists of the members of the records in a JSON list, by the member's name.
    pub item_code_lists: BTreeMap<String, Arc<CodeList>>,
    /// Whether a JSON field is a list that files write as text (`CN; JP`).
    pub list: bool,
    /// Unit of measure, UCUM spelling (`m2`, `ha`, `m`).
    pub unit: Option<String>,
    /// Who may see it.
    pub sensitivity: Sensitivity,
    /// Names it is met under in files; matched without case, diacritics and separators, and by DBF's 10-byte cut.
    pub aliases: Vec<String>,
    /// Earlier names of this field in this theme.
    pub was: Vec<String>,
    /// Whether tiles carry it.
    pub tile: bool,
    /// First zoom whose tiles carry it, where `tile`.
    pub tile_from: u8,
    /// Whether a record without it is rejected.
    pub required: bool,
    /// What its text usually looks like; a value that does not is kept and noted.
    pub pattern: Option<regex::Regex>,
    /// Whether it is free text, where numbers of papers and telephones are blotted out.
    pub free_text: bool,
    /// Whether leading zeros of an all-digit text say nothing (`007` is sheet 7).
    pub trim_zeros: bool,
    /// Position of the field that takes this text's chainage (`K12+350`) in metres.
    pub chainage_to: Option<usize>,
    /// Least number that can be true.
    pub minimum: Option<f64>,
    /// Greatest number that can be true.
    pub maximum: Option<f64>,
}

/// How the codes of a field are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coding {
    /// The only kind of code it takes, where the list mixes kinds.
    pub kind: Option<String>,
    /// Whether old codes stay as they are instead of being carried to the current version.
    pub as_read: bool,
    /// Position of the field that keeps the code as it was read.
    pub raw_to: Option<usize>,
    /// Position of the field that keeps the list's version the code was read in.
    pub version_to: Option<usize>,
    /// Position of the JSON field that takes all codes of a combined value (`ONT+LNK`), main one first.
    pub parts_to: Option<usize>,
}

/// Zooms a theme is drawn at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zooms {
    /// First zoom with anything of the theme in a tile.
    pub min: u8,
    /// First zoom where every feature is drawn as itself.
    pub detail: u8,
    /// Last zoom tiles are cut for; maps overzoom from there.
    pub max: u8,
}

/// What becomes of a theme between its first zoom and its detail zoom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generalise {
    /// Whether the theme covers the ground without overlaps, so that features of one class may be dissolved.
    #[serde(default)]
    pub coverage: bool,
    /// The field whose code list gives the classes (needed where `coverage`).
    #[serde(default)]
    pub by: Option<String>,
    /// Below the detail zoom only features whose box is at least this many pixels of 1/256 tile wide or high stay.
    #[serde(default)]
    pub min_pixels: u8,
    /// Field whose order decides what stays when a tile must leave something out: codes in their list's order
    /// ([`CodeList::rank_of`]), numbers from the largest down; features without a value go first.
    #[serde(default)]
    pub rank: Option<String>,
    /// First zoom a code of the field `rank` is drawn at. Codes that are not named, and features without one, are drawn
    /// from the last zoom named.
    #[serde(default)]
    pub rank_zooms: BTreeMap<String, u8>,
    /// Below the detail zoom lines that agree in these fields are one feature, joined where they meet and simplified.
    #[serde(default)]
    pub merge: Vec<String>,
    /// Below the detail zoom one point is drawn in each cell of this many to a tile's side: a power of two, 8 to 64.
    #[serde(default)]
    pub thin: Option<u8>,
    /// Below the detail zoom polygons are simplified together, so that neighbours keep their common edges.
    #[serde(default)]
    pub boundaries: bool,
    /// Field whose values are simplified apart, for polygons that overlap by their kind.
    #[serde(default)]
    pub boundaries_by: Option<String>,
}

/// Where stones stand along the lines of a theme: each whole step of the chainage between two fields' values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chainage {
    /// Position in `fields` of the chainage at the line's first vertex, metres.
    pub from: usize,
    /// Position in `fields` of the chainage at its last vertex, metres.
    pub to: usize,
    /// From which zoom on, how many metres from stone to stone; in falling order of the metres.
    pub steps: Vec<ChainageStep>,
}

/// How far chainage stones are apart from a zoom on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainageStep {
    /// The first zoom.
    pub zoom: u8,
    /// Metres from stone to stone.
    pub metres: u32,
}

impl Chainage {
    /// Metres from stone to stone at a zoom; `None` where there are none.
    pub fn step(&self, zoom: u8) -> Option<u32> {
        let steps = self.steps.iter().rev();
        steps
            .copied()
            .find(|step| step.zoom <= zoom)
            .map(|step| step.metres)
    }
}

/// An example kept in the theme file and run as a test: a source record and what must become of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Source fields as a file has them, in the file's order.
    pub input: toml::Table,
    /// Versions of code lists the file is said to be written in, by list.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// The theme's fields it must become; a field not named may be anything.
    #[serde(default)]
    pub expect: BTreeMap<String, toml::Value>,
    /// Source fields that must land in `extra`.
    #[serde(default)]
    pub expect_extra: Vec<String>,
    /// Fields of the theme that must be empty.
    #[serde(default)]
    pub expect_empty: Vec<String>,
    /// Parts of the notes that must be made.
    #[serde(default)]
    pub expect_notes: Vec<String>,
    /// Source fields that must be dropped as personal.
    #[serde(default)]
    pub expect_dropped: Vec<String>,
    /// Part of the reason the record must be rejected with.
    #[serde(default)]
    pub expect_reject: Option<String>,
}

/// A kind of layer, as `styles/themes/<id>.toml` says it; checked, with its code lists resolved.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Its identifier, the file's name without `.toml`.
    pub id: String,
    /// Its name for people.
    pub title: Bilingual,
    /// What it holds.
    pub description: Bilingual,
    /// Which of the portal's ways in it belongs to: `land`, `planning`, `crops`, `water` or `ground`.
    pub group: String,
    /// Its geometries.
    pub geometry: GeometryKind,
    /// Positions in `fields` of the business key, in order; not unique in real data.
    pub key: Vec<usize>,
    /// Position in `fields` of what a label shows.
    pub label: Option<usize>,
    /// Positions in `fields` of what else a map needs to write or choose a label.
    pub label_with: Vec<usize>,
    /// First zoom whose tiles have places for labels.
    pub label_from: u8,
    /// Positions in `fields` of what the search box finds its features by, the most telling first; codes are found by
    /// their names.
    pub search: Vec<usize>,
    /// Where stones stand along its lines.
    pub chainage: Option<Chainage>,
    /// Zooms.
    pub zooms: Zooms,
    /// Generalisation below the detail zoom.
    pub generalise: Generalise,
    /// Position in `fields` of what colours it; its code list is the legend.
    pub legend: Option<usize>,
    /// What its features are counted by; not counted where the theme does not say so.
    pub statistics: Option<Statistics>,
    /// What is checked between its features; nothing where the theme does not say so.
    pub topology: Option<Topology>,
    /// What it has to say about a parcel; nothing where the theme does not say so.
    pub extract: Option<ExtractRule>,
    /// What is read at its features, and the grades it may reach; nothing where the theme does not say so.
    pub readings: Option<Readings>,
    /// Place among the themes: lower comes first in lists and lies deeper on a map.
    pub order: u32,
    /// Fields, in order.
    pub fields: Vec<Field>,
    /// Examples, run as tests.
    pub examples: Vec<Example>,
    /// What is never kept, whatever the theme says.
    pub personal: Arc<PersonalRules>,
    /// Hash of all that a packed shard and its tiles depend on: geometry, key, label, zooms, generalisation, fields
    /// and classes. A shard packed under another one is packed again; titles, aliases and examples do not matter.
    pub hash: String,
    /// Hash of `hash` and of all else that its tiles depend on, and a packed shard does not.
    pub tile_hash: String,
}

impl Theme {
    /// Position of the field called `name`.
    pub fn field_index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// The fields tiles carry, with their positions, in order.
    pub fn tile_fields(&self) -> impl Iterator<Item = (usize, &Field)> {
        self.fields.iter().enumerate().filter(|(_, f)| f.tile)
    }

    /// Whether the places of labels in tiles carry the field at a position of `fields`.
    pub fn labels_carry(&self, field: usize) -> bool {
        self.label == Some(field) || self.label_with.contains(&field)
    }
}
