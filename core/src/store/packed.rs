//! A revision between packing and publishing, and the checks that come there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::StoreError;
use super::directory::CURRENT;
use super::findings::{self, Gate};
use super::revisions::again;
use super::staging::{Staging, sync};
use super::sweep::revisions;
use crate::quality::Checked;
use crate::shard::ids::KeptId;
use crate::shard::pack::{Label, pack, pack_beside};
use crate::shard::{Manifest, Provenance, ShardWriter, files, lay};
use crate::theme::Theme;

/// A revision that is packed. Dropped unpublished, it leaves the dataset as it was.
#[derive(Debug)]
pub(in crate::store) struct Packed {
    staging: Staging,
    manifest: Manifest,
    revision: String,
    /// Revisions that are kept with it; all of them unless said.
    keep: Option<usize>,
}

impl Packed {
    /// The store's own folder.
    pub fn root(&self) -> &Path {
        root(&self.staging.home)
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        self.staging.folder.path()
    }

    /// Its theme.
    pub const fn theme(&self) -> &Arc<Theme> {
        &self.staging.theme
    }

    /// Makes it the dataset's revision in force; gives its folder.
    ///
    /// # Errors
    /// [`StoreError`]; the dataset is then as it was.
    pub fn publish(self) -> Result<(Manifest, PathBuf), StoreError> {
        let folder = self
            .staging
            .take_its_place(&self.manifest, &self.revision)?;
        self.staging.point(&self.revision, self.keep)?;
        Ok((self.manifest, folder))
    }
}

/// The folder of the store a dataset's folder lies in.
fn root(home: &Path) -> &Path {
    home.ancestors().nth(2).unwrap_or(home)
}

impl Staging {
    /// As [`Staging::seal`], once the records have been checked against each other and what is beside them.
    ///
    /// # Errors
    /// [`StoreError::Findings`] where the gate is strict and shut; [`StoreError`]. The dataset is then as it was.
    pub fn seal_checked(
        self,
        writer: ShardWriter,
        provenance: Provenance,
        gate: &Gate,
    ) -> Result<(Manifest, Checked), StoreError> {
        let (theme, dataset) = (Arc::clone(&self.theme), self.dataset.clone());
        let (packed, looked) = self.prepare_beside(writer, provenance, |root, folder| {
            findings::look(root, folder, &theme, &dataset, gate)
        })?;
        let looked = looked?;
        let changes = looked.changes(packed.root(), &theme, &dataset, gate)?;
        let checked = looked.checked;
        let (manifest, _) = packed.publish()?;
        changes.publish()?;
        Ok((manifest, checked))
    }

    /// What the checks find in the records and beside them in the store at `root`; nothing is published.
    ///
    /// # Errors
    /// [`StoreError::Findings`] where the gate is strict and shut; [`StoreError`].
    pub fn check_only(
        self,
        writer: ShardWriter,
        gate: &Gate,
        root: &Path,
    ) -> Result<Checked, StoreError> {
        writer.finish(&self.folder.path().join(files::SURVEYED))?;
        lay::index(self.folder.path(), &self.theme)?;
        let looked = findings::look(root, self.folder.path(), &self.theme, &self.dataset, gate)?;
        Ok(looked.checked)
    }

    /// Packs the records, and publishes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::store) fn prepare(
        self,
        writer: ShardWriter,
        provenance: Provenance,
    ) -> Result<Packed, StoreError> {
        let (packed, ()) = self.prepare_beside(writer, provenance, |_, _| ())?;
        Ok(packed)
    }

    /// As [`Staging::prepare`]; `beside` is done with the store's folder and the records', once those lie there indexed,
    /// while the rest of them is packed.
    fn prepare_beside<R: Send>(
        self,
        writer: ShardWriter,
        provenance: Provenance,
        beside: impl FnOnce(&Path, &Path) -> R + Send,
    ) -> Result<(Packed, R), StoreError> {
        let kept_ids = writer.finish(&self.folder.path().join(files::SURVEYED))?;
        let revision = self.next_revision()?;
        let (root, folder) = (root(&self.home), self.folder.path());
        let label = self.label(&revision, provenance, kept_ids);
        let (manifest, beside) = pack_beside(folder, &self.theme, label, || beside(root, folder))?;
        let packed = Packed {
            keep: Some(self.keep),
            staging: self,
            manifest,
            revision,
        };
        Ok((packed, beside))
    }

    /// Of a revision of records that came from a file.
    fn label<'a>(
        &'a self,
        revision: &'a str,
        provenance: Provenance,
        kept_ids: Vec<KeptId>,
    ) -> Label<'a> {
        Label {
            dataset: &self.dataset,
            revision,
            working: self.working,
            provenance,
            origin: None,
            entries: &[],
            kept_ids,
        }
    }

    /// Makes the shard in `old` a new revision, under the theme as it is now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::store) fn again(self, old: &Path) -> Result<Packed, StoreError> {
        let manifest = Manifest::read(old)?;
        manifest.verify(old)?;
        let provenance = again(&manifest.provenance, &manifest.revision);
        let revision = self.next_revision()?;
        let same = manifest.format == Manifest::FORMAT && manifest.theme_hash == self.theme.hash;
        let manifest = if same {
            for file in &manifest.files {
                self.link(old, &file.name)?;
            }
            let manifest = Manifest {
                revision: revision.clone(),
                provenance,
                ..manifest
            };
            manifest.write(self.folder.path())?;
            manifest
        } else {
            self.link(old, files::SURVEYED)?;
            let label = self.label(&revision, provenance, manifest.kept_ids);
            pack(self.folder.path(), &self.theme, label)?
        };
        Ok(Packed {
            staging: self,
            manifest,
            revision,
            keep: None,
        })
    }

    /// Takes the dataset away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(in crate::store) fn withdraw(self) -> Result<(), StoreError> {
        let current = self.home.join(CURRENT);
        match fs::remove_file(&current) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io(&current, e));
            }
            _ => sync(&self.home)?,
        }
        for revision in revisions(&self.home)? {
            let old = self.home.join(revision);
            if old.is_dir() {
                fs::remove_dir_all(&old).map_err(|e| StoreError::io(&old, e))?;
            }
        }
        Ok(())
    }
}
