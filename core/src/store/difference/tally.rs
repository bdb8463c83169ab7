//! The counts of a difference, and the first of each sort.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::feature::FeatureId;

/// Features listed of each sort.
pub(in crate::store) const LISTED: usize = 50;

/// What a revision made other than the one it replaces, feature by feature; a feature is told by its stable id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The revision that stood before.
    pub before: String,
    /// Features that were not there.
    pub added: u64,
    /// Features that are no longer there.
    pub removed: u64,
    /// Features whose geometry is another, to the bit.
    pub changed_geometry: u64,
    /// Features of which a value is another; they may be among the former as well.
    pub changed_attributes: u64,
    /// Features that are as they were.
    pub unchanged: u64,
    /// In how many features each field is another; `extra` stands for all that no field takes.
    pub fields: BTreeMap<String, u64>,
    /// The first that were added.
    pub first_added: Vec<Changed>,
    /// The first that were removed.
    pub first_removed: Vec<Changed>,
    /// The first whose geometry changed.
    pub first_changed_geometry: Vec<Changed>,
    /// The first whose values changed.
    pub first_changed_attributes: Vec<Changed>,
}

/// A feature of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its id.
    pub id: FeatureId,
    /// Its business key, parts joined by strokes.
    pub key: String,
}

impl Difference {
    /// Whether nothing is other.
    pub fn is_none(&self) -> bool {
        self.added + self.removed + self.changed_geometry + self.changed_attributes == 0
    }

    /// Takes the counts of a later run of the same comparison in.
    pub(super) fn join(&mut self, later: Self) {
        self.added += later.added;
        self.removed += later.removed;
        self.changed_geometry += later.changed_geometry;
        self.changed_attributes += later.changed_attributes;
        self.unchanged += later.unchanged;
        for (field, count) in later.fields {
            *self.fields.entry(field).or_default() += count;
        }
        for (list, more) in [
            (&mut self.first_added, later.first_added),
            (&mut self.first_removed, later.first_removed),
            (
                &mut self.first_changed_geometry,
                later.first_changed_geometry,
            ),
            (
                &mut self.first_changed_attributes,
                later.first_changed_attributes,
            ),
        ] {
            let room = LISTED.saturating_sub(list.len());
            list.extend(more.into_iter().take(room));
        }
    }
}

/// Lists a feature where there is room.
pub(super) fn note(list: &mut Vec<Changed>, changed: impl FnOnce() -> Changed) {
    if list.len() < LISTED {
        list.push(changed());
    }
}
