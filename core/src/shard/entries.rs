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
    pub fn sorted(&self) -> Sorted<'_> {
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
        Sorted {
            entries: self,
            order,
        }
    }

    /// Bytes of all entries.
    pub const fn bytes(&self) -> usize {
        self.bytes.len()
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

/// Entries in order.
pub(super) struct Sorted<'e> {
    entries: &'e Entries,
    /// The head of each and its position among the entries.
    order: Vec<u128>,
}

impl Sorted<'_> {
    /// From the first to the last.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.order.iter().map(|&i| self.entries.get(i as u32))
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_come_in_the_order_of_their_bytes(texts in proptest::collection::vec("[ab]{0,16}", 0..60)) {
            let (mut entries, mut second) = (Entries::default(), Entries::default());
            let mut expected = Vec::new();
            for (i, text) in texts.iter().enumerate() {
                let half = if i < texts.len() / 2 { &mut entries } else { &mut second };
                half.push(text, i as u32);
                let mut entry = text.clone().into_bytes();
                entry.push(0);
                entry.extend((i as u32).to_be_bytes());
                expected.push(entry);
            }
            entries.append(&second);
            expected.sort();
            let sorted = entries.sorted();
            prop_assert_eq!(sorted.len(), expected.len());
            prop_assert!(sorted.iter().eq(expected.iter().map(Vec::as_slice)));
        }
    }
}
