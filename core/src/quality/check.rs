//! The whole check, on all cores, in an order that is always the same.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::chain::rings;
use super::gap::gaps;
use super::overlap::overlap;
use super::sweep::{Seen, sweep};
use super::{Communes, Finding, FindingKind, Ground, Severity};
use crate::theme::Topology;

/// Features swept at a time by one thread; they lie beside each other, so most of their neighbours are among them.
const RUN: u32 = 1024;
/// Most findings that are kept; what is beyond them is counted.
pub const MOST: usize = 100_000;

/// How many findings of a kind there are, and how much ground they concern.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counted {
    /// Findings.
    pub count: u64,
    /// m².
    pub area: f64,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checked {
    /// The findings: by features, then gaps by place, then by commune.
    pub findings: Vec<Finding>,
    /// All of them, counted.
    pub counts: BTreeMap<(FindingKind, Severity), Counted>,
}

impl FromIterator<Finding> for Checked {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        let mut checked = Self::default();
        checked.extend(findings);
        checked
    }
}

impl Checked {
    /// Adds findings to those there are.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            let counted = self
                .counts
                .entry((finding.kind, finding.severity))
                .or_default();
            counted.count += 1;
            counted.area += finding.area.unwrap_or_default();
            if self.findings.len() < MOST {
                self.findings.push(finding);
            }
        }
    }

    /// Number of findings of this severity.
    pub fn of(&self, severity: Severity) -> u64 {
        self.counts
            .iter()
            .filter(|((_, s), _)| *s == severity)
            .map(|(_, counted)| counted.count)
            .sum()
    }
}

/// Checks the features of `ground` against each other and those beside them, and against their communes.
pub fn check<G: Ground>(ground: &G, rules: &Topology, communes: &Communes) -> Checked {
    let features: Vec<u32> = (0..ground.checked()).collect();
    let mut seen = sweep_all(ground, rules, &features);
    let mut beside = std::mem::take(&mut seen.beside);
    beside.sort_unstable();
    beside.dedup();
    // The ground beside those checked may be open as well, and close a gap's ring.
    let more = sweep_all(ground, rules, &beside);
    seen.open.extend(more.open);
    seen.pairs.extend(more.pairs);
    seen.pairs.sort_unstable();
    seen.pairs.dedup();

    let mut checked = Checked::default();
    for pairs in seen.pairs.chunks(MOST) {
        let found: Vec<Option<Finding>> = pairs
            .par_iter()
            .map(|pair| overlap(ground, rules, *pair))
            .collect();
        checked.extend(found.into_iter().flatten());
    }
    // Two ends of a corner lie at most a tolerance and a little more from each other.
    let rings = rings(&seen.open, 4.0 * rules.tolerance);
    let found: Vec<Vec<Finding>> = rings
        .par_iter()
        .map(|ring| gaps(ground, rules, ring))
        .collect();
    checked.extend(found.into_iter().flatten());
    if let Some(commune) = rules.commune.as_ref().filter(|_| !communes.is_empty()) {
        for run in features.chunks(MOST) {
            let found: Vec<Option<Finding>> = run
                .par_iter()
                .map(|feature| communes.outside(ground, *feature, commune.tolerance))
                .collect();
            checked.extend(found.into_iter().flatten());
        }
    }
    checked
}

fn sweep_all<G: Ground>(ground: &G, rules: &Topology, features: &[u32]) -> Seen {
    let runs: Vec<Seen> = features
        .par_chunks(RUN as usize)
        .map(|run| sweep(ground, rules, run.iter().copied()))
        .collect();
    let mut all = Seen::default();
    for run in runs {
        all.pairs.extend(run.pairs);
        all.open.extend(run.open);
        all.beside.extend(run.beside);
    }
    all
}
