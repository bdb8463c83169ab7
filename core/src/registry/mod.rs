//! The register as a whole: every layer at one moment, renewed when the store has changed.
//!
//! ```text
//! Store::stamp says the revisions are others ─▶ layers() ─▶ open, or pack in the background ─┐
//! Store::edits says what was changed by hand ──────────────▶ Edits over their shards ────────┼─▶ Snapshot, swapped whole
//! many edits over one shard ─────────────────▶ repack in the background ─────────────────────┘   and the Journal
//! ```
//!
//! Readers hold a snapshot and never wait. Until a shard is packed its predecessor is served.

mod journal;
mod packer;
mod parts;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};

pub use journal::{Changed, Journal, Token, TokenError, What};
pub use parts::Name;

use self::packer::{Packed, Packer, Reason};
use self::parts::{Part, Parts, Swap};
use crate::crs::Crs;
use crate::edits::Since;
use crate::shard::Shard;
use crate::store::{Editor, Listing, Problem, ShardRef, Store, StoreError};
use crate::theme::Catalogue;
use crate::view::LayerView;

/// Edits over a shard, by which it is packed again.
const REPACK_AT: usize = 4_000;

/// Every layer at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// By theme; only themes with data.
    pub layers: BTreeMap<String, Arc<LayerView>>,
    /// What lies in the store and is not served.
    pub problems: Vec<Problem>,
    parts: Parts,
}

/// The register: a store, the themes, and the newest snapshot.
pub struct Registry {
    store: Arc<dyn Store>,
    catalogue: Arc<Catalogue>,
    current: ArcSwap<Snapshot>,
    journal: Journal,
    trouble: ArcSwapOption<String>,
    /// Held while a new snapshot is made.
    work: Mutex<Work>,
}

/// What the register remembers from one look at the store to the next.
struct Work {
    /// The stamp of the store the listing was made at; none where it was not in reach then.
    stamp: Option<u64>,
    /// What the store listed and cannot be served, and what could not be opened.
    listed: Vec<Problem>,
    refused: HashMap<Name, String>,
    /// The revision of each dataset the store listed.
    current: BTreeMap<Name, String>,
    /// Up to which moment the changes of each dataset have been taken over.
    moments: BTreeMap<Name, String>,
    packer: Packer,
    /// Packed and not yet taken over, because the store could not say what was edited meanwhile.
    packed: Vec<Packed>,
}

impl Registry {
    /// Opens every layer of `store`.
    ///
    /// # Errors
    /// [`StoreError`] where the store itself cannot be read and has nothing it kept from before. A damaged shard is a
    /// [`Problem`], not an error.
    pub fn open(store: Box<dyn Store>, catalogue: Arc<Catalogue>) -> Result<Self, StoreError> {
        let store: Arc<dyn Store> = Arc::from(store);
        let registry = Self {
            catalogue,
            current: ArcSwap::from_pointee(Snapshot::default()),
            journal: Journal::default(),
            trouble: ArcSwapOption::empty(),
            work: Mutex::new(Work {
                stamp: None,
                listed: Vec::new(),
                refused: HashMap::new(),
                current: BTreeMap::new(),
                moments: BTreeMap::new(),
                packer: Packer::new(Arc::clone(&store)),
                packed: Vec::new(),
            }),
            store,
        };
        let mut work = registry.lock();
        let mut swap = Swap::new(&registry.snapshot().parts);
        match registry.store.stamp() {
            Ok(stamp) => {
                let listing = registry.store.layers()?;
                registry.list(&mut work, &mut swap, listing, true);
                registry.follow(&mut work, &mut swap)?;
                work.stamp = Some(stamp);
            }
            Err(error) => {
                let Some(kept) = registry.store.kept() else {
                    return Err(error);
                };
                tracing::error!(%error, "serving what was packed before");
                registry.list(&mut work, &mut swap, kept, true);
                registry.say(Some(&error));
            }
        }
        registry.publish(&mut work, swap)?;
        drop(work);
        Ok(registry)
    }

    /// The themes and code lists.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The newest snapshot.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// What changed lately.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Where single features are changed, if the store allows it.
    pub fn editor(&self) -> Option<&dyn Editor> {
        self.store.editor()
    }

    /// Why the store could not be read at the last look; none where it could.
    pub fn trouble(&self) -> Option<Arc<String>> {
        self.trouble.load_full()
    }

    /// Returns when it is worth looking again, at the latest after `at_most`.
    pub fn wait(&self, at_most: Duration) {
        self.store.wait(at_most);
    }

