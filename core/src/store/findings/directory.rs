//! The checks of an import into a directory store, and what they change there.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::beside::Changed;
use super::record::read;
use super::{CommuneReader, FINDINGS, Gate, Part, Shards, findings_dataset};
use crate::feature::NewFeature;
use crate::quality::{Checked, Communes};
use crate::shard::{Index, Provenance, Surveyed, files};
use crate::store::StoreError;
use crate::store::directory::published;
use crate::store::packed::Packed;
use crate::store::staging::Staging;
use crate::theme::Theme;

/// What is to be published after the import, each on its own.
#[derive(Debug, Default)]
pub(in crate::store) struct Changes {
    packed: Vec<Packed>,
    withdrawn: Vec<Staging>,
}

impl Changes {
    /// Publishes them.
    ///
    /// # Errors
    /// [`StoreError`]; the import itself stands.
    pub fn publish(self) -> Result<(), StoreError> {
        for packed in self.packed {
            packed.publish()?;
        }
        self.withdrawn.into_iter().try_for_each(Staging::withdraw)
    }
}

/// What the checks found.
#[derive(Debug)]
pub(in crate::store) struct Looked {
    pub checked: Checked,
    shards: Option<Shards>,
}

impl Looked {
    /// The changes of the findings that go with the records, in the store at `root`.
    ///
    /// # Errors
    /// [`StoreError`]. Nothing is then changed.
    pub fn changes(
        &self,
        root: &Path,
        theme: &Theme,
        dataset: &str,
        gate: &Gate,
    ) -> Result<Changes, StoreError> {
        changes(
            root,
            theme,
            dataset,
            self.shards.as_ref(),
            &self.checked,
            gate,
        )
    }
}

/// Checks the records in `folder`, where they lie with their index, against themselves and what the store at `root` has
/// beside them; nothing is staged for it.
///
/// # Errors
/// [`StoreError::Findings`] where the gate is shut; [`StoreError`].
pub(in crate::store) fn look(
    root: &Path,
    folder: &Path,
    theme: &Arc<Theme>,
    dataset: &str,
    gate: &Gate,
) -> Result<Looked, StoreError> {
    let shards = match &theme.topology {
        Some(_) => {
            let own = Part::open(folder, dataset, theme)?;
            let beside = beside(&root.join(&theme.id), theme, &own, dataset);
            Some(Shards::new(Arc::clone(theme), own, beside))
        }
        None => None,
    };
    let communes = communes(root, theme, gate);
    let checked = gate.check(theme, dataset, shards.as_ref(), &communes)?;
    Ok(Looked { checked, shards })
}

/// Checks a packed revision before it is published; gives the changes of the findings that go with it.
///
/// # Errors
/// As [`look`].
pub(in crate::store) fn check(
    packed: &Packed,
    dataset: &str,
    gate: &Gate,
) -> Result<(Checked, Changes), StoreError> {
    let (root, theme) = (packed.root(), packed.theme());
    let looked = look(root, packed.folder(), theme, dataset, gate)?;
    let changes = looked.changes(root, theme, dataset, gate)?;
    Ok((looked.checked, changes))
}

/// Checks the revision in force of `dataset`; gives the changes of the findings that go with it. What the dataset's
/// linework showed when it was imported stays.
///
/// # Errors
/// As [`look`]; [`StoreError::NoDataset`] where there is no such dataset.
pub(in crate::store) fn recheck(
    root: &Path,
    theme: &Arc<Theme>,
    dataset: &str,
    gate: &Gate,
) -> Result<(Checked, Changes), StoreError> {
    let home = root.join(&theme.id).join(dataset);
    let Some(revision) = published(&home).ok().flatten() else {
        return Err(StoreError::NoDataset {
            theme: theme.id.clone(),
            dataset: dataset.to_owned(),
        });
    };
    let mut gate = gate.clone();
    let layer = root.join(FINDINGS);
    let own = layer.join(findings_dataset(&theme.id, dataset));
    if let (Some(findings), Ok(Some(revision))) = (gate.findings().cloned(), published(&own)) {
        let path = own.join(revision).join(files::SURVEYED);
        let surveyed = Surveyed::open(&path, &findings)?;
        let offsets = surveyed.offsets(&path)?;
        for (from, to) in offsets.iter().zip(offsets.iter().skip(1)) {
            let feature = surveyed.feature(*from as usize..*to as usize)?;
            gate.linework.extend(
                read(&findings, &feature.values(), feature.geometry()?)
                    .filter(|finding| finding.kind.is_of_linework()),
            );
        }
    }
    let looked = look(root, &home.join(revision), theme, dataset, &gate)?;
    let changes = looked.changes(root, theme, dataset, &gate)?;
    Ok((looked.checked, changes))
}

