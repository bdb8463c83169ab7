//! Files that do not change while the server runs: the portal, fonts, sprites.

use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use xxhash_rust::xxh3::xxh3_128;

use super::{conditional, gzip};
use crate::extract::accepts_gzip;

/// A file held in memory, compressed once, when first asked for in gzip.
#[derive(Debug)]
pub struct Asset {
    body: Bytes,
    gzip: OnceLock<Option<Bytes>>,
    content_type: HeaderValue,
    cache_control: HeaderValue,
    etag: HeaderValue,
}

/// How long clients may keep a file without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Its name holds a hash of its content: for ever.
    Forever,
    /// A day: fonts and sprites change with a release.
    Day,
    /// Ask each time.
    Ask,
}

impl Asset {
    /// The file called `name` (its ending says its media type) with this content.
    pub fn new(name: &str, body: Cow<'static, [u8]>, keep: Keep) -> Self {
        let body = match body {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self {
            etag: conditional::weak_etag(xxh3_128(&body)),
            body,
            gzip: OnceLock::new(),
            content_type: HeaderValue::from_str(&media_type(name))
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            cache_control: HeaderValue::from_static(match keep {
                Keep::Forever => "public, max-age=31536000, immutable",
                Keep::Day => "public, max-age=86400",
                Keep::Ask => "no-cache",
            }),
        }
    }

    /// The content.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The answer to a request with these headers.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let mut response = if conditional::matches(request, &self.etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match self.gzip().filter(|_| accepts_gzip(request)) {
                Some(gzip) => (
                    [(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))],
                    gzip.clone(),
                )
                    .into_response(),
                None => self.body.clone().into_response(),
            }
        };
        let headers = response.headers_mut();
        if headers.contains_key(header::CONTENT_TYPE) {
            headers.insert(header::CONTENT_TYPE, self.content_type.clone());
        }
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, self.cache_control.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        response
    }

    /// The compressed content, where compressing is worth it.
    fn gzip(&self) -> Option<&Bytes> {
        self.gzip
            .get_or_init(|| gzip::compress(&self.body, gzip::KEPT).map(Bytes::from))
            .as_ref()
    }
}

/// Media type by the ending of a file's name, with a character set for text.
fn media_type(name: &str) -> String {
    if Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "pbf")
    {
        return "application/x-protobuf".to_owned();
    }
    let guess = mime_guess::from_path(name).first_or_octet_stream();
    if guess.type_() == "text" || guess.subtype() == "javascript" {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &HeaderValue) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.clone());
        headers
    }

    #[test]
    fn a_file_is_compressed_for_those_who_take_it() {
        let asset = Asset::new("a.js", Cow::Owned(vec![b'x'; 4000]), Keep::Forever);
        let plain = asset.respond(&HeaderMap::new());
        assert!(plain.headers().get(header::CONTENT_ENCODING).is_none());
        assert_eq!(
            plain.headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
        let packed = asset.respond(&headers(
            header::ACCEPT_ENCODING,
            &HeaderValue::from_static("gzip"),
        ));
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
    }

    #[test]
    fn a_client_that_has_it_is_not_sent_it_again() {
        let asset = Asset::new("a.pbf", Cow::Borrowed(b"x"), Keep::Day);
        let response = asset.respond(&headers(header::IF_NONE_MATCH, &asset.etag));
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert!(response.headers().get(header::CONTENT_TYPE).is_none());
        assert_eq!(response.headers()[header::ETAG], asset.etag);
    }
}
