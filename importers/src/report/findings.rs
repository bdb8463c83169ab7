//! What the checks between features found.

use std::fmt::Write;

use diaba_core::quality::{Checked, Finding, FindingKind, Severity};
use diaba_core::theme::Bilingual;
use geo::BoundingRect;
use serde::Serialize;

use super::picture::{MarkKind, Picture};
use super::text::LINES;
use crate::manage::number;

/// Findings listed one by one.
const LISTED: usize = 1_000;

/// Findings, counted and the first of them listed; all of them are in the layer `quality_findings`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Findings {
    /// All of them.
    pub total: u64,
    /// By kind and severity.
    pub counts: Vec<CountedFindings>,
    /// The first, gravest first.
    pub records: Vec<FindingRecord>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// How many there are of a kind and a severity.
#[derive(Debug, Clone, Serialize)]
pub struct CountedFindings {
    /// Kind.
    pub kind: FindingKind,
    /// Severity.
    pub severity: Severity,
    /// How many.
    pub count: u64,
    /// Ground concerned, m².
    pub area: f64,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingRecord {
    /// Kind.
    pub kind: FindingKind,
    /// Severity.
    pub severity: Severity,
    /// Ground concerned, m².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<f64>,
    /// The middle of it in the working CRS, easting and northing in metres to the millimetre.
    pub at: Option<[f64; 2]>,
    /// Its box in the working CRS: west, south, east, north, metres to the centimetre.
    pub bbox: Option<[f64; 4]>,
    /// Keys of the features concerned.
    pub keys: Vec<String>,
    /// The other dataset, where it lies between two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// In words.
    pub detail: Bilingual,
}

impl Findings {
    /// What a check found.
    pub fn of(checked: &Checked) -> Self {
        let mut gravest: Vec<&Finding> = checked.findings.iter().collect();
        gravest.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let counts: Vec<CountedFindings> = checked
            .counts
            .iter()
            .map(|((kind, severity), counted)| CountedFindings {
                kind: *kind,
                severity: *severity,
                count: counted.count,
                area: hundredth(counted.area),
            })
            .collect();
        let total = counts.iter().map(|c| c.count).sum();
        Self {
            total,
            counts,
            more: total > LISTED as u64,
            records: gravest.into_iter().take(LISTED).map(record).collect(),
        }
    }

    /// Whether nothing was found.
    pub fn is_none(&self) -> bool {
        self.total == 0
    }

    /// Enters them as text: counts, then the first of them.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut String) -> std::fmt::Result {
        for c in &self.counts {
            let (kind, severity) = (c.kind.title(), c.severity.title());
            let ground = if c.area > 0.0 {
                format!(", {:.2} m²", c.area)
            } else {
                String::new()
            };
            writeln!(
                out,
                "  {:>12}  {} ({}){ground} · {} ({})",
                number(c.count),
                kind.vi,
                severity.vi,
                kind.en,
                severity.en
            )?;
        }
        for r in self.records.iter().take(LINES) {
            let place =
                r.at.map_or_else(String::new, |[x, y]| format!(" [{x:.2} {y:.2}]"));
            writeln!(
                out,
                "  {}{place}: {} · {}",
                r.concerned(),
                r.detail.vi,
                r.detail.en
            )?;
        }
        Ok(())
    }

    /// Of this severity.
    pub fn severe(&self, severity: Severity) -> u64 {
        let of = |c: &&CountedFindings| c.severity == severity;
        self.counts.iter().filter(of).map(|c| c.count).sum()
    }
}

impl FindingRecord {
    /// The features it concerns, and the dataset on the other side.
    pub fn concerned(&self) -> String {
        let keys = self.keys.join("; ");
        match &self.other {
            Some(other) => format!("{keys} (+ {other})"),
            None => keys,
        }
    }
}

/// Marks what was found on the map, as the ground it is.
pub fn mark(checked: &Checked, picture: &mut Picture) {
    for finding in &checked.findings {
        picture.ground(kind(finding.severity), &finding.geometry, || {
            let record = record(finding);
            format!("{}: {}", record.concerned(), record.detail.vi)
        });
    }
    picture.count(MarkKind::Error, checked.of(Severity::Error));
    let lesser = checked.of(Severity::Warning) + checked.of(Severity::Note);
    picture.count(MarkKind::Warning, lesser);
}

const fn kind(severity: Severity) -> MarkKind {
    match severity {
        Severity::Error => MarkKind::Error,
        Severity::Warning | Severity::Note => MarkKind::Warning,
    }
}

fn record(finding: &Finding) -> FindingRecord {
    let rect = finding.geometry.bounding_rect();
    FindingRecord {
        kind: finding.kind,
        severity: finding.severity,
        area: finding.area.map(hundredth),
        at: rect.map(|r| [r.center().x, r.center().y].map(|v| (v * 1000.0).round() / 1000.0)),
        bbox: rect.map(|r| [r.min().x, r.min().y, r.max().x, r.max().y].map(hundredth)),
        keys: finding
            .keys
            .iter()
            .map(|key| super::tally::readable(key))
            .collect(),
        other: finding.other.clone(),
        detail: finding.detail.clone(),
    }
}

fn hundredth(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
