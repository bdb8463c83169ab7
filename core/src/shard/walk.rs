//! Where features lie in `surveyed.fgb`, one after the other.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::ShardError;

/// A walk over the features of a file. What it reads it does not map: what is mapped stays in memory.
pub(crate) struct Walk {
    path: PathBuf,
    file: BufReader<File>,
    /// What is still to be walked over, in bytes and in features.
    features: Range<u64>,
    left: u64,
}

impl Walk {
    /// Over `count` features in these bytes of the file at `path`.
    pub(super) fn over(path: &Path, features: Range<u64>, count: u64) -> Result<Self, ShardError> {
        let open = || {
            let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
            file.seek(SeekFrom::Start(features.start))?;
            Ok(file)
        };
        Ok(Self {
            path: path.to_owned(),
            file: open().map_err(|e| ShardError::io(path, e))?,
            features,
            left: count,
        })
    }

    /// Where the next features begin, `most` at most, and the end of the last of them.
    ///
    /// # Errors
    /// [`ShardError::Corrupt`] where the file ends before its last feature, or goes on behind it.
    pub fn next(&mut self, most: usize) -> Result<Vec<u64>, ShardError> {
        let many = || {
            ShardError::corrupt(
                &self.path,
                "it does not hold as many features as its header says",
            )
        };
        let Range { start: mut at, end } = self.features;
        // A feature has more bytes than its length has.
        let possible = usize::try_from((end - at) / 4).unwrap_or(usize::MAX);
        let mut offsets = Vec::with_capacity(most.min(possible) + 1);
        offsets.push(at);
        while offsets.len() <= most && self.left > 0 {
            if at >= end {
                return Err(many());
            }
            let failed = |e| ShardError::io(&self.path, e);
            let mut prefix = [0; 4];
            let len = match self.file.read_exact(&mut prefix) {
                Ok(()) => u64::from(u32::from_le_bytes(prefix)),
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => end,
                Err(e) => return Err(failed(e)),
            };
            at += 4 + len;
            if at > end {
                return Err(ShardError::corrupt(
                    &self.path,
                    "the last feature is cut off",
                ));
            }
            offsets.push(at);
            self.left -= 1;
            self.file.seek_relative(len as i64).map_err(failed)?;
        }
        if self.left == 0 && at < end {
            return Err(many());
        }
        self.features.start = at;
        Ok(offsets)
    }
}
