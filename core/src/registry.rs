//! The register as a whole: every layer at one moment, renewed when the store has changed.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use rayon::prelude::*;

use crate::crs::Crs;
use crate::shard::Shard;
use crate::store::{Editor, Listing, Problem, ShardRef, Store, StoreError};
use crate::theme::Catalogue;
use crate::view::LayerView;

/// Every layer at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// By theme; only themes with data.
    pub layers: BTreeMap<String, Arc<LayerView>>,
    /// What lies in the store and is not served.
    pub problems: Vec<Problem>,
    open: HashMap<ShardRef, Arc<Shard>>,
}

/// The register: a store, the themes, and the newest snapshot.
pub struct Registry {
    store: Box<dyn Store>,
    catalogue: Arc<Catalogue>,
    current: ArcSwap<Snapshot>,
    /// The stamp of the store the snapshot was made at; held while a new one is made.
    stamp: Mutex<u64>,
}

impl Registry {
    /// Opens every layer of `store`.
    ///
    /// # Errors
    /// [`StoreError`] where the store itself cannot be read. A damaged shard is a [`Problem`], not an error.
    pub fn open(store: Box<dyn Store>, catalogue: Arc<Catalogue>) -> Result<Self, StoreError> {
        let stamp = store.stamp()?;
        let registry = Self {
            store,
            catalogue,
            current: ArcSwap::from_pointee(Snapshot::default()),
            stamp: Mutex::new(stamp),
        };
        registry.load()?;
        Ok(registry)
    }

    /// The themes and code lists.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Where single features are changed; none where the home is written by imports alone.
    pub fn editor(&self) -> Option<&dyn Editor> {
        self.store.editor()
    }

    /// The newest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Looks whether the store has changed and if so makes a new snapshot; says whether it did.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read; the snapshot then stays, and the next call tries again.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        let mut seen = self.stamp.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.store.stamp()?;
        if stamp == *seen {
            return Ok(false);
        }
        self.load()?;
        *seen = stamp;
        Ok(true)
    }

    fn load(&self) -> Result<(), StoreError> {
        let Listing {
            shards,
            mut problems,
        } = self.store.layers()?;
        let before = self.snapshot();
        let opened: Vec<(ShardRef, Result<Arc<Shard>, String>)> = shards
            .into_par_iter()
            .map(|shard| {
                let opened = self.shard(&shard, &before);
                (shard, opened)
            })
            .collect();
        let mut open = HashMap::new();
        let mut layers: BTreeMap<String, Vec<Arc<Shard>>> = BTreeMap::new();
        for (shard, opened) in opened {
            match opened {
                Ok(it) => {
                    layers
                        .entry(shard.theme.clone())
                        .or_default()
                        .push(Arc::clone(&it));
                    open.insert(shard, it);
                }
                Err(reason) => {
                    tracing::warn!(
                        theme = shard.theme,
                        dataset = shard.dataset,
                        reason,
                        "a shard is not served"
                    );
                    problems.push(Problem {
                        path: format!("{}/{}", shard.theme, shard.dataset),
                        reason,
                    });
                }
            }
        }
        let layers = layers
            .into_iter()
            .filter_map(|(id, shards)| {
                let theme = Arc::clone(self.catalogue.theme(&id)?);
                let view = LayerView::new(theme, shards, Crs::WORKING)
                    .map_err(crate::shard::ShardError::from);
                Some(view.map(|view| (id, Arc::new(view))))
            })
            .collect::<Result<_, _>>()?;
        problems.sort();
        self.current.store(Arc::new(Snapshot {
            layers,
            problems,
            open,
        }));
        Ok(())
    }

    /// The shard as it is open already, unless its files have changed under it.
    fn shard(&self, shard: &ShardRef, before: &Snapshot) -> Result<Arc<Shard>, String> {
        let theme = self
            .catalogue
            .theme(&shard.theme)
            .ok_or("no theme has this name")?;
        let open = before
            .open
            .get(shard)
            .filter(|s| s.manifest().verify(s.folder()).is_ok());
        if let Some(open) = open {
            return Ok(Arc::clone(open));
        }
        let opened = self.store.open(shard, theme).map_err(|e| e.to_string())?;
        if opened.working_crs() == Crs::WORKING {
            Ok(opened)
        } else {
            Err(format!(
                "it is in {}, this register works in {}",
                opened.working_crs(),
                Crs::WORKING
            ))
        }
    }
}
