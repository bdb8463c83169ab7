//! `words.bin`: the words of names → features, read in place.
//!
//! The entries of all words stand in order, so that those of a word, and of the words that begin alike, lie behind one
//! another. Words with typing errors are found by an automaton that walks a finite state transducer; it knows only words
//! without digits, since a code that is nearly alike is another one, and there are as many codes as features.

use std::io::{self, Write};
use std::path::Path;

use fst::automaton::Automaton;
use fst::{IntoStreamer, Map, MapBuilder, Streamer};
use levenshtein_automata::{DFA, Distance, SINK_STATE};

use super::ShardError;
use super::entries::Entries;
use super::map::{Container, ContainerWriter};
use super::ordered::Ordered;
use crate::words::{Asked, Effort, Form};

const MAGIC: [u8; 8] = *b"DIABAWRD";
const FORMAT: u32 = 1;

/// The section with words without digits → their first entry; before it are all words, without case and marks.
const LETTERS: usize = Ordered::SECTIONS;
const COUNT: usize = LETTERS + 1;

/// The word index of a shard.
#[derive(Debug)]
pub struct WordIndex {
    file: Container,
}

/// Words on their way into an index.
#[derive(Default)]
pub(super) struct WordEntries(Entries);

impl WordEntries {
    /// Adds the words of the feature at `ordinal`.
    pub fn push(&mut self, forms: &[Form], ordinal: u32) {
        for (i, form) in forms.iter().enumerate() {
            // A name may have a word twice.
            if forms.iter().take(i).all(|f| f.plain != form.plain) {
                self.0.push(&form.plain, ordinal);
            }
        }
    }

    /// Takes over the entries of `other`.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn append(&mut self, other: &Self) -> io::Result<()> {
        self.0.append(&other.0)
    }
}

/// Positions of features, and whether there were more than were wanted.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    pub ordinals: Vec<u32>,
    pub more: bool,
}

impl WordIndex {
    /// Opens the file.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let file = Container::open(path, MAGIC, FORMAT, COUNT)?;
        Map::new(file.bytes(LETTERS)).map_err(|e| ShardError::corrupt(path, e.to_string()))?;
        Ok(Self { file })
    }

    /// Writes the index of `entries`, in any order; its sections wait in `folder`.
    pub(super) fn write(
        out: &mut impl Write,
        entries: WordEntries,
        folder: &Path,
    ) -> io::Result<()> {
        let mut file = ContainerWriter::new(folder, COUNT)?;
        let mut letters = MapBuilder::memory();
        let mut before = Vec::new();
        Ordered::write(entries.0, &mut file, |word, at| {
            if before == word {
                return Ok(());
            }
            before.clear();
            before.extend_from_slice(word);
            if word.iter().any(u8::is_ascii_digit) {
                return Ok(());
            }
            letters.insert(word, at).map_err(io::Error::other)
        })?;
        let letters = letters.into_inner().map_err(io::Error::other)?;
        file.push(LETTERS, &letters)?;
        file.write(out, MAGIC, FORMAT)
    }

    /// Positions of at most `most` features that have the word asked for, in rising order, each once.
    pub(crate) fn find(&self, asked: &Asked, effort: Effort, most: usize) -> Hits {
        let mut hits = Hits::default();
        self.begun(asked, most, &mut hits);
        if effort > Effort::Exact
            && let Some(dfa) = asked.automaton()
        {
            self.misspelt(dfa, most, &mut hits);
        }
        hits.ordinals.sort_unstable();
        hits.ordinals.dedup();
        hits
    }

    /// The word to the letter, or where it may be incomplete the words that begin with it, the word itself first.
    fn begun(&self, asked: &Asked, most: usize, hits: &mut Hits) {
        let mut prefix = asked.plain().as_bytes().to_vec();
        if !asked.is_open() {
            prefix.push(0);
        }
        let first = self.words().first(&prefix);
        self.take(first, &prefix, most, hits);
    }

    /// Words near to one that was typed.
    fn misspelt(&self, dfa: &DFA, most: usize, hits: &mut Hits) {
        let Ok(letters) = Map::new(self.file.bytes(LETTERS)) else {
            return;
        };
        let most = hits.ordinals.len() + most;
        let mut near = letters.search(Misspelt(dfa)).into_stream();
        while let Some((word, first)) = near.next()
            && !hits.more
        {
            let entry = [word, &[0]].concat();
            self.take(first as usize, &entry, most, hits);
        }
    }

    /// The features of the entries from the `first` on that begin with `prefix`, until there are `most`.
    fn take(&self, first: usize, prefix: &[u8], most: usize, hits: &mut Hits) {
        for (_, ordinal) in self.words().beginning(first, prefix) {
            if hits.ordinals.len() >= most {
                hits.more = true;
                return;
            }
            hits.ordinals.push(ordinal);
        }
    }

    fn words(&self) -> Ordered<'_> {
        Ordered::of(&self.file)
    }
}

