//! `GET /collections/{theme}/items/{id}/extract`: everything the register knows about a parcel.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use diaba_core::feature::FeatureId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::document::Extract;
use super::read::Sources;
use super::{html, pdf};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{Format, FormatParam, Path, Query, as_of, prefers_pdf};
use crate::response::Json;

/// Value of the parameter `f`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExtractFormat {
    /// JSON.
    Json,
    /// A page.
    Html,
    /// An A4 sheet.
    Pdf,
}

impl std::str::FromStr for ExtractFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            "pdf" => Ok(Self::Pdf),
            _ => Err("expected json, html or pdf".into()),
        }
    }
}

/// How, and as of when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExtractParams {
    /// Format of the answer; without it the `Accept` header decides.
    #[param(inline)]
    f: Option<ExtractFormat>,
    /// The register as it stood at an instant (RFC 3339, transaction time), or at the end of an interval.
    datetime: Option<String>,
}

/// The extract of a parcel.
///
/// Its corners in the grid of the survey, its areas, the parcels beside it, everything that touches it theme by theme with
/// m² and percent, legal basis and source, and the themes that were looked at and do not touch it.
#[utoipa::path(get, path = "/collections/{collectionId}/items/{featureId}/extract", tag = "lookup",
    params(("collectionId" = String, Path, description = "Identifier of the theme, one extracts are made of"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        ExtractParams),
    responses((status = 200, description = "The extract",
            content((Extract = "application/json"), (String = "text/html"), (Vec<u8> = "application/pdf"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such parcel")))]
pub async fn extract(
    State(app): State<AppState>,
    Path((id, number)): Path<(String, String)>,
    Query(asked): Query<ExtractParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let format = asked.f.unwrap_or_else(|| by_accept(&headers));
    let at = as_of(asked.datetime.as_deref())?;
    let missing = || ApiError::NotFound(format!("'{id}' has no feature '{number}'"));
    let parsed = number.parse().ok().and_then(FeatureId::new);
    let feature = parsed.ok_or_else(missing)?;
    let published = app.published();
    let layer = app.layer_at(&id, at)?;
    let mut layers = app.layers_of(&published);
    for layer in &mut layers {
        *layer = app.past.layer(&published, layer, at);
    }
    if layer.get(feature).is_none() {
        return Err(missing());
    }
    let work = {
        let app = AppState::clone(&app);
        move || {
            let parcel = layer
                .get(feature)
                .ok_or_else(|| ApiError::NotFound(format!("there is no feature '{feature}'")))?;
            let sources = Sources {
                layer: &layer,
                layers: &layers,
                catalogue: app.registry.catalogue(),
                at,
            };
            let extract = sources.extract(&parcel)?;
            let bytes = match format {
                ExtractFormat::Pdf => {
                    let picture = pdf::Picture::of(&parcel, &layer, &layers)?;
                    Some(pdf::write(&extract, &picture, &app.portal)?)
                }
                _ => None,
            };
            Ok::<_, ApiError>((extract, bytes))
        }
    };
    let (extract, bytes) = app.pool.run(work).await??;
    Ok(match (format, bytes) {
        (ExtractFormat::Pdf, Some(bytes)) => (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("application/pdf"),
                ),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::try_from(format!("inline; filename=\"trich-luc-{feature}.pdf\""))
                        .map_err(ApiError::internal)?,
                ),
            ],
            bytes,
        )
            .into_response(),
        (ExtractFormat::Html, _) => html::page(&extract).into_response(),
        _ => Json::new(extract).into_response(),
    })
}

fn by_accept(headers: &HeaderMap) -> ExtractFormat {
    if prefers_pdf(headers) {
        return ExtractFormat::Pdf;
    }
    match Format::choose(None::<FormatParam>, headers) {
        Format::Html => ExtractFormat::Html,
        Format::Json => ExtractFormat::Json,
    }
}
