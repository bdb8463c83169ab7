//! Where datasets are, as every command is told.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use diaba_core::theme::{Catalogue, Theme};

use super::parse::usage;
use crate::error::ImportError;
use crate::job::Home;

/// A home and its themes.
#[derive(Debug, Clone, Args)]
pub struct HomeArguments {
    /// Thư mục kho dữ liệu · the data directory
    #[arg(
        long,
        value_name = "DIR",
        required_unless_present = "database",
        conflicts_with = "database"
    )]
    pub data: Option<PathBuf>,
    /// Cơ sở dữ liệu PostGIS, thay cho --data · a PostGIS database instead (postgres://user@host/name; the password
    /// from PGPASSWORD or ~/.pgpass)
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Thư mục chuyên đề bổ sung · a folder of further themes
    #[arg(long, value_name = "DIR")]
    pub styles: Option<PathBuf>,
}

impl HomeArguments {
    /// Where datasets are kept.
    ///
    /// # Errors
    /// [`ImportError::Usage`] where neither home is named.
    pub fn home(&self) -> Result<Home, ImportError> {
        match (&self.data, &self.database) {
            (Some(data), _) => Ok(Home::Directory(data.clone())),
            (None, Some(url)) => Ok(Home::Database(url.clone())),
            (None, None) => Err(usage(
                "Thiếu --data hoặc --database.",
                "Neither --data nor --database is given.",
            )),
        }
    }

    /// The folder of further themes: the one named, else the home's own.
    pub fn overlay(&self) -> Option<PathBuf> {
        let own = self.data.as_ref().map(|data| data.join("styles"));
        self.styles
            .clone()
            .or_else(|| own.filter(|own| own.is_dir()))
    }

    /// The themes and code lists of the home.
    ///
    /// # Errors
    /// [`ImportError::Usage`] where a file of theirs is wrong.
    pub fn catalogue(&self) -> Result<Arc<Catalogue>, ImportError> {
        Catalogue::load(self.overlay().as_deref())
            .map(Arc::new)
            .map_err(|e| usage(e.to_string(), e.to_string()))
    }
}

/// The theme of that name.
///
/// # Errors
/// [`ImportError::Usage`] with those there are.
pub(super) fn theme<'c>(
    catalogue: &'c Catalogue,
    name: &str,
) -> Result<&'c Arc<Theme>, ImportError> {
    catalogue.theme(name).ok_or_else(|| {
        let known = catalogue
            .themes()
            .map(|t| t.id.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        usage(
            format!("Không có chuyên đề “{name}”; các chuyên đề: {known}."),
            format!("There is no theme “{name}”; the themes: {known}."),
        )
    })
}
