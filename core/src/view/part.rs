//! One dataset of a view: its shard and what changed since that was packed.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::edits::Edits;
use crate::shard::Shard;

/// A dataset as a view shows it.
#[derive(Debug, Clone)]
pub struct Part {
    shard: Arc<Shard>,
    edits: Arc<Edits>,
}

impl Part {
    /// The shard with these edits, which were made over it.
    pub const fn new(shard: Arc<Shard>, edits: Arc<Edits>) -> Self {
        Self { shard, edits }
    }

    /// The shard as it was packed.
    pub fn packed(shard: Arc<Shard>) -> Self {
        let edits = Arc::new(Edits::empty(&shard));
        Self::new(shard, edits)
    }

    /// The shard.
    pub const fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }

    /// What changed since it was packed.
    pub const fn edits(&self) -> &Arc<Edits> {
        &self.edits
    }

    /// Its dataset.
    pub fn dataset(&self) -> &str {
        &self.shard.manifest().dataset
    }

    /// Number of features.
    pub fn len(&self) -> u64 {
        let hidden = self.edits.hidden().map_or(0, FxHashSet::len) as u64;
        let packed = self.shard.manifest().features.saturating_sub(hidden);
        packed + self.edits.rows() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// West, south, east, north in degrees; `None` where there is nothing.
    pub fn extent_lonlat(&self) -> Option<[f64; 4]> {
        self.edits.extent_lonlat()
    }

    /// The packed records that are shown.
    pub(crate) fn lens(&self) -> Lens<'_> {
        Lens {
            shard: &self.shard,
            hidden: self.edits.hidden(),
        }
    }
}

/// A packed shard as a view looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lens<'v> {
    pub shard: &'v Shard,
    hidden: Option<&'v FxHashSet<u32>>,
}

impl Lens<'_> {
    /// Whether the record at a position is shown.
    pub fn shows(&self, ordinal: u32) -> bool {
        self.hidden.is_none_or(|hidden| !hidden.contains(&ordinal))
    }
}
