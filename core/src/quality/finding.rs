//! A place somebody should look at.

use geo::Geometry;
use serde::Serialize;

use crate::theme::Bilingual;

/// What is wrong (ISO 19157: topological and logical consistency).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Two features cover the same ground.
    Overlap,
    /// Ground between features that none covers.
    Gap,
    /// An overlap or a gap too narrow to be meant.
    Sliver,
    /// Two features have the same geometry.
    Duplicate,
    /// A feature lies outside the commune it says it is in.
    OutsideCommune,
    /// A line that ends in the open.
    Dangle,
    /// Linework that encloses nothing where something is written.
    Unclosed,
    /// Text that lies in no polygon, or a polygon with contradicting texts.
    Label,
}

impl FindingKind {
    /// Its code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::Gap => "gap",
            Self::Sliver => "sliver",
            Self::Duplicate => "duplicate",
            Self::OutsideCommune => "outside_commune",
            Self::Dangle => "dangle",
            Self::Unclosed => "unclosed",
            Self::Label => "label",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Overlap,
            Self::Gap,
            Self::Sliver,
            Self::Duplicate,
            Self::OutsideCommune,
            Self::Dangle,
            Self::Unclosed,
            Self::Label,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }

    /// Whether it shows only in the linework features are made of, and not between features.
    pub const fn is_of_linework(self) -> bool {
        matches!(self, Self::Dangle | Self::Unclosed | Self::Label)
    }
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To know.
    Note,
    /// To look at.
    Warning,
    /// To correct.
    Error,
}

impl Severity {
    /// Its code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Note, Self::Warning, Self::Error]
            .into_iter()
            .find(|severity| severity.code() == code)
    }
}

/// One place somebody should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// How much it matters.
    pub severity: Severity,
    /// Where: the ground in question, or the point; in metres of the CRS its holder names.
    pub geometry: Geometry<f64>,
    /// Its area in m², where it has one.
    pub area: Option<f64>,
    /// Business keys of the features concerned, as the key index writes them.
    pub keys: Vec<String>,
    /// The other dataset, where it lies between two.
    pub other: Option<String>,
    /// What to know about it.
    pub detail: Bilingual,
}
