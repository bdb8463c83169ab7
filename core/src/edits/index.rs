//! Edited rows by id, by box and by key.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use rstar::{AABB, RTree, RTreeObject};

use super::Edited;
use crate::feature::FeatureId;
use crate::shard::Box2;
use crate::shard::keys::key_prefix;

/// Rows of one dataset, one a feature.
#[derive(Debug, Clone, Default)]
pub(super) struct RowIndex {
    ids: BTreeMap<FeatureId, Arc<Edited>>,
    boxes: RTree<Leaf>,
    keys: BTreeSet<(Arc<str>, FeatureId)>,
}

#[derive(Debug, Clone)]
struct Leaf(Arc<Edited>);

impl PartialEq for Leaf {
    fn eq(&self, other: &Self) -> bool {
        self.0.id() == other.0.id()
    }
}

impl RTreeObject for Leaf {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        envelope(&self.0.bbox())
    }
}

fn envelope(bbox: &Box2) -> AABB<[f64; 2]> {
    AABB::from_corners([bbox.min_x, bbox.min_y], [bbox.max_x, bbox.max_y])
}

impl RowIndex {
    /// The index of these rows.
    pub fn of(rows: impl Iterator<Item = Arc<Edited>>) -> Self {
        let ids: BTreeMap<_, _> = rows.map(|row| (row.id(), row)).collect();
        let boxes = ids.values().filter(|row| !row.bbox().is_empty());
        let boxes = boxes.map(|row| Leaf(Arc::clone(row))).collect();
        let keys = ids.values().map(|row| (row.key().into(), row.id()));
        Self {
            boxes: RTree::bulk_load(boxes),
            keys: keys.collect(),
            ids,
        }
    }

    pub fn insert(&mut self, row: Arc<Edited>) {
        self.remove(row.id());
        if !row.bbox().is_empty() {
            self.boxes.insert(Leaf(Arc::clone(&row)));
        }
        self.keys.insert((row.key().into(), row.id()));
        self.ids.insert(row.id(), row);
    }

    /// Takes a row out; `None` where it is not there.
    pub fn remove(&mut self, id: FeatureId) -> Option<Arc<Edited>> {
        let row = self.ids.remove(&id)?;
        self.boxes.remove(&Leaf(Arc::clone(&row)));
        self.keys.remove(&(row.key().into(), id));
        Some(row)
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn get(&self, id: FeatureId) -> Option<&Edited> {
        self.ids.get(&id).map(AsRef::as_ref)
    }

    /// All rows, in the order of their ids.
    pub fn rows(&self) -> impl Iterator<Item = &Arc<Edited>> {
        self.ids.values()
    }

    /// The rows after an id, in the order of their ids.
    pub fn after(&self, id: Option<FeatureId>) -> impl Iterator<Item = &Edited> {
        use std::ops::Bound;
        let from = id.map_or(Bound::Unbounded, Bound::Excluded);
        self.ids
            .range((from, Bound::Unbounded))
            .map(|(_, row)| row.as_ref())
    }

    /// The rows whose box shares a place with `bbox`, in no order.
    pub fn search(&self, bbox: &Box2) -> impl Iterator<Item = &Edited> {
        let some = (!bbox.is_empty()).then(|| envelope(bbox));
        some.into_iter()
            .flat_map(|some| self.boxes.locate_in_envelope_intersecting(&some))
            .map(|leaf| leaf.0.as_ref())
    }

    /// Calls `found` with the rows whose key is these parts or has them first.
    pub fn with_key<'r>(&'r self, parts: &[&str], mut found: impl FnMut(&'r Edited)) {
        let prefix = key_prefix(parts);
        self.walk(&prefix, |row| {
            let rest = row.key().get(prefix.len()..).unwrap_or_default();
            if rest.is_empty() || rest.starts_with(crate::shard::ids::KEY_SEPARATOR) {
                found(row);
            }
            ControlFlow::Continue(())
        });
    }

    /// Calls `found` with the rows whose key begins with these parts, the last of which may be incomplete, in the
    /// order of keys, then ids, until it says stop.
    pub fn with_key_prefix<'r>(
        &'r self,
        parts: &[&str],
        found: impl FnMut(&'r Edited) -> ControlFlow<()>,
    ) {
        self.walk(&key_prefix(parts), found);
    }

    fn walk<'r>(&'r self, prefix: &str, mut found: impl FnMut(&'r Edited) -> ControlFlow<()>) {
        let from = (Arc::from(prefix), FeatureId::MIN);
        for (key, id) in self.keys.range(from..) {
            if !key.starts_with(prefix) {
                break;
            }
            if let Some(row) = self.get(*id)
                && found(row).is_break()
            {
                break;
            }
        }
    }
}
