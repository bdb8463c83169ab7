//! Headers that keep browsers from doing what no page of ours needs.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What pages may do, and in whose frames they may stand.
pub struct PagePolicy {
    content: HeaderValue,
    /// Whether pages of other origins may show them too.
    framed: bool,
}

impl PagePolicy {
    /// Only what this server serves; workers and images the map library makes itself; no inline script or style. `origin`
    /// is the public address, where styles and tiles are linked under it; pages of `ancestors`, checked origins, may show
    /// ours in frames.
    pub fn new(origin: Option<&str>, ancestors: &[String]) -> Self {
        let own = origin.map_or_else(|| "'self'".to_owned(), |origin| format!("'self' {origin}"));
        let around = ancestors.iter().map(String::as_str);
        let around: Vec<&str> = std::iter::once("'self'").chain(around).collect();
        let content = HeaderValue::try_from(format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src {own} data: blob:; font-src {own}; \
             connect-src {own}; worker-src 'self' blob:; child-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors {}",
            around.join(" ")
        ));
        Self {
            content: content.unwrap_or(HeaderValue::from_static("default-src 'none'")),
            framed: !ancestors.is_empty(),
        }
    }
}

/// Adds the headers to an answer: few to data, all to pages.
pub fn add(headers: &mut HeaderMap, policy: &PagePolicy) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.content.clone());
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        headers.insert(
            PERMISSIONS_POLICY,
            HeaderValue::from_static("geolocation=(self), camera=(), microphone=()"),
        );
    }
    // The older header knows its own origin or nobody, so where others are let in the policy alone decides.
    if page && !policy.framed {
        headers.insert(
            header::X_FRAME_OPTIONS,
            HeaderValue::from_static("SAMEORIGIN"),
        );
    }
    let resources = if page && !policy.framed {
        "same-origin"
    } else {
        "cross-origin"
    };
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(resources));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_a_page(ancestors: &[&str]) -> HeaderMap {
        let ancestors: Vec<String> = ancestors.iter().map(ToString::to_string).collect();
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        add(&mut headers, &PagePolicy::new(None, &ancestors));
        headers
    }

    #[test]
    fn a_page_stands_in_frames_of_its_own_origin_and_of_those_named() {
        let policy = |headers: &HeaderMap| {
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            policy.rsplit("; ").next().unwrap().to_owned()
        };
        let own = of_a_page(&[]);
        assert_eq!(policy(&own), "frame-ancestors 'self'");
        assert_eq!(own[header::X_FRAME_OPTIONS], "SAMEORIGIN");
        assert_eq!(own[RESOURCE_POLICY], "same-origin");
        let named = of_a_page(&["https://ioc.vn", "http://127.0.0.1:81"]);
        assert_eq!(
            policy(&named),
            "frame-ancestors 'self' https://ioc.vn http://127.0.0.1:81"
        );
        assert!(!named.contains_key(header::X_FRAME_OPTIONS));
        assert_eq!(named[RESOURCE_POLICY], "cross-origin");
    }
}
