//! A made tile: compressed once, kept, and answered with its headers ready.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use diaba_core::render::{LayerSummary, RenderedTile};

use super::format::TileFormat;
use super::representation::{Representation, Vary};
use crate::error::ApiError;
use crate::response::{Coding, conditional};

/// Themes that are drawn generalised in this tile, separated by commas.
const GENERALISED: HeaderName = HeaderName::from_static("diaba-generalised");
/// Themes of which something was left out, as `theme;shown=…;total=…`, separated by commas.
const TRUNCATED: HeaderName = HeaderName::from_static("diaba-truncated");

/// A tile as it is kept, in one representation.
#[derive(Debug)]
pub struct TileBody {
    /// What the tile's content depends on; two tiles of one address with the same version are the same.
    version: String,
    format: TileFormat,
    coding: Coding,
    bytes: Bytes,
    etag: HeaderValue,
    generalised: Option<HeaderValue>,
    truncated: Option<HeaderValue>,
}

impl TileBody {
    /// Keeps `tile`, which was made at `version`. Bytes that a coding does not make smaller stay as they are.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where the tile cannot be written in the format.
    pub fn new(
        tile: RenderedTile,
        version: String,
        representation: Representation,
    ) -> Result<Self, ApiError> {
        let Representation { format, coding } = representation;
        let encoded = format.encode(tile.mvt).map_err(ApiError::internal)?;
        let (coding, bytes) = match coding.encode(&encoded) {
            Some(coded) => (coding, coded),
            None => (Coding::Identity, encoded),
        };
        let format_mark = match format {
            TileFormat::Mvt => "",
            TileFormat::Mlt => "-mlt",
        };
        let coding_mark = match coding {
            Coding::Identity => "",
            Coding::Gzip => "-gzip",
            Coding::Brotli => "-br",
            Coding::Zstd => "-zstd",
        };
        let etag = format!("\"{version}{format_mark}{coding_mark}\"");
        Ok(Self {
            format,
            coding,
            bytes: bytes.into(),
            etag: HeaderValue::try_from(etag).map_err(ApiError::internal)?,
            generalised: themes(
                &tile.summary,
                |layer| layer.generalised,
                |layer| layer.theme.clone(),
            ),
            truncated: themes(&tile.summary, LayerSummary::truncated, |layer| {
                format!(
                    "{};shown={};total={}",
                    layer.theme, layer.shown, layer.total
                )
            }),
            version,
        })
    }

    /// What the tile was made at.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Bytes it takes in memory, headers and bookkeeping counted roughly.
    pub fn weight(&self) -> u32 {
        u32::try_from(self.bytes.len() + 512).unwrap_or(u32::MAX)
    }

    /// The answer to a request with these headers: 204 where the tile is empty, 304 where the client has it.
    pub fn respond(&self, request: &HeaderMap, vary: Vary) -> Response {
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, no-cache"),
        );
        headers.insert(header::VARY, vary.header());
        for (name, value) in [
            (GENERALISED, &self.generalised),
            (TRUNCATED, &self.truncated),
        ] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        headers.insert(header::ETAG, self.etag.clone());
        if conditional::matches(request, &self.etag) {
            return answer(StatusCode::NOT_MODIFIED, headers, Body::empty());
        }
        if self.bytes.is_empty() {
            return answer(StatusCode::NO_CONTENT, headers, Body::empty());
        }
        headers.insert(header::CONTENT_TYPE, self.format.header());
        if let Some(coding) = self.coding.header() {
            headers.insert(header::CONTENT_ENCODING, coding);
        }
        answer(StatusCode::OK, headers, Body::from(self.bytes.clone()))
    }
}

/// An answer that says its length, as a route's would.
fn answer(status: StatusCode, mut headers: HeaderMap, body: Body) -> Response {
    if let Some(length) = body.size_hint().exact() {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn themes(
    summary: &[LayerSummary],
    said: impl Fn(&LayerSummary) -> bool,
    text: impl Fn(&LayerSummary) -> String,
) -> Option<HeaderValue> {
    let list: Vec<String> = summary
        .iter()
        .filter(|layer| said(layer))
        .map(text)
        .collect();
    if list.is_empty() {
        None
    } else {
        HeaderValue::try_from(list.join(",")).ok()
    }
}
