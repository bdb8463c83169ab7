//! Why an export was not made. Every message is Vietnamese first, English on the line after it.

use std::io;
use std::path::{Path, PathBuf};

use diaba_core::render::RenderError;
use diaba_core::shard::ShardError;
use thiserror::Error;

use crate::serve::ServeError;

/// What keeps an export from being made. What stood under its name stands as it was.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The command line asks for something that cannot be.
    #[error("{vi}\n{en}")]
    Usage {
        /// In Vietnamese.
        vi: String,
        /// In English.
        en: String,
    },
    /// The home cannot be opened.
    #[error("Không mở được kho dữ liệu: {0}.\nThe data cannot be opened: {0}.")]
    Home(#[from] ServeError),
    /// Something in the home is damaged, and the archive would lack it.
    #[error(
        "Kho dữ liệu có phần không đọc được, tệp xuất sẽ thiếu: {path}: {reason}.\nPart of the data cannot be read, and the archive would lack it: {path}: {reason}."
    )]
    Incomplete {
        /// Where.
        path: String,
        /// Why.
        reason: String,
    },
    /// A tile cannot be made.
    #[error("Không vẽ được ô {tile}: {source}.\nTile {tile} cannot be drawn: {source}.")]
    Render {
        /// The tile, zoom/column/row.
        tile: String,
        /// Why.
        source: RenderError,
    },
    /// A record cannot be read.
    #[error("Không đọc được bản ghi: {0}.\nA record cannot be read: {0}.")]
    Record(#[from] ShardError),
    /// Another export of the same file is under way.
    #[error(
        "Một tiến trình khác đang xuất {0}.\nAnother process is exporting {0}.",
        path.display()
    )]
    Busy {
        /// The archive.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{0}: {source}.\n{0}: {source}.", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The archive cannot be written.
    #[error("Không ghi được {0}: {reason}.\n{0} cannot be written: {reason}.", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl ExportError {
    /// What cannot be, in both languages.
    pub fn usage(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Usage {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// Whether the command line is at fault.
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Usage { .. })
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn archive(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Archive {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}
