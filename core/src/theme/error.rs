//! What can be wrong with a theme, a code list or the folder they lie in.

use std::path::PathBuf;

use thiserror::Error;

/// Why themes and code lists could not be loaded. Every message names the file, the key and what to do.
#[derive(Debug, Error)]
pub enum ThemeError {
    /// A file or folder could not be read.
    #[error("{}: cannot be read: {source}; check that it exists and may be read", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file's name is no identifier.
    #[error(
        "{file}: the name of the file is the identifier and must be lower-case letters, digits and _, such as `land_parcels.toml`"
    )]
    Name {
        /// The file.
        file: String,
    },
    /// The file is not TOML, or has a key of a wrong name or type.
    #[error("{file}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser said, with line, column and the keys it knows.
        message: String,
    },
    /// A key says something that cannot be.
    #[error("{file}: {key}: {problem}; {advice}")]
    Key {
        /// The file.
        file: String,
        /// The key, as a path (`fields[3].code_list`).
        key: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        advice: String,
    },
}

impl ThemeError {
    pub(crate) fn key(
        file: &str,
        key: impl Into<String>,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::Key {
            file: file.to_owned(),
            key: key.into(),
            problem: problem.into(),
            advice: advice.into(),
        }
    }

    pub(crate) fn syntax(file: &str, error: &toml::de::Error) -> Self {
        Self::Syntax {
            file: file.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        }
    }
}
