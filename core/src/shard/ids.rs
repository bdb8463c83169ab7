//! Giving features their ids: the same in every home and on every import of the same records.

use std::io;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::bulk::Ledger;
use crate::feature::{FeatureId, Value};

/// Stands between the parts of a key; no text of a record holds it after decoding.
pub const KEY_SEPARATOR: char = '\u{1f}';

/// A record whose id is not the one its key gives, because another record had that already.
///
/// Kept with the shard, so that the next import of the dataset gives it the same id again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptId {
    /// The business key, its parts joined by [`KEY_SEPARATOR`].
    pub key: String,
    /// Which of the records with this key, counted from 0 in the order of the file.
    pub ordinal: u32,
    /// Its id.
    pub id: FeatureId,
}

/// Says whether another dataset of the layer has an id.
pub type IdElsewhere = Box<dyn Fn(FeatureId) -> bool + Send + Sync>;

/// Gives ids to the records of one dataset, in the order of its file.
pub struct IdAssigner {
    scope: String,
    /// Room for the text an id is made of.
    text: String,
    kept: FxHashMap<(String, u32), FeatureId>,
    /// Records with a key so far; of a key whose only one has the id its key gives, [`Self::given`] tells.
    ordinals: Ledger,
    /// Ids, each with the hash of its record's key.
    given: Ledger,
    elsewhere: IdElsewhere,
    collided: Vec<KeptId>,
}

impl IdAssigner {
    /// For a dataset of a theme; `kept` are the earlier revision's, `elsewhere` says whether another dataset
    /// of the layer has an id.
    pub fn new(theme: &str, dataset: &str, kept: &[KeptId], elsewhere: IdElsewhere) -> Self {
        let kept: FxHashMap<_, _> = kept
            .iter()
            .map(|k| ((k.key.clone(), k.ordinal), k.id))
            .collect();
        Self {
            scope: format!("{theme}{KEY_SEPARATOR}{dataset}{KEY_SEPARATOR}"),
            text: String::new(),
            given: kept
                .iter()
                .map(|((key, _), id)| (id.get(), hash(key)))
                .collect(),
            kept,
            ordinals: Ledger::default(),
            elsewhere,
            collided: Vec::new(),
        }
    }

    /// The id of the next record with this key.
    ///
    /// # Errors
    /// Those of the disk, where there are more ids than memory is to hold.
    pub fn next(&mut self, key: &str) -> io::Result<FeatureId> {
        let hash = hash(key);
        let first = self.hashed(key, 0, 0);
        let mut before = 0;
        if self.kept.is_empty() && !(self.elsewhere)(first) {
            // Nearly every record is the first with its key, and one look tells.
            let (owner, is_new) = self.given.entry(first.get(), hash)?;
            if is_new {
                return Ok(first);
            }
            before = u64::from(*owner == hash);
        }
        let (count, _) = self.ordinals.entry(hash, before)?;
        let ordinal = *count as u32;
        *count += 1;
        if !self.kept.is_empty()
            && let Some(&id) = self.kept.get(&(key.to_owned(), ordinal))
        {
            self.collided.push(KeptId {
                key: key.to_owned(),
                ordinal,
                id,
            });
            return Ok(id);
        }
        let mut attempt = 0u32;
        loop {
            let id = self.hashed(key, ordinal, attempt);
            if !(self.elsewhere)(id) {
                let (_, is_new) = self.given.entry(id.get(), hash)?;
                if is_new {
                    if attempt > 0 {
                        self.collided.push(KeptId {
                            key: key.to_owned(),
                            ordinal,
                            id,
                        });
                    }
                    return Ok(id);
                }
            }
            attempt += 1;
        }
    }

    fn hashed(&mut self, key: &str, ordinal: u32, attempt: u32) -> FeatureId {
        let text = &mut self.text;
        text.clear();
        for part in [&self.scope, key] {
            text.push_str(part);
        }
        for number in [ordinal, attempt] {
            text.push(KEY_SEPARATOR);
            match char::from_digit(number, 10) {
                Some(digit) => text.push(digit),
                None => text.push_str(&number.to_string()),
            }
        }
        // 52 bits keep clear of the range SQL inserts draw from.
        FeatureId::new(xxh3_64(text.as_bytes()) % FeatureId::RESERVED).unwrap_or(FeatureId::MIN)
    }

    /// The records whose id is not the one their key gives.
    pub fn into_kept(self) -> Vec<KeptId> {
        self.collided
    }
}

/// Half of the bits of a hash: of ten million keys two share theirs once in four hundred thousand files.
fn hash(key: &str) -> u64 {
    xxh3_128(key.as_bytes()) as u64
}

/// The business key of a record: its parts as they are, joined; missing parts are empty.
pub fn business_key<'v>(parts: impl Iterator<Item = Option<&'v Value>>) -> String {
    let mut key = String::with_capacity(32);
    for (i, part) in parts.enumerate() {
        if i > 0 {
            key.push(KEY_SEPARATOR);
        }
        match part {
            Some(Value::Text(text)) => key.push_str(text),
            Some(value) => key.push_str(&value.to_string()),
            None => {}
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustc_hash::FxHashSet;

    use super::*;

    #[test]
    fn the_same_records_get_the_same_ids_again() {
        let ids = || {
            let mut a = IdAssigner::new("land_parcels", "xa-07210", &[], Box::new(|_| false));
            ["1", "2", "1", ""].map(|k| a.next(k).unwrap())
        };
        assert_eq!(ids(), ids());
        assert_ne!(ids()[0], ids()[2], "records that share a key are still two");
    }

    #[test]
    fn a_collision_is_resolved_and_kept() {
        let taken = IdAssigner::new("t", "d", &[], Box::new(|_| false))
            .next("k")
            .unwrap();
        let elsewhere = move |id: FeatureId| id == taken;
        let mut first = IdAssigner::new("t", "d", &[], Box::new(elsewhere));
        let id = first.next("k").unwrap();
        assert_ne!(id, taken);
        let kept = first.into_kept();
        assert_eq!(
            kept,
            vec![KeptId {
                key: "k".into(),
                ordinal: 0,
                id
            }]
        );
        // The other dataset is gone, the id stays.
        let mut again = IdAssigner::new("t", "d", &kept, Box::new(|_| false));
        assert_eq!(again.next("k").unwrap(), id);
        assert_eq!(again.into_kept(), kept);
    }

    proptest! {
        #[test]
        fn ids_are_distinct_and_below_the_reserved_range(keys in proptest::collection::vec("[a-c]{0,2}", 0..200)) {
            let mut a = IdAssigner::new("t", "d", &[], Box::new(|_| false));
            let mut plain = IdAssigner::new("t", "d", &[], Box::new(|_| false));
            let mut ids = FxHashSet::default();
            for (i, key) in keys.iter().enumerate() {
                let id = a.next(key).unwrap();
                let before = keys[..i].iter().filter(|k| *k == key).count();
                prop_assert_eq!(id, plain.hashed(key, before as u32, 0));
                ids.insert(id);
            }
            prop_assert_eq!(ids.len(), keys.len());
            prop_assert!(ids.iter().all(|id| id.get() < FeatureId::RESERVED));
        }
    }
}
