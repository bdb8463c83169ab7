//! Configuration in two steps: [`RawConfig`] is what a file or the command line says, [`Config`] is what the server
//! runs on. Resolving checks everything and reads nothing but its arguments; only `main` reads files and the
//! environment.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use serde::Deserialize;
use thiserror::Error;

/// What was said, unchecked. Every entry is optional; the command line overrides the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawConfig {
    /// The data directory.
    pub data: Option<PathBuf>,
    /// `ADDRESS:PORT` to listen on.
    pub listen: Option<String>,
    /// A directory with further themes, code lists, styles, fonts and sprites.
    pub styles: Option<PathBuf>,
    /// Address the server is reached under, such as `https://bando.example.vn`.
    pub public_url: Option<String>,
    /// Most memory the cache of made tiles may take, MiB.
    pub tile_cache_mib: Option<u64>,
    /// How often the data directory is looked at for new revisions, milliseconds.
    pub refresh_ms: Option<u64>,
    /// What is logged, in the syntax of `tracing_subscriber::EnvFilter`.
    pub log: Option<String>,
    /// Whether log lines are JSON.
    pub log_json: Option<bool>,
}

impl RawConfig {
    /// `self` with every entry that `over` says taken from there.
    #[must_use]
    pub fn overridden_by(self, over: Self) -> Self {
        Self {
            data: over.data.or(self.data),
            listen: over.listen.or(self.listen),
            styles: over.styles.or(self.styles),
            public_url: over.public_url.or(self.public_url),
            tile_cache_mib: over.tile_cache_mib.or(self.tile_cache_mib),
            refresh_ms: over.refresh_ms.or(self.refresh_ms),
            log: over.log.or(self.log),
            log_json: over.log_json.or(self.log_json),
        }
    }

    /// The configuration to run on, or what is wrong with it.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let data = self.data.ok_or(ConfigError::Missing("data"))?;
        let listen = self.listen.as_deref().unwrap_or(DEFAULT_LISTEN);
        let listen = listen.parse().map_err(|_| ConfigError::Invalid {
            name: "listen",
            reason: format!("'{listen}' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:0"),
        })?;
        Ok(Config {
            data,
            listen,
            styles: self.styles,
            public_url: self.public_url.as_deref().map(public_url).transpose()?,
            tile_cache_bytes: within(
                "tile_cache_mib",
                self.tile_cache_mib.unwrap_or(256),
                1,
                1 << 20,
            )? << 20,
            refresh: Duration::from_millis(within(
                "refresh_ms",
                self.refresh_ms.unwrap_or(250),
                10,
                3_600_000,
            )?),
        })
    }
}

/// Where the server listens unless told otherwise: this machine only.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// A checked configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Overlay of themes, code lists, styles, fonts and sprites.
    pub styles: Option<PathBuf>,
    /// Address the server is reached under, without a slash at its end; otherwise the request's `Host` says it.
    pub public_url: Option<String>,
    /// Most memory the cache of made tiles may take, bytes.
    pub tile_cache_bytes: u64,
    /// How often the data directory is looked at.
    pub refresh: Duration,
}

/// What is wrong with a configuration.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// An entry without which there is nothing to serve.
    #[error("'{0}' is not set")]
    Missing(&'static str),
    /// An entry that cannot be used.
    #[error("'{name}': {reason}")]
    Invalid {
        /// The entry.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

fn within(name: &'static str, value: u64, min: u64, max: u64) -> Result<u64, ConfigError> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Invalid {
            name,
            reason: format!("{value} is not between {min} and {max}"),
        })
    }
}

/// `text` as the beginning of absolute links: http or https, a host, perhaps a path; nothing that could break out of
/// a link.
fn public_url(text: &str) -> Result<String, ConfigError> {
    let invalid = |reason: &str| ConfigError::Invalid {
        name: "public_url",
        reason: format!("'{text}' {reason}"),
    };
    let uri: Uri = text.parse().map_err(|_| invalid("is not a URL"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(invalid("does not begin with http:// or https://"));
    }
    if uri.query().is_some() || text.contains(['#', '"', '<', '>', '\'']) {
        return Err(invalid("must be a plain address without query or fragment"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raw(toml: &str) -> RawConfig {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn an_unknown_entry_is_refused_by_name() {
        let error = toml::from_str::<RawConfig>("dta = \"x\"").unwrap_err();
        assert!(error.to_string().contains("dta"));
    }

    #[test]
    fn the_command_line_overrides_the_file() {
        let file = raw("data = \"a\"\nlisten = \"0.0.0.0:80\"");
        let config = file.overridden_by(raw("data = \"b\"")).resolve().unwrap();
        assert_eq!(config.data, PathBuf::from("b"));
        assert_eq!(config.listen.port(), 80);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |toml: &str| raw(toml).resolve().unwrap_err().to_string();
        assert_eq!(problem(""), "'data' is not set");
        assert!(problem("data = \"d\"\nlisten = \"localhost\"").starts_with("'listen'"));
        assert!(problem("data = \"d\"\npublic_url = \"ftp://x\"").starts_with("'public_url'"));
        assert!(problem("data = \"d\"\npublic_url = \"http://x/?a\"").starts_with("'public_url'"));
        assert!(problem("data = \"d\"\ntile_cache_mib = 0").starts_with("'tile_cache_mib'"));
        assert!(problem("data = \"d\"\nrefresh_ms = 0").starts_with("'refresh_ms'"));
    }

    #[test]
    fn a_public_url_loses_its_last_slash() {
        let config = raw("data = \"d\"\npublic_url = \"https://x.vn/ban-do/\"")
            .resolve()
            .unwrap();
        assert_eq!(config.public_url.as_deref(), Some("https://x.vn/ban-do"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_resolving(listen in ".*", url in ".*", cache in any::<u64>(), ms in any::<u64>()) {
            let _ = RawConfig {
                data: Some("d".into()),
                listen: Some(listen),
                public_url: Some(url),
                tile_cache_mib: Some(cache),
                refresh_ms: Some(ms),
                ..RawConfig::default()
            }
            .resolve();
        }
    }
}
