//! Packing beside the serving: what takes long is done on a thread of its own, one shard after another.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use super::Name;
use crate::shard::Shard;
use crate::store::{ShardRef, Store};
use crate::theme::Theme;

/// How long a dataset whose packing failed is left alone.
const RETRY: Duration = Duration::from_secs(10);

/// Why a shard is to be packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A revision that is not packed yet.
    New,
    /// Too many edits lie over it.
    Edits,
}

/// A packing that is over.
pub struct Packed {
    pub shard: ShardRef,
    pub outcome: Result<Arc<Shard>, String>,
}

/// Packs in the background.
pub struct Packer {
    store: Arc<dyn Store>,
    under_way: BTreeSet<Name>,
    failed: Vec<(Name, Instant)>,
    sender: Sender<Packed>,
    receiver: Receiver<Packed>,
    /// Of one thread, so that packing leaves the other cores to readers.
    pool: Option<rayon::ThreadPool>,
}

impl Packer {
    pub fn new(store: Arc<dyn Store>) -> Self {
        let (sender, receiver) = channel();
        Self {
            store,
            under_way: BTreeSet::new(),
            failed: Vec::new(),
            sender,
            receiver,
            pool: None,
        }
    }

    /// Begins packing, unless the dataset is being packed or failed a moment ago.
    pub fn ask(&mut self, shard: &ShardRef, theme: &Arc<Theme>, reason: Reason) {
        let name = Name::of(shard);
        if self.under_way.contains(&name) || self.failed.iter().any(|(failed, _)| *failed == name) {
            return;
        }
        if self.pool.is_none() {
            let named = |_| "diaba-pack".to_owned();
            self.pool = rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .thread_name(named)
                .build()
                .ok();
        }
        let Some(pool) = &self.pool else { return };
        self.under_way.insert(name);
        let (store, sender) = (Arc::clone(&self.store), self.sender.clone());
        let (shard, theme) = (shard.clone(), Arc::clone(theme));
        pool.spawn(move || {
            let packed = catch_unwind(AssertUnwindSafe(|| match reason {
                Reason::New => store.open(&shard, &theme),
                Reason::Edits => store.repack(&shard, &theme),
            }));
            let outcome = match packed {
                Ok(packed) => packed.map_err(|e| e.to_string()),
                Err(_) => Err("packing broke off; see the log".to_owned()),
            };
            // Nobody waits for it any more where the register is gone.
            let _ = sender.send(Packed { shard, outcome });
        });
    }

    /// Whether it is time to try again what failed.
    pub fn is_retry_due(&mut self) -> bool {
        let failed = self.failed.len();
        self.failed.retain(|(_, at)| at.elapsed() < RETRY);
        self.failed.len() < failed
    }

    /// What has been packed since the last call.
    pub fn finished(&mut self) -> Vec<Packed> {
        let finished: Vec<Packed> = self.receiver.try_iter().collect();
        for packed in &finished {
            let name = Name::of(&packed.shard);
            self.under_way.remove(&name);
            if packed.outcome.is_err() {
                self.failed.push((name, Instant::now()));
            }
        }
        finished
    }
}
