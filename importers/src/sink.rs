//! Where features go: a data directory or a database.

use std::path::Path;
use std::sync::Arc;

use diaba_core::crs::Crs;
use diaba_core::feature::NewFeature;
use diaba_core::quality::{Checked, Finding};
use diaba_core::shard::{EncodedFeature, FeatureEncoder, Provenance, ShardWriter};
use diaba_core::store::postgis::{DatabaseStaging, DatabaseWriter, EncodedRow, RowEncoder};
use diaba_core::store::{
    Difference, DirectoryStore, Gate, PostgisStore, Rehearsal, Staging, StoreError,
};
use geo::Geometry;
use tempfile::TempDir;

use crate::error::ImportError;
use crate::job::{Home, Job};
use crate::report::{MadeRejects, RejectedRecord, RejectsFile};

/// Where the features of one job go; opened with the first one, so that a file without any changes nothing.
pub struct Sink<'j> {
    job: &'j Job,
    open: Option<Open>,
    /// What a dry run into a directory leaves to be checked.
    aside: Option<Aside>,
    rejects: RejectsFile,
}

/// Features in a folder of their own, to be checked and forgotten.
struct Aside {
    staging: Staging,
    writer: ShardWriter,
    /// Held, not read: goes after what lies in it.
    _folder: TempDir,
}

/// A revision in the making.
enum Open {
    Directory(Box<(DirectoryStore, Staging, ShardWriter)>),
    Database(Box<(DatabaseStaging, DatabaseWriter)>),
    /// A dry run that has something to be compared with.
    Rehearsal(Box<(Rehearsal, ShardWriter)>),
    /// A dry run that has not: nothing is kept.
    Nowhere,
}

/// Makes features into the form their home takes them in, on any thread.
#[derive(Debug, Clone)]
pub enum Maker {
    /// For a data directory.
    Directory(FeatureEncoder),
    /// For a database.
    Database(RowEncoder),
}

/// A feature in the form its home takes it in.
#[derive(Debug)]
pub enum Made {
    /// For a data directory.
    Directory(EncodedFeature),
    /// For a database.
    Database(EncodedRow),
}

impl Maker {
    /// Makes the feature of the record of that number.
    ///
    /// # Errors
    /// [`ImportError::Store`] where it cannot be kept.
    pub fn make(&self, record: u64, feature: &NewFeature) -> Result<Made, ImportError> {
        let made = match self {
            Self::Directory(encoder) => encoder.encode(record, feature).map(Made::Directory),
            Self::Database(encoder) => encoder.encode(record, feature).map(Made::Database),
        };
        made.map_err(|e| StoreError::from(e).into())
    }
}

/// What became of the features.
#[derive(Debug, Default)]
pub struct Sealed {
    /// The revision they are published as; none of a dry run.
    pub revision: Option<String>,
    /// What they make other; none where nothing was there before.
    pub difference: Option<Difference>,
    /// What the checks between features found.
    pub checked: Checked,
}

impl<'j> Sink<'j> {
    /// For the features of a job, whose file has its coordinates in `crs`.
    pub fn new(job: &'j Job, crs: Crs) -> Self {
        Self {
            job,
            open: None,
            aside: None,
            rejects: RejectsFile::new(Some(crs.epsg())),
        }
    }

    /// Takes a record that is not to be imported, with its geometry as it came.
    pub fn reject(&mut self, record: RejectedRecord, geometry: Option<Geometry<f64>>) {
        self.rejects.push(record, geometry);
    }

    /// The file of those records; none where there are none.
    ///
    /// # Errors
    /// Why it could not be written.
    pub fn rejects(&mut self) -> Result<Option<MadeRejects>, String> {
        std::mem::take(&mut self.rejects).finish()
    }

    /// Makes what [`Sink::push`] takes.
    pub fn maker(&self) -> Maker {
        let Job { theme, dataset, .. } = self.job;
        match &self.job.home {
            Home::Directory(_) => Maker::Directory(FeatureEncoder::new(theme)),
            Home::Database(_) => Maker::Database(RowEncoder::new(theme, dataset)),
        }
    }

    /// Takes a feature of this job's [`Maker`]; of a dry run nothing is kept beyond it.
    ///
    /// # Errors
    /// [`ImportError::Store`].
    pub fn push(&mut self, mut made: Made) -> Result<(), ImportError> {
        if self.open.is_none() {
            self.aside = aside(self.job)?;
        }
        if let (Some(aside), Made::Directory(feature)) = (&mut self.aside, &mut made) {
            aside.writer.put(feature).map_err(StoreError::from)?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(open(self.job)?),
        };
        let put = match (open, &mut made) {
            (Open::Directory(open), Made::Directory(feature)) => {
                open.2.put(feature).map_err(StoreError::from)
            }
            (Open::Rehearsal(open), Made::Directory(feature)) => {
                open.1.put(feature).map_err(StoreError::from)
            }
            (Open::Database(open), Made::Database(row)) => open.1.put(row),
            (Open::Nowhere, _) => return Ok(()),
            _ => {
                return Err(ImportError::Store(
                    "the feature was made for another home".to_owned(),
                ));
            }
        };
        put.map(|_| ()).map_err(ImportError::from)
    }

