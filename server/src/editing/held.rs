//! A feature as the system of record has it, in the state a client means.

use std::sync::Arc;

use diaba_core::edits::Row;
use diaba_core::feature::{FeatureId, NewFeature, content_tag};
use diaba_core::store::Editor;
use diaba_core::theme::Theme;
use geo::{Geometry, MultiLineString, MultiPolygon};

use super::precondition::IfMatch;
use crate::app::App;
use crate::error::ApiError;

/// A feature and its tag.
#[derive(Debug)]
pub struct Held {
    /// Its id.
    pub id: FeatureId,
    /// Its dataset.
    pub dataset: String,
    /// What it is.
    pub feature: NewFeature,
    /// Names its state.
    pub tag: String,
}

impl Held {
    /// Reads a feature that must be in one of the states of `meant`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::PreconditionFailed`] with the tag it has, [`ApiError::Unavailable`].
    pub fn read(
        editor: &dyn Editor,
        theme: &Arc<Theme>,
        id: FeatureId,
        meant: &IfMatch,
    ) -> Result<Self, ApiError> {
        let (dataset, Row { feature, .. }) = editor.read(theme, id)?;
        let tag = content_tag(id, &feature);
        if !meant.holds(&tag) {
            return Err(ApiError::PreconditionFailed { tag });
        }
        Ok(Self {
            id,
            dataset,
            feature,
            tag,
        })
    }

    /// Whether `feature` says nothing new.
    pub fn is(&self, feature: &NewFeature) -> bool {
        self.feature.values == feature.values
            && self.feature.extra == feature.extra
            && many(self.feature.geometry.clone()) == many(feature.geometry.clone())
    }
}

/// One polygon or line as a set of one.
fn many(geometry: Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]).into(),
        Geometry::LineString(line) => MultiLineString(vec![line]).into(),
        other => other,
    }
}

impl App {
    /// The theme called `id`, whether or not there is data of it.
    pub fn theme(&self, id: &str) -> Result<Arc<Theme>, ApiError> {
        self.registry
            .catalogue()
            .theme(id)
            .cloned()
            .ok_or_else(|| ApiError::NotFound(format!("there is no theme '{id}'")))
    }
}

/// The feature's number in an address.
pub fn number(theme: &str, text: &str) -> Result<FeatureId, ApiError> {
    text.parse()
        .ok()
        .and_then(FeatureId::new)
        .ok_or_else(|| ApiError::NotFound(format!("'{theme}' has no feature '{text}'")))
}
