//! Who may edit: holders of a key, where editing is switched on and the home allows it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use diaba_core::store::{Author, Editor, KeyHash};

use crate::app::{App, AppState};
use crate::client;
use crate::error::ApiError;

/// The header a key may come in where `Authorization` is taken.
const KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Longest key that is looked at, bytes.
const LONGEST_KEY: usize = 256;

const OFF: &str = "editing is off on this server; it is switched on with --editing (or editing = true in the \
                   configuration file) and needs a register kept in a database and a key made with 'diaba key add'";
const NO_EDITOR: &str = "this register is kept in a data directory, which imports alone write; single features are \
                         changed in a register kept in a database: import with diaba-import --database URL, serve with \
                         diaba serve --database URL --cache DIR --editing";
const NO_KEY: &str = "editing needs a key, as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'";
const WRONG_KEY: &str = "nobody has this key, or it was taken back";

/// A request that may edit.
pub struct Access {
    /// Who makes it, kept with every edit.
    pub author: Author,
}

impl App {
    /// Where single features are changed.
    ///
    /// # Errors
    /// [`ApiError::EditingOff`], which says how it is switched on.
    pub fn editor(&self) -> Result<&dyn Editor, ApiError> {
        if !self.config.editing {
            return Err(ApiError::EditingOff(OFF));
        }
        self.registry
            .editor()
            .ok_or(ApiError::EditingOff(NO_EDITOR))
    }
}

impl FromRequestParts<AppState> for Access {
    type Rejection = ApiError;

    /// Nothing of a body is read before it is known who sends it.
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        app.editor()?;
        let address = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| {
                client::address(peer.ip(), &parts.headers, &app.config.trusted_proxies)
            });
        let key = key(&parts.headers).ok_or(ApiError::Unauthorized(NO_KEY))?;
        let who = holder(app, KeyHash::of(key), address).await?;
        app.limits.edit(&who)?;
        Ok(Self {
            author: Author {
                who,
                from: address.map_or_else(String::new, |address| address.to_string()),
            },
        })
    }
}

async fn holder(
    app: &AppState,
    hash: KeyHash,
    address: Option<IpAddr>,
) -> Result<String, ApiError> {
    app.limits.may_try(address)?;
    let asked = Arc::clone(app);
    let holder = app
        .edit_pool
        .run(move || Ok::<_, ApiError>(asked.editor()?.key_holder(&hash)?))
        .await??;
    holder.ok_or_else(|| {
        app.limits.wrong_key(address);
        ApiError::Unauthorized(WRONG_KEY)
    })
}

/// The key a request sends.
fn key(headers: &HeaderMap) -> Option<&str> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key);
    bearer
        .or_else(|| headers.get(KEY).and_then(|value| value.to_str().ok()))
        .map(str::trim)
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(name: HeaderName, value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        key(&headers).map(str::to_owned)
    }

    #[test]
    fn a_key_comes_in_either_header() {
        assert_eq!(
            of(header::AUTHORIZATION, "Bearer abc").as_deref(),
            Some("abc")
        );
        assert_eq!(
            of(header::AUTHORIZATION, "bearer  abc ").as_deref(),
            Some("abc")
        );
        assert_eq!(of(KEY, "abc").as_deref(), Some("abc"));
        assert_eq!(of(header::AUTHORIZATION, "Basic abc"), None);
        assert_eq!(of(header::AUTHORIZATION, "Bearer "), None);
        assert_eq!(of(KEY, ""), None);
    }
}
