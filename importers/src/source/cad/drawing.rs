//! What a report tells of a drawing.

use diaba_core::theme::Bilingual;
use serde::Serialize;

/// A drawing: what it was read as, and what was on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Drawing {
    /// The profile or mapping that says what its layers are; none where elements were taken as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Things that are the same for all of it, and who said them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<Said>,
    /// Its layers or levels, by name.
    pub layers: Vec<DrawnLayer>,
    /// What the operator should look at.
    #[serde(skip)]
    pub remarks: Vec<Bilingual>,
}

/// Something known about the whole drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The theme's field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// Where it comes from: `flag`, `file_name`, `side_table` or `plan_file`.
    pub from: &'static str,
}

/// A layer or level of a drawing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DrawnLayer {
    /// Its name or number.
    pub name: String,
    /// Elements on it.
    pub elements: u64,
    /// What it holds, by the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Bilingual>,
    /// What became of it: `boundary`, `text`, `zone`, `taken` or `not_used`.
    pub became: &'static str,
}

impl Drawing {
    /// Its layers with their elements counted, for a message.
    pub fn layers_in_words(&self) -> String {
        self.layers
            .iter()
            .map(|layer| format!("{} ({})", layer.name, layer.elements))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Adds something the operator should look at.
    pub fn remark(&mut self, vi: impl Into<String>, en: impl Into<String>) {
        self.remarks.push(Bilingual {
            vi: vi.into(),
            en: en.into(),
        });
    }
}
