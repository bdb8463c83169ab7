//! JSON documents as clients send them.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use tokio::time::timeout;

use crate::app::AppState;
use crate::error::ApiError;

/// Longest document that is read, bytes: a commune's boundary of 100,000 corners.
pub const LIMIT: usize = 4 << 20;
/// Longest a document may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A JSON document of at most [`LIMIT`] bytes, under a media type of JSON.
pub struct Document(pub Value);

impl FromRequest<AppState> for Document {
    type Rejection = ApiError;

    async fn from_request(request: Request, _app: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::MediaType(
                "application/geo+json, application/json or application/merge-patch+json",
            ));
        }
        let told = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if told.is_some_and(|length| length > LIMIT) {
            return Err(ApiError::BodyTooLong { limit: LIMIT });
        }
        let body = timeout(PATIENCE, Limited::new(request.into_body(), LIMIT).collect())
            .await
            .map_err(|_| ApiError::BodyTooSlow)?
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    ApiError::BodyTooLong { limit: LIMIT }
                } else {
                    ApiError::BadBody("it broke off".to_owned())
                }
            })?;
        parse(&body.to_bytes()).map(Self)
    }
}

/// Reads a document; what is wrong is said by line and column, without repeating what stands there.
fn parse(body: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends too early",
            _ => "is no JSON",
        };
        ApiError::BadBody(format!(
            "it {what} at line {}, column {}",
            error.line(),
            error.column()
        ))
    })
}

/// Whether the body's media type is one of JSON's: `application/json`, or anything that ends in `+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
    else {
        return false;
    };
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind.strip_prefix("application/")
        .is_some_and(|sub| sub == "json" || sub.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_goes_by_several_names() {
        let kind = |kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            is_json(&headers)
        };
        assert!(kind("application/json"));
        assert!(kind("application/geo+json; charset=utf-8"));
        assert!(kind("Application/Merge-Patch+JSON"));
        assert!(!kind("text/plain"));
        assert!(!kind("application/xml"));
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn what_is_wrong_is_said_by_its_place() {
        let error = parse(b"{\"ten\": 079123456789x}").unwrap_err().to_string();
        assert!(
            error.contains("line 1") && !error.contains("0791"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_break_reading(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body);
        }
    }
}
