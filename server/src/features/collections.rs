//! `GET /collections`: the layers.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Serialize;
use utoipa::ToSchema;

use super::collection::Collection;
use super::link::{HTML, Link, rel, write_headers};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery};
use crate::response::json::JSON;
use crate::response::page::bilingual;
use crate::response::{Json, Page};

/// The layers that have data.
#[derive(Debug, Serialize, ToSchema)]
pub struct Collections {
    /// This document and its other forms.
    pub links: Vec<Link>,
    /// One entry a layer.
    pub collections: Vec<Collection>,
}

/// Lists the layers that have data.
#[utoipa::path(get, path = "/collections", tag = "features", params(FormatQuery),
    responses((status = 200, description = "The collections",
            content((Collections = "application/json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn collections(
    State(app): State<AppState>,
    base: BaseUrl,
    format: Format,
) -> Result<Response, ApiError> {
    let layers = app.layers();
    let collections: Vec<Collection> = layers
        .iter()
        .map(|layer| Collection::of(layer, &base))
        .collect();
    if format == Format::Html {
        return Ok(page(&collections).into_response());
    }
    let links = vec![
        Link::new(
            base.link("/collections?f=json"),
            rel::SELF,
            JSON,
            "This document",
        ),
        Link::new(
            base.link("/collections?f=html"),
            rel::ALTERNATE,
            HTML,
            "This document as a page",
        ),
    ];
    let mut response = Json::new(Collections {
        links: links.clone(),
        collections,
    })
    .into_response();
    write_headers(response.headers_mut(), &links);
    Ok(response)
}

fn page(collections: &[Collection]) -> Page {
    Page {
        title: bilingual("Lớp dữ liệu", "Collections"),
        trail: Vec::new(),
        alternates: vec![("/collections?f=json".to_owned(), JSON, "JSON")],
        content: html! {
            @if collections.is_empty() {
                p { "Chưa có dữ liệu." }
                p.en lang="en" { "There is no data yet." }
            }
            dl {
                @for collection in collections {
                    dt { a href={ "/collections/" (collection.id) "?f=html" } { (collection.title) } }
                    dd { (collection.description) }
                }
            }
        },
    }
}
