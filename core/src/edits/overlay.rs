//! What changed in one dataset since its shard was packed, laid over that shard.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::index::RowIndex;
use super::marks::Node;
use super::renew::renew;
use super::{EditBatch, Edited, Mark, MarkTree, build_marks};
use crate::crs::{Crs, Transform};
use crate::feature::FeatureId;
use crate::figures::{Figures, Share};
use crate::levels::Renewals;
use crate::shard::derive::lonlat_extent;
use crate::shard::kept::read_again;
use crate::shard::{Box2, Shard, ShardError};
use crate::space::WorldBox;
use crate::theme::Theme;

/// The edits of one dataset at one moment: rows that are new or other than in the shard, and what they hide there.
///
/// Immutable; [`Edits::apply`] gives the next. A clone shares the rows.
#[derive(Debug, Clone, Default)]
pub struct Edits {
    moment: String,
    rows: RowIndex,
    /// Positions in the shard whose record is no longer the feature's.
    hidden: FxHashSet<u32>,
    /// Rows that are no more, by their number in the history.
    superseded: BTreeMap<u64, Arc<Edited>>,
    /// Numbers of the log entries taken.
    taken: FxHashSet<u64>,
    marks: Arc<Marks>,
    /// Base tiles of the generalised levels that are not as they are packed.
    pub(super) renewals: Renewals,
    /// What the rows add to the figures of the shard, and what is hidden takes away.
    figures: Figures,
    /// Rows that cannot be shown, and why.
    refused: BTreeMap<FeatureId, String>,
    /// The box of what the shard draws without what is hidden; `None` until something was hidden at its border.
    packed_extent: Option<WorldBox>,
    /// Of everything shown: west, south, east, north, degrees.
    extent_lonlat: Option<[f64; 4]>,
}

/// Marks of the log entries taken.
#[derive(Debug, Default)]
struct Marks {
    marks: Vec<Mark>,
    nodes: Vec<Node>,
}

impl Edits {
    /// No edits: the shard as it was packed.
    pub fn empty(shard: &Shard) -> Self {
        Self {
            moment: shard
                .manifest()
                .origin
                .as_ref()
                .map(|origin| origin.moment.clone())
                .unwrap_or_default(),
            extent_lonlat: shard.manifest().extent_lonlat,
            ..Self::default()
        }
    }

    /// These edits and then those of `batch`, whose moment begins where this ends. A batch that comes twice changes
    /// nothing the second time. A row that has no place in the plane is left out and named by [`Edits::refused`].
    ///
    /// # Errors
    /// [`ShardError`] where the plane of the shard cannot be used at all.
    pub fn apply(
        &self,
        shard: &Shard,
        theme: &Theme,
        batch: &EditBatch,
    ) -> Result<Self, ShardError> {
        let to_lonlat = Transform::new(shard.working_crs(), Crs::LONLAT)?;
        let mut next = self.clone();
        next.moment.clone_from(&batch.moment);
        let mut rows: FxHashMap<FeatureId, _> = batch
            .rows
            .par_iter()
            .map(|row| (row.id, Edited::new(theme, &to_lonlat, row, None)))
            .collect();
        let named = batch.entries.iter().map(|entry| entry.id);
        let touched: BTreeSet<FeatureId> = named.chain(rows.keys().copied()).collect();
        for id in touched {
            next.take_out(shard, theme, id);
            match rows.remove(&id) {
                Some(Ok(row)) => next.put_in(theme, row),
                Some(Err(reason)) => next.refuse(theme, batch, id, &reason),
                None => {}
            }
        }
        next.mark(&to_lonlat, batch);
        next.supersede(theme, &to_lonlat, batch);
        next.extent_lonlat = next.measure(shard);
        Ok(next)
    }

    /// What these edits show of an instant: the rows that stood then, but for those that `packed` says lie in a shard.
    pub(crate) fn as_of(
        &self,
        shard: &Shard,
        at: Timestamp,
        packed: impl Fn(FeatureId) -> bool,
    ) -> Self {
        let live = self.rows.rows();
        let gone = self.superseded.values();
        let gone = gone.filter(|row| row.stood(at) && !packed(row.id()));
        let rows = live.filter(|row| row.stood(at)).chain(gone);
        let mut then = Self {
            rows: RowIndex::of(rows.cloned()),
            ..self.clone()
        };
        then.extent_lonlat = then.measure(shard);
        then
    }

    /// Rows that are no more, and when they stood.
    pub(crate) fn superseded(&self) -> impl Iterator<Item = &Arc<Edited>> {
        self.superseded.values()
    }

    /// The moment of the store they were read at.
    pub fn moment(&self) -> &str {
        &self.moment
    }

    /// How many changes were taken since the shard was packed: what decides when to pack again.
    pub fn len(&self) -> usize {
        self.taken.len().max(self.rows.len())
    }

    /// Whether none was taken.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the entry of the log with this number was taken.
    pub(crate) fn took(&self, serial: u64) -> bool {
        self.taken.contains(&serial)
    }

    /// Rows that cannot be shown, and why.
    pub const fn refused(&self) -> &BTreeMap<FeatureId, String> {
        &self.refused
    }

    /// Whether the shard shows as it was packed.
    pub(crate) fn changes_nothing(&self) -> bool {
        self.hidden.is_empty() && self.rows.len() == 0
    }

    /// Positions of the shard that are not to be shown; `None` where all are.
    pub(crate) fn hidden(&self) -> Option<&FxHashSet<u32>> {
        (!self.hidden.is_empty()).then_some(&self.hidden)
    }

    pub(super) fn hides(&self, ordinal: u32) -> bool {
        self.hidden.contains(&ordinal)
    }

