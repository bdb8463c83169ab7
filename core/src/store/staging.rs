//! Making a new revision of a dataset in a directory store: nothing of it is seen until one rename.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

use super::StoreError;
use super::directory::{CURRENT, Current, published};
use super::revisions::KEPT_REVISIONS;
use super::sweep::{revisions, sweep};
use crate::crs::Crs;
use crate::edits::Entry;
use crate::feature::FeatureId;
use crate::shard::ids::{IdAssigner, KeptId};
use crate::shard::pack::{Label, pack};
use crate::shard::{Index, MANIFEST, Manifest, Origin, Provenance, RowWriter, ShardWriter, files};
use crate::theme::Theme;

const LOCK: &str = ".lock";
const STAGING: &str = ".staging-";
/// Shards of one dataset a cache keeps: the new one, and the one a server may be about to open.
const CACHED: usize = 2;

/// What a shard packed from a database is told apart by.
#[derive(Debug, Clone)]
pub struct FromDatabase<'a> {
    /// The revision as the database counts it; folders are counted for themselves.
    pub revision: &'a str,
    /// Which state of the database it is.
    pub origin: Origin,
    /// The dataset's entries of the change log since its import, up to that state.
    pub entries: &'a [Entry],
}

/// A revision in the making. Dropped unsealed, it leaves the dataset as it was.
#[derive(Debug)]
pub struct Staging {
    pub(super) theme: Arc<Theme>,
    pub(super) dataset: String,
    pub(super) home: PathBuf,
    pub(super) folder: TempDir,
    pub(super) working: Crs,
    pub(super) keep: usize,
    /// Held, not read: the lock goes with it.
    _lock: File,
}

impl Staging {
    pub(in crate::store) fn begin(
        root: &Path,
        theme: &Arc<Theme>,
        dataset: &str,
    ) -> Result<Self, StoreError> {
        if dataset_slug(dataset) != dataset {
            return Err(StoreError::Name(dataset.to_owned()));
        }
        Self::beside(root.join(&theme.id).join(dataset), theme, dataset)
    }