    /// Looks whether the store has changed and if so makes a new snapshot; says whether it did.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read; the snapshot then stays, and the next call tries again.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        let mut work = self.lock();
        let looked = self.look(&mut work);
        self.say(looked.as_ref().err());
        looked
    }

    fn look(&self, work: &mut Work) -> Result<bool, StoreError> {
        let stamp = self.store.stamp()?;
        let mut swap = Swap::new(&self.snapshot().parts);
        let other = work.packer.is_retry_due() || work.stamp != Some(stamp);
        if other {
            let listing = self.store.layers()?;
            self.list(work, &mut swap, listing, false);
        }
        let finished = work.packer.finished();
        let current = &work.current;
        // A revision that was replaced while it was being packed is of no use to anybody.
        let wanted = |p: &Packed| current.get(&Name::of(&p.shard)) == Some(&p.shard.revision);
        work.packed.extend(finished);
        work.packed.retain(wanted);
        let taken = work.packed.len();
        for packed in &work.packed {
            Self::take(&mut swap, &mut work.refused, &mut work.moments, packed);
        }
        self.follow(work, &mut swap)?;
        // Only now has nothing gone wrong: what is taken over belongs to one moment.
        work.packed.drain(..taken);
        work.stamp = Some(stamp);
        let changed = other || taken > 0 || !swap.touched().is_empty();
        if changed {
            self.publish(work, swap)?;
        }
        Ok(changed)
    }

    /// Takes over which datasets there are. At the start everything is packed before it goes on; later what takes long
    /// is packed in the background.
    fn list(&self, work: &mut Work, swap: &mut Swap, listing: Listing, wait: bool) {
        let Listing { shards, problems } = listing;
        work.listed = problems;
        work.current = shards
            .iter()
            .map(|shard| (Name::of(shard), shard.revision.clone()))
            .collect();
        let names = work.current.keys().cloned().collect();
        swap.keep_only(&names);
        work.refused.retain(|name, _| names.contains(name));
        work.moments.retain(|name, _| names.contains(name));
        let mut open = Vec::new();
        for shard in shards {
            if swap.has(&shard) {
                continue;
            }
            match self.catalogue.theme(&shard.theme) {
                Some(theme) if !wait && !self.store.is_packed(&shard) => {
                    work.packer.ask(&shard, theme, Reason::New);
                }
                _ => open.push(shard),
            }
        }
        for packed in &self.open_all(open) {
            Self::take(swap, &mut work.refused, &mut work.moments, packed);
        }
    }

    /// Opens shards beside each other. On threads of their own: one that waits until somebody else has packed a shard
    /// must not have been taken up, within the packing, by the very worker it waits for.
    fn open_all(&self, shards: Vec<ShardRef>) -> Vec<Packed> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = threads.min(shards.len());
        let shards = Mutex::new(shards.into_iter());
        let next = || shards.lock().unwrap_or_else(PoisonError::into_inner).next();
        let open = || {
            let opened = std::iter::from_fn(next).map(|shard| Packed {
                outcome: self.open_shard(&shard),
                shard,
            });
            opened.collect::<Vec<Packed>>()
        };
        std::thread::scope(|scope| {
            let opening: Vec<_> = (0..threads).map(|_| scope.spawn(open)).collect();
            let opened = opening.into_iter().flat_map(|thread| match thread.join() {
                Ok(opened) => opened,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            opened.collect()
        })
    }

    fn open_shard(&self, shard: &ShardRef) -> Result<Arc<Shard>, String> {
        let theme = self
            .catalogue
            .theme(&shard.theme)
            .ok_or("no theme has this name")?;
        self.store.open(shard, theme).map_err(|e| e.to_string())
    }

    /// Puts a shard in the place of its predecessor.
    fn take(
        swap: &mut Swap,
        refused: &mut HashMap<Name, String>,
        moments: &mut BTreeMap<Name, String>,
        packed: &Packed,
    ) {
        let name = Name::of(&packed.shard);
        let checked = packed.outcome.clone().and_then(|shard| {
            let working = shard.working_crs();
            if working == Crs::WORKING {
                Ok(shard)
            } else {
                Err(format!(
                    "it is in {working}, this register works in {}",
                    Crs::WORKING
                ))
            }
        });
        match checked {
            Ok(shard) => {
                refused.remove(&name);
                match &shard.manifest().origin {
                    Some(origin) => moments.insert(name.clone(), origin.moment.clone()),
                    None => moments.remove(&name),
                };
                swap.put(name, Part::new(packed.shard.clone(), shard));
            }
            Err(reason) => {
                let (theme, dataset) = (&name.theme, &name.dataset);
                tracing::warn!(theme, dataset, reason, "a shard is not served");
                refused.insert(name, reason);
            }
        }
    }

    /// Lays what was edited since over the shards.
    fn follow(&self, work: &mut Work, swap: &mut Swap) -> Result<(), StoreError> {
        let since: Vec<Since> = swap
            .iter()
            .filter_map(|(name, part)| {
                Some(Since {
                    theme: name.theme.clone(),
                    dataset: name.dataset.clone(),
                    revision: part.shard().manifest().revision.clone(),
                    epoch: part.shard().manifest().origin.as_ref()?.epoch.clone(),
                    moment: work.moments.get(name)?.clone(),
                })
            })
            .collect();
        if since.is_empty() {
            return Ok(());
        }
        let mut moments = Vec::new();
        for batch in self.store.edits(&since)? {
            let name = Name {
                theme: batch.theme.clone(),
                dataset: batch.dataset.clone(),
            };
            let Some(theme) = self.catalogue.theme(&name.theme) else {
                continue;
            };
            let edits = swap.apply(&name, theme, &batch)?;
            if edits >= REPACK_AT
                && let Some(part) = swap.get(&name)
            {
                work.packer.ask(part.reference(), theme, Reason::Edits);
            }
            moments.push((name, batch.moment));
        }
        work.moments.extend(moments);
        Ok(())
    }

    fn publish(&self, work: &mut Work, swap: Swap) -> Result<(), StoreError> {
        let before = self.snapshot();
        let mut problems = work.listed.clone();
        problems.extend(work.refused.iter().map(|(name, reason)| Problem {
            path: format!("{}/{}", name.theme, name.dataset),
            reason: reason.clone(),
        }));
        problems.extend(swap.iter().filter_map(|(name, part)| part.problem(name)));
        problems.sort();
        let next = swap.finish(&before.layers, &self.catalogue)?;
        self.current.store(Arc::new(Snapshot {
            layers: next.layers,
            problems,
            parts: next.parts,
        }));
        self.journal.push(next.changes);
        Ok(())
    }

    fn say(&self, error: Option<&StoreError>) {
        self.trouble.store(error.map(|e| Arc::new(e.to_string())));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
