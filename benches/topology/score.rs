//! What was found beside what was planted.

use std::collections::HashMap;

use diaba_core::quality::{Finding, FindingKind};

use crate::plant::Expected;

/// The comparison.
pub struct Score {
    /// Defects found, each by one finding of its kind, its parcels and its area.
    pub found: usize,
    /// Those that were not, in words.
    pub missed: Vec<String>,
    /// Findings of what was not planted, in words.
    pub invented: Vec<String>,
}

/// Compares them; `keys` are the parcels' business keys.
pub fn score(expected: &[Expected], findings: &[Finding], keys: &[String]) -> Score {
    let mut by_key: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, finding) in findings.iter().enumerate() {
        for key in &finding.keys {
            by_key.entry(key).or_default().push(i);
        }
    }
    let mut used = vec![false; findings.len()];
    let mut missed = Vec::new();
    for one in expected {
        let key = keys.get(one.parcel).map_or("", String::as_str);
        let other = one.other.and_then(|other| keys.get(other));
        let fits = |i: &&usize| {
            findings.get(**i).is_some_and(|f| {
                let overlap = matches!(f.kind, FindingKind::Overlap | FindingKind::Sliver);
                f.kind == one.kind
                    && f.area
                        .is_some_and(|area| (area - one.area).abs() < 0.02 * one.area + 0.01)
                    && other.is_none_or(|other| overlap && f.keys.contains(other))
                    && !used.get(**i).copied().unwrap_or(true)
            })
        };
        let found = by_key
            .get(key)
            .and_then(|found| found.iter().find(fits))
            .copied();
        if let Some(used) = found.and_then(|i| used.get_mut(i)) {
            *used = true;
            continue;
        }
        let near: Vec<_> = by_key
            .get(key)
            .into_iter()
            .flatten()
            .filter_map(|i| findings.get(*i))
            .map(|f| (f.kind, f.area))
            .collect();
        missed.push(format!(
            "{:?} of {:.2} m² at {key}; there {near:?}",
            one.kind, one.area
        ));
    }
    let invented = findings
        .iter()
        .zip(&used)
        .filter(|(_, used)| !**used)
        .map(|(f, _)| format!("{:?} of {:?} m² at {}", f.kind, f.area, f.keys.join(", ")))
        .collect();
    Score {
        found: expected.len() - missed.len(),
        missed,
        invented,
    }
}
