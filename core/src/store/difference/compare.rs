//! Comparing two revisions record by record, both as they lie in their files: nothing is kept but counts.

use rayon::prelude::*;

use super::tally::note;
use super::{Changed, Difference, Side};
use crate::feature::FeatureId;
use crate::shard::ids::{KEY_SEPARATOR, business_key};
use crate::shard::{ShardError, SurveyedFeature};
use crate::theme::Theme;

/// Records one thread compares at a time.
const RUN: u32 = 4096;

/// What `after` made other than `before`, the revision of that name.
///
/// # Errors
/// [`ShardError`] where a record cannot be read.
pub(in crate::store) fn compare(
    theme: &Theme,
    revision: &str,
    before: &Side,
    after: &Side,
) -> Result<Difference, ShardError> {
    let runs = |side: &Side| (0..side.len().div_ceil(RUN)).into_par_iter();
    let work = Work {
        theme,
        before,
        after,
    };
    let there: Vec<Difference> = runs(after)
        .map(|i| work.arrivals(i))
        .collect::<Result<_, _>>()?;
    let gone: Vec<Difference> = runs(before)
        .map(|i| work.departures(i))
        .collect::<Result<_, _>>()?;
    let mut all = Difference {
        before: revision.to_owned(),
        ..Difference::default()
    };
    for run in there.into_iter().chain(gone) {
        all.join(run);
    }
    Ok(all)
}

struct Work<'a> {
    theme: &'a Theme,
    before: &'a Side,
    after: &'a Side,
}

impl<'a> Work<'a> {
    /// The records of a run of `side`, each with its id and position.
    fn each(
        side: &'a Side,
        run: u32,
        mut judge: impl FnMut(&SurveyedFeature<'_>, FeatureId, u32) -> Result<(), ShardError>,
    ) -> Result<(), ShardError> {
        let first = run * RUN;
        for ordinal in first..first.saturating_add(RUN).min(side.len()) {
            let feature = side.surveyed.feature(side.range(ordinal))?;
            if let Some(id) = feature.id().and_then(FeatureId::new) {
                judge(&feature, id, ordinal)?;
            }
        }
        Ok(())
    }

    /// The records of a run of the new revision.
    fn arrivals(&self, run: u32) -> Result<Difference, ShardError> {
        let mut found = Difference::default();
        Self::each(self.after, run, |feature, id, ordinal| {
            self.arrived(feature, id, ordinal, &mut found)
        })?;
        Ok(found)
    }

    /// The records of a run of the earlier revision that the new one has no more.
    fn departures(&self, run: u32) -> Result<Difference, ShardError> {
        let mut found = Difference::default();
        Self::each(self.before, run, |feature, id, _| {
            if self.after.find(id).is_none() {
                found.removed += 1;
                note(&mut found.first_removed, || self.changed(id, feature));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// A record of the new revision: it was there, or it is new.
    fn arrived(
        &self,
        feature: &SurveyedFeature<'_>,
        id: FeatureId,
        ordinal: u32,
        found: &mut Difference,
    ) -> Result<(), ShardError> {
        let Some(was) = self.before.find(id) else {
            found.added += 1;
            note(&mut found.first_added, || self.changed(id, feature));
            return Ok(());
        };
        let (old, new) = (self.before.range(was), self.after.range(ordinal));
        // Written alike, they are alike; written otherwise they still may be.
        if self.before.surveyed.raw(old.clone()) == self.after.surveyed.raw(new) {
            found.unchanged += 1;
            return Ok(());
        }
        let earlier = self.before.surveyed.feature(old)?;
        let moved = earlier.geometry()? != feature.geometry()?;
        let others = self.other_fields(&earlier, feature);
        if moved {
            found.changed_geometry += 1;
            note(&mut found.first_changed_geometry, || {
                self.changed(id, feature)
            });
        }
        if !others.is_empty() {
            found.changed_attributes += 1;
            note(&mut found.first_changed_attributes, || {
                self.changed(id, feature)
            });
        }
        if !moved && others.is_empty() {
            found.unchanged += 1;
        }
        for field in others {
            *found.fields.entry(field.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    /// Names of the fields whose values differ.
    fn other_fields(&self, a: &SurveyedFeature<'_>, b: &SurveyedFeature<'_>) -> Vec<&'a str> {
        let (old, new) = (a.values(), b.values());
        let fields = self.theme.fields.iter();
        let mut others: Vec<&str> = fields
            .zip(old.iter().zip(&new))
            .filter(|(_, (old, new))| old != new)
            .map(|(field, _)| field.name.as_str())
            .collect();
        if a.extra() != b.extra() {
            others.push("extra");
        }
        others
    }

    fn changed(&self, id: FeatureId, feature: &SurveyedFeature<'_>) -> Changed {
        let values = feature.values();
        let key = self.theme.key.iter();
        let key = business_key(key.map(|&i| values.get(i).and_then(Option::as_ref)));
        Changed {
            id,
            key: key.replace(KEY_SEPARATOR, "/"),
        }
    }
}
