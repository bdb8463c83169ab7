//! What an import says of itself, as one JSON document.

mod findings;
pub mod html;
pub mod picture;
mod rejects_file;
mod tally;
mod text;
pub mod writing;

use std::fmt::Write;
use std::sync::Arc;

use diaba_core::shard;
use diaba_core::store::Difference;
use diaba_core::theme::Bilingual;
use serde::Serialize;

pub use findings::{CountedFindings, FindingRecord, Findings, mark};
pub use rejects_file::{MadeRejects, RejectsFile};
pub use tally::{
    AreaRecord, Areas, CountedNote, Duplicates, KeysSeen, Notes, RejectedRecord, Rejects,
    RepairedRecord, Repairs, readable,
};
pub use text::text;

use self::picture::Picture;
use crate::attributes::AttributeReport;
use crate::decode::ColumnEncoding;
use crate::locate::{FoundIn, Score};
use crate::source::{Drawing, SourceFile};

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A new revision stands.
    Imported,
    /// Everything was done but nothing written, as asked.
    DryRun,
    /// Nothing was changed.
    #[default]
    Refused,
    /// The file was found beside others and is not to be imported: a part of another, or no data for a map.
    PassedOver,
}

/// The report of one file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was refused or passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Bilingual>,
    /// Program and version.
    pub tool: String,
    /// When it began, ISO 8601 with zone.
    pub when: String,
    /// Theme.
    pub theme: String,
    /// Where the file lies within the folder or archive it was found in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Dataset.
    pub dataset: String,
    /// The revision made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// What it made other than the revision before; none where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// Files read.
    pub sources: Vec<SourceFile>,
    /// Format, as GDAL names it.
    pub format: String,
    /// Layer read.
    pub layer: String,
    /// Coordinates.
    pub crs: CrsReport,
    /// Records.
    pub counts: shard::Counts,
    /// Columns: what became of each and how its text was read.
    pub columns: Vec<ColumnReport>,
    /// Repaired geometries.
    pub repairs: Repairs,
    /// Records not taken.
    pub rejects: Rejects,
    /// The file they lie in with their geometry, beside this report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejects_file: Option<String>,
    /// Declared and computed areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub areas: Option<Areas>,
    /// What became of the land database's attributes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<AttributeReport>,
    /// Business keys that several records share.
    pub duplicates: Duplicates,
    /// What the checks between features found, where that is anything.
    #[serde(skip_serializing_if = "Findings::is_none")]
    pub findings: Findings,
    /// What was changed or is doubtful in the values.
    pub notes: Notes,
    /// What the source was made of, where it is a drawing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawing: Option<Drawing>,
    /// What the operator should look at.
    pub warnings: Vec<Bilingual>,
    /// What its map is drawn from.
    #[serde(skip)]
    pub picture: Picture,
    /// Its rejected records with their geometry, until they are put where they belong.
    #[serde(skip)]
    pub made_rejects: Option<Arc<MadeRejects>>,
}

/// What was read and decided about coordinates.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and a member of the JSON report"
)]
pub struct CrsReport {
    /// The name the file gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    /// EPSG code of the system the coordinates were read in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsg: Option<u32>,
    /// Whether the operator named it.
    pub given: bool,
    /// The grid's parameters are VN-2000's though the file names another datum.
    pub datum_assumed: bool,
    /// Northing and easting stood the wrong way round and were put in order.
    pub axes_swapped: bool,
    /// The file says no system; this one won by where the data lie.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub scored: bool,
    /// Share of the records looked at that begin in the commune they name; none where no such commune is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_commune: Option<f64>,
    /// How each candidate did, the best first, where that was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score>,
    /// The communes most records begin in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found_in: Vec<FoundIn>,
    /// The operation to the working CRS.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operation: String,
}

/// What became of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnReport {
    /// Its name in the file, decoded.
    pub name: String,
    /// What became of it: `field`, `extra`, `technical`, `personal` or `conflict`.
    pub became: &'static str,
    /// The theme's field, where it is one or could be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Why it was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bilingual>,
    /// How its text was read; none for numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<ColumnEncoding>,
    /// What decoding could not save.
    #[serde(skip_serializing_if = "TextDamage::is_none")]
    pub damage: TextDamage,
}

