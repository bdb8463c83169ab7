//! Reading an archive in place.

use std::fs::File;
use std::future;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use axum::body::Bytes;
use pmtiles::{AsyncBackend, BackendResponse, PmtResult};

/// A file of which pieces are read. A mapping would be as fast, and would take the process down when somebody cuts the
/// file; this is an error of one request.
#[derive(Debug)]
pub struct InPlace {
    file: File,
}

/// Names a file's content as far as the system does: another one after every write and every rename over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
}

impl Stamp {
    /// That of the file at `path` now.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&std::fs::metadata(path)?))
    }

    /// Bytes of the file.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl From<&std::fs::Metadata> for Stamp {
    fn from(about: &std::fs::Metadata) -> Self {
        Self {
            device: about.dev(),
            inode: about.ino(),
            bytes: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
        }
    }
}

impl InPlace {
    /// Opens the file at `path`.
    pub fn open(path: &Path) -> io::Result<(Self, Stamp)> {
        let file = File::open(path)?;
        let stamp = Stamp::from(&file.metadata()?);
        Ok((Self { file }, stamp))
    }

    /// Reads up to `length` bytes from `offset`, fewer where the file ends.
    pub fn piece(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        // A length that a damaged directory names is not taken from memory before the file is known to have it.
        let there = self.file.metadata()?.len().saturating_sub(offset);
        let mut bytes = vec![0; length.min(usize::try_from(there).unwrap_or(usize::MAX))];
        self.file.read_exact_at(&mut bytes, offset)?;
        Ok(bytes)
    }
}

impl AsyncBackend for InPlace {
    fn read(
        &self,
        offset: u64,
        length: usize,
    ) -> impl Future<Output = PmtResult<BackendResponse>> + Send {
        let piece = self.piece(offset, length);
        future::ready(
            piece
                .map(|bytes| BackendResponse::new(Bytes::from(bytes)))
                .map_err(Into::into),
        )
    }
}
