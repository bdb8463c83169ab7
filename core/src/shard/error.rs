//! What can be wrong with a shard.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::crs::CrsError;

/// A shard cannot be read, written or trusted.
#[derive(Debug, Error)]
pub enum ShardError {
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what its manifest or format says.
    #[error("{path}: {reason}; import the dataset again, or restore the folder from a backup")]
    Corrupt {
        /// The file or folder.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// The theme file is not the one the shard was packed under.
    #[error("{path}: packed under another version of the theme {theme}; it has to be packed again")]
    ThemeChanged {
        /// The shard's folder.
        path: PathBuf,
        /// The theme.
        theme: String,
    },
    /// The shard was packed by an older version of Diaba.
    #[error("{path}: packed by an older version of Diaba; it has to be packed again")]
    Outdated {
        /// The shard's folder.
        path: PathBuf,
    },
    /// A geometry or value cannot be kept.
    #[error("record {record}: {reason}")]
    Record {
        /// Its position among the records pushed, from 0.
        record: u64,
        /// Why.
        reason: String,
    },
    /// A coordinate has no image.
    #[error(transparent)]
    Crs(#[from] CrsError),
}

impl ShardError {
    /// The system refused something on `path`.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    /// `path` is not what it should be.
    pub fn corrupt(path: &Path, reason: impl Into<String>) -> Self {
        Self::Corrupt {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}