    /// A shard of the dataset in the making, in a folder for itself.
    pub(in crate::store) fn beside(
        home: PathBuf,
        theme: &Arc<Theme>,
        dataset: &str,
    ) -> Result<Self, StoreError> {
        fs::create_dir_all(&home).map_err(|e| StoreError::io(&home, e))?;
        let path = home.join(LOCK);
        let lock = File::create(&path).map_err(|e| StoreError::io(&path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Busy {
                    theme: theme.id.clone(),
                    dataset: dataset.to_owned(),
                });
            }
            Err(TryLockError::Error(e)) => return Err(StoreError::io(&path, e)),
        }
        // Nobody else holds the lock, so what an interrupted import left is nobody's.
        for left in names(&home)?.filter(|n| n.starts_with(STAGING)) {
            let left = home.join(left);
            fs::remove_dir_all(&left).map_err(|e| StoreError::io(&left, e))?;
        }
        let folder = tempfile::Builder::new()
            .prefix(STAGING)
            .tempdir_in(&home)
            .map_err(|e| StoreError::io(&home, e))?;
        Ok(Self {
            theme: Arc::clone(theme),
            dataset: dataset.to_owned(),
            home,
            folder,
            working: Crs::WORKING,
            keep: KEPT_REVISIONS,
            _lock: lock,
        })
    }

    /// Keeps so many revisions once this one is sealed, it among them; the one before it is kept in any case.
    #[must_use]
    pub fn keeping(self, keep: usize) -> Self {
        Self { keep, ..self }
    }

    /// The dataset.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// The plane geometry has to be in.
    pub fn working_crs(&self) -> Crs {
        self.working
    }

    /// Takes the records.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn writer(&self) -> Result<ShardWriter, StoreError> {
        let ids = assigner(&self.home, &self.theme, &self.dataset)?;
        Ok(ShardWriter::new(
            Arc::clone(&self.theme),
            &self.dataset,
            self.working,
            ids,
        )?)
    }

    /// Packs the records, seals the shard and publishes it.
    ///
    /// # Errors
    /// [`StoreError`]; the dataset is then as it was.
    pub fn seal(self, writer: ShardWriter, provenance: Provenance) -> Result<Manifest, StoreError> {
        let kept_ids = writer.finish(&self.folder.path().join(files::SURVEYED))?;
        let keep = Some(self.keep);
        let (manifest, _) = self.publish(provenance, kept_ids, None, keep)?;
        Ok(manifest)
    }

    /// Takes rows that have their ids.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn row_writer(&self) -> Result<RowWriter, StoreError> {
        let theme = Arc::clone(&self.theme);
        Ok(RowWriter::new(theme, &self.dataset, self.working)?)
    }

    /// As [`Staging::seal`], for rows of a database; gives the folder.
    ///
    /// # Errors
    /// [`StoreError`]; the dataset is then as it was.
    pub fn seal_rows(
        self,
        writer: RowWriter,
        provenance: Provenance,
        read: &FromDatabase<'_>,
    ) -> Result<PathBuf, StoreError> {
        writer.finish(&self.folder.path().join(files::SURVEYED))?;
        let (_, folder) = self.publish(provenance, Vec::new(), Some(read), Some(CACHED))?;
        Ok(folder)
    }

    /// Packs the published records again, under the theme as it is now; gives the new folder.
    ///
    /// # Errors
    /// [`StoreError`]; the dataset is then as it was.
    pub(super) fn repack(self, old: &Path) -> Result<PathBuf, StoreError> {
        let manifest = Manifest::read(old)?;
        self.link(old, files::SURVEYED)?;
        let (_, folder) = self.publish(manifest.provenance, manifest.kept_ids, None, None)?;
        Ok(folder)
    }

    /// The file of another revision, in this one as well.
    pub(super) fn link(&self, old: &Path, name: &str) -> Result<(), StoreError> {
        let (from, to) = (old.join(name), self.folder.path().join(name));
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(|_| ()))
            .map_err(|e| StoreError::io(from, e))
    }

    fn publish(
        self,
        provenance: Provenance,
        kept_ids: Vec<KeptId>,
        read: Option<&FromDatabase<'_>>,
        keep: Option<usize>,
    ) -> Result<(Manifest, PathBuf), StoreError> {
        let revision = self.next_revision()?;
        let label = Label {
            dataset: &self.dataset,
            revision: read.map_or(&revision, |read| read.revision),
            working: self.working,
            provenance,
            origin: read.map(|read| read.origin.clone()),
            entries: read.map_or(&[], |read| read.entries),
            kept_ids,
        };
        let (manifest, folder) = self.put(label, &revision)?;
        self.point(&revision, keep)?;
        Ok((manifest, folder))
    }

    /// Publishes the revision of that name and removes those that need not be kept.
    pub(super) fn point(&self, revision: &str, keep: Option<usize>) -> Result<(), StoreError> {
        let before = published(&self.home).ok().flatten();
        let current = serde_json::to_vec(&Current {
            revision: revision.to_owned(),
        })
        .map_err(|e| StoreError::io(self.home.join(CURRENT), e.into()))?;
        let mut pointer = tempfile::Builder::new()
            .prefix(".current-")
            .tempfile_in(&self.home)
            .map_err(|e| StoreError::io(&self.home, e))?;
        std::io::Write::write_all(&mut pointer, &current)
            .and_then(|()| pointer.as_file().sync_all())
            .map_err(|e| StoreError::io(pointer.path(), e))?;
        pointer
            .persist(self.home.join(CURRENT))
            .map_err(|e| StoreError::io(self.home.join(CURRENT), e.error))?;
        sync(&self.home)?;
        sweep(&self.home, revision, before.as_deref(), keep)
    }

    /// Packs rows that stood before and puts them beside those that lie there.
    ///
    /// # Errors
    /// [`StoreError`]; nothing is then there that was not.
    pub(in crate::store) fn seal_history(
        self,
        writer: RowWriter,
        origin: Origin,
    ) -> Result<PathBuf, StoreError> {
        writer.finish(&self.folder.path().join(files::SURVEYED))?;
        let revision = self.next_revision()?;
        let label = Label {
            dataset: &self.dataset,
            revision: &revision,
            working: self.working,
            provenance: Provenance::default(),
            origin: Some(origin),
            entries: &[],
            kept_ids: Vec::new(),
        };
        let (_, folder) = self.put(label, &revision)?;
        sync(&self.home)?;
        Ok(folder)
    }

    /// Packs and seals the shard and gives it its name.
    fn put(&self, label: Label<'_>, name: &str) -> Result<(Manifest, PathBuf), StoreError> {
        let manifest = pack(self.folder.path(), &self.theme, label)?;
        let folder = self.take_its_place(&manifest, name)?;
        Ok((manifest, folder))
    }

    /// Seals the files of the shard and gives its folder its name.
    pub(super) fn take_its_place(
        &self,
        manifest: &Manifest,
        name: &str,
    ) -> Result<PathBuf, StoreError> {
        let sealed = manifest.files.iter().map(|f| f.name.as_str());
        for file in sealed.chain([MANIFEST]) {
            read_only(&self.folder.path().join(file))?;
        }
        let folder = self.home.join(name);
        rename(self.folder.path(), &folder)?;
        Ok(folder)
    }

    /// One above the highest revision there is.
    pub(super) fn next_revision(&self) -> Result<String, StoreError> {
        let highest = revisions(&self.home)?
            .first()
            .and_then(|n| n.strip_prefix('r')?.parse::<u64>().ok());
        Ok(format!("r{:06}", highest.unwrap_or(0) + 1))
    }
}

