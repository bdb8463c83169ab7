//! ETags, `If-None-Match` and 304 (RFC 9110, 13.1.2).

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use xxhash_rust::xxh3::xxh3_128;

use crate::error::ApiError;

/// Whether `If-None-Match` holds `etag`, by weak comparison: the `W/` of either side does not count.
pub fn matches(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    fn bare(tag: &[u8]) -> &[u8] {
        tag.strip_prefix(b"W/").unwrap_or(tag)
    }
    let wanted = bare(etag.as_bytes());
    headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value
            .as_bytes()
            .split(|byte| *byte == b',')
            .map(<[u8]>::trim_ascii)
            .any(|tag| tag == b"*" || bare(tag) == wanted)
    })
}

/// Gives every 200 of the routes it is laid over an ETag (of its bytes, where the handler gave none) and answers 304
/// where the client has them already. For small documents: it holds the whole body, so tiles do this themselves.
pub async fn conditional(request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let asked = request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .cloned()
        .collect::<Vec<_>>();
    let response = next.run(request).await;
    if !read || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        return ApiError::internal(anyhow::anyhow!("a response body broke off")).into_response();
    };
    let body = body.to_bytes();
    let etag = match parts.headers.get(header::ETAG) {
        Some(etag) => etag.clone(),
        None => weak_etag(xxh3_128(&body)),
    };
    parts.headers.insert(header::ETAG, etag.clone());
    let mut headers = HeaderMap::new();
    for value in asked {
        headers.append(header::IF_NONE_MATCH, value);
    }
    if matches(&headers, &etag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

/// A weak ETag: these bodies are compressed on their way, so their bytes differ while their content does not.
pub fn weak_etag(hash: u128) -> HeaderValue {
    HeaderValue::try_from(format!("W/\"{hash:032x}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("W/\"0\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn given(value: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_bytes(value).unwrap(),
        );
        headers
    }

    #[test]
    fn the_comparison_is_weak() {
        let etag = HeaderValue::from_static("\"abc\"");
        assert!(matches(&given(b"\"abc\""), &etag));
        assert!(matches(&given(b"\"x\", W/\"abc\""), &etag));
        assert!(matches(&given(b"*"), &etag));
        assert!(!matches(&given(b"\"abcd\""), &etag));
        assert!(!matches(&HeaderMap::new(), &etag));
    }

    proptest! {
        #[test]
        fn no_header_breaks_the_comparison(value in proptest::collection::vec(0x20u8..0x7f, 0..80)) {
            let _ = matches(&given(&value), &HeaderValue::from_static("W/\"abc\""));
        }
    }
}
