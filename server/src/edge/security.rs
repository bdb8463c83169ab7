//! Headers that keep browsers from doing what no page of ours needs.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// The Content-Security-Policy of every page: only what this server serves; workers and images the map library makes
/// itself; no inline script or style. `origin` is the public address, where styles and tiles are linked under it.
pub fn content_policy(origin: Option<&str>) -> HeaderValue {
    let own = origin.map_or_else(|| "'self'".to_owned(), |origin| format!("'self' {origin}"));
    HeaderValue::try_from(format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src {own} data: blob:; font-src {own}; \
         connect-src {own}; worker-src 'self' blob:; child-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'self'"
    ))
    .unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Adds the headers to an answer: few to data, all to pages.
pub fn add(headers: &mut HeaderMap, content_policy: &HeaderValue) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page {
        headers.insert(header::CONTENT_SECURITY_POLICY, content_policy.clone());
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(
            header::X_FRAME_OPTIONS,
            HeaderValue::from_static("SAMEORIGIN"),
        );
        headers.insert(
            PERMISSIONS_POLICY,
            HeaderValue::from_static("geolocation=(self), camera=(), microphone=()"),
        );
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    } else {
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    }
}
