//! `GET /collections/{theme}/items/{id}`: one feature.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use diaba_core::feature::FeatureId;
use serde::Deserialize;
use utoipa::IntoParams;
use xxhash_rust::xxh3::xxh3_128;

use super::geojson::Feature;
use super::items_page;
use super::lineage::Lineage;
use super::link::{HTML, Link, rel, write_headers};
use crate::app::AppState;
use crate::editing::written::quoted;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatParam, Path, Query, as_of};
use crate::response::Json;
use crate::response::conditional::weak_etag;
use crate::response::json::{GEOJSON, JSON};

/// How, and as of when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemParams {
    /// Format of the answer; without it the `Accept` header decides.
    #[param(inline)]
    f: Option<FormatParam>,
    /// The feature as it stood at an instant (RFC 3339, transaction time), or at the end of an interval.
    datetime: Option<String>,
}

/// One feature.
///
/// The `ETag` of its GeoJSON names the feature's state; `If-Match` sends it back with a change.
#[utoipa::path(get, path = "/collections/{collectionId}/items/{featureId}", tag = "features",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        ItemParams),
    responses((status = 200, description = "The feature",
            content((Object = "application/geo+json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such feature")))]
pub async fn item(
    State(app): State<AppState>,
    Path((id, number)): Path<(String, String)>,
    base: BaseUrl,
    Query(asked): Query<ItemParams>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let format = Format::choose(asked.f, &headers);
    let at = as_of(asked.datetime.as_deref())?;
    let layer = app.layer_at(&id, at)?;
    let missing = || ApiError::NotFound(format!("'{id}' has no feature '{number}'"));
    let number = number
        .parse()
        .ok()
        .and_then(FeatureId::new)
        .ok_or_else(missing)?;
    let theme = layer.theme();
    let Some(found) = layer.get(number) else {
        // A feature that is gone still has a page, which says what became of it.
        let lineage = Lineage::read(&*app.layer(&id)?, number)?;
        if format == Format::Html && at.is_none() && lineage.gone().is_some() {
            let page = items_page::gone(theme, number.get(), &lineage);
            return Ok((StatusCode::GONE, page).into_response());
        }
        return Err(missing());
    };
    let mut feature = Feature::read(theme, &found)?;
    if format == Format::Html {
        let lineage = Lineage::read(&*app.layer(&id)?, number)?;
        let said = asked.datetime.as_deref().filter(|_| at.is_some());
        return Ok(items_page::single(theme, &feature, said, &lineage).into_response());
    }
    let link = |path: String, rel: &str, media_type: &str, title: &str| {
        Link::new(base.link(&path), rel, media_type, title)
    };
    let here = format!("/collections/{id}/items/{number}");
    let time = asked
        .datetime
        .as_deref()
        .map(|said| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            format!("&{}", query.append_pair("datetime", said).finish())
        })
        .unwrap_or_default();
    let links = vec![
        link(
            format!("{here}?f=json{time}"),
            rel::SELF,
            GEOJSON,
            "This feature",
        ),
        link(
            format!("{here}?f=html{time}"),
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
    let tag = found.tag().map_err(ApiError::internal)?;
    let tag = match at {
        None => HeaderValue::try_from(quoted(&tag)).map_err(ApiError::internal)?,
        // A state that is past is none to change: its tag is no one's `If-Match`.
        Some(at) => weak_etag(xxh3_128(format!("{tag} {at}").as_bytes())),
    };
    response.headers_mut().insert(header::ETAG, tag);
    write_headers(response.headers_mut(), &links);
    Ok(response)
}
