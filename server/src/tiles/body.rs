//! A made tile: compressed once, kept, and answered with its headers ready.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use diaba_core::render::{LayerSummary, RenderedTile};

use crate::error::ApiError;
use crate::extract::accepts_gzip;
use crate::features::link::MVT;
use crate::response::{conditional, gzip};

/// Themes that are drawn generalised in this tile, separated by commas.
const GENERALISED: HeaderName = HeaderName::from_static("diaba-generalised");
/// Themes of which something was left out, as `theme;shown=…;total=…`, separated by commas.
const TRUNCATED: HeaderName = HeaderName::from_static("diaba-truncated");

/// A tile as it is kept.
#[derive(Debug)]
pub struct TileBody {
    /// What the tile's content depends on; two tiles of one address with the same version are the same.
    version: String,
    coded: Coded,
    length: usize,
    etag_gzip: HeaderValue,
    etag_plain: HeaderValue,
    generalised: Option<HeaderValue>,
    truncated: Option<HeaderValue>,
}

#[derive(Debug)]
enum Coded {
    Gzip(Bytes),
    Plain(Bytes),
}

impl TileBody {
    /// Keeps `tile`, which was made at `version`.
    pub fn new(tile: RenderedTile, version: String) -> Self {
        let etag = |coding: &str| {
            HeaderValue::try_from(format!("\"{version}{coding}\""))
                .unwrap_or(HeaderValue::from_static("\"\""))
        };
        let length = tile.mvt.len();
        let coded = match gzip::compress(&tile.mvt, gzip::ON_DEMAND) {
            Some(gzip) => Coded::Gzip(gzip.into()),
            None => Coded::Plain(tile.mvt.into()),
        };
        Self {
            coded,
            length,
            etag_gzip: etag("-gzip"),
            etag_plain: etag(""),
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
        }
    }

    /// What the tile was made at.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Bytes it takes in memory, headers and bookkeeping counted roughly.
    pub fn weight(&self) -> u32 {
        let body = match &self.coded {
            Coded::Gzip(bytes) | Coded::Plain(bytes) => bytes.len(),
        };
        u32::try_from(body + 512).unwrap_or(u32::MAX)
    }

    /// The answer to a request with these headers: 204 where the tile is empty, 304 where the client has it.
    pub fn respond(&self, request: &HeaderMap) -> Result<Response, ApiError> {
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, no-cache"),
        );
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        for (name, value) in [
            (GENERALISED, &self.generalised),
            (TRUNCATED, &self.truncated),
        ] {
            if let Some(value) = value {
                headers.insert(name, value.clone());
            }
        }
        let packed = match &self.coded {
            Coded::Gzip(bytes) if accepts_gzip(request) => Some(bytes),
            _ => None,
        };
        let etag = if packed.is_some() {
            &self.etag_gzip
        } else {
            &self.etag_plain
        };
        headers.insert(header::ETAG, etag.clone());
        if conditional::matches(request, etag) {
            return Ok(answer(StatusCode::NOT_MODIFIED, headers, Body::empty()));
        }
        if self.length == 0 {
            return Ok(answer(StatusCode::NO_CONTENT, headers, Body::empty()));
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MVT));
        let body = match (&self.coded, packed) {
            (_, Some(gzip)) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                gzip.clone()
            }
            (Coded::Plain(plain), None) => plain.clone(),
            (Coded::Gzip(gzip), None) => gzip::decompress(gzip, self.length)
                .ok_or_else(|| ApiError::internal(anyhow::anyhow!("a kept tile does not unpack")))?
                .into(),
        };
        Ok(answer(StatusCode::OK, headers, Body::from(body)))
    }
}

fn answer(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
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
