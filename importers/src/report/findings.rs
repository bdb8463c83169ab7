//! Places somebody should look at, counted, the first of them listed.

use std::collections::BTreeMap;

use diaba_core::quality::{Finding, FindingKind, Severity};
use diaba_core::theme::Bilingual;
use geo::{BoundingRect, Geometry, Rect};
use serde::Serialize;

/// Findings listed one by one.
const LISTED: usize = 1_000;

/// Findings, counted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Findings {
    /// All of them.
    pub total: u64,
    /// By kind.
    pub by_kind: BTreeMap<FindingKind, u64>,
    /// By severity.
    pub by_severity: BTreeMap<Severity, u64>,
    /// EPSG code of the system their places are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsg: Option<u32>,
    /// The first of them.
    pub records: Vec<FoundRecord>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A finding.
#[derive(Debug, Clone, Serialize)]
pub struct FoundRecord {
    /// What is wrong.
    pub kind: FindingKind,
    /// How much it matters.
    pub severity: Severity,
    /// Where, easting first, to the millimetre: the point, or the middle of the box around the place.
    pub at: [f64; 2],
    /// Its area in m².
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<f64>,
    /// Business keys of the features concerned, readable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// What to know about it.
    pub detail: Bilingual,
}

impl Findings {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        self.total == 0
    }

    /// Counts `findings`, whose places are in the system of code `epsg`.
    pub fn take(&mut self, findings: &[Finding], epsg: Option<u32>) {
        self.epsg = epsg;
        for finding in findings {
            self.total += 1;
            *self.by_kind.entry(finding.kind).or_default() += 1;
            *self.by_severity.entry(finding.severity).or_default() += 1;
            if self.records.len() >= LISTED {
                self.more = true;
                continue;
            }
            self.records.push(FoundRecord {
                kind: finding.kind,
                severity: finding.severity,
                at: middle(&finding.geometry),
                area: finding.area.map(|a| (a * 100.0).round() / 100.0),
                keys: finding
                    .keys
                    .iter()
                    .map(|k| super::tally::readable(k))
                    .collect(),
                detail: finding.detail.clone(),
            });
        }
    }
}

fn middle(geometry: &Geometry<f64>) -> [f64; 2] {
    let to_mm = |v: f64| (v * 1000.0).round() / 1000.0;
    geometry
        .bounding_rect()
        .map(Rect::center)
        .map_or([0.0, 0.0], |c| [to_mm(c.x), to_mm(c.y)])
}
