//! The whole check, on all cores, in an order that is always the same.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::chain::{Ring, rings};
use super::gap::gaps;
use super::overlap::overlap;
use super::sweep::{Seen, sweep};
use super::{Communes, Finding, FindingKind, Ground, Severity};
use crate::theme::Topology;

/// Features swept at a time by one thread; they lie beside each other, so most of their neighbours are among them.
const RUN: u32 = 1024;
/// Runs after which what was read leaves memory.
const WAVE: usize = 32;
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
    let features: Vec<Range<u32>> = runs(ground.checked()).collect();
    let mut seen = Seen::default();
    seen.extend(in_passing(ground, &features, |run| {
        sweep(ground, rules, run.clone())
    }));
    let mut beside = std::mem::take(&mut seen.beside);
    beside.sort_unstable();
    beside.dedup();
    let beside: Vec<&[u32]> = beside.chunks(RUN as usize).collect();
    // The ground beside those checked may be open as well, and close a gap's ring.
    let more = in_passing(ground, &beside, |run| {
        sweep(ground, rules, run.iter().copied())
    });
    seen.extend(more.into_iter().map(|more| Seen {
        beside: Vec::new(),
        ..more
    }));
    seen.pairs.sort_unstable();
    seen.pairs.dedup();

    let mut checked = Checked::default();
    let pairs: Vec<&[(u32, u32)]> = seen.pairs.chunks(RUN as usize).collect();
    for pairs in pairs.chunks(WAVE) {
        checked.extend(
            in_passing(ground, pairs, |run| {
                let found = run.iter().filter_map(|pair| overlap(ground, rules, *pair));
                found.collect::<Vec<_>>()
            })
            .into_iter()
            .flatten(),
        );
    }
    // Two ends of a corner lie at most a tolerance and a little more from each other.
    let rings = rings(&seen.open, 4.0 * rules.tolerance);
    let rings: Vec<&[Ring]> = rings.chunks(RUN as usize).collect();
    for rings in rings.chunks(WAVE) {
        checked.extend(
            in_passing(ground, rings, |run| {
                let found = run.iter().flat_map(|ring| gaps(ground, rules, ring));
                found.collect::<Vec<_>>()
            })
            .into_iter()
            .flatten(),
        );
    }
    if let Some(commune) = rules.commune.as_ref().filter(|_| !communes.is_empty()) {
        for features in features.chunks(WAVE) {
            checked.extend(
                in_passing(ground, features, |run| {
                    let outside = |feature| communes.outside(ground, feature, commune.tolerance);
                    run.clone().filter_map(outside).collect::<Vec<_>>()
                })
                .into_iter()
                .flatten(),
            );
        }
    }
    checked
}

/// The features, run after run.
fn runs(features: u32) -> impl Iterator<Item = Range<u32>> {
    let run = move |first: u32| first..first.saturating_add(RUN).min(features);
    (0..features).step_by(RUN as usize).map(run)
}

/// What `work` makes of each run, in their order; what was read of the ground does not stay in memory.
fn in_passing<G: Ground, T: Sync, R: Send>(
    ground: &G,
    runs: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let passed = AtomicUsize::new(1);
    let made = runs
        .par_iter()
        .map(|run| {
            let made = work(run);
            if passed.fetch_add(1, Ordering::Relaxed).is_multiple_of(WAVE) {
                ground.let_go();
            }
            made
        })
        .collect();
    ground.let_go();
    made
}
