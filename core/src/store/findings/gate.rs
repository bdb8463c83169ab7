//! How an import is checked before it is published.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::{Record, Shards};
use crate::quality::{Checked, Communes, Finding, Severity, check};
use crate::store::{StoreError, dataset_slug};
use crate::theme::{Catalogue, Theme};

/// The theme findings are features of.
pub const FINDINGS: &str = "quality_findings";

/// What an import is checked by.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Themes: of the findings, and of the communes.
    pub catalogue: Arc<Catalogue>,
    /// Whether a finding of severity error keeps the import out.
    pub strict: bool,
    /// Findings of the source's linework, in the working CRS.
    pub linework: Vec<Finding>,
}

impl Gate {
    /// One that is open: what is found is kept, whatever it is.
    pub(in crate::store) fn open(catalogue: &Arc<Catalogue>) -> Self {
        Self {
            catalogue: Arc::clone(catalogue),
            strict: false,
            linework: Vec::new(),
        }
    }

    /// What is wrong with the features of `shards`, by the theme's rules, besides what their linework showed.
    ///
    /// # Errors
    /// [`StoreError::Findings`] where the gate is strict and something is to be corrected.
    pub(in crate::store) fn check(
        &self,
        theme: &Theme,
        dataset: &str,
        shards: Option<&Shards>,
        communes: &Communes,
    ) -> Result<Checked, StoreError> {
        let mut checked = match (&theme.topology, shards) {
            (Some(rules), Some(shards)) => check(shards, rules, communes),
            _ => Checked::default(),
        };
        checked.extend(self.linework.iter().cloned());
        if self.strict && checked.of(Severity::Error) > 0 {
            return Err(StoreError::Findings {
                theme: theme.id.clone(),
                dataset: dataset.to_owned(),
                checked: Box::new(checked),
            });
        }
        Ok(checked)
    }

    /// The theme of findings; none in a catalogue without it, where they are counted and not kept.
    pub(in crate::store) fn findings(&self) -> Option<&Arc<Theme>> {
        self.catalogue.theme(FINDINGS)
    }

    /// The findings as features of `findings`.
    pub(in crate::store) fn records<'a>(
        findings: &'a Theme,
        theme: &'a Theme,
        dataset: &'a str,
        checked: &'a Checked,
    ) -> impl Iterator<Item = crate::feature::NewFeature> + 'a {
        checked.findings.iter().map(move |finding| {
            Record {
                theme: &theme.id,
                dataset,
                finding,
            }
            .feature(findings)
        })
    }
}

/// The dataset that keeps the findings of a dataset of a theme.
pub fn findings_dataset(theme: &str, dataset: &str) -> String {
    let whole = format!("{theme}-{dataset}");
    if dataset_slug(&whole) == whole {
        return whole;
    }
    // Longer than a name may be: what is cut off is in the hash.
    let short: String = whole.chars().take(80).collect();
    format!(
        "{}-{:016x}",
        dataset_slug(&short),
        xxh3_64(whole.as_bytes())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dataset_has_a_name_for_its_findings() {
        assert_eq!(
            findings_dataset("land_parcels", "xa-07210"),
            "land_parcels-xa-07210"
        );
        let long = findings_dataset("land_parcels", &"a".repeat(100));
        assert_eq!(dataset_slug(&long), long);
        assert_ne!(long, findings_dataset("land_parcels", &"a".repeat(99)));
    }
}
