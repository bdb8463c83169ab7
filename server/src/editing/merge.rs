//! `POST /collections/{theme}/merge`: several parcels become one, in one operation that keeps lineage.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use diaba_core::feature::FeatureId;
use diaba_core::geometry::{mend, own_judge};
use diaba_core::store::Edit;
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::access::Access;
use super::body::Document;
use super::carry::{Anchors, CrsQuery, SentCrs};
use super::cover::{polygons, tiles};
use super::geometry::FIELD;
use super::held::Held;
use super::precondition::IfMatch;
use super::record::Reader;
use super::refusals::Shut;
use super::split::{MOST, Remade, ground, remade, without_areas};
use super::unite::union;
use crate::app::AppState;
use crate::error::{ApiError, FieldProblem, Problem};
use crate::extract::{BaseUrl, Path};

/// What is merged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merging {
    /// The features; the new one has the properties of the first where `into` does not say its own.
    features: Vec<Named>,
    /// A GeoJSON feature: what becomes of them. Without a geometry it is their union.
    #[serde(default)]
    #[schema(value_type = Object)]
    into: Json,
}

/// A feature in the state it was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Its number.
    id: u64,
    /// Its ETag as it was read, or `*` for whatever it is now.
    etag: Option<String>,
}

/// Merges features of polygons.
///
/// They must lie side by side, and tile the geometry of `into` where one is sent: what is missing, added or covered
/// twice may be no more than a strip of a millimetre along the boundary, measured in the working plane. Declared areas
/// are not inherited.
#[utoipa::path(post, path = "/collections/{collectionId}/merge", tag = "editing",
    params(("collectionId" = String, Path, description = "Identifier of the theme, such as land_parcels"),
        CrsQuery, ("Content-Crs" = Option<String>, Header, description = "Reference system of the coordinates")),
    request_body(content = Merging, content_type = "application/json"),
    responses((status = 201, description = "The new feature is there", body = Remade),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No such document"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such feature"),
        (status = 412, body = Problem, content_type = "application/problem+json",
            description = "One of them was changed meanwhile; `ETag` is what it is now"),
        (status = 422, body = Problem, content_type = "application/problem+json",
            description = "They do not lie side by side, or the content cannot be kept"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "An etag is missing"),
        Shut),
    security(("key" = [])))]
pub async fn merge(
    State(app): State<AppState>,
    Access { author }: Access,
    Path(id): Path<String>,
    sent: SentCrs,
    base: BaseUrl,
    Document(document): Document,
) -> Result<Response, ApiError> {
    let theme = app.theme(&id)?;
    ground(&theme)?;
    let merging: Merging =
        serde_json::from_value(document).map_err(|error| ApiError::BadBody(error.to_string()))?;
    let named = named(&merging)?;
    let working = Arc::clone(&app);
    app.edit_pool
        .run(move || {
            let app = &*working;
            let editor = app.editor()?;
            let held: Vec<Held> = named
                .iter()
                .map(|(id, meant)| Held::read(editor, &theme, *id, meant))
                .collect::<Result<_, _>>()?;
            let Some(first) = held.first() else {
                return Err(ApiError::BadBody("nothing is merged".to_owned()));
            };
            let invalid = |problem: FieldProblem| ApiError::Invalid(vec![problem]);
            let grounds: Vec<_> = held
                .iter()
                .filter_map(|one| polygons(&one.feature.geometry))
                .collect();
            let reader = Reader {
                app,
                theme: &theme,
                sent,
                anchors: Anchors::of(app, held.iter().map(|one| &one.feature.geometry))?,
            };
            let mut model = without_areas(&theme, first.feature.clone());
            let into = match &merging.into {
                Json::Null => Json::Object(serde_json::Map::new()),
                into => into.clone(),
            };
            let said = into.get("geometry").is_some();
            if !said {
                let whole = union(&grounds).map_err(invalid)?;
                model.geometry = mend(whole.into(), theme.geometry, own_judge)
                    .map_err(|flaw| invalid(FieldProblem::new(FIELD, flaw.reason())))?
                    .geometry;
            }
            let (feature, told) = reader.patch(&into, &model)?;
            if said {
                let whole = polygons(&feature.geometry).unwrap_or(geo::MultiPolygon(Vec::new()));
                tiles(&whole, &grounds).map_err(invalid)?;
            }
            let edit = Edit::Merge {
                ids: held
                    .into_iter()
                    .map(|one| (one.id, Some(one.tag)))
                    .collect(),
                into: feature,
            };
            let outcome = editor.edit(&theme, edit, &author)?;
            Ok(remade(&theme, &base, outcome, vec![told]))
        })
        .await?
}

/// The features named, two at least, none twice, each in the state it was read.
fn named(merging: &Merging) -> Result<Vec<(FeatureId, IfMatch)>, ApiError> {
    let count = merging.features.len();
    if !(2..=MOST).contains(&count) {
        return Err(ApiError::BadBody(format!(
            "expected 2 to {MOST} features, found {count}"
        )));
    }
    let mut out: Vec<(FeatureId, IfMatch)> = Vec::with_capacity(count);
    for one in &merging.features {
        let id = FeatureId::new(one.id)
            .ok_or_else(|| ApiError::NotFound(format!("the layer has no feature '{}'", one.id)))?;
        if out.iter().any(|(known, _)| *known == id) {
            return Err(ApiError::BadBody(format!("feature {id} is named twice")));
        }
        let etag = one.etag.as_deref().ok_or(ApiError::PreconditionRequired)?;
        out.push((id, IfMatch::of_tag(etag)));
    }
    Ok(out)
}
