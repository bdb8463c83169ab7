//! What a home keeps of the past of its datasets, and how it is brought back.

use std::sync::Arc;

use serde::Serialize;

use super::StoreError;
use crate::quality::Checked;
use crate::shard::Provenance;
use crate::theme::Theme;

/// Revisions a home keeps unless told otherwise: the published one and two before it.
pub const KEPT_REVISIONS: usize = 3;

/// A home whose datasets can be looked at, checked, taken back and taken away. Every change is one step: it is seen whole or
/// not at all, and holds the dataset's lock. What the checks found goes with the records it tells of.
pub trait Revisions {
    /// The datasets of `theme`, or of every theme, by theme, then name.
    ///
    /// # Errors
    /// [`StoreError`] where the home cannot be read.
    fn datasets(&self, theme: Option<&str>) -> Result<Vec<DatasetState>, StoreError>;

    /// Publishes an earlier revision again, as a new one; `None` is the one before the published one.
    ///
    /// # Errors
    /// [`StoreError::NoDataset`], [`StoreError::NoRevision`]; [`StoreError::Edited`] where people edited rows since the
    /// published revision and `over_edits` is not said; [`StoreError`]. The dataset is then as it was.
    fn rollback(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
        to: Option<&str>,
        over_edits: bool,
    ) -> Result<Restored, StoreError>;

    /// Takes a dataset out of its layer. A database keeps its rows in the history, a directory keeps nothing.
    ///
    /// # Errors
    /// As [`Revisions::rollback`].
    fn remove(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
        over_edits: bool,
    ) -> Result<Revision, StoreError>;

    /// Checks a dataset as it is now, edits included, and puts what is found in the place of its findings; what others
    /// found of it goes. What its linework showed when it was imported stays.
    ///
    /// # Errors
    /// [`StoreError::NoDataset`]; [`StoreError::Busy`]; [`StoreError`]. The findings are then as they were.
    fn check(&self, theme: &Arc<Theme>, dataset: &str) -> Result<Checked, StoreError>;
}

/// A dataset as its home has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DatasetState {
    /// Theme.
    pub theme: String,
    /// Dataset.
    pub dataset: String,
    /// The published revision; none of a dataset that was removed and can be brought back.
    pub published: Option<String>,
    /// Rows edited by people since then.
    pub edited: u64,
    /// Published and kept, the newest first.
    pub revisions: Vec<Revision>,
}

impl DatasetState {
    /// The published revision.
    pub fn current(&self) -> Option<&Revision> {
        let published = self.published.as_deref()?;
        self.revisions.iter().find(|r| r.revision == published)
    }
}

/// A revision of a dataset.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revision {
    /// Its name, `r000001` and up.
    pub revision: String,
    /// Features when it was published.
    pub features: u64,
    /// Where they came from.
    pub provenance: Provenance,
}

/// What a rollback did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The revision that stood.
    pub before: Option<String>,
    /// The earlier revision whose records stand again.
    pub restored: String,
    /// The revision they are published as.
    pub revision: String,
    /// Features.
    pub features: u64,
}

/// The provenance of a revision that stands again under another number.
pub(super) fn again(provenance: &Provenance, revision: &str) -> Provenance {
    let now = jiff::Zoned::now();
    Provenance {
        restores: Some(revision.to_owned()),
        imported_at: now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        ..provenance.clone()
    }
}
