//! `words.fst`: the words of names → features, in a finite state transducer read in place.
//!
//! An entry is a word without case and marks, a zero byte, and the feature's position (4 bytes, the highest first). So the
//! features of a word lie behind one another, and an automaton that reads words ends at the zero byte.

use std::io::Write;
use std::path::Path;

use fst::automaton::Automaton;
use fst::{IntoStreamer, Set, SetBuilder, Streamer};
use levenshtein_automata::{DFA, Distance, SINK_STATE};
use memmap2::Mmap;

use super::ShardError;
use super::entries::Entries;
use super::map::map;
use crate::words::{Asked, Effort, Form};

/// The word index of a shard.
pub struct WordIndex {
    set: Set<Mmap>,
}

impl std::fmt::Debug for WordIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WordIndex({} entries)", self.set.len())
    }
}

/// Words on their way into an index.
#[derive(Debug, Default)]
pub(super) struct WordEntries(Entries);

impl WordEntries {
    /// Adds the words of the feature at `ordinal`.
    pub fn push(&mut self, forms: &[Form], ordinal: u32) {
        for form in forms {
            self.0.push(&form.plain, ordinal);
        }
    }

    /// Takes over the entries of `other`.
    pub fn append(&mut self, other: &Self) {
        self.0.append(&other.0);
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
        let set = Set::new(map(path)?).map_err(|e| ShardError::corrupt(path, e.to_string()))?;
        Ok(Self { set })
    }

    /// Writes the index of `entries`, in any order.
    pub(super) fn write(out: impl Write, entries: &WordEntries) -> Result<(), fst::Error> {
        let mut builder = SetBuilder::new(out)?;
        let mut before: &[u8] = &[];
        for entry in entries.0.sorted() {
            // A name may have a word twice.
            if std::mem::replace(&mut before, entry) != entry {
                builder.insert(entry)?;
            }
        }
        builder.finish()
    }

    /// Positions of at most `most` features that have the word asked for, in rising order, each once.
    pub(crate) fn find(&self, asked: &Asked, effort: Effort, most: usize) -> Hits {
        let mut hits = self.begun(asked, most);
        if effort > Effort::Exact
            && let Some(dfa) = asked.automaton()
        {
            let stream = self.set.search(Misspelt(dfa)).into_stream();
            let near = take(stream, most, |_| true);
            hits.ordinals.extend(near.ordinals);
            hits.more |= near.more;
        }
        hits.ordinals.sort_unstable();
        hits.ordinals.dedup();
        hits
    }

    /// The word to the letter, or where it may be incomplete the words that begin with it, the word itself first.
    fn begun(&self, asked: &Asked, most: usize) -> Hits {
        let mut prefix = asked.plain().as_bytes().to_vec();
        if !asked.is_open() {
            prefix.push(0);
        }
        let stream = self.set.range().ge(&prefix).into_stream();
        take(stream, most, |entry| entry.starts_with(&prefix))
    }
}

fn take<'s, S>(mut stream: S, most: usize, belongs: impl Fn(&[u8]) -> bool) -> Hits
where
    S: for<'a> Streamer<'a, Item = &'a [u8]> + 's,
{
    let mut hits = Hits::default();
    while let Some(entry) = stream.next() {
        if !belongs(entry) {
            break;
        }
        if hits.ordinals.len() == most {
            hits.more = true;
            break;
        }
        if let Some((_, ordinal)) = entry.split_last_chunk() {
            hits.ordinals.push(u32::from_be_bytes(*ordinal));
        }
    }
    hits
}

/// The entries whose word is near to one that was typed.
struct Misspelt<'a>(&'a DFA);

#[derive(Clone, Copy)]
enum Read {
    /// In the word, in this state.
    Word(u32),
    /// The word was one of them, and is over.
    Over,
}

impl Automaton for Misspelt<'_> {
    type State = Read;

    fn start(&self) -> Read {
        Read::Word(self.0.initial_state())
    }

    fn is_match(&self, state: &Read) -> bool {
        matches!(state, Read::Over)
    }

    fn can_match(&self, state: &Read) -> bool {
        !matches!(state, Read::Word(SINK_STATE))
    }

    fn will_always_match(&self, state: &Read) -> bool {
        matches!(state, Read::Over)
    }

    fn accept(&self, state: &Read, byte: u8) -> Read {
        match *state {
            Read::Over => Read::Over,
            Read::Word(state) if byte == 0 => match self.0.distance(state) {
                Distance::Exact(_) => Read::Over,
                Distance::AtLeast(_) => Read::Word(SINK_STATE),
            },
            Read::Word(SINK_STATE) => Read::Word(SINK_STATE),
            Read::Word(state) => Read::Word(self.0.transition(state, byte)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::{Pattern, forms};

    fn index(names: &[&str]) -> WordIndex {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (mut entries, mut second) = (WordEntries::default(), WordEntries::default());
        for (i, name) in names.iter().enumerate() {
            let half = if i < names.len() / 2 {
                &mut entries
            } else {
                &mut second
            };
            half.push(&forms(name), i as u32);
        }
        entries.append(&second);
        WordIndex::write(&file, &entries).unwrap();
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
