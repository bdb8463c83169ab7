//! The pairs an overlay finds, one after the other.

use std::collections::HashSet;

use diaba_core::feature::Value;
use diaba_core::overlay::{Outline, pieces};
use diaba_core::theme::Theme;
use diaba_core::view::{FeatureRef, LayerView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::features::geojson::public_fields;

/// Most pairs of one overlay.
pub const MOST_ROWS: usize = 2_000_000;

/// What is laid: a drawn area, or a feature.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The feature's number.
    pub id: Option<u64>,
    /// What it is called.
    pub label: String,
    /// The code that colours it.
    pub class: Option<String>,
}

/// A pair.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row {
    /// Number of the feature laid; null for a drawn area.
    pub of: Option<u64>,
    /// What it is called.
    pub of_label: String,
    /// The code that colours it: a plan's function.
    pub of_class: Option<String>,
    /// Number of the feature it lies on.
    pub id: u64,
    /// Its dataset.
    pub dataset: String,
    /// Its business key.
    pub key: Vec<Option<String>>,
    /// The code that colours it: a parcel's land use.
    pub class: Option<String>,
    /// Area in common, m² of the working plane.
    pub area: f64,
    /// The same in percent of the feature it lies on.
    pub percent: f64,
}

impl Subject {
    /// The feature as what is laid.
    pub fn of(feature: &FeatureRef<'_>) -> Result<Self, ApiError> {
        let theme = feature.theme();
        let text = |field: Option<usize>| text(feature, field);
        let id = feature.id().get();
        Ok(Self {
            id: Some(id),
            label: text(theme.label)?.unwrap_or_else(|| id.to_string()),
            class: text(theme.legend)?,
        })
    }
}

/// Text of a public field.
fn text(feature: &FeatureRef<'_>, field: Option<usize>) -> Result<Option<String>, ApiError> {
    let theme = feature.theme();
    let Some(field) = field.filter(|field| public_fields(theme).any(|public| public == *field))
    else {
        return Ok(None);
    };
    let value = feature.value(field).map_err(ApiError::internal)?;
    Ok(value.as_ref().map(Value::to_string))
}

/// What is laid on what.
pub struct Overlay {
    /// What is laid, with its outline.
    pub laid: Vec<(Subject, Outline)>,
    /// Only these features of the layer, by dataset and number; all where none are named.
    pub only: Option<HashSet<(String, u64)>>,
    /// The least area that makes a pair, m².
    pub least: f64,
}

impl Overlay {
    /// Area of what is laid, m²; where it lies on itself every time.
    pub fn area(&self) -> f64 {
        self.laid.iter().map(|(_, outline)| outline.area()).sum()
    }

    /// Calls `take` with each pair on `layer`: in the order of what is laid, then of (dataset, id).
    ///
    /// # Errors
    /// What `take` says; [`ApiError::BadParameter`] where there are more than [`MOST_ROWS`].
    pub fn each<'v>(
        &self,
        layer: &'v LayerView,
        mut take: impl FnMut(Row, &FeatureRef<'v>) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        let theme = layer.theme();
        let mut count = 0;
        for (subject, outline) in &self.laid {
            for piece in pieces(outline, layer, self.least) {
                let feature = &piece.feature;
                let name = || (feature.dataset().to_owned(), feature.id().get());
                if self
                    .only
                    .as_ref()
                    .is_some_and(|only| !only.contains(&name()))
                {
                    continue;
                }
                count += 1;
                if count > MOST_ROWS {
                    let reason = format!("more than {MOST_ROWS} pairs; lay a smaller area");
                    return Err(ApiError::bad("of", reason));
                }
                take(
                    row(theme, subject, feature, piece.area, piece.whole)?,
                    feature,
                )?;
            }
        }
        Ok(())
    }
}

fn row(
    theme: &Theme,
    subject: &Subject,
    feature: &FeatureRef<'_>,
    area: f64,
    whole: f64,
) -> Result<Row, ApiError> {
    let key = theme.key.iter().map(|field| text(feature, Some(*field)));
    Ok(Row {
        of: subject.id,
        of_label: subject.label.clone(),
        of_class: subject.class.clone(),
        id: feature.id().get(),
        dataset: feature.dataset().to_owned(),
        key: key.collect::<Result<_, _>>()?,
        class: text(feature, theme.legend)?,
        area: (area * 1e4).round() / 1e4,
        percent: (area / whole.max(f64::MIN_POSITIVE) * 1e4).round() / 100.0,
    })
}
