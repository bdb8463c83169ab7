//! The embedded home: a directory of packed shards, no database.
//!
//! ```text
//! <data>/<theme>/<dataset>/current.json        names the published revision; renamed into place last
//! <data>/<theme>/<dataset>/<revision>/…        sealed shards; the published one and some before it
//! <data>/<theme>/<dataset>/.staging-…          a shard being packed; swept away by the next import
//! <data>/styles/…                              theme files of this home, beside the built-in ones
//! <data>/reports/…                             what imports of several files said
//! ```

use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::{Listing, Problem, ShardRef, Staging, Store, StoreError};
use crate::shard::{Shard, ShardError};
use crate::theme::{Catalogue, Theme};

/// The file that names the published revision of a dataset.
pub(super) const CURRENT: &str = "current.json";
/// Folder of the home's own theme files.
pub const STYLES: &str = "styles";
/// Folder of the pages over imports of several files.
pub const REPORTS: &str = "reports";

/// What `current.json` says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Current {
    pub revision: String,
}

/// A directory of packed shards.
#[derive(Debug)]
pub struct DirectoryStore {
    pub(super) root: PathBuf,
    pub(super) catalogue: Arc<Catalogue>,
}

impl DirectoryStore {
    /// The store in `root`, which must be there.
    ///
    /// # Errors
    /// [`StoreError::Io`] where `root` is no readable directory.
    pub fn open(root: &Path, catalogue: Arc<Catalogue>) -> Result<Self, StoreError> {
        fs::read_dir(root).map_err(|e| StoreError::io(root, e))?;
        Ok(Self {
            root: root.to_owned(),
            catalogue,
        })
    }

    /// The store in `root`, which is made where it is not there.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn create(root: &Path, catalogue: Arc<Catalogue>) -> Result<Self, StoreError> {
        fs::create_dir_all(root).map_err(|e| StoreError::io(root, e))?;
        Self::open(root, catalogue)
    }

    /// Begins a new revision of a dataset; holds the dataset's lock until it is sealed or dropped.
    ///
    /// # Errors
    /// [`StoreError::Name`], [`StoreError::Busy`], [`StoreError::Io`].
    pub fn stage(&self, theme: &Arc<Theme>, dataset: &str) -> Result<Staging, StoreError> {
        Staging::begin(&self.root, theme, dataset)
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    fn list_theme(
        &self,
        theme: &str,
        folder: &Path,
        listing: &mut Listing,
    ) -> Result<(), StoreError> {
        for entry in entries(folder)? {
            let problem = |reason: String| Problem {
                path: self.relative(&entry.path),
                reason,
            };
            if !entry.is_dir {
                listing.problems.push(problem(
                    "not a dataset; import it with diaba-import".to_owned(),
                ));
                continue;
            }
            match published(&entry.path) {
                Ok(Some(revision)) => listing.shards.push(ShardRef {
                    theme: theme.to_owned(),
                    dataset: entry.name.clone(),
                    folder: entry.path.join(&revision),
                    revision,
                }),
                // The first import of this dataset has not been sealed yet, or never was.
                Ok(None) if entries(&entry.path)?.is_empty() => {}
                Ok(None) => listing.problems.push(problem(format!(
                    "it holds no {CURRENT}, so no revision of it is published; import the dataset again"
                ))),
                Err(reason) => listing.problems.push(problem(reason)),
            }
        }
        Ok(())
    }
}

impl Store for DirectoryStore {
    fn layers(&self) -> Result<Listing, StoreError> {
        let mut listing = Listing::default();
        for entry in entries(&self.root)? {
            if entry.is_dir && is_own(&entry.name) {
                continue;
            }
            if entry.is_dir && self.catalogue.theme(&entry.name).is_some() {
                self.list_theme(&entry.name, &entry.path, &mut listing)?;
            } else {
                let reason = if entry.is_dir {
                    "no theme has this name; add styles/themes/<name>.toml or move the folder away"
                } else {
                    "not part of the store; import it with diaba-import or move it away"
                };
                listing.problems.push(Problem {
                    path: self.relative(&entry.path),
                    reason: reason.to_owned(),
                });
            }
        }
        listing.shards.sort();
        listing.problems.sort();
        Ok(listing)
    }

    fn open(&self, shard: &ShardRef, theme: &Arc<Theme>) -> Result<Arc<Shard>, StoreError> {
        match Shard::open(&shard.folder, theme) {
            Err(why @ (ShardError::ThemeChanged { .. } | ShardError::Outdated { .. })) => {
                tracing::info!(
                    theme = theme.id,
                    dataset = shard.dataset,
                    %why,
                    "packing again"
                );
                let folder = self.stage(theme, &shard.dataset)?.repack(&shard.folder)?;
                Ok(Arc::new(Shard::open(&folder, theme)?))
            }
            opened => Ok(Arc::new(opened?)),
        }
    }

    fn stamp(&self) -> Result<u64, StoreError> {
        let mut hash = Xxh3::new();
        for theme in entries(&self.root)? {
            theme.stamp(&mut hash);
            if !theme.is_dir || is_own(&theme.name) {
                continue;
            }
            for dataset in entries(&theme.path)? {
                dataset.stamp(&mut hash);
                if let Ok(Some(revision)) = published(&dataset.path) {
                    hash.write(revision.as_bytes());
                    for file in entries(&dataset.path.join(revision)).unwrap_or_default() {
                        file.stamp(&mut hash);
                    }
                }
            }
        }
        Ok(hash.finish())
    }
}

/// Whether a folder of the home is no theme's.
pub(super) fn is_own(name: &str) -> bool {
    name == STYLES || name == REPORTS
}

/// The revision a dataset's folder publishes; `None` where it publishes none yet.
pub(super) fn published(dataset: &Path) -> Result<Option<String>, String> {
    let path = dataset.join(CURRENT);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(e)
            if matches!(
                e.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            return Ok(None);
        }
        Err(e) => return Err(format!("{CURRENT}: {e}")),
    };
    let current: Current = serde_json::from_slice(&text)
        .map_err(|e| format!("{CURRENT} is damaged ({e}); import the dataset again"))?;
    if current.revision.is_empty() || current.revision.contains(['/', '\\', '.']) {
        return Err(format!(
            "{CURRENT} names no revision of this dataset; import the dataset again"
        ));
    }
    Ok(Some(current.revision))
}

#[derive(Debug)]
pub(super) struct Entry {
    pub name: String,
    pub path: PathBuf,
    pub is_dir: bool,
    size: u64,
    modified: Option<std::time::SystemTime>,
}

impl Entry {
    fn stamp(&self, hash: &mut Xxh3) {
        hash.write(self.name.as_bytes());
        hash.write_u8(u8::from(self.is_dir));
        if !self.is_dir {
            hash.write_u64(self.size);
            let since = self
                .modified
                .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
            hash.write_u128(since.map_or(0, |d| d.as_nanos()));
        }
    }
}

/// What lies in a folder and is not hidden, by name.
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>, StoreError> {
    let io = |e| StoreError::io(folder, e);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // An entry that vanishes between the two calls belongs to an import that is cleaning up.
        let Ok(metadata) = fs::metadata(entry.path()) else {
            continue;
        };
        if !name.starts_with('.') && name != "lost+found" {
            found.push(Entry {
                name,
                path: entry.path(),
                is_dir: metadata.is_dir(),
                size: metadata.len(),
                modified: metadata.modified().ok(),
            });
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}
