//! `GET /openapi.json`: the OpenAPI document, made from the same annotations as the routes.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::error::ApiError;
use crate::extract::{Format, Wanted};
use crate::features::link::OPENAPI;
use crate::response::json::JSON;
use crate::router;

/// What the routes do not say about the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Địa bạ · Diaba",
        description = "Máy chủ dữ liệu không gian của sổ địa bạ: đối tượng (OGC API Features), ô bản đồ vector \
                       (OGC API Tiles, TileJSON), tra cứu theo vị trí và theo số thửa.\n\n\
                       Spatial data server of the land register: features, vector tiles, look-ups by place and by \
                       parcel key. Coordinates are longitude, latitude on WGS 84 (OGC:CRS84) unless said otherwise. \
                       Errors are problem documents (RFC 9457).",
        license(name = "MIT OR Apache-2.0")
    ),
    servers((url = "/")),
    modifiers(&Key),
    tags(
        (name = "features", description = "OGC API Features, Part 1"),
        (name = "editing", description = "OGC API Features, Part 4; split and merge. Off unless switched on, then with a key"),
        (name = "tiles", description = "OGC API Tiles, plain tile addresses, TileJSON"),
        (name = "changes", description = "What changed lately, asked for or as it happens"),
        (name = "lookup", description = "By place, by parcel key; themes and code lists"),
        (name = "styles", description = "Map styles, sprites and fonts"),
        (name = "operation", description = "Health, metrics, this document")
    )
)]
pub struct Api;

/// The key edits are made with.
struct Key;

impl Modify for Key {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key made with `diaba key add`"))
            .build();
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("key", SecurityScheme::Http(bearer));
    }
}

static DOCUMENT: LazyLock<Option<Bytes>> = LazyLock::new(|| {
    serde_json::to_vec(&router::document())
        .ok()
        .map(Bytes::from)
});

/// The OpenAPI document.
#[utoipa::path(get, path = "/openapi.json", tag = "operation", params(crate::extract::FormatQuery),
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/vnd.oai.openapi+json;version=3.1",
        body = Object)))]
pub async fn openapi(_: Format, headers: HeaderMap) -> Result<Response, ApiError> {
    let document = DOCUMENT.clone().ok_or_else(|| {
        ApiError::internal(anyhow::anyhow!("the OpenAPI document does not serialise"))
    })?;
    // Clients written for version 3.0 (GDAL, QGIS) take it as JSON and refuse a type they do not know.
    let media_type = if Wanted::by(&headers) == Wanted::Json {
        JSON
    } else {
        OPENAPI
    };
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        document,
    )
        .into_response())
}