/// Text of a column that is damaged or doubtful, in values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct TextDamage {
    /// With characters lost before the file reached us (`?` inside words, U+FFFD).
    pub lost: u64,
    /// With codes the encoding does not have; the raw value is kept.
    pub unmapped: u64,
    /// With a capital TCVN3 could not carry; the raw value is kept.
    pub lossy: u64,
    /// That may be in capitals or in title case; the raw value is kept.
    pub ambiguous_capitals: u64,
    /// Written with combining marks, now composed.
    pub composed: u64,
}

impl TextDamage {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Counts one value's flags.
    pub fn push(&mut self, flags: crate::decode::Flags) {
        self.lost += u64::from(flags.lost > 0);
        self.unmapped += u64::from(flags.unmapped > 0);
        self.lossy += u64::from(flags.lossy);
        self.ambiguous_capitals += u64::from(flags.ambiguous_capitals);
        self.composed += u64::from(flags.composed);
    }

    /// Adds another tally.
    pub fn add(&mut self, other: Self) {
        self.lost += other.lost;
        self.unmapped += other.unmapped;
        self.lossy += other.lossy;
        self.ambiguous_capitals += other.ambiguous_capitals;
        self.composed += other.composed;
    }
}

impl Report {
    /// One line for people: what was imported, or why not, and what it made other.
    pub fn summary(&self) -> String {
        let mut line = self.outcome_in_words();
        if let Some(d) = &self.difference {
            // Writing to a String cannot fail.
            let _ = if d.is_none() {
                write!(line, "\n  như bản {0} · the same as {0}", d.before)
            } else {
                write!(
                    line,
                    "\n  so với {before}: thêm {added}, bớt {removed}, đổi hình {moved}, đổi thuộc tính {other} · against {before}: {added} added, {removed} removed, {moved} with another geometry, {other} with other values",
                    before = d.before,
                    added = d.added,
                    removed = d.removed,
                    moved = d.changed_geometry,
                    other = d.changed_attributes,
                )
            };
        }
        line
    }

    fn outcome_in_words(&self) -> String {
        let shard::Counts {
            read,
            imported,
            repaired,
            rejected,
        } = self.counts;
        let what = format!("{}/{}", self.theme, self.dataset);
        match (self.outcome, &self.revision) {
            (Outcome::Imported, revision) => format!(
                "{what} {}: nhập {imported}/{read} bản ghi, sửa {repaired}, loại {rejected} · imported {imported} of {read} records, {repaired} repaired, {rejected} rejected",
                revision.as_deref().unwrap_or_default()
            ),
            (Outcome::DryRun, _) => format!(
                "{what}: chạy thử, sẽ nhập {imported}/{read} bản ghi, sửa {repaired}, loại {rejected} · dry run, {imported} of {read} records would be imported, {repaired} repaired, {rejected} rejected"
            ),
            (Outcome::Refused, _) => {
                format!("{what}: từ chối, không thay đổi gì · refused, nothing was changed")
            }
            (Outcome::PassedOver, _) => {
                let (vi, en) = self
                    .refusal
                    .as_ref()
                    .map_or(("", ""), |r| (r.vi.as_str(), r.en.as_str()));
                let file = self.file.as_deref().unwrap_or_default();
                format!("{file}: bỏ qua, {vi} · passed over, {en}")
            }
        }
    }

    /// What `decided` says of coordinates and columns, with what became of the records here.
    #[must_use]
    pub fn settled_by(self, mut decided: Self) -> Self {
        for (column, taken) in decided.columns.iter_mut().zip(&self.columns) {
            column.damage = taken.damage;
        }
        Self {
            crs: decided.crs,
            columns: decided.columns,
            warnings: decided.warnings,
            ..self
        }
    }

    /// Adds something the operator should look at.
    pub fn warn(&mut self, vi: impl Into<String>, en: impl Into<String>) {
        self.warnings.push(Bilingual {
            vi: vi.into(),
            en: en.into(),
        });
    }
}
