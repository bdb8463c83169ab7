//! The shards of a register with what was edited since, and the next state of them in the making.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::journal::{Changed, What};
use crate::crs::{Crs, Transform};
use crate::edits::{EditBatch, Edits, Entry};
use crate::shard::{Box2, Shard, ShardError};
use crate::store::{Problem, ShardRef, StoreError};
use crate::theme::{Catalogue, Theme};
use crate::view::{self, LayerView};

/// Names a dataset within a register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Theme.
    pub theme: String,
    /// Dataset.
    pub dataset: String,
}

impl Name {
    /// The dataset a shard is of.
    pub fn of(shard: &ShardRef) -> Self {
        Self {
            theme: shard.theme.clone(),
            dataset: shard.dataset.clone(),
        }
    }
}

/// A shard and what lies over it.
#[derive(Debug, Clone)]
pub(super) struct Part {
    reference: ShardRef,
    shard: Arc<Shard>,
    edits: Arc<Edits>,
    /// What lay over the shard before it was packed again: the journal has it.
    told: Option<Arc<Edits>>,
}

impl Part {
    pub fn new(reference: ShardRef, shard: Arc<Shard>) -> Self {
        Self {
            reference,
            edits: Arc::new(Edits::empty(&shard)),
            shard,
            told: None,
        }
    }

    pub fn reference(&self) -> &ShardRef {
        &self.reference
    }

    pub fn shard(&self) -> &Arc<Shard> {
        &self.shard
    }

    /// Edited rows that cannot be shown, where there are any.
    pub fn problem(&self, name: &Name) -> Option<Problem> {
        let refused = self.edits.refused();
        let (id, reason) = refused.first_key_value()?;
        Some(Problem {
            path: format!("{}/{}", name.theme, name.dataset),
            reason: format!(
                "{} edited rows cannot be shown; the first is {id}: {reason}",
                refused.len()
            ),
        })
    }
}

pub(super) type Parts = BTreeMap<Name, Part>;

/// The next state of a register.
pub(super) struct Finished {
    pub parts: Parts,
    pub layers: BTreeMap<String, Arc<LayerView>>,
    /// What to write into the journal.
    pub changes: Vec<Changed>,
}

/// The next state of the parts; the last one stays as it is until this is finished.
pub(super) struct Swap {
    parts: Parts,
    touched: BTreeSet<String>,
    changes: Vec<Changed>,
    to_lonlat: Option<Transform>,
}

