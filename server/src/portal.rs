//! The portal: the files its own build left in `portal/dist`, embedded in the program; without them a plain page says
//! how to make them.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use rust_embed::RustEmbed;

use crate::app::AppState;
use crate::error::ApiError;
use crate::response::asset::{Asset, Keep};
use crate::response::page::{Page, STYLE, STYLE_SHEET, bilingual};

#[derive(RustEmbed)]
#[folder = "portal/dist"]
struct Built;

/// The portal's files by their path, without the leading slash.
pub struct Portal {
    files: HashMap<String, Asset>,
}

/// The page that opens the portal.
const INDEX: &str = "index.html";

impl Portal {
    /// The embedded files and the style sheet of the plain pages.
    pub fn embedded() -> Self {
        let mut files: HashMap<String, Asset> = Built::iter()
            .filter_map(|name| {
                let file = Built::get(&name)?;
                Some((name.to_string(), Asset::new(&name, file.data, keep(&name))))
            })
            .collect();
        let sheet = Asset::new(STYLE_SHEET, STYLE.as_bytes().into(), Keep::Ask);
        files.insert(STYLE_SHEET.trim_start_matches('/').to_owned(), sheet);
        Self { files }
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    /// Whether the portal's build made glyphs of the font called `name`.
    pub fn has_font(&self, name: &str) -> bool {
        self.files.contains_key(&format!("fonts/{name}/0-255.pbf"))
    }

    /// The portal's first page.
    pub fn index(&self, request: &HeaderMap) -> Response {
        let mut response = match self.files.get(INDEX) {
            Some(index) => index.respond(request),
            None => how_to_build().into_response(),
        };
        response.headers_mut().insert(
            header::VARY,
            HeaderValue::from_static("accept, accept-encoding"),
        );
        response
    }
}

/// Vite puts what carries a content hash in its name under `assets/`.
fn keep(name: &str) -> Keep {
    if name.starts_with("assets/") {
        Keep::Forever
    } else {
        Keep::Ask
    }
}

fn how_to_build() -> Page {
    Page {
        title: bilingual(
            "Cổng thông tin chưa được dựng",
            "The portal has not been built",
        ),
        trail: Vec::new(),
        alternates: vec![("/?f=json".into(), "application/json", "JSON")],
        content: html! {
            p { "Máy chủ dữ liệu đang chạy. Để có bản đồ, hãy dựng cổng thông tin bằng Node.js rồi biên dịch lại:" }
            p.en lang="en" { "The data server is running. For the map, build the portal with Node.js and compile again:" }
            pre { "npm --prefix server/portal ci\nnpm --prefix server/portal run build\ncargo build --release" }
            p { a href="/collections?f=html" { "Danh sách lớp dữ liệu" } " · " a href="/openapi.json" { "OpenAPI" } }
        },
    }
}

/// Answers what no route takes: the portal's files, else 404.
pub async fn fallback(
    State(app): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    match app.portal.file(path) {
        Some(file) if matches!(method, Method::GET | Method::HEAD) => file.respond(&headers),
        Some(_) => {
            let allow = [(header::ALLOW, HeaderValue::from_static("GET,HEAD"))];
            (allow, ApiError::MethodNotAllowed).into_response()
        }
        None => ApiError::NotFound("nothing is served at this address".to_owned()).into_response(),
    }
}
