//! Texts on their way into an index, each with the position of the feature that has it.

use rayon::prelude::*;

/// Entries one behind the other: small, because there are as many as features. An entry is a text, a zero byte, and the
/// feature's position (4 bytes, the highest first).
#[derive(Debug, Default)]
pub(super) struct Entries {
    bytes: Vec<u8>,
    ends: Vec<u64>,
}

impl Entries {
    /// Adds the text of the feature at `ordinal`. The zero byte is the end of a text, and no letter.
    pub fn push(&mut self, text: &str, ordinal: u32) {
        self.bytes.extend(text.bytes().filter(|byte| *byte != 0));
        self.bytes.push(0);
        self.bytes.extend_from_slice(&ordinal.to_be_bytes());
        self.ends.push(self.bytes.len() as u64);
    }

    /// Takes over the entries of `other`.
    pub fn append(&mut self, other: &Self) {
        let before = self.bytes.len() as u64;
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + before));
    }

    /// The entries in order.
    pub fn sorted(&self) -> impl Iterator<Item = &[u8]> {
        let mut order: Vec<u32> = (0..self.ends.len() as u32).collect();
        order.par_sort_unstable_by(|&a, &b| self.get(a).cmp(self.get(b)));
        order.into_iter().map(|i| self.get(i))
    }

    fn get(&self, i: u32) -> &[u8] {
        let end = |i: usize| self.ends.get(i).map_or(0, |&end| end as usize);
        let start = (i as usize).checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(i as usize)).unwrap_or_default()
    }
}
