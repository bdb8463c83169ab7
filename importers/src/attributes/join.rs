//! Attributes put to the parcels they are of.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use diaba_core::feature::Value;
use diaba_core::theme::Theme;
use serde::Serialize;

use super::table::AttributeTable;
use crate::report::readable;
use crate::source::SourceFile;

/// Keys listed one by one.
const LISTED: usize = 1_000;

/// Joins the parcels of one file.
pub struct Joiner {
    table: Arc<AttributeTable>,
    used: Vec<AtomicBool>,
    replaced: Vec<AtomicU64>,
    keys: Vec<usize>,
}

/// Whether a record found its attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// There were some for its key.
    Found,
    /// There were none.
    Missing,
}

/// What became of the attributes of one file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AttributeReport {
    /// The attribute files.
    pub files: Vec<SourceFile>,
    /// Parcels in them.
    pub read: u64,
    /// Parcels of them the theme refuses, by reason.
    pub refused: BTreeMap<String, u64>,
    /// Parcels of them whose key an earlier one has; the earlier one counts.
    pub duplicates: u64,
    /// Parcels of the map that found their attributes.
    pub joined: u64,
    /// Values of the map that were others and gave way, by field.
    pub replaced: BTreeMap<String, u64>,
    /// Parcels of the files that are not on the map.
    pub without_geometry: Unmatched,
    /// Parcels of the map that are not in the files.
    pub without_attributes: Unmatched,
}

/// Keys without a counterpart.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Unmatched {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub keys: Vec<String>,
    /// Whether there are more than are listed.
    pub more: bool,
}

impl Unmatched {
    fn push(&mut self, key: &str) {
        self.count += 1;
        if self.keys.len() < LISTED {
            self.keys.push(readable(key));
        } else {
            self.more = true;
        }
    }
}

impl Joiner {
    /// A joiner of `table` for one file of `theme`.
    pub fn new(table: Arc<AttributeTable>, theme: &Theme) -> Self {
        let counters = |n: usize| (0..n).map(|_| AtomicU64::new(0)).collect();
        Self {
            used: table
                .entries
                .iter()
                .map(|_| AtomicBool::new(false))
                .collect(),
            replaced: counters(theme.fields.len()),
            keys: theme.key.clone(),
            table,
        }
    }

    /// Puts the attributes of the parcel with `key` into `values`, one for each field of the theme. What the land
    /// database says goes before what the map says; the key stays.
    pub fn join(&self, key: &str, values: &mut [Option<Value>]) -> Joined {
        let Some(&at) = self.table.by_key.get(key) else {
            return Joined::Missing;
        };
        if let Some(used) = self.used.get(at) {
            used.store(true, Ordering::Relaxed);
        }
        let Some((_, attributes)) = self.table.entries.get(at) else {
            return Joined::Missing;
        };
        for (field, (own, value)) in values.iter_mut().zip(attributes).enumerate() {
            if value.is_none() || self.keys.contains(&field) || own == value {
                continue;
            }
            if own.is_some()
                && let Some(count) = self.replaced.get(field)
            {
                count.fetch_add(1, Ordering::Relaxed);
            }
            own.clone_from(value);
        }
        Joined::Found
    }

    /// What the files were, before anything is joined.
    pub fn begin(&self) -> AttributeReport {
        AttributeReport {
            files: self.table.files.clone(),
            read: self.table.read,
            refused: self.table.refused.clone(),
            duplicates: self.table.duplicates,
            ..AttributeReport::default()
        }
    }

    /// Enters what is known after the last record.
    pub fn finish(&self, theme: &Theme, report: &mut AttributeReport) {
        for ((key, _), used) in self.table.entries.iter().zip(&self.used) {
            if !used.load(Ordering::Relaxed) {
                report.without_geometry.push(key);
            }
        }
        for (field, count) in theme.fields.iter().zip(&self.replaced) {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                report.replaced.insert(field.name.clone(), count);
            }
        }
    }
}

impl AttributeReport {
    /// Counts one record of the map.
    pub fn push(&mut self, key: &str, joined: Joined) {
        match joined {
            Joined::Found => self.joined += 1,
            Joined::Missing => self.without_attributes.push(key),
        }
    }
}
