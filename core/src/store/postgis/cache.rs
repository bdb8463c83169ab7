//! The folder shards packed from a database are kept in: what is served while the database is down.
//!
//! ```text
//! <cache>/epoch                                names the database it was last used with
//! <cache>/<epoch>/<theme>/<dataset>/…          as a directory of packed shards has it
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use crate::shard::Manifest;
use crate::store::directory::published;
use crate::store::{Listing, Problem, ShardRef, StoreError};
use crate::theme::Catalogue;

const EPOCH: &str = "epoch";

/// The folder.
#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
}

impl Cache {
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// The folder of everything packed from the database `epoch` names.
    pub fn home(&self, epoch: &str) -> PathBuf {
        self.root.join(epoch)
    }

    /// The folder of a dataset.
    pub fn dataset(&self, epoch: &str, theme: &str, dataset: &str) -> PathBuf {
        self.home(epoch).join(theme).join(dataset)
    }

    /// Keeps which database this is, for a start without it.
    pub fn remember(&self, epoch: &str) -> Result<(), StoreError> {
        let path = self.root.join(EPOCH);
        if fs::read_to_string(&path).is_ok_and(|known| known == epoch) {
            return Ok(());
        }
        let io = |e| StoreError::io(&path, e);
        fs::create_dir_all(&self.root).map_err(io)?;
        let written = tempfile::NamedTempFile::new_in(&self.root).map_err(io)?;
        fs::write(written.path(), epoch).map_err(io)?;
        written.persist(&path).map_err(|e| io(e.error))?;
        Ok(())
    }

    /// What lies packed of the database last used.
    pub fn listing(&self, catalogue: &Catalogue) -> Listing {
        let mut listing = Listing::default();
        let epoch = fs::read_to_string(self.root.join(EPOCH)).unwrap_or_default();
        if !is_name(&epoch) {
            listing.problems.push(Problem {
                path: self.root.display().to_string(),
                reason: "nothing has been packed from the database yet; it is waited for"
                    .to_owned(),
            });
            return listing;
        }
        for theme in catalogue.themes() {
            let Ok(datasets) = fs::read_dir(self.home(&epoch).join(&theme.id)) else {
                continue;
            };
            for dataset in datasets.flatten() {
                if let Some(cached) = Cached::find(&dataset.path()) {
                    listing.shards.push(ShardRef {
                        theme: theme.id.clone(),
                        dataset: cached.manifest.dataset,
                        revision: cached.manifest.revision,
                        folder: dataset.path(),
                    });
                }
            }
        }
        listing.shards.sort();
        listing
    }
}

/// Whether a text can be the folder of an epoch.
pub(super) fn is_name(epoch: &str) -> bool {
    !epoch.is_empty()
        && !epoch.starts_with('.')
        && epoch
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

/// A dataset's newest packed shard.
pub(super) struct Cached {
    pub folder: PathBuf,
    pub manifest: Manifest,
}

impl Cached {
    /// The shard that lies in the folder of a dataset; none where there is none that can be read.
    pub fn find(dataset: &Path) -> Option<Self> {
        let folder = dataset.join(published(dataset).ok()??);
        let manifest = Manifest::read(&folder).ok()?;
        Some(Self { folder, manifest })
    }
}
