//! The layer's keys and values, each written once.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use super::encode::{self, head};

/// The layer's keys: those the theme has, and which of them are used, in the order of their first use.
#[derive(Debug)]
pub(super) struct Keys {
    names: Vec<String>,
    index: Vec<Option<u32>>,
    order: Vec<usize>,
}

impl Keys {
    pub fn new(names: &[&str]) -> Self {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        Self {
            index: vec![None; names.len()],
            order: Vec::new(),
            names,
        }
    }

    /// Whether the theme has it.
    pub fn has(&self, key: u32) -> bool {
        (key as usize) < self.names.len()
    }

    /// Its position in the layer.
    #[inline]
    pub fn index(&mut self, key: u32) -> Option<u32> {
        let slot = self.index.get_mut(key as usize)?;
        if slot.is_none() {
            *slot = Some(self.order.len() as u32);
            self.order.push(key as usize);
        }
        *slot
    }

    /// The keys in use, in the layer's order.
    pub fn used(&self) -> impl Iterator<Item = &str> {
        self.order
            .iter()
            .filter_map(|&i| self.names.get(i))
            .map(String::as_str)
    }
}

/// Values of features that are kept together, each under its number.
#[derive(Debug, Clone, Copy)]
pub struct Dictionary<'v> {
    /// Tells the dictionaries that values of one layer come from apart.
    pub number: u32,
    /// Where each value begins, and the end of the last.
    pub starts: &'v [u64],
    /// The values as [`super::encode_value`] makes them, one after the other.
    pub bytes: &'v [u8],
}

impl<'v> Dictionary<'v> {
    /// The value under a number.
    pub fn value(&self, code: u32) -> Option<&'v [u8]> {
        let start = usize::try_from(*self.starts.get(code as usize)?).ok()?;
        let end = usize::try_from(*self.starts.get(code as usize + 1)?).ok()?;
        self.bytes.get(start..end)
    }
}

/// A value of a feature.
#[derive(Debug, Clone, Copy)]
pub enum Tag<'v> {
    /// As [`super::encode_value`] makes it.
    Value(&'v [u8]),
    /// Under a number of a dictionary; none where the dictionary has no such number.
    Coded(&'v Dictionary<'v>, u32),
}

/// The layer's values, each once, already as the layer's fields.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The layer's fields.
    pub bytes: Vec<u8>,
    /// Where each value's message lies in `bytes`.
    spans: Vec<(u32, u32)>,
    table: HashTable<u32>,
    /// Values of dictionaries that were met not long ago, at a place by their number: the dictionary and number, and the
    /// position. Most values of most features are among them, and need neither be fetched nor be compared.
    met: Vec<(u64, u32)>,
}

/// Room in [`Values::met`], a power of two.
const MET: usize = 256;
/// Stands in [`Values::met`] where nothing is.
const NOTHING: (u64, u32) = (u64::MAX, 0);

impl Values {
    /// The value at a position, as a field of the layer.
    pub fn field(&self, index: u32) -> &[u8] {
        let end = |index: u32| self.spans.get(index as usize).map(|(_, end)| *end as usize);
        let start = index.checked_sub(1).and_then(end).unwrap_or(0);
        let end = end(index).unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Makes room for about so many.
    pub fn reserve(&mut self, more: usize) {
        let Self { spans, table, .. } = self;
        spans.reserve(more);
        let spans = spans.as_slice();
        let bytes = self.bytes.as_slice();
        let message = |index: &u32| {
            let (start, end) = spans.get(*index as usize).copied().unwrap_or_default();
            bytes.get(start as usize..end as usize).unwrap_or_default()
        };
        table.reserve(more, |index| hash(message(index)));
    }

    /// The position in the layer of a value of a dictionary; `None` where that has no such value.
    #[inline]
    pub fn coded(&mut self, dictionary: &Dictionary<'_>, code: u32) -> Option<u32> {
        if self.met.is_empty() {
            self.met.resize(MET, NOTHING);
        }
        let key = u64::from(dictionary.number) << 32 | u64::from(code);
        let slot = code as usize % MET;
        if let Some(&(met, index)) = self.met.get(slot)
            && met == key
        {
            return Some(index);
        }
        let index = self.index(dictionary.value(code)?);
        if let Some(met) = self.met.get_mut(slot) {
            *met = (key, index);
        }
        Some(index)
    }

    /// Its position in the layer.
    pub fn index(&mut self, value: &[u8]) -> u32 {
        let Self {
            bytes,
            spans,
            table,
            ..
        } = self;
        let message = |index: u32| {
            let (start, end) = spans.get(index as usize).copied().unwrap_or_default();
            bytes.get(start as usize..end as usize).unwrap_or_default()
        };
        let hash = hash(value);
        if let Some(&index) = table.find(hash, |&index| message(index) == value) {
            return index;
        }
        let index = spans.len() as u32;
        table.insert_unique(hash, index, |&index| self::hash(message(index)));
        encode::bytes(bytes, head::LAYER_VALUE, value);
        spans.push(((bytes.len() - value.len()) as u32, bytes.len() as u32));
        index
    }
}

fn hash(value: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(value);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values one after the other, and where each begins.
    fn kept(values: &[Vec<u8>]) -> (Vec<u64>, Vec<u8>) {
        let ends = values.iter().scan(0, |end, value| {
            *end += value.len() as u64;
            Some(*end)
        });
        (std::iter::once(0).chain(ends).collect(), values.concat())
    }

    proptest! {
        #[test]
        fn a_value_has_one_place_however_it_is_named(
            values in prop::collection::vec(prop::collection::vec(0u8..3, 0..3), 1..600),
            asked in prop::collection::vec((0u32..700, 0u32..3), 0..800),
        ) {
            let (starts, bytes) = kept(&values);
            let dictionary = |number| Dictionary { number, starts: &starts, bytes: &bytes };
            let (mut coded, mut plain) = (Values::default(), Values::default());
            coded.reserve(9);
            for (code, number) in asked {
                let value = values.get(code as usize);
                let expected = value.map(|value| plain.index(value));
                // Dictionary 2 stands for what comes by its bytes.
                let found = match value {
                    Some(value) if number == 2 => Some(coded.index(value)),
                    _ => coded.coded(&dictionary(number), code),
                };
                prop_assert_eq!(found, expected);
            }
            prop_assert_eq!(coded.bytes, plain.bytes);
        }
    }

    #[test]
    fn numbers_of_another_dictionary_are_other_values() {
        let ((a, one), (b, other)) = (kept(&[vec![1]]), kept(&[vec![2]]));
        let dictionary = |number, starts, bytes| Dictionary {
            number,
            starts,
            bytes,
        };
        let mut values = Values::default();
        assert_eq!(values.coded(&dictionary(0, &a, &one), 0), Some(0));
        assert_eq!(values.coded(&dictionary(1, &b, &other), 0), Some(1));
        assert_eq!(values.coded(&dictionary(0, &a, &one), 0), Some(0));
        assert_eq!(values.coded(&dictionary(0, &a, &one), 1), None);
    }
}
