//! `If-Match` (RFC 9110, 13.1.1): which state of a feature an operation is meant for.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::error::ApiError;

/// The states an operation is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// Whatever it is now.
    Any,
    /// One of these tags.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Whether a feature with this tag is meant.
    pub fn holds(&self, tag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|known| known == tag),
        }
    }

    /// What one `ETag` means, as it stands in a document: with quotes, without them, or `*`.
    pub fn of_tag(tag: &str) -> Self {
        match tag.trim() {
            "*" => Self::Any,
            tag => Self::Tags(vec![tag.trim_matches('"').to_owned()]),
        }
    }

    fn of(headers: &HeaderMap) -> Option<Self> {
        let mut tags = Vec::new();
        for value in headers.get_all(header::IF_MATCH) {
            for tag in value.to_str().unwrap_or_default().split(',').map(str::trim) {
                if tag == "*" {
                    return Some(Self::Any);
                }
                // A weak tag says nothing about this one: the comparison is strong.
                let strong = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                tags.push(strong.unwrap_or_default().to_owned());
            }
        }
        (!tags.is_empty()).then_some(Self::Tags(tags))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Self::of(&parts.headers).ok_or(ApiError::PreconditionRequired)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn given(value: &'static str) -> Option<IfMatch> {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, HeaderValue::from_static(value));
        IfMatch::of(&headers)
    }

    #[test]
    fn the_comparison_is_strong() {
        let holds = |value: &'static str| given(value).is_some_and(|m| m.holds("abc"));
        assert!(holds("\"abc\""));
        assert!(holds("\"x\", \"abc\""));
        assert!(holds("*"));
        assert!(!holds("W/\"abc\""));
        assert!(!holds("abc"));
        assert!(!holds(""));
        assert_eq!(IfMatch::of(&HeaderMap::new()), None);
    }
}
