//! `GET /conformance`: which standards this server keeps.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::error::Problem;
use crate::extract::{Format, FormatQuery};
use crate::response::page::bilingual;
use crate::response::{Json, Page};

/// OGC API Features Part 1, Common Part 2, Tiles Part 1, and the tile matrix sets they need. The OpenAPI document is
/// of version 3.1, for which Features Part 1 has no class.
const CLASSES: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
];

/// OGC API Features Part 4, where editing is on.
const EDITING: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
];

/// The conformance classes this server keeps.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conformance {
    /// Addresses of the classes.
    #[serde(rename = "conformsTo")]
    pub conforms_to: Vec<&'static str>,
}

/// The conformance classes this server keeps.
#[utoipa::path(get, path = "/conformance", tag = "features", params(FormatQuery),
    responses((status = 200, description = "The classes", content((Conformance = "application/json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn conformance(State(app): State<AppState>, format: Format) -> Response {
    let mut classes = CLASSES.to_vec();
    if app.editor().is_ok() {
        classes.extend(EDITING);
    }
    match format {
        Format::Json => Json::new(Conformance {
            conforms_to: classes,
        })
        .into_response(),
        Format::Html => Page {
            title: bilingual("Tiêu chuẩn được tuân thủ", "Conformance"),
            trail: Vec::new(),
            alternates: vec![("/conformance?f=json".to_owned(), "application/json", "JSON")],
            content: html! { ul { @for class in &classes { li { a href=(class) { (class) } } } } },
        }
        .into_response(),
    }
}