/// The theme's other datasets that come near.
fn beside(layer: &Path, theme: &Theme, own: &Part, dataset: &str) -> Vec<Part> {
    let reach = own.extent().widened(1.0);
    each_published(layer)
        .filter(|(name, _)| name != dataset)
        // A damaged neighbour is the server's to report; it does not keep this dataset out.
        .filter_map(|(name, folder)| Part::open(&folder, &name, theme).ok())
        .filter(|part| part.extent().intersects(&reach))
        .collect()
}

/// The datasets published in a layer's folder, by name, with the folders of their revisions.
fn each_published(layer: &Path) -> impl Iterator<Item = (String, std::path::PathBuf)> {
    let mut names: Vec<String> = fs::read_dir(layer)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    let layer = layer.to_owned();
    names.into_iter().filter_map(move |name| {
        let home = layer.join(&name);
        let revision = published(&home).ok().flatten()?;
        Some((name, home.join(revision)))
    })
}

fn communes(root: &Path, theme: &Theme, gate: &Gate) -> Communes {
    let rule = theme.topology.as_ref().and_then(|t| t.commune.as_ref());
    let units = rule.and_then(|rule| gate.catalogue.theme(&rule.theme));
    let (Some(rule), Some(units)) = (rule, units) else {
        return Communes::default();
    };
    let Some(mut reader) = CommuneReader::new(rule, units) else {
        return Communes::default();
    };
    for (_, folder) in each_published(&root.join(&units.id)) {
        let path = folder.join(files::SURVEYED);
        let Ok(surveyed) = Surveyed::open(&path, units) else {
            continue;
        };
        let offsets = surveyed.offsets(&path).unwrap_or_default();
        for (from, to) in offsets.iter().zip(offsets.iter().skip(1)) {
            if let Ok(unit) = surveyed.feature(*from as usize..*to as usize)
                && let Ok(geometry) = unit.geometry()
            {
                reader.take(&unit.values(), geometry);
            }
        }
    }
    reader.done()
}

/// The changes of the findings that go with taking `dataset` away.
///
/// # Errors
/// [`StoreError`].
pub(in crate::store) fn removed(
    root: &Path,
    theme: &Theme,
    dataset: &str,
    gate: &Gate,
) -> Result<Changes, StoreError> {
    changes(root, theme, dataset, None, &Checked::default(), gate)
}

fn changes(
    root: &Path,
    theme: &Theme,
    dataset: &str,
    shards: Option<&Shards>,
    checked: &Checked,
    gate: &Gate,
) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    let Some(findings) = gate.findings() else {
        return Ok(changes);
    };
    let layer = root.join(FINDINGS);
    let own = findings_dataset(&theme.id, dataset);
    let records: Vec<NewFeature> = Gate::records(findings, theme, dataset, checked).collect();
    let there = published(&layer.join(&own)).ok().flatten().is_some();
    if there || !records.is_empty() {
        changes.replace(Staging::begin(root, findings, &own)?, &records)?;
    }
    let changed = Changed::new(dataset, shards, theme.topology.as_ref());
    let prefix = format!("{}-", theme.id);
    for (name, folder) in each_published(&layer) {
        if name == own || !name.starts_with(&prefix) {
            continue;
        }
        let (Ok(index), Ok(surveyed)) = (
            Index::open(&folder.join(files::INDEX)),
            Surveyed::open(&folder.join(files::SURVEYED), findings),
        ) else {
            continue;
        };
        if let Some(standing) = changed.standing(&index, &surveyed, findings)? {
            changes.replace(Staging::begin(root, findings, &name)?, &standing)?;
        }
    }
    Ok(changes)
}

impl Changes {
    fn replace(&mut self, staging: Staging, records: &[NewFeature]) -> Result<(), StoreError> {
        if records.is_empty() {
            self.withdrawn.push(staging);
            return Ok(());
        }
        let mut writer = staging.writer()?;
        for record in records {
            writer.push(record)?;
        }
        self.packed
            .push(staging.prepare(writer, provenance(records.len()))?);
        Ok(())
    }
}

/// Of findings: they come from no file.
fn provenance(count: usize) -> Provenance {
    Provenance {
        format: "diaba".to_owned(),
        counts: crate::shard::Counts {
            read: count as u64,
            imported: count as u64,
            ..crate::shard::Counts::default()
        },
        imported_at: jiff::Zoned::now()
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string(),
        tool: concat!("diaba-core ", env!("CARGO_PKG_VERSION")).to_owned(),
        ..Provenance::default()
    }
}
