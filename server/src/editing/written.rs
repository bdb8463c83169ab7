//! What an edit answers.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use diaba_core::edits::Row;
use diaba_core::feature::content_tag;
use diaba_core::store::Outcome;
use diaba_core::theme::Theme;
use serde::Serialize;
use utoipa::ToSchema;

use super::record::Told;
use crate::error::ApiError;
use crate::extract::BaseUrl;
use crate::response::Json;

/// A feature as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Written {
    /// Its number.
    pub id: u64,
    /// Where it is read.
    pub href: String,
    /// The state it is in: what the next `If-Match` sends.
    #[schema(example = "\"5f0c…\"")]
    pub etag: String,
    /// Its dataset.
    pub dataset: String,
    /// What to know about what was sent.
    #[serde(flatten)]
    pub told: Told,
}

impl Written {
    /// What became of a row.
    pub fn new(theme: &Theme, base: &BaseUrl, dataset: &str, row: &Row, told: Told) -> Self {
        Self {
            id: row.id.get(),
            href: base.link(&format!("/collections/{}/items/{}", theme.id, row.id)),
            etag: quoted(&content_tag(row.id, &row.feature)),
            dataset: dataset.to_owned(),
            told,
        }
    }

    /// The only feature an edit has written.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where the home says something else.
    pub fn only(
        theme: &Arc<Theme>,
        base: &BaseUrl,
        outcome: &Outcome,
        told: Told,
    ) -> Result<Self, ApiError> {
        match outcome.rows.as_slice() {
            [(dataset, row)] => Ok(Self::new(theme, base, dataset, row, told)),
            rows => Err(ApiError::internal(anyhow::anyhow!(
                "an edit of one feature wrote {}",
                rows.len()
            ))),
        }
    }

    /// The answer where the feature is new.
    pub fn created(self) -> Response {
        let location = self.href.clone();
        let etag = self.etag.clone();
        with(
            (StatusCode::CREATED, Json::new(self)).into_response(),
            &[(header::LOCATION, location), (header::ETAG, etag)],
        )
    }

    /// The answer where the feature is other than before: nothing but its tag, unless there is something to know.
    pub fn changed(self) -> Response {
        let etag = self.etag.clone();
        let response = if self.told.is_empty() {
            StatusCode::NO_CONTENT.into_response()
        } else {
            Json::new(self).into_response()
        };
        with(response, &[(header::ETAG, etag)])
    }
}

/// A tag as headers and documents write it.
pub fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}

fn with(mut response: Response, headers: &[(header::HeaderName, String)]) -> Response {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
