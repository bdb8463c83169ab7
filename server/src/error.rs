//! The one place where an error becomes an HTTP response: a problem document (RFC 9457) with a Vietnamese title
//! and an English detail.
//!
//! Policy: whatever the caller got wrong is a 4xx that names it; a store or engine that fails is a 500 that is logged
//! once, here, and never passed off as "not found". Nothing internal (paths, sources of errors) leaves the process.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use diaba_core::store::{EditError, StoreError};
use diaba_core::theme::Bilingual;
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
    /// Single features cannot be changed here; the reason says how they could be.
    #[error("{0}")]
    EditingOff(&'static str),
    /// Who asks has not said who they are, or nobody knows them.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// The body is of a kind this resource does not take.
    #[error("this resource takes {0}")]
    MediaType(&'static str),
    /// The body is no document that can be read.
    #[error("body: {0}")]
    BadBody(String),
    /// The body is longer than the server reads.
    #[error("the body is longer than {limit} bytes")]
    BodyTooLong {
        /// Longest body that is read, bytes.
        limit: usize,
    },
    /// The body did not come in time.
    #[error("the body did not come in time")]
    BodyTooSlow,
    /// The document can be read, and its content cannot be kept.
    #[error("the content cannot be kept: {}", first(.0))]
    Invalid(Vec<FieldProblem>),
    /// The home refuses the content.
    #[error("{0}")]
    Refused(String),
    /// The operation needs to know which state of the feature it is meant for.
    #[error(
        "send If-Match with the ETag of the feature as you have read it, or '*' for whatever it is now"
    )]
    PreconditionRequired,
    /// The feature is not what the client has read any more.
    #[error("the feature was changed meanwhile; read it again and decide anew")]
    PreconditionFailed {
        /// The tag it has now.
        tag: String,
    },
    /// More requests than allowed.
    #[error("more edits than allowed; try again in {} s", .wait.as_secs().max(1))]
    TooMany {
        /// After which time one is allowed again.
        wait: Duration,
    },
    /// The system of record is out of reach; what is read is answered from what was packed.
    #[error("the database is out of reach; nothing was changed, and reading goes on")]
    Unavailable(#[source] anyhow::Error),
    /// What the token stands for is not kept any more, or never was.
    #[error("{0}")]
    Gone(&'static str),
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
            Self::EditingOff(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "editing-off",
                "Không thể sửa dữ liệu tại đây",
            ),
            Self::Unauthorized(_) => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "Cần khóa truy cập",
            ),
            Self::MediaType(_) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "Loại nội dung không được hỗ trợ",
            ),
            Self::BadBody(_) => (
                StatusCode::BAD_REQUEST,
                "bad-body",
                "Nội dung gửi lên không đọc được",
            ),
            Self::BodyTooLong { .. } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body-too-long",
                "Nội dung gửi lên quá dài",
            ),
            Self::BodyTooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "body-too-slow",
                "Nội dung gửi lên quá chậm",
            ),
            Self::Invalid(_) | Self::Refused(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "Nội dung không hợp lệ",
            ),
            Self::PreconditionRequired => (
                StatusCode::PRECONDITION_REQUIRED,
                "precondition-required",
                "Thiếu điều kiện If-Match",
            ),
            Self::PreconditionFailed { .. } => (
                StatusCode::PRECONDITION_FAILED,
                "changed-meanwhile",
                "Đối tượng đã bị sửa đổi",
            ),
            Self::TooMany { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many",
                "Quá nhiều yêu cầu",
            ),
            Self::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Cơ sở dữ liệu tạm ngừng",
            ),
            Self::Gone(_) => (StatusCode::GONE, "gone", "Không còn lưu"),
            Self::UriTooLong { .. } => {
                (StatusCode::URI_TOO_LONG, "uri-too-long", "Địa chỉ quá dài")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Máy chủ đang bận"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Lỗi máy chủ"),
        }
    }
}

/// What is wrong with one part of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The theme's field, the property as it was sent, or `geometry`.
    #[schema(example = "dien_tich")]
    pub field: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl From<Bilingual> for Reason {
    fn from(text: Bilingual) -> Self {
        Self {
            vi: text.vi,
            en: text.en,
        }
    }
}

impl Reason {
    /// Both texts.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// A text of the core: Vietnamese and English parted by ` · `, or one for both.
    pub fn parted(text: &str) -> Self {
        match text.split_once(" · ") {
            Some((vi, en)) => Self::new(vi, en),
            None => Self::new(text, text),
        }
    }
}

impl FieldProblem {
    /// A problem of `field`.
    pub fn new(field: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}

fn first(problems: &[FieldProblem]) -> String {
    problems.first().map_or_else(String::new, |problem| {
        format!("{}: {}", problem.field, problem.reason.en)
    })
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(_) => Self::Unavailable(error.into()),
            other => Self::internal(other),
        }
    }
}

impl From<EditError> for ApiError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NotFound(id) => Self::NotFound(format!("the layer has no feature '{id}'")),
            EditError::Changed { tag, .. } => Self::PreconditionFailed { tag },
            EditError::Refused(reason) => Self::Refused(reason),
            EditError::Store(error) => error.into(),
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
    /// What is wrong with single parts of the document that was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
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

impl ApiError {
    /// Headers beside the document: when to come again, what there is, what is taken.
    fn headers(&self) -> Vec<(header::HeaderName, String)> {
        let seconds = |wait: &Duration| wait.as_secs().max(1).to_string();
        match self {
            Self::Busy => vec![(header::RETRY_AFTER, "1".to_owned())],
            Self::Unavailable(_) => vec![(header::RETRY_AFTER, "5".to_owned())],
            Self::TooMany { wait } => vec![(header::RETRY_AFTER, seconds(wait))],
            Self::EditingOff(_) => vec![(header::ALLOW, "GET,HEAD,OPTIONS".to_owned())],
            Self::Unauthorized(_) => {
                vec![(
                    header::WWW_AUTHENTICATE,
                    "Bearer realm=\"diaba\"".to_owned(),
                )]
            }
            Self::PreconditionFailed { tag } => vec![(header::ETAG, format!("\"{tag}\""))],
            _ => Vec::new(),
        }
    }
}

impl IntoResponse for ApiError {
    /// The response without its `instance`, which only the outermost layer knows; it finds the [`Problem`] in the
    /// response's extensions and writes the body again, see [`crate::edge`].
    fn into_response(self) -> Response {
        let (status, slug, title) = self.kind();
        match &self {
            Self::Internal(cause) => {
                tracing::error!(error = format!("{cause:#}"), "request failed");
            }
            Self::Unavailable(cause) => {
                tracing::warn!(error = format!("{cause:#}"), "the database is out of reach");
            }
            _ => {}
        }
        let (detail, headers) = (self.to_string(), self.headers());
        let problem = Problem {
            kind: format!("urn:diaba:problem:{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            instance: String::new(),
            errors: match self {
                Self::Invalid(errors) => errors,
                _ => Vec::new(),
            },
        };
        let mut response = (
            status,
            [(header::CONTENT_TYPE, PROBLEM_JSON)],
            problem.body(),
        )
            .into_response();
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response.extensions_mut().insert(problem);
        response
    }
}