    /// Number of rows shown beside the shard's.
    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The row with this id.
    pub(crate) fn get(&self, id: FeatureId) -> Option<&Edited> {
        self.rows.get(id)
    }

    /// The rows after an id, in the order of their ids.
    pub(crate) fn rows_after(&self, id: Option<FeatureId>) -> impl Iterator<Item = &Edited> {
        self.rows.after(id)
    }

    /// The rows whose box shares a place with `bbox` (working CRS), in no order.
    pub(crate) fn search(&self, bbox: &Box2) -> impl Iterator<Item = &Edited> {
        self.rows.search(bbox)
    }

    /// Calls `found` with the rows whose key is these parts or has them first.
    pub(crate) fn with_key<'r>(&'r self, parts: &[&str], found: impl FnMut(&'r Edited)) {
        self.rows.with_key(parts, found);
    }

    /// Calls `found` with the rows whose key begins with these parts, the last of which may be incomplete, in the
    /// order of keys, then ids, until it says stop.
    pub(crate) fn with_key_prefix<'r>(
        &'r self,
        parts: &[&str],
        found: impl FnMut(&'r Edited) -> ControlFlow<()>,
    ) {
        self.rows.with_key_prefix(parts, found);
    }

    /// West, south, east, north of the shard with these edits, degrees.
    pub(crate) const fn extent_lonlat(&self) -> Option<[f64; 4]> {
        self.extent_lonlat
    }

    /// What they add to the figures of the shard.
    pub(crate) const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Marks of the entries taken.
    pub(crate) fn marks(&self) -> MarkTree<'_> {
        MarkTree::new(&self.marks.marks, &self.marks.nodes).unwrap_or_default()
    }

    fn take_out(&mut self, shard: &Shard, theme: &Theme, id: FeatureId) {
        self.refused.remove(&id);
        if let Some(row) = self.rows.remove(id) {
            self.renew(theme, &row.drawn_bbox());
            if let Some(share) = row.share() {
                self.figures.take_out(share);
            }
        }
        let Some(ordinal) = shard.index().find(id) else {
            return;
        };
        if !self.hidden.insert(ordinal) {
            return;
        }
        match packed_share(shard, theme, ordinal) {
            Ok(Some(share)) => self.figures.take_out(&share),
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, theme = theme.id, feature = id.get(), "its figures stay counted");
            }
        }
        if let Some(gone) = shard.drawn().boxes().get(ordinal as usize) {
            self.renew(theme, gone);
            let all = self.packed_extent.unwrap_or(shard.drawn().extent());
            if is_at_border(gone, &all) {
                self.packed_extent = Some(self.measure_shard(shard));
            }
        }
    }

    fn put_in(&mut self, theme: &Theme, row: Edited) {
        self.renew(theme, &row.drawn_bbox());
        if let Some(share) = row.share() {
            self.figures.put_in(share);
        }
        self.rows.insert(Arc::new(row));
    }

    fn renew(&mut self, theme: &Theme, bbox: &WorldBox) {
        if theme.generalise.coverage {
            renew(&mut self.renewals, bbox);
        }
    }

    fn refuse(&mut self, theme: &Theme, batch: &EditBatch, id: FeatureId, reason: &impl ToString) {
        let reason = reason.to_string();
        tracing::warn!(
            theme = theme.id,
            dataset = batch.dataset,
            feature = id.get(),
            reason,
            "a row is not shown"
        );
        self.refused.insert(id, reason);
    }

    fn mark(&mut self, to_lonlat: &Transform, batch: &EditBatch) {
        let before = self.taken.len();
        let mut marks = self.marks.marks.clone();
        for entry in &batch.entries {
            if self.taken.insert(entry.serial) {
                marks.extend(Mark::of(entry, to_lonlat));
            }
        }
        if self.taken.len() > before {
            let nodes = build_marks(&mut marks);
            self.marks = Arc::new(Marks { marks, nodes });
        }
    }

    fn supersede(&mut self, theme: &Theme, to_lonlat: &Transform, batch: &EditBatch) {
        let rows: Vec<(u64, Arc<Edited>)> = batch
            .superseded
            .par_iter()
            .filter_map(|gone| {
                // A row that had no place was not shown either while it stood.
                let row = Edited::new(theme, to_lonlat, &gone.row, Some(gone.until)).ok()?;
                Some((gone.serial, Arc::new(row)))
            })
            .collect();
        self.superseded.extend(rows);
    }

    fn measure(&self, shard: &Shard) -> Option<[f64; 4]> {
        let packed = self.packed_extent.unwrap_or(shard.drawn().extent());
        let rows = self.rows.rows().map(|row| row.drawn_bbox());
        // A shard's own comes from its manifest.
        read_again(&lonlat_extent(rows.chain([packed])))
    }

    fn measure_shard(&self, shard: &Shard) -> WorldBox {
        let boxes = shard.drawn().boxes().iter().zip(0u32..);
        boxes
            .filter(|(_, ordinal)| !self.hidden.contains(ordinal))
            .fold(WorldBox::EMPTY, |mut all, (bbox, _)| {
                all.union(bbox);
                all
            })
    }
}

/// What the record at a position of the shard adds to its figures.
fn packed_share(shard: &Shard, theme: &Theme, ordinal: u32) -> Result<Option<Share>, ShardError> {
    let record = shard.feature(ordinal)?;
    let geometry = record.geometry()?;
    Ok(Share::of(theme, &geometry, |i| record.value(i)))
}

fn is_at_border(inner: &WorldBox, all: &WorldBox) -> bool {
    inner.min_x == all.min_x
        || inner.min_y == all.min_y
        || inner.max_x == all.max_x
        || inner.max_y == all.max_y
}
