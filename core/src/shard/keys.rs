//! `keys.bin`: business key → features, read in place.
//!
//! The text of an entry is the parts of the key, normalised and joined by U+001F, so that a prefix of parts is a prefix of
//! bytes. Records that share a key each have an entry.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use super::ShardError;
use super::entries::Entries;
use super::ids::KEY_SEPARATOR;
use super::map::{Container, ContainerWriter};
use super::ordered::Ordered;

const MAGIC: [u8; 8] = *b"DIABAKEY";
const FORMAT: u32 = 1;

/// The key index of a shard.
#[derive(Debug)]
pub struct KeyIndex {
    file: Container,
}

/// A part of a key as it is indexed and asked for: trimmed, lower case, and numbers without leading zeros,
/// so that sheet `07` and sheet `7` are one.
pub fn normalise_key_part(part: &str) -> Cow<'_, str> {
    let text = part.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let short = text.trim_start_matches('0');
        return if short.is_empty() { "0" } else { short }.into();
    }
    text.to_lowercase().into()
}

fn joined<'p>(parts: impl Iterator<Item = Cow<'p, str>>) -> String {
    let mut key = String::with_capacity(32);
    for (i, part) in parts.enumerate() {
        if i > 0 {
            key.push(KEY_SEPARATOR);
        }
        key.push_str(&part);
    }
    key
}

/// The business key `key` (parts joined by [`KEY_SEPARATOR`]) as it is indexed.
pub(crate) fn normalise_key(key: &str) -> String {
    joined(key.split(KEY_SEPARATOR).map(normalise_key_part))
}

/// The parts of a key, or its first ones, as the beginning of an indexed key.
pub(crate) fn key_prefix(parts: &[&str]) -> String {
    joined(parts.iter().map(|p| normalise_key_part(p)))
}

/// Business keys on their way into an index.
#[derive(Default)]
pub(super) struct KeyEntries(Entries);

impl KeyEntries {
    /// Adds the entry of the business key `key` (parts joined by [`KEY_SEPARATOR`]) of the feature at `ordinal`.
    pub fn push(&mut self, key: &str, ordinal: u32) {
        self.0.push(&normalise_key(key), ordinal);
    }

    /// Takes over the entries of `other`.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn append(&mut self, other: &Self) -> io::Result<()> {
        self.0.append(&other.0)
    }
}

impl KeyIndex {
    /// Opens the file.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let file = Container::open(path, MAGIC, FORMAT, Ordered::SECTIONS)?;
        Ok(Self { file })
    }

    /// Writes the index of `entries`, in any order; its sections wait in `folder`.
    pub(super) fn write(
        out: &mut impl Write,
        entries: KeyEntries,
        folder: &Path,
    ) -> io::Result<()> {
        let mut file = ContainerWriter::new(folder, Ordered::SECTIONS)?;
        Ordered::write(entries.0, &mut file, |_, _| Ok(()))?;
        file.write(out, MAGIC, FORMAT)
    }

    /// Positions of the features whose key is these parts, or begins with them where the key has more parts.
    pub fn whole(&self, parts: &[&str]) -> Vec<u32> {
        let key = key_prefix(parts).into_bytes();
        let closed_by = |end: u8| {
            let prefix: Vec<u8> = key.iter().copied().chain([end]).collect();
            self.starting_with(&prefix)
        };
        let mut found = closed_by(0);
        found.extend(closed_by(KEY_SEPARATOR as u8));
        found
    }

    /// Positions of the features whose key begins with these parts, the last of which may be incomplete, in the order
    /// of the keys.
    pub fn prefix(&self, parts: &[&str]) -> Vec<u32> {
        self.starting_with(key_prefix(parts).as_bytes())
    }

    /// Calls `found` with the indexed key and the position of every feature whose key begins with these parts, the
    /// last of which may be incomplete, in the order of the keys, until it says stop.
    pub fn walk_prefix(&self, parts: &[&str], found: impl FnMut(&[u8], u32) -> ControlFlow<()>) {
        self.walk(key_prefix(parts).as_bytes(), found);
    }

    /// The first parts of all keys, each once, in order: there are few of them, and each is found by one step.
    pub fn first_parts(&self) -> Vec<String> {
        let keys = self.keys();
        let mut found: Vec<String> = Vec::new();
        let mut from: Vec<u8> = Vec::new();
        while let Some(key) = keys.text(keys.first(&from)) {
            let ends = |byte: &u8| *byte == KEY_SEPARATOR as u8;
            let first = key.split(ends).next().unwrap_or(key);
            from = first.to_vec();
            // One past everything that begins with this part and is closed.
            from.push(KEY_SEPARATOR as u8 + 1);
            found.push(String::from_utf8_lossy(first).into_owned());
        }
        found
    }

    fn starting_with(&self, prefix: &[u8]) -> Vec<u32> {
        let mut found = Vec::new();
        self.walk(prefix, |_, ordinal| {
            found.push(ordinal);
            ControlFlow::Continue(())
        });
        found
    }

    fn walk(&self, prefix: &[u8], mut found: impl FnMut(&[u8], u32) -> ControlFlow<()>) {
        let keys = self.keys();
        for (key, ordinal) in keys.beginning(keys.first(prefix), prefix) {
            if found(key, ordinal).is_break() {
                break;
            }
        }
    }

    fn keys(&self) -> Ordered<'_> {
        Ordered::of(&self.file)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(keys: &[String]) -> KeyIndex {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        // Two halves, as runs come.
        let mut entries = KeyEntries::default();
        let mut second = KeyEntries::default();
        for (i, key) in keys.iter().enumerate() {
            let half = if i < keys.len() / 2 {
                &mut entries
            } else {
                &mut second
            };
            half.push(key, i as u32);
        }
        entries.append(&second).unwrap();
        KeyIndex::write(&mut file, entries, &std::env::temp_dir()).unwrap();
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
        assert_eq!(i.prefix(&["07210", "12", "3"]), [1, 0, 2]);
        assert_eq!(i.prefix(&["072"]).len(), 4);
        assert_eq!(i.first_parts(), ["7210", "7213"]);
        let mut walked = Vec::new();
        i.walk_prefix(&["7210", "12", "34"], |key, ordinal| {
            walked.push((String::from_utf8_lossy(key).into_owned(), ordinal));
            ControlFlow::Break(())
        });
        assert_eq!(walked, [("7210\u{1f}12\u{1f}345".to_owned(), 0)]);
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
            prop_assert_eq!(normalise_key_part(&once), once.as_ref());
        }
    }
}