    /// Publishes what was taken, but of a dry run; says what it made other.
    ///
    /// # Errors
    /// [`ImportError::Store`], [`ImportError::Edited`], [`ImportError::Findings`]; nothing has then changed.
    pub fn seal(
        self,
        provenance: Provenance,
        linework: Vec<Finding>,
    ) -> Result<Sealed, ImportError> {
        let (theme, dataset) = (&self.job.theme, &self.job.dataset);
        let gate = Gate {
            catalogue: Arc::clone(&self.job.catalogue),
            strict: self.job.strict,
            linework,
        };
        let looked = match (self.aside, &self.job.home) {
            (Some(aside), Home::Directory(data)) => {
                aside.staging.check_only(aside.writer, &gate, data)?
            }
            _ => Checked::default(),
        };
        Ok(match self.open {
            None | Some(Open::Nowhere) => Sealed {
                checked: looked,
                ..Sealed::default()
            },
            Some(Open::Rehearsal(open)) => {
                let (rehearsal, writer) = *open;
                Sealed {
                    revision: None,
                    difference: rehearsal.compare(writer)?,
                    checked: looked,
                }
            }
            Some(Open::Directory(open)) => {
                let (store, staging, writer) = *open;
                let before = store.published(theme, dataset);
                let (manifest, checked) = staging.seal_checked(writer, provenance, &gate)?;
                let revision = manifest.revision;
                // The revision stands; that it cannot be compared with a damaged one takes nothing from it.
                let difference = before.and_then(|before| {
                    store
                        .difference(theme, dataset, &before, &revision)
                        .unwrap_or_else(|error| {
                            tracing::warn!(%error, "the revision before cannot be compared with");
                            None
                        })
                });
                Sealed {
                    revision: Some(revision),
                    difference,
                    checked,
                }
            }
            Some(Open::Database(open)) if self.job.dry_run => {
                let (staging, writer) = *open;
                let (difference, checked) = staging.compare(writer, &gate)?;
                Sealed {
                    revision: None,
                    difference,
                    checked,
                }
            }
            Some(Open::Database(open)) => {
                let (staging, writer) = *open;
                let (sealed, checked) =
                    staging.seal_checked(writer, &provenance, self.job.over_edits, &gate)?;
                Sealed {
                    revision: Some(sealed.revision),
                    difference: sealed.difference,
                    checked,
                }
            }
        })
    }
}

/// A place for the features of a dry run into a directory, where the theme says what is checked between them.
fn aside(job: &Job) -> Result<Option<Aside>, StoreError> {
    if !job.dry_run || job.theme.topology.is_none() || matches!(job.home, Home::Database(_)) {
        return Ok(None);
    }
    let folder = tempfile::tempdir().map_err(|source| StoreError::Io {
        path: std::env::temp_dir(),
        source,
    })?;
    let store = DirectoryStore::create(folder.path(), Arc::clone(&job.catalogue))?;
    let staging = store.stage(&job.theme, &job.dataset)?;
    let writer = staging.writer()?;
    Ok(Some(Aside {
        staging,
        writer,
        _folder: folder,
    }))
}

fn open(job: &Job) -> Result<Open, StoreError> {
    let catalogue = Arc::clone(&job.catalogue);
    Ok(match &job.home {
        // A directory that is not there yet has nothing to be compared with, and a dry run makes none.
        Home::Directory(data) if job.dry_run && !data.is_dir() => Open::Nowhere,
        Home::Directory(data) if job.dry_run => {
            let store = DirectoryStore::open(data, catalogue)?;
            match store.rehearse(&job.theme, &job.dataset)? {
                Some(rehearsal) => {
                    let writer = rehearsal.writer()?;
                    Open::Rehearsal(Box::new((rehearsal, writer)))
                }
                None => Open::Nowhere,
            }
        }
        Home::Directory(data) => {
            let store = DirectoryStore::create(data, catalogue)?;
            let staging = store.stage(&job.theme, &job.dataset)?.keeping(job.keep);
            let writer = staging.writer()?;
            Open::Directory(Box::new((store, staging, writer)))
        }
        Home::Database(url) => {
            // Nothing is packed here, so nothing is kept in a cache.
            let store = PostgisStore::connect(url, Path::new(""), catalogue)?;
            let mut staging = Arc::new(store).stage(&job.theme, &job.dataset)?;
            let writer = if job.dry_run {
                staging.writer_aside()?
            } else {
                staging.writer()?
            };
            Open::Database(Box::new((staging, writer)))
        }
    })
}
