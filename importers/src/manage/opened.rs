//! The home a command names, opened.

use std::path::Path;
use std::sync::Arc;

use diaba_core::store::{DatasetState, DirectoryStore, PostgisStore, Revisions, StoreError};
use diaba_core::theme::{Catalogue, Theme};

use crate::cli::HomeArguments;
use crate::error::ImportError;
use crate::job::Home;

/// A home and its themes.
pub struct Opened {
    /// Its datasets and their past.
    pub revisions: Box<dyn Revisions>,
    /// Its themes.
    pub catalogue: Arc<Catalogue>,
    /// Where it is.
    pub home: Home,
}

impl Opened {
    /// Opens the home; nothing is made where there is none.
    ///
    /// # Errors
    /// [`ImportError::Usage`], [`ImportError::Store`].
    pub fn new(arguments: &HomeArguments) -> Result<Self, ImportError> {
        let (home, catalogue) = (arguments.home()?, arguments.catalogue()?);
        let revisions: Box<dyn Revisions> = match &home {
            Home::Directory(data) => Box::new(
                DirectoryStore::open(data, Arc::clone(&catalogue)).map_err(ImportError::from)?,
            ),
            Home::Database(url) => {
                let store = PostgisStore::connect(url, Path::new(""), Arc::clone(&catalogue));
                Box::new(Arc::new(store.map_err(ImportError::from)?))
            }
        };
        Ok(Self {
            revisions,
            catalogue,
            home,
        })
    }

    /// The theme of that name.
    ///
    /// # Errors
    /// [`ImportError::Store`] where the home has none.
    pub fn theme(&self, name: &str) -> Result<Arc<Theme>, ImportError> {
        self.catalogue
            .theme(name)
            .cloned()
            .ok_or_else(|| nothing(name, "…"))
    }

    /// A dataset and its revisions.
    ///
    /// # Errors
    /// [`ImportError::Store`] where there is none.
    pub fn dataset(&self, theme: &str, dataset: &str) -> Result<DatasetState, ImportError> {
        let found = self
            .revisions
            .datasets(Some(theme))
            .map_err(ImportError::from)?;
        found
            .into_iter()
            .find(|state| state.dataset == dataset)
            .ok_or_else(|| nothing(theme, dataset))
    }
}

fn nothing(theme: &str, dataset: &str) -> ImportError {
    StoreError::NoDataset {
        theme: theme.to_owned(),
        dataset: dataset.to_owned(),
    }
    .into()
}
