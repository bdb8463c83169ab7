//! Counts with a few examples each: a report stays small whatever the file is like.

use std::collections::BTreeMap;
use std::io;

use diaba_core::bulk::Ledger;
use diaba_core::geometry::Repair;
use diaba_core::geometry::areas::{Agreement, Comparison};
use diaba_core::shard::ids::KEY_SEPARATOR;
use diaba_core::theme::{Bilingual, Note, NoteKind};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Records listed one by one, of each sort.
const LISTED: usize = 1_000;
/// Different notes listed.
const NOTES: usize = 500;

/// Geometries repaired.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Repairs {
    /// Records by what was done to them.
    pub by_kind: BTreeMap<Repair, u64>,
    /// The first of them.
    pub records: Vec<RepairedRecord>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A repaired record.
#[derive(Debug, Clone, Serialize)]
pub struct RepairedRecord {
    /// Position in the file, from 1.
    pub record: u64,
    /// Its business key.
    pub key: String,
    /// What was done.
    pub repairs: Vec<Bilingual>,
}

impl Repairs {
    /// Counts one record's repairs; those that change the shape are listed and make it a repaired one.
    pub fn push(&mut self, record: u64, key: &str, repairs: impl Iterator<Item = Repair>) -> bool {
        let mut listed = Vec::new();
        for repair in repairs {
            *self.by_kind.entry(repair).or_default() += 1;
            if repair.changes_shape() {
                listed.push(repair.title());
            }
        }
        let repaired = !listed.is_empty();
        if repaired && self.records.len() < LISTED {
            self.records.push(RepairedRecord {
                record,
                key: readable(key),
                repairs: listed,
            });
        } else if repaired {
            self.more = true;
        }
        repaired
    }
}

/// Records not taken.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Rejects {
    /// Records by reason.
    pub by_reason: BTreeMap<String, u64>,
    /// The first of them.
    pub records: Vec<RejectedRecord>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A record not taken.
#[derive(Debug, Clone, Serialize)]
pub struct RejectedRecord {
    /// Why, for counting.
    #[serde(skip)]
    pub code: String,
    /// Position in the file, from 1.
    pub record: u64,
    /// Its business key, where its values could be read.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// The field at fault.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// Its value, nothing personal in it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Why.
    pub reason: Bilingual,
}

impl Rejects {
    /// Counts a record not taken.
    pub fn push(&mut self, record: &RejectedRecord) {
        *self.by_reason.entry(record.code.clone()).or_default() += 1;
        if self.records.len() < LISTED {
            self.records.push(record.clone());
        } else {
            self.more = true;
        }
    }
}

/// Declared and computed areas.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Areas {
    /// EPSG code of the plane they are computed in.
    pub plane: u32,
    /// Records with both.
    pub compared: u64,
    /// Differing by more than 0.2 %, up to 1 %.
    pub differ: u64,
    /// Differing by more than 1 %; kept all the same.
    pub contradict: u64,
    /// The first of those.
    pub records: Vec<AreaRecord>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A record whose declared area contradicts its geometry.
#[derive(Debug, Clone, Serialize)]
pub struct AreaRecord {
    /// Position in the file, from 1.
    pub record: u64,
    /// Its business key.
    pub key: String,
    /// Declared, m².
    pub declared: f64,
    /// Computed, m².
    pub computed: f64,
    /// Difference in percent of the computed area.
    pub percent: f64,
}

impl Areas {
    /// Counts one comparison.
    pub fn push(&mut self, record: u64, key: &str, comparison: Comparison) {
        self.compared += 1;
        match comparison.agreement {
            Agreement::Agrees => {}
            Agreement::Differs => self.differ += 1,
            Agreement::Contradicts => {
                self.contradict += 1;
                if self.records.len() < LISTED {
                    let Comparison {
                        declared, computed, ..
                    } = comparison;
                    let to = |v: f64, places: f64| (v * places).round() / places;
                    self.records.push(AreaRecord {
                        record,
                        key: readable(key),
                        declared: to(declared, 100.0),
                        computed: to(computed, 100.0),
                        percent: to((declared - computed) / computed * 100.0, 100.0),
                    });
                } else {
                    self.more = true;
                }
            }
        }
    }
}

