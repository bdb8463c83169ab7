//! A revision that is made to be looked at and never published.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::difference::{Side, compare};
use super::directory::published;
use super::staging::assigner;
use super::{Difference, DirectoryStore, StoreError};
use crate::crs::Crs;
use crate::shard::{ShardWriter, files};
use crate::theme::Theme;

/// A revision of a dataset of a directory, outside of it.
pub struct Rehearsal {
    theme: Arc<Theme>,
    dataset: String,
    home: PathBuf,
    /// The published revision.
    before: String,
    folder: TempDir,
}

impl DirectoryStore {
    /// Begins a revision that is only compared with the published one; `None` where nothing is published.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn rehearse(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
    ) -> Result<Option<Rehearsal>, StoreError> {
        let home = self.root.join(&theme.id).join(dataset);
        let Some(before) = published(&home).ok().flatten() else {
            return Ok(None);
        };
        let folder = tempfile::Builder::new()
            .prefix("diaba-import-")
            .tempdir()
            .map_err(|e| StoreError::io(std::env::temp_dir(), e))?;
        Ok(Some(Rehearsal {
            theme: Arc::clone(theme),
            dataset: dataset.to_owned(),
            home,
            before,
            folder,
        }))
    }

    /// What one revision of a dataset made other than another; `None` where one of them is of an older format.
    ///
    /// # Errors
    /// [`StoreError`] where one of them cannot be read.
    pub fn difference(
        &self,
        theme: &Theme,
        dataset: &str,
        before: &str,
        after: &str,
    ) -> Result<Option<Difference>, StoreError> {
        let home = self.root.join(&theme.id).join(dataset);
        let side = |revision: &str| Side::sealed(&home.join(revision), theme);
        match (side(before)?, side(after)?) {
            (Some(old), Some(new)) => Ok(Some(compare(theme, before, &old, &new)?)),
            _ => Ok(None),
        }
    }

    /// The published revision of a dataset.
    pub fn published(&self, theme: &Theme, dataset: &str) -> Option<String> {
        let home: &Path = &self.root.join(&theme.id).join(dataset);
        published(home).ok().flatten()
    }
}

impl Rehearsal {
    /// Takes the records.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn writer(&self) -> Result<ShardWriter, StoreError> {
        let ids = assigner(&self.home, &self.theme, &self.dataset)?;
        let theme = Arc::clone(&self.theme);
        Ok(ShardWriter::new(theme, &self.dataset, Crs::WORKING, ids)?)
    }

    /// What the records would make other.
    ///
    /// # Errors
    /// As [`DirectoryStore::difference`].
    pub fn compare(self, writer: ShardWriter) -> Result<Option<Difference>, StoreError> {
        let path = self.folder.path().join(files::SURVEYED);
        let _kept = writer.finish(&path)?;
        let Some(before) = Side::sealed(&self.home.join(&self.before), &self.theme)? else {
            return Ok(None);
        };
        let after = Side::walked(&path, &self.theme)?;
        Ok(Some(compare(&self.theme, &self.before, &before, &after)?))
    }
}
