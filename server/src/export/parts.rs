//! The folder of an export under way: `FILE.part`, beside the archive to be.
//!
//! `identity.json` says what it becomes; `000123.tiles` are finished segments. An export of the same identity goes on
//! from them; any other identity, such as that of data that have changed, begins anew.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::ExportError;
use super::plan::Identity;
use super::segment;

/// Raised whenever segments or what is in them would be other for the same identity.
const FORM: u32 = 1;

/// What the folder becomes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Becomes {
    form: u32,
    program: String,
    segment: usize,
    identity: Identity,
}

/// The folder of an export under way.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    finished: BTreeSet<usize>,
    /// Held as long as this process works on it.
    _lock: File,
}

impl Parts {
    /// Opens the folder of `archive`, or makes it; segments of another identity are taken away. `segment` is the number
    /// of tiles in one.
    ///
    /// # Errors
    /// [`ExportError::Busy`] where another process works on it; [`ExportError::Io`].
    pub fn open(archive: &Path, identity: &Identity, segment: usize) -> Result<Self, ExportError> {
        let mut name = OsString::from(archive);
        name.push(".part");
        let folder = PathBuf::from(name);
        fs::create_dir_all(&folder).map_err(ExportError::io(&folder))?;
        let lock = folder.join("lock");
        let file = File::create(&lock).map_err(ExportError::io(&lock))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ExportError::Busy {
                    path: archive.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(ExportError::io(&lock)(error)),
        }
        let mut parts = Self {
            folder,
            finished: BTreeSet::new(),
            _lock: file,
        };
        parts.settle(&Becomes {
            form: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            segment,
            identity: identity.clone(),
        })?;
        Ok(parts)
    }

    /// Takes over what is finished of `becomes`.
    fn settle(&mut self, becomes: &Becomes) -> Result<(), ExportError> {
        let path = self.folder.join("identity.json");
        let before = fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Becomes>(&bytes).ok());
        let goes_on = before.as_ref() == Some(becomes);
        let entries = fs::read_dir(&self.folder).map_err(ExportError::io(&self.folder))?;
        for entry in entries {
            let path = entry.map_err(ExportError::io(&self.folder))?.path();
            let number = path.file_name().and_then(|name| {
                let name = name.to_str()?.strip_suffix(".tiles")?;
                name.parse::<usize>().ok()
            });
            let whole = |path: &Path| fs::read(path).is_ok_and(|b| segment::read(&b).is_some());
            match number {
                Some(number) if goes_on && whole(&path) => {
                    self.finished.insert(number);
                }
                _ if path.file_name().is_some_and(|name| name == "lock") => {}
                _ => fs::remove_file(&path).map_err(ExportError::io(&path))?,
            }
        }
        let text = serde_json::to_vec(becomes).map_err(|e| ExportError::archive(&path, e))?;
        fs::write(&path, text).map_err(ExportError::io(&path))
    }

    /// Whether a segment was finished before.
    pub fn has(&self, number: usize) -> bool {
        self.finished.contains(&number)
    }

    /// Keeps a segment.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn write(&self, number: usize, segment: &[u8]) -> Result<(), ExportError> {
        let path = self.path(number);
        let making = path.with_extension("making");
        fs::write(&making, segment).map_err(ExportError::io(&making))?;
        fs::rename(&making, &path).map_err(ExportError::io(&path))
    }

    /// Reads a segment as it was kept.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn read(&self, number: usize) -> Result<Vec<u8>, ExportError> {
        let path = self.path(number);
        fs::read(&path).map_err(ExportError::io(&path))
    }

    /// Where the archive is put together.
    pub fn archive(&self) -> PathBuf {
        self.folder.join("archive")
    }

    /// Where the versions of its tiles are.
    pub fn versions(&self) -> PathBuf {
        self.folder.join("versions")
    }

    /// Takes the folder away.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn remove(self) -> Result<(), ExportError> {
        fs::remove_dir_all(&self.folder).map_err(ExportError::io(&self.folder))
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{number:06}.tiles"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::segment::Segment;
    use super::*;

    fn identity(version: &str) -> Identity {
        Identity {
            version: version.to_owned(),
            themes: Vec::new(),
            zooms: [0, 1],
            area: "all".to_owned(),
            ground: String::new(),
            tiles: 3,
            since: None,
        }
    }

    #[test]
    fn an_export_goes_on_from_whole_segments_of_the_same_identity_only() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("x.pmtiles");
        let parts = Parts::open(&archive, &identity("a"), 4).unwrap();
        assert!(parts.finished.is_empty());
        parts.write(0, &Segment::default().into_bytes()).unwrap();
        parts.write(1, b"half of it").unwrap();
        assert!(matches!(
            Parts::open(&archive, &identity("a"), 4),
            Err(ExportError::Busy { .. })
        ));
        drop(parts);
        let parts = Parts::open(&archive, &identity("a"), 4).unwrap();
        assert!(parts.has(0) && !parts.has(1));
        drop(parts);
        let parts = Parts::open(&archive, &identity("b"), 4).unwrap();
        assert!(parts.finished.is_empty());
        parts.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
