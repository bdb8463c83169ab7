//! `GET /collections/{theme}/items`: a page of features.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use diaba_core::query::{Page, QueryError};
use diaba_core::view::LayerView;
use serde::Serialize;
use utoipa::ToSchema;
use xxhash_rust::xxh3::xxh3_128;

use super::geojson::Feature;
use super::items_page;
use super::items_query::{self, ItemsParams, ItemsQuery};
use super::link::{HTML, Link, rel, write_headers};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, Pairs, Path};
use crate::response::conditional::weak_etag;
use crate::response::json::{self, GEOJSON, JSON};

/// A page of features (GeoJSON).
#[derive(Serialize, ToSchema)]
struct FeatureCollection<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Features of all pages together, where that is known without reading them all.
    #[serde(rename = "numberMatched", skip_serializing_if = "Option::is_none")]
    matched: Option<u64>,
    /// Features of this page.
    #[serde(rename = "numberReturned")]
    returned: usize,
    /// When the page was made.
    #[serde(rename = "timeStamp")]
    made_at: String,
    links: &'a [Link],
    #[schema(value_type = Vec<Object>)]
    features: &'a [Feature<'a>],
}

/// A page of features, filtered by box and by fields.
///
/// Features are in the order of (dataset, id); the `next` link holds a cursor and stays right when data change.
#[utoipa::path(get, path = "/collections/{collectionId}/items", tag = "features",
    params(("collectionId" = String, Path, description = "Identifier of the theme"), ItemsParams),
    responses((status = 200, description = "The page",
            content((FeatureCollection = "application/geo+json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such collection")))]
pub async fn items(
    State(app): State<AppState>,
    Path(id): Path<String>,
    pairs: Pairs,
    base: BaseUrl,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let layer = app.layer_at(&id, items_query::at(&pairs)?)?;
    let asked = ItemsQuery::read(
        pairs.clone(),
        layer.theme(),
        layer.extent_lonlat(),
        &headers,
    )?;
    app.pool
        .run(move || answer(&layer, &asked, &pairs, &base))
        .await?
}

fn answer(
    layer: &Arc<LayerView>,
    asked: &ItemsQuery,
    pairs: &Pairs,
    base: &BaseUrl,
) -> Result<Response, ApiError> {
    let page = layer.query(&asked.query).map_err(refused)?;
    let links = links(&layer.theme().id, &page, pairs, base);
    let features = page
        .features
        .iter()
        .map(|feature| Feature::read(layer.theme(), feature))
        .collect::<Result<Vec<_>, _>>()?;
    let mut response = match asked.format {
        Format::Html => items_page::page(layer.theme(), &features, &page, &links).into_response(),
        Format::Json => {
            let document = FeatureCollection {
                kind: "FeatureCollection",
                matched: page.matched,
                returned: features.len(),
                made_at: jiff::Timestamp::now()
                    .strftime("%Y-%m-%dT%H:%M:%SZ")
                    .to_string(),
                links: &links,
                features: &features,
            };
            json::bytes(
                GEOJSON,
                serde_json::to_vec(&document).map_err(ApiError::internal)?,
            )
        }
    };
    // The time stamp is no part of what the client may already have.
    let version = format!(
        "{} {} {} {:?}",
        layer.version(),
        pairs.with(&[]),
        base.0,
        asked.format
    );
    response
        .headers_mut()
        .insert(header::ETAG, weak_etag(xxh3_128(version.as_bytes())));
    write_headers(response.headers_mut(), &links);
    Ok(response)
}

fn links(id: &str, page: &Page<'_>, pairs: &Pairs, base: &BaseUrl) -> Vec<Link> {
    let here = |set: &[(&str, Option<&str>)]| {
        base.link(&format!("/collections/{id}/items?{}", pairs.with(set)))
    };
    let mut links = vec![
        Link::new(
            here(&[("f", Some("json"))]),
            rel::SELF,
            GEOJSON,
            "This page",
        ),
        Link::new(
            here(&[("f", Some("html"))]),
            rel::ALTERNATE,
            HTML,
            "This page as HTML",
        ),
        Link::new(
            base.link(&format!("/collections/{id}?f=json")),
            rel::COLLECTION,
            JSON,
            "The collection",
        ),
    ];
    if let Some(next) = &page.next {
        let next = next.to_string();
        links.push(Link::new(
            here(&[("f", Some("json")), ("cursor", Some(&next))]),
            rel::NEXT,
            GEOJSON,
            "The next page",
        ));
    }
    links
}

fn refused(error: QueryError) -> ApiError {
    match error {
        QueryError::Box(_) => ApiError::bad("bbox", error),
        QueryError::Shard(_) | QueryError::Crs(_) => ApiError::internal(error),
    }
}
