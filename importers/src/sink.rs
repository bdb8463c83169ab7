//! Where features go: a data directory or a database.

use std::path::Path;
use std::sync::Arc;

use diaba_core::feature::NewFeature;
use diaba_core::shard::{Provenance, ShardWriter};
use diaba_core::store::postgis::DatabaseStaging;
use diaba_core::store::{DirectoryStore, PostgisStore, Staging, StoreError};

use crate::error::ImportError;
use crate::job::{Home, Job};

/// Where the features of one job go; opened with the first one, so that a file without any changes nothing.
pub struct Sink<'j> {
    job: &'j Job,
    open: Option<(Revision, ShardWriter)>,
}

/// A revision in the making.
enum Revision {
    Directory(Staging),
    Database(Box<DatabaseStaging>),
}

impl<'j> Sink<'j> {
    /// For the features of a job.
    pub fn new(job: &'j Job) -> Self {
        Self { job, open: None }
    }

    /// Takes a feature; of a dry run nothing is kept.
    ///
    /// # Errors
    /// [`ImportError::Store`].
    pub fn push(&mut self, feature: &NewFeature) -> Result<(), ImportError> {
        if self.job.dry_run {
            return Ok(());
        }
        if self.open.is_none() {
            self.open = Some(open(self.job).map_err(refused)?);
        }
        if let Some((_, writer)) = &mut self.open {
            writer.push(feature).map_err(|e| refused(e.into()))?;
        }
        Ok(())
    }

    /// Publishes what was taken; the name of the revision, where anything was.
    ///
    /// # Errors
    /// [`ImportError::Store`], [`ImportError::Edited`]; nothing has then changed.
    pub fn seal(self, provenance: Provenance) -> Result<Option<String>, ImportError> {
        let sealed = match self.open {
            None => return Ok(None),
            Some((Revision::Directory(staging), writer)) => {
                staging.seal(writer, provenance).map(|m| m.revision)
            }
            Some((Revision::Database(staging), writer)) => staging
                .seal(writer, &provenance, self.job.over_edits)
                .map(|imported| imported.revision),
        };
        sealed.map(Some).map_err(refused)
    }
}

fn open(job: &Job) -> Result<(Revision, ShardWriter), StoreError> {
    let catalogue = Arc::clone(&job.catalogue);
    Ok(match &job.home {
        Home::Directory(data) => {
            let staging =
                DirectoryStore::create(data, catalogue)?.stage(&job.theme, &job.dataset)?;
            let writer = staging.writer()?;
            (Revision::Directory(staging), writer)
        }
        Home::Database(url) => {
            // Nothing is packed here, so nothing is kept in a cache.
            let store = PostgisStore::connect(url, Path::new(""), catalogue)?;
            let mut staging = Arc::new(store).stage(&job.theme, &job.dataset)?;
            let writer = staging.writer()?;
            (Revision::Database(Box::new(staging)), writer)
        }
    })
}

fn refused(error: StoreError) -> ImportError {
    match error {
        StoreError::Edited {
            dataset,
            count,
            rows,
            ..
        } => ImportError::Edited {
            dataset,
            count,
            rows,
        },
        other => ImportError::Store(other.to_string()),
    }
}
