//! The versions of an archive's tiles: a file beside it, by which a later export tells what has changed.
//!
//! `FILE.versions`: a line that names the kind of file, a line of JSON with the archive's [`Identity`], then for every
//! tile visited its number (u64, little-endian; the top bit is set where the tile was empty) and its version (u128),
//! by number.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::ExportError;
use super::plan::Identity;

const KIND: &str = "diaba tile versions 1";
/// Marks a tile that was empty.
const EMPTY: u64 = 1 << 63;

/// The versions of an archive's tiles.
#[derive(Debug)]
pub struct Ledger {
    /// What the archive consisted of.
    pub identity: Identity,
    tiles: BTreeMap<u64, Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    version: u128,
    empty: bool,
}

/// Where the versions of an archive's tiles lie.
pub fn beside(archive: &Path) -> PathBuf {
    let mut name = OsString::from(archive);
    name.push(".versions");
    name.into()
}

impl Ledger {
    /// One without tiles yet.
    pub const fn new(identity: Identity) -> Self {
        Self {
            identity,
            tiles: BTreeMap::new(),
        }
    }

    /// What the tile was made at, where it was visited.
    pub fn version_of(&self, id: u64) -> Option<u128> {
        self.tiles.get(&id).map(|entry| entry.version)
    }

    /// Whether the tile was visited and held something.
    pub fn held(&self, id: u64) -> bool {
        self.tiles.get(&id).is_some_and(|entry| !entry.empty)
    }

    /// The tiles that held something, by number.
    pub fn holding(&self) -> impl Iterator<Item = u64> {
        let tiles = self.tiles.iter().filter(|(_, entry)| !entry.empty);
        tiles.map(|(id, _)| *id)
    }

    /// Adds a tile.
    pub fn insert(&mut self, id: u64, version: u128, empty: bool) {
        self.tiles.insert(id, Entry { version, empty });
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`ExportError::Io`] where the system refuses.
    pub fn write(&self, path: &Path) -> Result<(), ExportError> {
        let identity = serde_json::to_string(&self.identity)
            .map_err(|error| ExportError::archive(path, error))?;
        let write = || {
            let mut out = BufWriter::new(fs::File::create(path)?);
            writeln!(out, "{KIND}\n{identity}")?;
            for (id, entry) in &self.tiles {
                let id = if entry.empty { id | EMPTY } else { *id };
                out.write_all(&id.to_le_bytes())?;
                out.write_all(&entry.version.to_le_bytes())?;
            }
            out.into_inner()?.sync_all()
        };
        write().map_err(ExportError::io(path))
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`ExportError`] where there is none, or it is not whole.
    pub fn read(path: &Path) -> Result<Self, ExportError> {
        let bytes = fs::read(path).map_err(ExportError::io(path))?;
        Self::parse(&bytes).ok_or_else(|| {
            ExportError::usage(
                format!("{}: tệp phiên bản hỏng hoặc bị cắt cụt.", path.display()),
                format!(
                    "{}: the file of versions is damaged or cut off.",
                    path.display()
                ),
            )
        })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
        if lines.next()? != KIND.as_bytes() {
            return None;
        }
        let mut ledger = Self::new(serde_json::from_slice(lines.next()?).ok()?);
        let (entries, rest) = lines.next()?.as_chunks::<24>();
        if !rest.is_empty() {
            return None;
        }
        for entry in entries {
            let (id, version) = entry.split_first_chunk::<8>()?;
            let id = u64::from_le_bytes(*id);
            let version = u128::from_le_bytes(version.try_into().ok()?);
            ledger.insert(id & !EMPTY, version, id & EMPTY != 0);
        }
        Some(ledger)
    }

    /// The one `said` means: an archive exported before, or the version of one that lies in the folder of `out`. It must
    /// have been exported as `identity` is, but for the version.
    ///
    /// # Errors
    /// [`ExportError`] where there is none.
    pub fn find(said: &str, out: &Path, identity: &Identity) -> Result<Self, ExportError> {
        let named = beside(Path::new(said));
        let found = if named.exists() {
            vec![Self::read(&named)?]
        } else {
            of_version(said, out)?
        };
        let count = found.len();
        let fits = |ledger: &Self| {
            let kept = |i: &Identity| (i.themes.clone(), i.zooms, i.area.clone(), i.ground.clone());
            kept(&ledger.identity) == kept(identity)
        };
        found.into_iter().find(fits).ok_or_else(|| match count {
            0 => ExportError::usage(
                format!(
                    "--since {said}: không có tệp {said}.versions, và cạnh {0} không có tệp xuất nào mang phiên bản ấy.",
                    out.display()
                ),
                format!(
                    "--since {said}: there is no {said}.versions, and no archive beside {0} has that version.",
                    out.display()
                ),
            ),
            _ => ExportError::usage(
                format!("--since {said}: bản trước được xuất với chuyên đề, mức thu phóng hoặc khu vực khác."),
                format!("--since {said}: the earlier archive has other themes, zooms or another area."),
            ),
        })
    }
}

/// Those of this version in the folder of `out`.
fn of_version(version: &str, out: &Path) -> Result<Vec<Ledger>, ExportError> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let entries = fs::read_dir(folder).map_err(ExportError::io(folder))?;
    let mut paths: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "versions"))
        .collect();
    paths.sort();
    let ledgers = paths.iter().filter_map(|path| Ledger::read(path).ok());
    Ok(ledgers
        .filter(|ledger| ledger.identity.version == version)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> Ledger {
        let mut ledger = Ledger::new(Identity {
            version: "ab".repeat(16),
            themes: vec!["dikes".to_owned()],
            zooms: [5, 16],
            area: "all".to_owned(),
            ground: String::new(),
            tiles: 2,
            since: None,
        });
        ledger.insert(9, 1, false);
        ledger.insert(5, u128::MAX, true);
        ledger
    }

    #[test]
    fn it_is_read_as_it_was_written_and_found_by_file_and_by_version() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("a.pmtiles");
        ledger().write(&beside(&archive)).unwrap();
        let out = folder.path().join("b.pmtiles");
        for said in [archive.to_str().unwrap(), &"ab".repeat(16)] {
            let found = Ledger::find(said, &out, &ledger().identity).unwrap();
            assert_eq!(found.identity, ledger().identity);
            assert_eq!(found.tiles, ledger().tiles);
        }
        assert_eq!(ledger().holding().collect::<Vec<_>>(), [9]);
        let none = Ledger::find("cd", &out, &ledger().identity).unwrap_err();
        assert!(none.to_string().contains("no archive beside"));
        let other = Identity {
            zooms: [5, 14],
            ..ledger().identity
        };
        let other = Ledger::find(archive.to_str().unwrap(), &out, &other).unwrap_err();
        assert!(other.to_string().contains("other themes, zooms"));
    }

    #[test]
    fn a_cut_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.versions");
        ledger().write(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert!(Ledger::parse(&bytes).is_some());
        assert!(Ledger::parse(&bytes[..bytes.len() - 1]).is_none());
        assert!(Ledger::parse(b"").is_none());
    }
}
