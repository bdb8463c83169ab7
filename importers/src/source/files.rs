//! The files a source is made of, and what can be told from their bytes alone.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::format;
use crate::error::ImportError;

/// A file that was read, as the record of the import names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceFile {
    /// Name without its folder: folders of the operator's machine are nobody's business.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal; of a folder see [`fingerprint`].
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Whether all of it is UTF-8.
    #[serde(skip)]
    pub utf8: bool,
}

/// The files beside a main one that are read with it, by the main one's extension.
const PARTS: [(&str, &[&str]); 3] = [
    ("shp", &["dbf", "shx", "prj", "cpg", "cst"]),
    ("tab", &["dat", "map", "id", "ind", "dbf"]),
    ("mif", &["mid"]),
];

/// The files that make up the source at `path`, that one first.
pub fn parts(path: &Path) -> Vec<PathBuf> {
    let mut parts = vec![path.to_owned()];
    let own = format::extension(path);
    let others = PARTS.iter().find(|(main, _)| *main == own);
    for extension in others.into_iter().flat_map(|(_, others)| *others) {
        let candidates = [(*extension).to_owned(), extension.to_uppercase()];
        parts.extend(
            candidates
                .iter()
                .map(|e| path.with_extension(e))
                .find(|p| p.is_file()),
        );
    }
    parts
}

/// Reads `path` through once: size, hash and whether it is UTF-8. Of a folder that is one source, as geodatabases are:
/// the hash of its files' names and hashes in the order of their names, lock files left out.
///
/// # Errors
/// [`ImportError::Read`] where the system will not read it.
pub fn fingerprint(path: &Path) -> Result<SourceFile, ImportError> {
    if path.is_dir() {
        folder(path)
    } else {
        file(path)
    }
}

fn folder(path: &Path) -> Result<SourceFile, ImportError> {
    let refused = |e: std::io::Error| ImportError::Read {
        path: path.to_owned(),
        reason: e.to_string(),
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(refused)? {
        let file = entry.map_err(refused)?.path();
        // Programs that have the folder open leave locks of theirs in it.
        if file.is_file() && format::extension(&file) != "lock" {
            files.push(file);
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    let mut bytes = 0;
    for part in &files {
        let part = file(part)?;
        hash.update(format!("{}\0{}\n", part.name, part.sha256));
        bytes += part.bytes;
    }
    Ok(SourceFile {
        name: name(path),
        sha256: hexadecimal(hash),
        bytes,
        utf8: false,
    })
}

fn name(path: &Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn file(path: &Path) -> Result<SourceFile, ImportError> {
    let refused = |e: std::io::Error| ImportError::Read {
        path: path.to_owned(),
        reason: e.to_string(),
    };
    let mut file = File::open(path).map_err(refused)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 16];
    let mut bytes = 0_u64;
    let mut utf8 = Utf8Check::default();
    loop {
        let read = file.read(&mut buffer).map_err(refused)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        hash.update(chunk);
        utf8.push(chunk);
        bytes += read as u64;
    }
    Ok(SourceFile {
        name: name(path),
        sha256: hexadecimal(hash),
        bytes,
        utf8: utf8.done(),
    })
}

/// UTF-8 checked chunk by chunk.
#[derive(Default)]
struct Utf8Check {
    /// The start of a character whose rest is in the next chunk.
    pending: Vec<u8>,
    broken: bool,
}

impl Utf8Check {
    fn push(&mut self, chunk: &[u8]) {
        if self.broken || (self.pending.is_empty() && chunk.is_ascii()) {
            return;
        }
        self.pending.extend_from_slice(chunk);
        match std::str::from_utf8(&self.pending) {
            Ok(_) => self.pending.clear(),
            Err(e) if e.error_len().is_some() => {
                self.broken = true;
                self.pending.clear();
            }
            Err(e) => {
                self.pending.drain(..e.valid_up_to());
            }
        }
    }

    fn done(self) -> bool {
        !self.broken && self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn chunks_do_not_change_the_verdict(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'a'), Just(0xC3)], 0..40), cut in 1_usize..8) {
            let mut check = Utf8Check::default();
            for chunk in bytes.chunks(cut) {
                check.push(chunk);
            }
            prop_assert_eq!(check.done(), std::str::from_utf8(&bytes).is_ok());
        }
    }
}
