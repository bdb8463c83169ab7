//! The past of the datasets of a directory: the shards that lie beside the published one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::directory::{entries, is_own, published};
use super::findings::{self, Gate};
use super::sweep::{records, revisions};
use super::{DatasetState, DirectoryStore, Restored, Revision, Revisions, StoreError};
use crate::quality::Checked;
use crate::shard::Manifest;
use crate::theme::Theme;

impl Revisions for DirectoryStore {
    fn datasets(&self, theme: Option<&str>) -> Result<Vec<DatasetState>, StoreError> {
        let mut found = Vec::new();
        for folder in entries(&self.root)? {
            let wanted = theme.is_none_or(|theme| theme == folder.name);
            if !folder.is_dir || is_own(&folder.name) || !wanted {
                continue;
            }
            for dataset in entries(&folder.path)? {
                if dataset.is_dir
                    && let Some(state) = state(&folder.name, &dataset.name, &dataset.path)?
                {
                    found.push(state);
                }
            }
        }
        Ok(found)
    }

    fn rollback(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
        to: Option<&str>,
        _over_edits: bool,
    ) -> Result<Restored, StoreError> {
        let home = self.home_of(theme, dataset)?;
        let staging = self.stage(theme, dataset)?;
        let state = state(&theme.id, dataset, &home)?;
        let state = state.ok_or_else(|| no_dataset(theme, dataset))?;
        let restored = choose(&state, &home, to)?;
        let packed = staging.again(&home.join(&restored))?;
        // What its linework showed was said of another file.
        let gate = Gate::open(&self.catalogue);
        let (_, changes) = findings::check(&packed, dataset, &gate)?;
        let (manifest, _) = packed.publish()?;
        changes.publish()?;
        Ok(Restored {
            before: state.published,
            restored,
            revision: manifest.revision,
            features: manifest.features,
        })
    }

    fn remove(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
        _over_edits: bool,
    ) -> Result<Revision, StoreError> {
        let home = self.home_of(theme, dataset)?;
        let staging = self.stage(theme, dataset)?;
        let state = state(&theme.id, dataset, &home)?;
        let current = state.as_ref().and_then(DatasetState::current).cloned();
        let current = current.ok_or_else(|| no_dataset(theme, dataset))?;
        let gate = Gate::open(&self.catalogue);
        let changes = findings::removed(&self.root, theme, dataset, &gate)?;
        // What is hidden is no dataset: the whole folder goes in one step, and its files afterwards.
        let layer = home.parent().unwrap_or(&self.root);
        let aside = tempfile::Builder::new()
            .prefix(".removed-")
            .tempdir_in(layer)
            .map_err(|e| StoreError::io(layer, e))?;
        fs::rename(&home, aside.path().join(dataset)).map_err(|e| StoreError::io(&home, e))?;
        drop(staging);
        let path = aside.path().to_owned();
        changes.publish()?;
        aside.close().map_err(|e| StoreError::io(path, e))?;
        Ok(current)
    }

    fn check(&self, theme: &Arc<Theme>, dataset: &str) -> Result<Checked, StoreError> {
        let gate = Gate::open(&self.catalogue);
        let (checked, changes) = findings::recheck(&self.root, theme, dataset, &gate)?;
        changes.publish()?;
        Ok(checked)
    }
}

impl DirectoryStore {
    /// The folder of a dataset that is there.
    fn home_of(&self, theme: &Theme, dataset: &str) -> Result<PathBuf, StoreError> {
        let home = self.root.join(&theme.id).join(dataset);
        // What is no name of a dataset could lead out of the directory.
        if super::dataset_slug(dataset) == dataset && home.is_dir() {
            Ok(home)
        } else {
            Err(no_dataset(theme, dataset))
        }
    }
}

fn no_dataset(theme: &Theme, dataset: &str) -> StoreError {
    StoreError::NoDataset {
        theme: theme.id.clone(),
        dataset: dataset.to_owned(),
    }
}

/// What lies in a dataset's folder; `None` where nothing of it is published.
fn state(theme: &str, dataset: &str, home: &Path) -> Result<Option<DatasetState>, StoreError> {
    let Some(current) = published(home).ok().flatten() else {
        return Ok(None);
    };
    // A damaged shard is none to come back to.
    let revisions = revisions(home)?
        .into_iter()
        .filter_map(|name| Manifest::read(&home.join(name)).ok())
        .map(|manifest| Revision {
            revision: manifest.revision,
            features: manifest.features,
            provenance: manifest.provenance,
        })
        .collect();
    Ok(Some(DatasetState {
        theme: theme.to_owned(),
        dataset: dataset.to_owned(),
        published: Some(current),
        edited: 0,
        revisions,
    }))
}

/// The revision to come back to: the one named, else the newest before the published one that has other records.
fn choose(state: &DatasetState, home: &Path, to: Option<&str>) -> Result<String, StoreError> {
    let published = state.published.as_deref().unwrap_or_default();
    let sum = |name: &str| {
        let manifest = Manifest::read(&home.join(name)).ok()?;
        records(&manifest).map(str::to_owned)
    };
    let standing = sum(published);
    let mut others = state.revisions.iter().map(|r| &r.revision);
    let found = match to {
        Some(to) => others.find(|name| *name == to && to != published),
        None => others.find(|name| name.as_str() < published && sum(name) != standing),
    };
    found.cloned().ok_or_else(|| StoreError::NoRevision {
        theme: state.theme.clone(),
        dataset: state.dataset.clone(),
        revision: to.unwrap_or("before").to_owned(),
        kept: state
            .revisions
            .iter()
            .map(|r| r.revision.clone())
            .filter(|name| name != published)
            .collect(),
    })
}
