//! `GET /collections/{theme}/items/{id}`: one feature.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::feature::FeatureId;

use super::geojson::Feature;
use super::items_page;
use super::link::{HTML, Link, rel, write_headers};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery, Path};
use crate::response::Json;
use crate::response::json::{GEOJSON, JSON};

/// One feature.
#[utoipa::path(get, path = "/collections/{collectionId}/items/{featureId}", tag = "features",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        FormatQuery),
    responses((status = 200, description = "The feature",
            content((Object = "application/geo+json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such feature")))]
pub async fn item(
    State(app): State<AppState>,
    Path((id, number)): Path<(String, String)>,
    base: BaseUrl,
    format: Format,
) -> Result<Response, ApiError> {
    let layer = app.layer(&id)?;
    let missing = || ApiError::NotFound(format!("'{id}' has no feature '{number}'"));
    let number = number
        .parse()
        .ok()
        .and_then(FeatureId::new)
        .ok_or_else(missing)?;
    let found = layer.get(number).ok_or_else(missing)?;
    let theme = layer.theme();
    let mut feature = Feature::read(theme, &found)?;
    if format == Format::Html {
        return Ok(items_page::single(theme, &feature).into_response());
    }
    let link = |path: String, rel: &str, media_type: &str, title: &str| {
        Link::new(base.link(&path), rel, media_type, title)
    };
    let here = format!("/collections/{id}/items/{number}");
    let links = vec![
        link(format!("{here}?f=json"), rel::SELF, GEOJSON, "This feature"),
        link(
            format!("{here}?f=html"),
            rel::ALTERNATE,
            HTML,
            "This feature as a page",
        ),
        link(
            format!("/collections/{id}?f=json"),
            rel::COLLECTION,
            JSON,
            "The collection",
        ),
    ];
    feature.links.clone_from(&links);
    let mut response = Json::of_type(GEOJSON, feature).into_response();
    write_headers(response.headers_mut(), &links);
    Ok(response)
}
