//! The one place where an error becomes an HTTP response: a problem document (RFC 9457) with a Vietnamese title
//! and an English detail.
//!
//! Policy: whatever the caller got wrong is a 4xx that names it; a store or engine that fails is a 500 that is logged
//! once, here, and never passed off as "not found". Nothing internal (paths, sources of errors) leaves the process.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

/// Why a request was not answered as asked.
#[derive(Debug, Error)]
pub enum ApiError {
    /// A parameter's value cannot be used.
    #[error("parameter '{name}': {reason}")]
    BadParameter {
        /// Parameter, header or path segment.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The query string as a whole cannot be used; the reason names the parameter.
    #[error("query string: {0}")]
    BadQuery(String),
    /// A parameter this resource does not have.
    #[error("unknown parameter '{name}'; this resource takes: {known}")]
    UnknownParameter {
        /// The parameter.
        name: String,
        /// The ones that exist, separated by commas.
        known: String,
    },
    /// The address names nothing.
    #[error("{0}")]
    NotFound(String),
    /// The address exists, the method does not.
    #[error("this resource is read with GET or HEAD")]
    MethodNotAllowed,
    /// The address is longer than the server reads.
    #[error("the request target is longer than {limit} bytes")]
    UriTooLong {
        /// Longest target that is read, bytes.
        limit: usize,
    },
    /// Too much work is already waiting.
    #[error("too many requests are waiting for tiles to be cut; try again shortly")]
    Busy,
    /// Something failed on our side. The cause is logged, not shown.
    #[error("the server could not answer; the request id finds the cause in its log")]
    Internal(#[source] anyhow::Error),
}

impl ApiError {
    /// A value of the parameter `name` that cannot be used, because of `reason`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over errors and texts alike"
    )]
    pub fn bad(name: impl Into<String>, reason: impl ToString) -> Self {
        Self::BadParameter {
            name: name.into(),
            reason: reason.to_string(),
        }
    }

    /// There is no layer of a theme called `id`.
    pub fn no_layer(id: &str) -> Self {
        Self::NotFound(format!("there is no layer '{id}' with data"))
    }

    /// A failure of ours.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(cause.into())
    }

    /// Status, slug of the problem's type and Vietnamese title.
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BadParameter { .. } | Self::BadQuery(_) => (
                StatusCode::BAD_REQUEST,
                "bad-parameter",
                "Tham số không hợp lệ",
            ),
            Self::UnknownParameter { .. } => (
                StatusCode::BAD_REQUEST,
                "unknown-parameter",
                "Tham số không được hỗ trợ",
            ),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not-found", "Không tìm thấy"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Phương thức không được hỗ trợ",
            ),
            Self::UriTooLong { .. } => {
                (StatusCode::URI_TOO_LONG, "uri-too-long", "Địa chỉ quá dài")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Máy chủ đang bận"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Lỗi máy chủ"),
        }
    }
}

/// A problem document (RFC 9457), `application/problem+json`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Kind of problem, `urn:diaba:problem:…`.
    #[serde(rename = "type")]
    #[schema(example = "urn:diaba:problem:bad-parameter")]
    pub kind: String,
    /// The kind of problem in Vietnamese.
    #[schema(example = "Tham số không hợp lệ")]
    pub title: String,
    /// HTTP status code.
    #[schema(example = 400)]
    pub status: u16,
    /// What was wrong with this request, in English.
    #[schema(example = "parameter 'bbox': expected 4 or 6 numbers")]
    pub detail: String,
    /// The path that was asked for.
    #[schema(example = "/collections/land_parcels/items")]
    pub instance: String,
}

impl Problem {
    /// The document as a response body.
    pub fn body(&self) -> Vec<u8> {
        // A struct of strings and a number always serialises; an empty body would still carry the status.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

impl IntoResponse for ApiError {
    /// The response without its `instance`, which only the outermost layer knows; it finds the [`Problem`] in the
    /// response's extensions and writes the body again, see [`crate::middleware::edge`].
    fn into_response(self) -> Response {
        let (status, slug, title) = self.kind();
        if let Self::Internal(cause) = &self {
            tracing::error!(error = format!("{cause:#}"), "request failed");
        }
        let problem = Problem {
            kind: format!("urn:diaba:problem:{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            instance: String::new(),
        };
        let mut response = (
            status,
            [(header::CONTENT_TYPE, PROBLEM_JSON)],
            problem.body(),
        )
            .into_response();
        if matches!(self, Self::Busy) {
            response.headers_mut().insert(
                header::RETRY_AFTER,
                axum::http::HeaderValue::from_static("1"),
            );
        }
        response.extensions_mut().insert(problem);
        response
    }
}