/// Gives ids to the records of the dataset in `home`: those of its published revision stay, and none is another
/// dataset's of its layer.
pub(super) fn assigner(
    home: &Path,
    theme: &Theme,
    dataset: &str,
) -> Result<IdAssigner, StoreError> {
    let published = |home: &Path| {
        let revision = published(home).ok().flatten()?;
        Some(home.join(revision))
    };
    let kept = published(home)
        .and_then(|folder| Manifest::read(&folder).ok())
        .map(|manifest| manifest.kept_ids)
        .unwrap_or_default();
    let mut others = Vec::new();
    if let Some(layer) = home.parent() {
        for name in names(layer)?.filter(|name| name != dataset) {
            // A damaged neighbour is the server's to report; it does not keep this dataset out.
            let index = published(&layer.join(name))
                .and_then(|folder| Index::open(&folder.join(files::INDEX)).ok());
            others.extend(index);
        }
    }
    let elsewhere = move |id: FeatureId| others.iter().any(|index| index.find(id).is_some());
    Ok(IdAssigner::new(
        &theme.id,
        dataset,
        &kept,
        Box::new(elsewhere),
    ))
}

/// A name for a dataset made from `text`: lower case, without diacritics, other signs replaced by `-`.
///
/// Gives `dataset` where nothing of the text is left.
pub fn dataset_slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text
        .nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .flat_map(char::to_lowercase)
    {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            '_' if !slug.is_empty() => slug.push(c),
            'đ' => slug.push('d'),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 100 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "dataset".to_owned()
    } else {
        slug.to_owned()
    }
}

fn names(folder: &Path) -> Result<impl Iterator<Item = String>, StoreError> {
    let read = fs::read_dir(folder).map_err(|e| StoreError::io(folder, e))?;
    Ok(read
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned()))
}

fn read_only(path: &Path) -> Result<(), StoreError> {
    let seal = || {
        let mut permissions = fs::metadata(path)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(path, permissions)
    };
    seal().map_err(|e| StoreError::io(path, e))
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    sync(from)?;
    fs::rename(from, to).map_err(|e| StoreError::io(from, e))
}

pub(super) fn sync(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|f| f.sync_all())
        .map_err(|e| StoreError::io(folder, e))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_of_any_file_becomes_a_folder_name() {
        assert_eq!(dataset_slug("Xã Lục Ngạn – Tờ 12"), "xa-luc-ngan-to-12");
        assert_eq!(dataset_slug("ĐẤT_07210"), "dat_07210");
        assert_eq!(dataset_slug("../../etc"), "etc");
        assert_eq!(dataset_slug("…"), "dataset");
    }

    proptest! {
        #[test]
        fn a_slug_is_its_own_slug_and_safe(text in "\\PC{0,150}") {
            let slug = dataset_slug(&text);
            prop_assert_eq!(dataset_slug(&slug), slug.clone());
            prop_assert!(!slug.is_empty() && slug.len() <= 101);
            prop_assert!(slug.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')));
        }
    }
}
