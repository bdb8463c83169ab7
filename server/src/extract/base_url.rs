//! The address this server is reached under, for absolute links.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::app::AppState;
use crate::error::ApiError;

/// The beginning of every absolute link, without a slash at its end: the configured public address, else
/// `http://` and the request's `Host`. Forwarding headers are not believed: behind a proxy `public_url` says it.
#[derive(Debug, Clone)]
pub struct BaseUrl(pub String);

impl BaseUrl {
    /// The absolute link to `path`, which begins with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromRequestParts<AppState> for BaseUrl {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        if let Some(url) = &app.config.public_url {
            return Ok(Self(url.clone()));
        }
        let host = match parts.headers.get(header::HOST) {
            Some(host) => host
                .to_str()
                .ok()
                .and_then(|host| host.parse::<Authority>().ok()),
            None => Some(
                parts
                    .uri
                    .authority()
                    .cloned()
                    .unwrap_or(Authority::from_static("localhost")),
            ),
        };
        let plain = |host: &Authority| {
            host.as_str()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        };
        let host = host
            .filter(plain)
            .ok_or_else(|| ApiError::bad("Host", "is not a host name or address"))?;
        Ok(Self(format!("http://{host}")))
    }
}
