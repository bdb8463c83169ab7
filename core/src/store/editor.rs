//! Changing single features in a home that allows it.

use std::sync::Arc;

use thiserror::Error;

use super::{KeyHash, StoreError};
use crate::edits::Row;
use crate::feature::{FeatureId, NewFeature};
use crate::theme::Theme;

/// Who makes an edit, kept with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Name of the key or account.
    pub who: String,
    /// Network address the request came from.
    pub from: String,
}

/// A change of single features; all of it happens or nothing. Geometry is in the working CRS, checked and mended.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A new feature in the dataset `manual` of the theme.
    Create(NewFeature),
    /// Other content for a feature.
    Replace {
        /// The feature.
        id: FeatureId,
        /// The [`content_tag`](crate::feature::content_tag) it must still have.
        tag: Option<String>,
        /// What it becomes.
        feature: NewFeature,
    },
    /// The feature goes.
    Delete {
        /// The feature.
        id: FeatureId,
        /// The tag it must still have.
        tag: Option<String>,
    },
    /// A feature becomes several; each names the other side in its lineage.
    Split {
        /// The feature.
        id: FeatureId,
        /// The tag it must still have.
        tag: Option<String>,
        /// Its parts.
        into: Vec<NewFeature>,
    },
    /// Several features become one; each names the other side in its lineage.
    Merge {
        /// The features and the tags they must still have.
        ids: Vec<(FeatureId, Option<String>)>,
        /// What they become.
        into: NewFeature,
    },
}

/// What an edit left.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The rows that are new or other than before, with their dataset.
    pub rows: Vec<(String, Row)>,
    /// The features that are gone.
    pub gone: Vec<FeatureId>,
}

/// An edit that was not made.
#[derive(Debug, Error)]
pub enum EditError {
    /// No such feature.
    #[error("the layer has no feature {0}")]
    NotFound(FeatureId),
    /// Somebody changed it meanwhile.
    #[error("feature {id} was changed meanwhile; read it again and decide anew")]
    Changed {
        /// The feature.
        id: FeatureId,
        /// The tag it has now.
        tag: String,
    },
    /// The home refuses the content.
    #[error("{0}")]
    Refused(String),
    /// The home is out of reach.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes single features, each edit in one transaction.
pub trait Editor: Send + Sync {
    /// The row as the system of record has it at this moment, and its dataset.
    ///
    /// # Errors
    /// [`EditError::NotFound`], [`EditError::Store`].
    fn read(&self, theme: &Arc<Theme>, id: FeatureId) -> Result<(String, Row), EditError>;

    /// Makes an edit.
    ///
    /// # Errors
    /// [`EditError`]; nothing has then changed.
    fn edit(&self, theme: &Arc<Theme>, edit: Edit, author: &Author) -> Result<Outcome, EditError>;

    /// Name of whoever holds the key with this hash, where there is one that was not taken back.
    ///
    /// # Errors
    /// [`StoreError`] where the home cannot be asked; that is never "there is none".
    fn key_holder(&self, key: &KeyHash) -> Result<Option<String>, StoreError> {
        let _ = key;
        Ok(None)
    }
}