impl Swap {
    pub fn new(parts: &Parts) -> Self {
        Self {
            parts: parts.clone(),
            touched: BTreeSet::new(),
            changes: Vec::new(),
            to_lonlat: None,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Part)> {
        self.parts.iter()
    }

    pub fn get(&self, name: &Name) -> Option<&Part> {
        self.parts.get(name)
    }

    /// Themes of which something is another.
    pub fn touched(&self) -> &BTreeSet<String> {
        &self.touched
    }

    /// Whether this very shard is open and its files are still those that were opened.
    pub fn has(&self, shard: &ShardRef) -> bool {
        self.parts.get(&Name::of(shard)).is_some_and(|part| {
            part.reference == *shard && part.shard.manifest().verify(part.shard.folder()).is_ok()
        })
    }

    /// Drops every dataset but these.
    pub fn keep_only(&mut self, names: &BTreeSet<Name>) {
        let gone: Vec<Name> = self
            .parts
            .keys()
            .filter(|name| !names.contains(name))
            .cloned()
            .collect();
        for name in gone {
            if let Some(part) = self.parts.remove(&name) {
                self.dataset_changed(&name, part.shard.manifest().extent_lonlat, None);
            }
        }
    }

    /// Puts a part in its place. A shard packed again after edits is the same dataset as before and no news.
    pub fn put(&mut self, name: Name, mut part: Part) {
        let extent = part.shard.manifest().extent_lonlat;
        let base = part.shard.manifest().base();
        let before = self.parts.remove(&name);
        self.touched.insert(name.theme.clone());
        match before {
            Some(before) if before.shard.manifest().base() == base => {
                part.told = Some(before.edits);
            }
            before => {
                let old = before.and_then(|before| before.shard.manifest().extent_lonlat);
                self.dataset_changed(&name, old, extent);
            }
        }
        self.parts.insert(name, part);
    }

    /// Lays a batch over its part; gives the number of edits that lie there now.
    pub fn apply(
        &mut self,
        name: &Name,
        theme: &Arc<Theme>,
        batch: &EditBatch,
    ) -> Result<usize, StoreError> {
        let Some(part) = self.parts.get_mut(name) else {
            return Ok(0);
        };
        if batch.entries.is_empty() {
            return Ok(part.edits.len());
        }
        let news: Vec<&Entry> = batch
            .entries
            .iter()
            .filter(|entry| {
                !part
                    .told
                    .as_ref()
                    .is_some_and(|told| told.took(entry.serial))
            })
            .collect();
        part.edits = Arc::new(part.edits.apply(&part.shard, theme, batch)?);
        let edits = part.edits.len();
        self.touched.insert(name.theme.clone());
        for entry in news {
            let (old, new) = (self.lonlat(entry.old)?, self.lonlat(entry.new)?);
            self.changes.push(Changed {
                number: 0,
                theme: name.theme.clone(),
                dataset: name.dataset.clone(),
                id: Some(entry.id),
                what: entry.operation.into(),
                old,
                new,
            });
        }
        Ok(edits)
    }

    /// What it has become; layers nothing has touched are those of `before`.
    pub fn finish(
        self,
        before: &BTreeMap<String, Arc<LayerView>>,
        catalogue: &Catalogue,
    ) -> Result<Finished, ShardError> {
        let themes: BTreeSet<&str> = self.parts.keys().map(|name| name.theme.as_str()).collect();
        let mut layers = BTreeMap::new();
        for id in themes {
            let unchanged = before.get(id).filter(|_| !self.touched.contains(id));
            let view = if let Some(view) = unchanged {
                Arc::clone(view)
            } else {
                let Some(theme) = catalogue.theme(id) else {
                    continue;
                };
                let parts = self.parts.iter().filter(|(name, _)| name.theme == id);
                let parts = parts
                    .map(|(_, p)| view::Part::new(Arc::clone(&p.shard), Arc::clone(&p.edits)))
                    .collect();
                Arc::new(match before.get(id) {
                    Some(view) => view.next(parts),
                    None => LayerView::of(Arc::clone(theme), parts, Crs::WORKING)?,
                })
            };
            layers.insert(id.to_owned(), view);
        }
        Ok(Finished {
            parts: self.parts,
            layers,
            changes: self.changes,
        })
    }

    fn dataset_changed(&mut self, name: &Name, old: Option<[f64; 4]>, new: Option<[f64; 4]>) {
        self.touched.insert(name.theme.clone());
        self.changes.push(Changed {
            number: 0,
            theme: name.theme.clone(),
            dataset: name.dataset.clone(),
            id: None,
            what: What::Dataset,
            old,
            new,
        });
    }

    /// The box in degrees that holds a box of the working CRS.
    fn lonlat(&mut self, bbox: Option<Box2>) -> Result<Option<[f64; 4]>, ShardError> {
        let Some(b) = bbox else { return Ok(None) };
        let to_lonlat = match &mut self.to_lonlat {
            Some(transform) => transform,
            none => none.insert(Transform::new(Crs::WORKING, Crs::LONLAT)?),
        };
        let mid = [
            f64::midpoint(b.min_x, b.max_x),
            f64::midpoint(b.min_y, b.max_y),
        ];
        let mut around = Vec::new();
        // The sides are curves in degrees, whose farthest place is a corner or the middle.
        for x in [b.min_x, mid[0], b.max_x] {
            for y in [b.min_y, mid[1], b.max_y] {
                around.push([x, y]);
            }
        }
        to_lonlat.apply(&mut around)?;
        let mut all = Box2::EMPTY;
        for [lon, lat] in around {
            all.extend(lon, lat);
        }
        Ok(Some([all.min_x, all.min_y, all.max_x, all.max_y]))
    }
}
