//! JSON bodies with the media type they deserve.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::ApiError;

/// Media type of JSON documents.
pub const JSON: &str = "application/json";
/// Media type of GeoJSON (RFC 7946).
pub const GEOJSON: &str = "application/geo+json";

/// A value answered as JSON. Clients ask again each time whether it is still current, which an ETag makes cheap.
pub struct Json<T> {
    /// The document.
    pub value: T,
    /// Its media type.
    pub media_type: &'static str,
}

impl<T> Json<T> {
    /// `value` as `application/json`.
    pub fn new(value: T) -> Self {
        Self {
            value,
            media_type: JSON,
        }
    }

    /// `value` under another JSON media type.
    pub fn of_type(media_type: &'static str, value: T) -> Self {
        Self { value, media_type }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.value) {
            Ok(body) => bytes(self.media_type, body),
            Err(error) => ApiError::internal(error).into_response(),
        }
    }
}

/// An answer of serialised JSON.
pub fn bytes(media_type: &'static str, body: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        body,
    )
        .into_response()
}
