//! One dataset of a view: its shard, what changed since that was packed, and what stood before.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rustc_hash::FxHashSet;

use crate::edits::{Edits, Touched};
use crate::feature::FeatureId;
use crate::shard::Shard;
use crate::shard::periods::micros;
use crate::space::WorldBox;

/// A dataset as a view shows it.
#[derive(Debug, Clone)]
pub struct Part {
    shard: Arc<Shard>,
    edits: Arc<Edits>,
    at: Option<Timestamp>,
    /// All edits, where those shown are of another time.
    all: Option<Arc<Edits>>,
    len: OnceLock<u64>,
}

impl Part {
    /// The shard with these edits, which were made over it.
    pub const fn new(shard: Arc<Shard>, edits: Arc<Edits>) -> Self {
        Self {
            shard,
            edits,
            at: None,
            all: None,
            len: OnceLock::new(),
        }
    }

    /// The shard as it was packed.
    pub fn packed(shard: Arc<Shard>) -> Self {
        let edits = Arc::new(Edits::empty(&shard));
        Self::new(shard, edits)
    }

    /// The dataset as it stood at an instant. Superseded rows are looked for in the history and among the edits; one
    /// that is in both is shown once.
    #[must_use]
    pub(super) fn as_of(&self, at: Timestamp) -> Self {
        let packed = |id: FeatureId| {
            let mut history = self.history().iter();
            history.any(|shard| Lens::of_history(shard, at).find(id).is_some())
        };
        let all = self.all.as_ref().unwrap_or(&self.edits);
        Self {
            shard: Arc::clone(&self.shard),
            edits: Arc::new(all.as_of(&self.shard, at, packed)),
            at: Some(at),
            all: Some(Arc::clone(all)),
            len: OnceLock::new(),
        }
    }

    /// The shard.
    pub const fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }

    /// What changed since it was packed.
    pub const fn edits(&self) -> &Arc<Edits> {
        &self.edits
    }

    /// Shards of rows that stood before.
    pub fn history(&self) -> &[Arc<Shard>] {
        self.shard.history()
    }

    /// Its dataset.
    pub fn dataset(&self) -> &str {
        &self.shard.manifest().dataset
    }

    /// Number of features.
    pub fn len(&self) -> u64 {
        *self.len.get_or_init(|| {
            let packed = if self.at.is_some() {
                self.lenses().map(|lens| lens.count()).sum()
            } else {
                let hidden = self.edits.hidden().map_or(0, FxHashSet::len) as u64;
                self.shard.manifest().features.saturating_sub(hidden)
            };
            packed + self.edits.rows() as u64
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// West, south, east, north in degrees; `None` where there is nothing. As of a time it holds everything that was
    /// there then, and may be larger.
    pub fn extent_lonlat(&self) -> Option<[f64; 4]> {
        let history = self.history().iter().filter(|_| self.at.is_some());
        history
            .filter_map(|shard| shard.manifest().extent_lonlat)
            .chain(self.edits.extent_lonlat())
            .reduce(union)
    }

    /// The entries of the change log since the import that touch `reach`.
    pub(crate) fn touched(&self, reach: &WorldBox) -> Touched {
        let packed = self.shard.marks().touching(reach);
        packed.and(self.edits.marks().touching(reach))
    }

    /// Names its content: what was imported, and every change since.
    pub(crate) fn version(&self) -> (String, u64) {
        let (packed, live) = (self.shard.marks().total(), self.edits.marks().total());
        (self.shard.manifest().base(), packed.wrapping_add(live))
    }

    /// The packed records that are shown.
    pub(crate) fn lenses(&self) -> impl Iterator<Item = Lens<'_>> {
        let current = Lens {
            shard: &self.shard,
            hidden: self.edits.hidden(),
            at: self.at.map(micros),
        };
        let history = self.at.map(|at| {
            let shards = self.history().iter();
            shards.map(move |shard| Lens::of_history(shard, at))
        });
        std::iter::once(current).chain(history.into_iter().flatten())
    }
}

/// The box of both: west, south, east, north.
pub(super) fn union(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}

/// A packed shard as a view looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lens<'v> {
    pub shard: &'v Shard,
    hidden: Option<&'v FxHashSet<u32>>,
    /// Only what stood then, microseconds since 1970.
    at: Option<i64>,
}

impl<'v> Lens<'v> {
    fn of_history(shard: &'v Shard, at: Timestamp) -> Self {
        Self {
            shard,
            hidden: None,
            at: Some(micros(at)),
        }
    }

    /// Whether the record at a position is shown.
    pub fn shows(&self, ordinal: u32) -> bool {
        self.hidden.is_none_or(|hidden| !hidden.contains(&ordinal))
            && self
                .at
                .is_none_or(|at| self.shard.period(ordinal).holds(at))
    }

    /// The record that is shown of the feature with this id.
    pub fn find(&self, id: FeatureId) -> Option<u32> {
        let index = self.shard.index();
        if self.at.is_none() {
            return index.find(id).filter(|ordinal| self.shows(*ordinal));
        }
        let positions = index.by_id();
        let from = positions.partition_point(|o| index.id(*o) < id);
        let of_id = positions.get(from..).unwrap_or_default().iter().copied();
        of_id
            .take_while(|o| index.id(*o) == id)
            .find(|o| self.shows(*o))
    }

    fn count(&self) -> u64 {
        (0..self.shard.index().len() as u32)
            .filter(|ordinal| self.shows(*ordinal))
            .count() as u64
    }
}
