//! `GET /`: the portal for people, the landing page of the OGC API for programs.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::link::{HTML, Link, OPENAPI, rel, write_headers};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery};
use crate::response::Json;
use crate::response::json::JSON;

/// What this server is and where things are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Landing {
    /// Its name.
    pub title: String,
    /// What it holds.
    pub description: String,
    /// Where things are.
    pub links: Vec<Link>,
}

/// The portal, or the landing page of the API.
///
/// Browsers get the portal; `f=json`, `Accept: application/json` or no preference gets the landing page.
#[utoipa::path(get, path = "/", tag = "features", params(FormatQuery),
    responses(
        (status = 200, description = "Landing page", content((Landing = "application/json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn landing(
    State(app): State<AppState>,
    base: BaseUrl,
    format: Format,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if format == Format::Html {
        return Ok(app.portal.index(&headers));
    }
    let links = links(&base);
    let mut response = Json::new(Landing {
        title: "Địa bạ · Diaba".to_owned(),
        description: "Dữ liệu đất đai, quy hoạch, vùng trồng, đê điều và thủy lợi: đối tượng, ô bản đồ và tra cứu · \
                      Land, plans, growing zones, dikes and irrigation: features, tiles and look-ups"
            .to_owned(),
        links: links.clone(),
    })
    .into_response();
    write_headers(response.headers_mut(), &links);
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

fn links(base: &BaseUrl) -> Vec<Link> {
    let link = |path: &str, rel: &str, media_type: &str, title: &str| {
        Link::new(base.link(path), rel, media_type, title)
    };
    vec![
        link("/?f=json", rel::SELF, JSON, "This document"),
        link("/?f=html", rel::ALTERNATE, HTML, "Cổng thông tin · Portal"),
        link("/openapi.json", "service-desc", OPENAPI, "OpenAPI"),
        link("/conformance", "conformance", JSON, "Conformance classes"),
        link("/collections", rel::DATA, JSON, "Lớp dữ liệu · Collections"),
        link(
            "/tileMatrixSets",
            rel::TILING_SCHEMES,
            JSON,
            "Tile matrix sets",
        ),
        link(
            "/styles",
            "http://www.opengis.net/def/rel/ogc/1.0/styles",
            JSON,
            "Kiểu bản đồ · Map styles",
        ),
    ]
}
