//! Every state a feature has had.

use jiff::Timestamp;

use super::LayerView;
use crate::feature::{FeatureId, NewFeature};
use crate::shard::ShardError;

/// A feature as it stood, or stands.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Its first instant; none where that is not known.
    pub since: Option<Timestamp>,
    /// When it ceased to stand so; none where it stands.
    pub until: Option<Timestamp>,
    /// What it was. A state that a split or merge ended has `children` among its further fields.
    pub feature: NewFeature,
}

impl LayerView {
    /// The states of the feature with this id, newest first; none where the home keeps no history and it is gone.
    ///
    /// # Errors
    /// [`ShardError`] where a record cannot be read.
    pub fn states(&self, id: FeatureId) -> Result<Vec<State>, ShardError> {
        let mut states: Vec<State> = Vec::new();
        if let Some(now) = self.get(id) {
            states.push(State {
                since: now.stood().0,
                until: None,
                feature: now.content()?,
            });
        }
        for part in self.parts() {
            for row in part.edits().superseded().filter(|row| row.id() == id) {
                states.push(State {
                    since: row.since(),
                    until: row.until(),
                    feature: row.feature().clone(),
                });
            }
            for shard in part.history() {
                let index = shard.index();
                let positions = index.by_id();
                let from = positions.partition_point(|o| index.id(*o) < id);
                let of_id = positions.get(from..).unwrap_or_default().iter().copied();
                for ordinal in of_id.take_while(|o| index.id(*o) == id) {
                    let (since, until) = shard.period(ordinal).ends();
                    let record = shard.feature(ordinal)?;
                    states.push(State {
                        since,
                        until,
                        feature: NewFeature {
                            geometry: record.geometry()?,
                            values: record.values(),
                            extra: record.extra(),
                        },
                    });
                }
            }
        }
        // What stands comes first; then what ended last. A state that is among the edits and packed is one.
        states.sort_by(|a, b| {
            let end = |state: &State| state.until.unwrap_or(Timestamp::MAX);
            end(b).cmp(&end(a)).then(b.since.cmp(&a.since))
        });
        states.dedup_by(|a, b| a.until.is_some() && a.until == b.until && a.since == b.since);
        Ok(states)
    }
}