/// The words near to one that was typed.
struct Misspelt<'a>(&'a DFA);

impl Automaton for Misspelt<'_> {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::{Pattern, forms};

    fn index(names: &[&str]) -> WordIndex {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let (mut entries, mut second) = (WordEntries::default(), WordEntries::default());
        for (i, name) in names.iter().enumerate() {
            let half = if i < names.len() / 2 {
                &mut entries
            } else {
                &mut second
            };
            half.push(&forms(name), i as u32);
        }
        entries.append(&second).unwrap();
        WordIndex::write(&mut file, entries, &std::env::temp_dir()).unwrap();
        WordIndex::open(file.path()).unwrap()
    }

    fn found(index: &WordIndex, typed: &str, effort: Effort) -> Vec<u32> {
        let pattern = Pattern::new(typed).unwrap();
        index.find(&pattern.asked()[0], effort, 100).ordinals
    }

    #[test]
    fn features_are_found_by_a_word_its_beginning_and_with_errors() {
        let index = index(&[
            "Kênh Chính",
            "Kênh N5",
            "Trạm bơm Cống Bún",
            "Hồ Khuôn Thần",
        ]);
        assert_eq!(found(&index, "kenh ", Effort::Exact), [0, 1]);
        assert_eq!(found(&index, "ke", Effort::Exact), [0, 1]);
        assert_eq!(found(&index, "ke ", Effort::Exact), [] as [u32; 0]);
        assert_eq!(found(&index, "knehh", Effort::Errors), [] as [u32; 0]);
        assert_eq!(found(&index, "kneh ", Effort::Errors), [0, 1]);
        assert_eq!(found(&index, "khuon", Effort::Errors), [3]);
        let pattern = Pattern::new("k").unwrap();
        let hits = index.find(&pattern.asked()[0], Effort::Exact, 2);
        assert!(hits.more && hits.ordinals.len() <= 2);
    }

    #[test]
    fn codes_are_found_to_the_letter_and_by_their_beginning_only() {
        let index = index(&["QQ7QX81A", "QQ7QX81B", "Quý Sơn", "Quý Sơn 2"]);
        assert_eq!(found(&index, "qq7qx81a ", Effort::Errors), [0]);
        assert_eq!(found(&index, "qq7q", Effort::Errors), [0, 1]);
        assert_eq!(found(&index, "qq7qx81c ", Effort::Errors), [] as [u32; 0]);
        assert_eq!(found(&index, "son ", Effort::Exact), [2, 3]);
        assert_eq!(found(&index, "qyu ", Effort::Errors), [2, 3]);
    }

    proptest! {
        #[test]
        fn every_word_finds_its_feature(names in proptest::collection::vec("[a-zđạ0-9]{1,8}( [a-zđạ0-9]{1,8})?", 1..40)) {
            let refs: Vec<&str> = names.iter().map(String::as_str).collect();
            let index = index(&refs);
            for (at, name) in refs.iter().enumerate() {
                for form in forms(name) {
                    let typed = format!("{} ", form.plain);
                    for effort in [Effort::Exact, Effort::Errors] {
                        prop_assert!(found(&index, &typed, effort).contains(&(at as u32)), "{typed}");
                    }
                }
            }
        }
    }
}
