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

    /// Its position in the layer.
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

/// The layer's values, each once, already as the layer's fields.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// The layer's fields.
    pub bytes: Vec<u8>,
    /// Where each value's message lies in `bytes`.
    spans: Vec<(u32, u32)>,
    table: HashTable<u32>,
}

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

    /// Its position in the layer.
    pub fn index(&mut self, value: &[u8]) -> u32 {
        let Self {
            bytes,
            spans,
            table,
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
