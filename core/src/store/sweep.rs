//! Which revisions of a dataset a directory keeps.

use std::fs;
use std::path::Path;

use super::StoreError;
use crate::shard::{Manifest, files};

/// The revisions in a dataset's folder, the newest first.
pub(super) fn revisions(home: &Path) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<(u64, String)> = fs::read_dir(home)
        .map_err(|e| StoreError::io(home, e))?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some((name.strip_prefix('r')?.parse().ok()?, name))
        })
        .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    Ok(found.into_iter().map(|(_, name)| name).collect())
}

/// The checksum of a revision's records.
pub(super) fn records(manifest: &Manifest) -> Option<&str> {
    let sealed = manifest.files.iter().find(|f| f.name == files::SURVEYED);
    sealed.map(|f| f.xxh3.as_str())
}

/// Removes what need not be kept once `new` is published: revisions beyond the newest `keep` (any number where it is
/// none), and those whose records the next one has as well. The one published `before` stays: a server may be about to
/// open it.
pub(super) fn sweep(
    home: &Path,
    new: &str,
    before: Option<&str>,
    keep: Option<usize>,
) -> Result<(), StoreError> {
    let (mut kept, mut newer): (usize, Option<String>) = (0, None);
    for name in revisions(home)? {
        let folder = home.join(&name);
        let manifest = Manifest::read(&folder).ok();
        let sum = manifest.as_ref().and_then(records).map(str::to_owned);
        let again = sum.is_some() && sum == newer;
        newer = sum;
        kept += usize::from(!again);
        let spared = name == new || Some(name.as_str()) == before;
        if !spared && (again || keep.is_some_and(|keep| kept > keep)) {
            fs::remove_dir_all(&folder).map_err(|e| StoreError::io(&folder, e))?;
        }
    }
    Ok(())
}
