//! Where shards live. The seam below every protocol: a store knows themes, datasets, shards and revisions, never a
//! URL, GeoJSON or MVT.

mod difference;
pub mod directory;
mod directory_revisions;
mod editor;
mod findings;
mod key;
mod packed;
pub mod postgis;
mod rehearsal;
mod revisions;
mod staging;
mod sweep;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

pub use difference::{Changed, Difference};
pub use directory::DirectoryStore;
pub use editor::{Author, Edit, EditError, Editor, Outcome};
pub use findings::{FINDINGS, Gate, findings_dataset};
pub use key::{ApiKey, KeyEntry, KeyHash};
pub use postgis::PostgisStore;
pub use rehearsal::Rehearsal;
pub use revisions::{DatasetState, KEPT_REVISIONS, Restored, Revision, Revisions};
pub use staging::{FromDatabase, Staging, dataset_slug};

use crate::edits::{EditBatch, Since};
use crate::quality::{Checked, Severity};
use crate::shard::{Shard, ShardError};
use crate::theme::Theme;

/// A home of data.
pub trait Store: Send + Sync {
    /// What there is at this moment, and what lies there that cannot be read.
    ///
    /// # Errors
    /// [`StoreError`] where the home itself cannot be read; that is never "there is nothing".
    fn layers(&self) -> Result<Listing, StoreError>;

    /// What a home that is not in reach has kept of what it held; none where it keeps nothing.
    fn kept(&self) -> Option<Listing> {
        None
    }

    /// Opens a shard that [`Store::layers`] named; packs it anew where its theme has changed.
    ///
    /// # Errors
    /// [`StoreError`] where it is damaged or gone.
    fn open(&self, shard: &ShardRef, theme: &Arc<Theme>) -> Result<Arc<Shard>, StoreError>;

    /// Whether [`Store::open`] finds the shard packed and gives it at once.
    fn is_packed(&self, shard: &ShardRef) -> bool {
        let _ = shard;
        true
    }

    /// A number that differs whenever it is worth looking again; cheap.
    ///
    /// # Errors
    /// As [`Store::layers`].
    fn stamp(&self) -> Result<u64, StoreError>;

    /// What happened to each of these datasets after its moment, in the order asked, all read at one later moment; a
    /// dataset that has another revision by now is left out. A home whose shards never change has nothing to say.
    ///
    /// # Errors
    /// As [`Store::layers`].
    fn edits(&self, since: &[Since]) -> Result<Vec<EditBatch>, StoreError> {
        let _ = since;
        Ok(Vec::new())
    }

    /// Packs the dataset of a shard as it is now and publishes that in the shard's place.
    ///
    /// # Errors
    /// As [`Store::open`].
    fn repack(&self, shard: &ShardRef, theme: &Arc<Theme>) -> Result<Arc<Shard>, StoreError> {
        self.open(shard, theme)
    }

    /// Returns when it is worth looking again, at the latest after `at_most`.
    fn wait(&self, at_most: Duration) {
        std::thread::sleep(at_most);
    }

    /// Where single features are changed; a home that is written by imports alone has none.
    fn editor(&self) -> Option<&dyn Editor> {
        None
    }
}

/// What a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The published shards, by theme, then dataset.
    pub shards: Vec<ShardRef>,
    /// What cannot be served.
    pub problems: Vec<Problem>,
}

/// A published shard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShardRef {
    /// Theme.
    pub theme: String,
    /// Dataset.
    pub dataset: String,
    /// Revision.
    pub revision: String,
    /// Its folder.
    pub folder: PathBuf,
}

/// Something in the store that is not served, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where, relative to the store.
    pub path: String,
    /// Why, and what to do.
    pub reason: String,
}

/// A store cannot do what it was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else is importing the same dataset.
    #[error(
        "dataset {dataset} of {theme} is being imported by another process; wait for it and try again"
    )]
    Busy {
        /// Theme.
        theme: String,
        /// Dataset.
        dataset: String,
    },
    /// The name cannot be a folder's.
    #[error(
        "{0:?} cannot be the name of a dataset: use 1 to 100 of a–z, 0–9, '-' and '_', beginning with a letter or digit"
    )]
    Name(String),
    /// The database is out of reach or refused; what was read before is still there.
    #[error("the database cannot be used: {0}")]
    Database(String),
    /// People edited rows since the revision an import would replace.
    #[error(
        "{count} rows of {dataset} were edited since its last import and would be lost from the map: {}; import with \
         --over-edits to put them into the history, or take them over into the file first",
        list(rows, *count)
    )]
    Edited {
        /// Theme.
        theme: String,
        /// Dataset.
        dataset: String,
        /// How many rows.
        count: usize,
        /// The first of them.
        rows: Vec<EditedRow>,
    },
    /// There is no such dataset.
    #[error("there is no dataset {dataset} in {theme}")]
    NoDataset {
        /// Theme.
        theme: String,
        /// Dataset.
        dataset: String,
    },
    /// The revision asked for is not kept.
    #[error(
        "revision {revision} of {theme}/{dataset} cannot be brought back; those that can: {}",
        or_none(kept)
    )]
    NoRevision {
        /// Theme.
        theme: String,
        /// Dataset.
        dataset: String,
        /// What was asked for.
        revision: String,
        /// What there is, the newest first.
        kept: Vec<String>,
    },
    /// Checks between features found what keeps a strict import out.
    #[error("{} findings of severity error in {dataset} of {theme}", checked.of(Severity::Error))]
    Findings {
        /// Theme.
        theme: String,
        /// Dataset.
        dataset: String,
        /// What was found.
        checked: Box<Checked>,
    },
    /// A shard cannot be read or made.
    #[error(transparent)]
    Shard(#[from] ShardError),
}

/// A row somebody edited, and the last thing done to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditedRow {
    /// Its id.
    pub id: u64,
    /// `insert`, `update` or `delete`.
    pub operation: String,
    /// Who.
    pub who: String,
    /// When, ISO 8601.
    pub at: String,
}

fn list(rows: &[EditedRow], count: usize) -> String {
    let mut texts: Vec<String> = rows
        .iter()
        .map(|r| format!("{} ({} by {}, {})", r.id, r.operation, r.who, r.at))
        .collect();
    if count > rows.len() {
        texts.push("…".to_owned());
    }
    texts.join(", ")
}

fn or_none(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

impl StoreError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }
}
