//! `keys.fst`: business key → features, in a finite state transducer read in place.
//!
//! An entry is the parts of the key, normalised, joined by U+001F and closed by a zero byte and the feature's
//! position, so that records that share a key each have an entry and a prefix of parts is a prefix of bytes.

use std::io::Write;
use std::path::Path;

use fst::{IntoStreamer, Map, MapBuilder, Streamer};
use memmap2::Mmap;

use super::ShardError;
use super::ids::KEY_SEPARATOR;
use super::map::map;

/// The key index of a shard.
pub struct KeyIndex {
    map: Map<Mmap>,
}

impl std::fmt::Debug for KeyIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyIndex({} entries)", self.map.len())
    }
}

/// A part of a key as it is indexed and asked for: trimmed, lower case, and numbers without leading zeros,
/// so that sheet `07` and sheet `7` are one.
pub fn normalise_key_part(part: &str) -> String {
    let text = part.trim().to_lowercase();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let short = text.trim_start_matches('0');
        return if short.is_empty() {
            "0".to_owned()
        } else {
            short.to_owned()
        };
    }
    text
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    let mut key = String::new();
    for (i, part) in parts.enumerate() {
        if i > 0 {
            key.push(KEY_SEPARATOR);
        }
        key.push_str(&part);
    }
    key
}

/// The entry of the business key `key` (parts joined by [`KEY_SEPARATOR`]) of the feature at `ordinal`.
pub(super) fn entry(key: &str, ordinal: u32) -> Vec<u8> {
    let mut bytes = joined(key.split(KEY_SEPARATOR).map(normalise_key_part)).into_bytes();
    bytes.push(0);
    bytes.extend_from_slice(&ordinal.to_be_bytes());
    bytes
}

impl KeyIndex {
    /// Opens the file.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let map = Map::new(map(path)?).map_err(|e| ShardError::corrupt(path, e.to_string()))?;
        Ok(Self { map })
    }

    /// Writes the index of `entries` made by [`entry`], sorted here.
    pub(super) fn write(
        out: impl Write,
        mut entries: Vec<(Vec<u8>, u32)>,
    ) -> Result<(), fst::Error> {
        entries.sort_unstable();
        let mut builder = MapBuilder::new(out)?;
        for (key, ordinal) in entries {
            builder.insert(key, u64::from(ordinal))?;
        }
        builder.finish()
    }

    /// Positions of the features whose key is these parts, or begins with them where the key has more parts.
    pub fn whole(&self, parts: &[&str]) -> Vec<u32> {
        let key = joined(parts.iter().map(|p| normalise_key_part(p))).into_bytes();
        let closed_by = |end: u8| {
            let prefix: Vec<u8> = key.iter().copied().chain([end]).collect();
            self.starting_with(&prefix, usize::MAX)
        };
        let mut found = closed_by(0);
        found.extend(closed_by(KEY_SEPARATOR as u8));
        found
    }

    /// Positions of the features whose key begins with these parts, the last of which may be incomplete;
    /// at most `limit`, in the order of the keys.
    pub fn prefix(&self, parts: &[&str], limit: usize) -> Vec<u32> {
        let prefix = joined(parts.iter().map(|p| normalise_key_part(p))).into_bytes();
        self.starting_with(&prefix, limit)
    }

    fn starting_with(&self, prefix: &[u8], limit: usize) -> Vec<u32> {
        let mut found = Vec::new();
        let mut stream = self.map.range().ge(prefix).into_stream();
        while let Some((key, ordinal)) = stream.next() {
            if !key.starts_with(prefix) || found.len() >= limit {
                break;
            }
            found.push(ordinal as u32);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(keys: &[String]) -> KeyIndex {
        let file = tempfile::NamedTempFile::new().unwrap();
        let entries = keys
            .iter()
            .enumerate()
            .map(|(i, k)| (entry(k, i as u32), i as u32))
            .collect();
        KeyIndex::write(&file, entries).unwrap();
        KeyIndex::open(file.path()).unwrap()
    }

    #[test]
    fn keys_are_found_whole_and_by_their_beginning() {
        let keys = [
            "07210\u{1f}12\u{1f}345",
            "07210\u{1f}12\u{1f}3",
            "07210\u{1f}012\u{1f}345",
            "07213\u{1f}1\u{1f}1",
        ];
        let i = index(&keys.map(str::to_owned));
        assert_eq!(i.whole(&["07210", "12", "345"]), [0, 2]);
        assert_eq!(i.whole(&["7210", " 012", "3"]), [1]);
        assert_eq!(i.whole(&["07210", "12"]), [1, 0, 2]);
        assert_eq!(i.prefix(&["07210", "12", "3"], 10), [1, 0, 2]);
        assert_eq!(i.prefix(&["07210", "12", "3"], 2), [1, 0]);
        assert_eq!(i.prefix(&["072"], 10).len(), 4);
    }

    proptest! {
        #[test]
        fn every_key_finds_its_feature(keys in proptest::collection::vec("[0-9a-zĐđ ]{0,4}\u{1f}[0-9]{0,3}", 0..100)) {
            let i = index(&keys);
            for (at, key) in keys.iter().enumerate() {
                let parts: Vec<&str> = key.split(KEY_SEPARATOR).collect();
                prop_assert!(i.whole(&parts).contains(&(at as u32)));
            }
        }

        #[test]
        fn normalising_twice_changes_nothing(part in "\\PC{0,12}") {
            let once = normalise_key_part(&part);
            prop_assert_eq!(normalise_key_part(&once), once);
        }
    }
}
