//! What the register asks of this home.

use std::sync::Arc;
use std::time::Duration;

use super::PostgisStore;
use super::cache::Cached;
use super::history::History;
use crate::edits::{EditBatch, Since};
use crate::shard::{Shard, ShardError};
use crate::store::{Editor, Listing, Problem, ShardRef, Store, StoreError};
use crate::theme::Theme;

impl Store for PostgisStore {
    fn layers(&self) -> Result<Listing, StoreError> {
        let (epoch, datasets) = self.run(self.datasets())?;
        self.cache.remember(&epoch)?;
        let (mut shards, mut problems) = (Vec::new(), Vec::new());
        for dataset in datasets {
            let reason = if self.catalogue.theme(&dataset.theme).is_none() {
                Some("no theme has this name; add styles/themes/<name>.toml")
            } else if crate::store::dataset_slug(&dataset.name) != dataset.name {
                Some("its name is none of a dataset: a–z, 0–9, '-' and '_'")
            } else {
                None
            };
            match reason {
                Some(reason) => problems.push(Problem {
                    path: format!("{}/{}", dataset.theme, dataset.name),
                    reason: reason.to_owned(),
                }),
                None => shards.push(ShardRef {
                    folder: self.cache.dataset(&epoch, &dataset.theme, &dataset.name),
                    revision: revision_name(dataset.revision),
                    theme: dataset.theme,
                    dataset: dataset.name,
                }),
            }
        }
        Ok(Listing { shards, problems })
    }

    fn kept(&self) -> Option<Listing> {
        Some(self.cache.listing(&self.catalogue))
    }

    fn is_packed(&self, shard: &ShardRef) -> bool {
        Cached::find(&shard.folder).is_some_and(|cached| {
            let hash = self.catalogue.theme(&shard.theme).map(|theme| &theme.hash);
            cached.manifest.revision == shard.revision && Some(&cached.manifest.theme_hash) == hash
        })
    }

    fn open(&self, shard: &ShardRef, theme: &Arc<Theme>) -> Result<Arc<Shard>, StoreError> {
        match open_cached(shard, theme)? {
            Some(open) => Ok(open),
            None => self.pack(shard, theme, || open_cached(shard, theme)),
        }
    }

    fn repack(&self, shard: &ShardRef, theme: &Arc<Theme>) -> Result<Arc<Shard>, StoreError> {
        let before = Cached::find(&shard.folder).map(|cached| cached.folder);
        self.pack(shard, theme, || {
            // Another server on this cache may just have done it.
            let now = Cached::find(&shard.folder).map(|cached| cached.folder);
            if now == before {
                Ok(None)
            } else {
                open_cached(shard, theme)
            }
        })
    }

    fn stamp(&self) -> Result<u64, StoreError> {
        self.run(self.revisions_stamp())
    }

    fn edits(&self, since: &[Since]) -> Result<Vec<EditBatch>, StoreError> {
        self.run(self.edits_since(since))
    }

    fn editor(&self) -> Option<&dyn Editor> {
        Some(self)
    }

    fn wait(&self, at_most: Duration) {
        self.hint().wait(at_most);
    }
}

/// The shard as the cache has it: of this revision, whole, and packed under the theme as it is now.
fn open_cached(shard: &ShardRef, theme: &Arc<Theme>) -> Result<Option<Arc<Shard>>, StoreError> {
    let Some(cached) = Cached::find(&shard.folder) else {
        return Ok(None);
    };
    if cached.manifest.revision != shard.revision {
        return Ok(None);
    }
    match Shard::open(&cached.folder, theme) {
        Ok(open) => Ok(Some(Arc::new(with_history(open, shard, theme)))),
        Err(
            error @ (ShardError::ThemeChanged { .. }
            | ShardError::Outdated { .. }
            | ShardError::Corrupt { .. }),
        ) => {
            let dataset = &shard.dataset;
            tracing::info!(theme = theme.id, dataset, %error, "packing again from the database");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// A time past cannot be answered without the history; the newest state can.
fn with_history(open: Shard, shard: &ShardRef, theme: &Arc<Theme>) -> Shard {
    match History::open(shard, theme) {
        Ok(history) => open.with_history(history.shards),
        Err(error) => {
            let dataset = &shard.dataset;
            tracing::error!(theme = theme.id, dataset, %error, "the history is not served until it is packed again");
            open
        }
    }
}

/// A dataset as the database has it.
pub(super) struct Dataset {
    pub theme: String,
    pub name: String,
    pub revision: i64,
}

/// A revision as shards and manifests write it.
pub(super) fn revision_name(revision: i64) -> String {
    format!("r{revision:06}")
}
