//! Texts on their way into an index, each with the position of the feature that has it.

use std::io::{self, Read, Write};

use rayon::prelude::*;

use crate::bulk::{Item, KEPT, Runs};

/// Bytes of entries that are kept in memory.
const KEPT_BYTES: usize = 1 << 25;

/// Entries one behind the other: small, because there are as many as features. An entry is a text, a zero byte, and the
/// feature's position (4 bytes, the highest first).
#[derive(Default)]
pub(super) struct Entries {
    kept: Kept,
    /// Those that are not in memory.
    runs: Runs<Entry>,
}

/// Entries in memory.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    ends: Vec<u64>,
}

/// An entry that was on disk.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry(Vec<u8>);

impl Item for Entry {
    fn write(&self, run: &mut impl Write) -> io::Result<()> {
        write(&self.0, run)
    }

    fn read(run: &mut impl Read) -> io::Result<Self> {
        let mut len = [0; 4];
        run.read_exact(&mut len)?;
        let mut entry = vec![0; u32::from_le_bytes(len) as usize];
        run.read_exact(&mut entry)?;
        Ok(Self(entry))
    }
}

/// Writes an entry behind its length.
fn write(entry: &[u8], run: &mut impl Write) -> io::Result<()> {
    let len = u32::try_from(entry.len()).map_err(io::Error::other)?;
    run.write_all(&len.to_le_bytes())?;
    run.write_all(entry)
}

impl Entries {
    /// Adds the text of the feature at `ordinal`. The zero byte is the end of a text, and no letter.
    pub fn push(&mut self, text: &str, ordinal: u32) {
        let Kept { bytes, ends } = &mut self.kept;
        bytes.extend(text.bytes().filter(|byte| *byte != 0));
        bytes.push(0);
        bytes.extend_from_slice(&ordinal.to_be_bytes());
        ends.push(bytes.len() as u64);
    }

    /// Takes over the entries of `other`, all of which are in memory. Where those of both are too many for it, those that
    /// were here go to disk.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn append(&mut self, other: &Self) -> io::Result<()> {
        self.append_keeping(&other.kept, KEPT, KEPT_BYTES)
    }

    fn append_keeping(&mut self, other: &Kept, most: usize, most_bytes: usize) -> io::Result<()> {
        let Kept { bytes, ends } = &self.kept;
        if ends.len() + other.ends.len() > most || bytes.len() + other.bytes.len() > most_bytes {
            self.put_aside()?;
        }
        self.kept.append(other);
        Ok(())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        let Self { kept, runs } = self;
        if kept.ends.is_empty() {
            return Ok(());
        }
        let order = kept.order();
        runs.add(order.iter().map(|&i| kept.get(i as u32)), write)?;
        kept.bytes.clear();
        kept.ends.clear();
        Ok(())
    }

    /// Gives each entry to `take`, in order.
    ///
    /// # Errors
    /// Those of the disk, and of `take`.
    pub fn in_order(mut self, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        if self.runs.is_empty() {
            let order = self.kept.order();
            let mut order = order.into_iter();
            return order.try_for_each(|i| take(self.kept.get(i as u32)));
        }
        self.put_aside()?;
        let Self { kept, runs } = self;
        drop(kept);
        for entry in runs.merged()? {
            take(&entry?.0)?;
        }
        Ok(())
    }
}

impl Kept {
    fn append(&mut self, other: &Self) {
        let before = self.bytes.len() as u64;
        self.bytes.extend_from_slice(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| end + before));
    }

    /// The head of each entry and its position among them, in the order of the entries.
    fn order(&self) -> Vec<u128> {
        // Most entries are told apart by their first bytes, which lie together here and not all over memory.
        let mut order: Vec<u128> = (0..self.ends.len() as u32)
            .into_par_iter()
            .map(|i| head(self.get(i)) | u128::from(i))
            .collect();
        let entry = |headed: u128| self.get(headed as u32);
        order.par_sort_unstable_by(|&a, &b| {
            let heads = (a >> u32::BITS).cmp(&(b >> u32::BITS));
            heads.then_with(|| entry(a).cmp(entry(b)))
        });
        order
    }

    fn get(&self, i: u32) -> &[u8] {
        let end = |i: usize| self.ends.get(i).map_or(0, |&end| end as usize);
        let start = (i as usize).checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(i as usize)).unwrap_or_default()
    }
}

/// The first twelve bytes of an entry, the first of them the highest, above room for a position.
fn head(entry: &[u8]) -> u128 {
    let mut head = [0; 16];
    for (to, byte) in head.iter_mut().take(12).zip(entry) {
        *to = *byte;
    }
    u128::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_come_in_the_order_of_their_bytes(
            texts in proptest::collection::vec("[ab]{0,16}", 0..60), run in 1usize..20, kept in 0usize..60, bytes in 0usize..600,
        ) {
            let mut entries = Entries::default();
            let mut expected = Vec::new();
            for (first, texts) in texts.chunks(run).enumerate().map(|(i, texts)| (i * run, texts)) {
                let mut some = Entries::default();
                for (i, text) in texts.iter().enumerate() {
                    some.push(text, (first + i) as u32);
                    let mut entry = text.clone().into_bytes();
                    entry.push(0);
                    entry.extend(((first + i) as u32).to_be_bytes());
                    expected.push(entry);
                }
                entries.append_keeping(&some.kept, kept, bytes).unwrap();
            }
            expected.sort();
            let mut sorted = Vec::new();
            let take = |entry: &[u8]| {
                sorted.push(entry.to_vec());
                Ok(())
            };
            entries.in_order(take).unwrap();
            prop_assert_eq!(sorted, expected);
        }
    }
}