/// Business keys that several records share: all are kept, a key is no identity.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Duplicates {
    /// Keys that several records have.
    pub keys: u64,
    /// Records that have one of them.
    pub records: u64,
    /// The first of them, with how often they come.
    pub list: BTreeMap<String, u64>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// Tells keys that came before; what it tells them by stays with it, and is not a report's.
#[derive(Debug, Default)]
pub struct KeysSeen {
    /// How often each came.
    counts: Ledger,
}

impl KeysSeen {
    /// Counts a record's key; one that came before goes to `duplicates`.
    ///
    /// # Errors
    /// Those of the disk, where there are more keys than memory is to hold.
    pub fn push(&mut self, key: &str, duplicates: &mut Duplicates) -> io::Result<()> {
        // A record without any part of its key shares it with nobody.
        if key.chars().all(|c| c == KEY_SEPARATOR) {
            return Ok(());
        }
        let (count, is_new) = self.counts.entry(hash(key), 1)?;
        if !is_new {
            *count += 1;
            duplicates.came_again(key, *count);
        }
        Ok(())
    }
}

impl Duplicates {
    /// Counts a record whose key came that often now.
    fn came_again(&mut self, key: &str, count: u64) {
        if count == 2 {
            self.keys += 1;
            self.records += 1;
        }
        self.records += 1;
        let key = readable(key);
        if self.list.len() < LISTED || self.list.contains_key(&key) {
            self.list.insert(key, count);
        } else {
            self.more = true;
        }
    }
}

fn hash(key: &str) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

/// A key for people: its parts with strokes between them.
pub fn readable(key: &str) -> String {
    key.replace(KEY_SEPARATOR, "/")
}

/// Notes about values, alike ones counted together.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Notes {
    /// Notes by sort.
    pub by_kind: BTreeMap<NoteKind, u64>,
    /// Different notes, in the order they first came.
    pub list: Vec<CountedNote>,
    /// Whether there are more than are listed.
    pub more: bool,
    #[serde(skip)]
    places: FxHashMap<(String, String, String), usize>,
}

/// A note and how often it came.
#[derive(Debug, Clone, Serialize)]
pub struct CountedNote {
    /// What sort of thing it is.
    pub kind: NoteKind,
    /// The field or column.
    pub field: String,
    /// The value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What was done about it.
    pub text: String,
    /// The first record it came with.
    pub first_record: u64,
    /// Records it came with.
    pub records: u64,
}

impl Notes {
    /// Counts a note of a record.
    pub fn push(&mut self, record: u64, note: Note) {
        *self.by_kind.entry(note.kind).or_default() += 1;
        let place = (note.field, note.value, note.text);
        if let Some(counted) = self
            .places
            .get(&place)
            .and_then(|&at| self.list.get_mut(at))
        {
            counted.records += 1;
        } else if self.list.len() < NOTES {
            self.places.insert(place.clone(), self.list.len());
            let (field, value, text) = place;
            self.list.push(CountedNote {
                kind: note.kind,
                field,
                value,
                text,
                first_record: record,
                records: 1,
            });
        } else {
            self.more = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_three_times_is_one_key_of_three_records() {
        let (mut seen, mut duplicates) = (KeysSeen::default(), Duplicates::default());
        for key in [
            "07210\u{1f}1\u{1f}1",
            "07210\u{1f}1\u{1f}2",
            "07210\u{1f}1\u{1f}1",
            "07210\u{1f}1\u{1f}1",
            "\u{1f}",
            "\u{1f}",
        ] {
            seen.push(key, &mut duplicates).expect("in memory");
        }
        assert_eq!((duplicates.keys, duplicates.records), (1, 3));
        assert_eq!(duplicates.list.get("07210/1/1"), Some(&3));
    }

    #[test]
    fn lists_end_and_counts_go_on() {
        let mut rejects = Rejects::default();
        for record in 0..2_000 {
            rejects.push(&RejectedRecord {
                code: "geometry_missing".to_owned(),
                record,
                key: String::new(),
                field: String::new(),
                value: String::new(),
                reason: diaba_core::geometry::Flaw::Missing.reason(),
            });
        }
        assert_eq!(rejects.by_reason.get("geometry_missing"), Some(&2_000));
        assert_eq!(rejects.records.len(), LISTED);
        assert!(rejects.more);
    }
}
