//! What a column's values say about its encoding, gathered while the file is read once.

use rustc_hash::FxHashSet;

/// Distinct words kept a column: more would only repeat what these say.
const MOST_WORDS: usize = 4_000;

/// The evidence of one column.
#[derive(Debug, Clone, Default)]
pub struct ColumnSample {
    /// Values that are not empty.
    pub values: u64,
    /// Values with anything beyond ASCII.
    pub beyond_ascii: u64,
    /// Distinct words with anything beyond ASCII, as they came.
    pub words: FxHashSet<String>,
}

impl ColumnSample {
    /// Takes in one value, as it came from the file.
    pub fn push(&mut self, raw: &str) {
        if raw.is_empty() {
            return;
        }
        self.values += 1;
        if raw.is_ascii() {
            return;
        }
        self.beyond_ascii += 1;
        if self.words.len() >= MOST_WORDS {
            return;
        }
        // Space and ASCII punctuation are the same in every encoding; nothing else may split a word, since ư is
        // the soft hyphen and ắ is three quarters in TCVN3.
        for word in raw.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() || c == '\u{A0}')
        {
            if !word.is_ascii() && !self.words.contains(word) {
                self.words.insert(word.to_owned());
            }
        }
    }
}
