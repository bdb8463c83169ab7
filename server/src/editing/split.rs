//! `POST /collections/{theme}/split/{id}`: a parcel becomes several, in one operation that keeps lineage.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use diaba_core::feature::{FeatureId, NewFeature, Value};
use diaba_core::store::{Edit, Outcome};
use diaba_core::theme::{GeometryKind, Theme};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::access::Access;
use super::body::Document;
use super::carry::{Anchors, CrsQuery, SentCrs};
use super::cover::{polygons, tiles};
use super::held::{Held, number};
use super::precondition::IfMatch;
use super::record::{Reader, Told};
use super::refusals::{Moved, Shut};
use super::written::Written;
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Path};
use crate::response::Json as Answer;

/// Most parts of one split, and most parcels of one merge.
pub const MOST: usize = 500;

/// What a split or merge has made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Remade {
    /// The features that are gone; their states stay in the history, with the numbers of what they became.
    pub gone: Vec<u64>,
    /// The features that are new; each names in its lineage what it was made of.
    pub created: Vec<Written>,
}

/// Splits a feature of polygons.
///
/// The parts are the features of a GeoJSON feature collection. They must tile the whole: what is missing, added or
/// covered twice may be no more than a strip of a millimetre along the boundary, measured in the working plane. A part
/// has the properties of the whole where it does not say its own; declared areas are not inherited.
#[utoipa::path(post, path = "/collections/{collectionId}/split/{featureId}", tag = "editing",
    params(("collectionId" = String, Path, description = "Identifier of the theme, such as land_parcels"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        CrsQuery, ("Content-Crs" = Option<String>, Header, description = "Reference system of the coordinates"),
        ("If-Match" = String, Header, description = "ETag of the feature as it was read, or `*`")),
    request_body(content = Object, content_type = "application/geo+json", description = "A GeoJSON feature collection"),
    responses((status = 201, description = "The parts are there", body = Remade),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No feature collection"),
        (status = 422, body = Problem, content_type = "application/problem+json",
            description = "The parts do not tile the whole, or their content cannot be kept"),
        Shut, Moved),
    security(("key" = [])))]
pub async fn split(
    State(app): State<AppState>,
    Access { author }: Access,
    Path((id, text)): Path<(String, String)>,
    meant: IfMatch,
    sent: SentCrs,
    base: BaseUrl,
    Document(document): Document,
) -> Result<Response, ApiError> {
    let theme = app.theme(&id)?;
    ground(&theme)?;
    let id = number(&id, &text)?;
    let working = Arc::clone(&app);
    app.edit_pool
        .run(move || {
            let app = &*working;
            let editor = app.editor()?;
            let held = Held::read(editor, &theme, id, &meant)?;
            let parts = features(&document)?;
            let reader = Reader {
                app,
                theme: &theme,
                sent,
                anchors: Anchors::of(app, [&held.feature.geometry])?,
            };
            let model = without_areas(&theme, held.feature.clone());
            let mut told = Vec::with_capacity(parts.len());
            let mut into = Vec::with_capacity(parts.len());
            for (at, part) in parts.iter().enumerate() {
                if part.get("geometry").is_none_or(Json::is_null) {
                    return Err(ApiError::BadBody(format!("part {at} has no geometry")));
                }
                let (feature, said) = reader.patch(part, &model)?;
                told.push(said);
                into.push(feature);
            }
            let whole = polygons(&held.feature.geometry).unwrap_or(geo::MultiPolygon(Vec::new()));
            let grounds: Vec<_> = into.iter().filter_map(|f| polygons(&f.geometry)).collect();
            tiles(&whole, &grounds).map_err(|problem| ApiError::Invalid(vec![problem]))?;
            let edit = Edit::Split {
                id,
                tag: Some(held.tag),
                into,
            };
            let outcome = editor.edit(&theme, edit, &author)?;
            Ok(remade(&theme, &base, outcome, told))
        })
        .await?
}

/// Only ground is split and merged.
pub fn ground(theme: &Theme) -> Result<(), ApiError> {
    if theme.geometry == GeometryKind::Polygon {
        Ok(())
    } else {
        Err(ApiError::NotFound(format!(
            "features of '{}' are no polygons: they are not split or merged",
            theme.id
        )))
    }
}

/// The features of a collection, two at least.
fn features(document: &Json) -> Result<&[Json], ApiError> {
    let features = document
        .get("features")
        .and_then(Json::as_array)
        .ok_or_else(|| ApiError::BadBody("expected a GeoJSON feature collection".to_owned()))?;
    if (2..=MOST).contains(&features.len()) {
        Ok(features)
    } else {
        Err(ApiError::BadBody(format!(
            "expected 2 to {MOST} parts, found {}",
            features.len()
        )))
    }
}

/// `feature` without the areas it declares: they are those of other ground.
pub fn without_areas(theme: &Theme, mut feature: NewFeature) -> NewFeature {
    let is_area = |unit: &Option<String>| matches!(unit.as_deref(), Some("m2" | "ha" | "km2"));
    for (field, value) in theme.fields.iter().zip(&mut feature.values) {
        // A list of purposes says the area of each.
        if is_area(&field.unit) || (!field.required && matches!(value, Some(Value::Json(_)))) {
            *value = None;
        }
    }
    // The lineage of the new ones is theirs.
    feature.extra.remove("parents");
    feature
}

/// The answer to an operation that makes features anew; `told` is in the order they were sent.
pub fn remade(theme: &Theme, base: &BaseUrl, outcome: Outcome, told: Vec<Told>) -> Response {
    let told = told.into_iter().chain(std::iter::repeat(Told::default()));
    let created = outcome
        .rows
        .iter()
        .zip(told)
        .map(|((dataset, row), told)| Written::new(theme, base, dataset, row, told))
        .collect();
    let gone = outcome.gone.into_iter().map(FeatureId::get).collect();
    (StatusCode::CREATED, Answer::new(Remade { gone, created })).into_response()
}
