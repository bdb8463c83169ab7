//! JSON for programs, HTML for people: `f=` decides, then `Accept`.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Query;
use super::accepts::quality;
use crate::error::ApiError;

/// Value of the parameter `f`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FormatParam {
    /// JSON or GeoJSON.
    Json,
    /// A page for people.
    Html,
}

impl std::str::FromStr for FormatParam {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            _ => Err("expected json or html".into()),
        }
    }
}

/// The query of resources whose only parameter is `f`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// Format of the answer; without it the `Accept` header decides.
    #[param(inline)]
    pub f: Option<FormatParam>,
}

/// The format an answer is given in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON or GeoJSON.
    Json,
    /// A page for people.
    Html,
}

/// What the `Accept` header wants where `f` does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// JSON is named, and nothing is wanted more.
    Json,
    /// HTML is named, and nothing is wanted more.
    Html,
    /// The client takes anything.
    Anything,
}

impl Wanted {
    /// What `headers` want.
    pub fn by(headers: &HeaderMap) -> Self {
        let json = quality(headers, &["application/json", "application/geo+json"]);
        let html = quality(headers, &["text/html", "application/xhtml+xml"]);
        if html.named > 0.0 && html.named >= json.named {
            Self::Html
        } else if json.named > 0.0 {
            Self::Json
        } else {
            Self::Anything
        }
    }
}

impl Format {
    /// The format asked for: by `f`, else by `Accept`, else JSON.
    pub fn choose(param: Option<FormatParam>, headers: &HeaderMap) -> Self {
        match (param, Wanted::by(headers)) {
            (Some(FormatParam::Html), _) | (None, Wanted::Html) => Self::Html,
            _ => Self::Json,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Format {
    type Rejection = ApiError;

    /// For resources that take no parameter but `f`: any other is a 400.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(FormatQuery { f }) = Query::from_request_parts(parts, state).await?;
        Ok(Self::choose(f, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    fn wanted(accept: &'static str) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        Wanted::by(&headers)
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        assert_eq!(
            wanted("text/html,application/xhtml+xml,*/*;q=0.8"),
            Wanted::Html
        );
        assert_eq!(wanted("application/json"), Wanted::Json);
        assert_eq!(
            wanted("application/geo+json, text/html;q=0.5"),
            Wanted::Json
        );
        assert_eq!(wanted("*/*"), Wanted::Anything);
        assert_eq!(wanted("text/html;q=0"), Wanted::Anything);
    }

    #[test]
    fn the_parameter_overrides_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        assert_eq!(
            Format::choose(Some(FormatParam::Json), &headers),
            Format::Json
        );
        assert_eq!(Format::choose(None, &headers), Format::Html);
    }
}
