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
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Overlap,
        Self::Gap,
        Self::Sliver,
        Self::Duplicate,
        Self::OutsideCommune,
        Self::Dangle,
        Self::Unclosed,
        Self::Label,
    ];

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

    /// What people call it; the code list `finding_kinds` says the same.
    pub fn title(self) -> Bilingual {
        let (vi, en) = match self {
            Self::Overlap => ("Chồng lấn", "Overlap"),
            Self::Gap => ("Khoảng hở", "Gap"),
            Self::Sliver => ("Dải hẹp", "Sliver"),
            Self::Duplicate => ("Trùng hình", "Duplicate geometry"),
            Self::OutsideCommune => ("Ngoài địa giới xã", "Outside its commune"),
            Self::Dangle => ("Đường hở đầu", "Dangling line"),
            Self::Unclosed => ("Không khép vùng", "Unclosed linework"),
            Self::Label => ("Nhãn không khớp thửa", "Label without its parcel"),
        };
        Bilingual {
            vi: vi.to_owned(),
            en: en.to_owned(),
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
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
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// Its code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// What people call it; the code list `finding_severities` says the same.
    pub fn title(self) -> Bilingual {
        let (vi, en) = match self {
            Self::Note => ("Để biết", "Note"),
            Self::Warning => ("Cần xem lại", "Warning, to be looked at"),
            Self::Error => ("Lỗi phải sửa", "Error, to be corrected"),
        };
        Bilingual {
            vi: vi.to_owned(),
            en: en.to_owned(),
        }
    }

    /// The severity with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::Catalogue;

    #[test]
    fn the_code_lists_know_every_kind_and_severity_by_the_same_name() {
        let catalogue = Catalogue::load(None).unwrap();
        let kinds = FindingKind::ALL.map(|kind| (kind.code(), kind.title()));
        let severities = Severity::ALL.map(|severity| (severity.code(), severity.title()));
        for (list, named) in [
            ("finding_kinds", &kinds[..]),
            ("finding_severities", &severities[..]),
        ] {
            let list = catalogue.code_list(list).unwrap();
            assert_eq!(list.codes().len(), named.len());
            for (code, title) in named {
                let entry = list
                    .codes()
                    .iter()
                    .find(|entry| entry.code == *code)
                    .unwrap();
                assert_eq!(entry.title, *title);
            }
        }
        assert_eq!(FindingKind::from_code("gap"), Some(FindingKind::Gap));
        assert_eq!(Severity::from_code("grave"), None);
    }
}
