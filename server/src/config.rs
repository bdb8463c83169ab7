//! Configuration in two steps: [`RawConfig`] is what a file or the command line says, [`Config`] is what the server
//! runs on. Resolving checks everything and reads nothing but its arguments; only `main` reads files and the
//! environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Uri;
use axum::http::uri::Authority;
use diaba_core::render::BUDGET;
use ipnet::IpNet;
use serde::Deserialize;
use thiserror::Error;

use crate::client;

/// What was said, unchecked. Every entry is optional; the command line overrides the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawConfig {
    /// The data directory, where that is the home.
    pub data: Option<PathBuf>,
    /// The database, where that is the home.
    pub database: Option<DatabaseUrl>,
    /// Where LISTEN connects to, where a pooler stands before the database.
    pub database_direct: Option<DatabaseUrl>,
    /// Folder for what is packed from the database.
    pub cache: Option<PathBuf>,
    /// `ADDRESS:PORT` to listen on.
    pub listen: Option<String>,
    /// A directory with further themes, code lists, styles, fonts and sprites.
    pub styles: Option<PathBuf>,
    /// PMTiles files served beside the register.
    pub archives: Option<Vec<PathBuf>>,
    /// Address the server is reached under, such as `https://bando.example.vn`.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed: addresses, or networks such as `10.1.0.0/16`.
    pub trusted_proxies: Option<Vec<String>>,
    /// Origins whose pages may show the portal in a frame, such as `https://ioc.example.vn`.
    pub frame_ancestors: Option<Vec<String>>,
    /// Most memory the cache of made tiles may take, MiB.
    pub tile_cache_mib: Option<u64>,
    /// As in [`Config`], KB of 1000 bytes.
    pub tile_budget_kb: Option<u64>,
    /// How often the home is looked at, whether or not it has said anything, milliseconds.
    pub refresh_ms: Option<u64>,
    /// Whether holders of a key may change single features.
    pub editing: Option<bool>,
    /// Edits a minute one key may make.
    pub edits_per_minute: Option<u64>,
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
            database: over.database.or(self.database),
            database_direct: over.database_direct.or(self.database_direct),
            cache: over.cache.or(self.cache),
            listen: over.listen.or(self.listen),
            styles: over.styles.or(self.styles),
            archives: over.archives.or(self.archives),
            public_url: over.public_url.or(self.public_url),
            trusted_proxies: over.trusted_proxies.or(self.trusted_proxies),
            frame_ancestors: over.frame_ancestors.or(self.frame_ancestors),
            tile_cache_mib: over.tile_cache_mib.or(self.tile_cache_mib),
            tile_budget_kb: over.tile_budget_kb.or(self.tile_budget_kb),
            refresh_ms: over.refresh_ms.or(self.refresh_ms),
            editing: over.editing.or(self.editing),
            edits_per_minute: over.edits_per_minute.or(self.edits_per_minute),
            log: over.log.or(self.log),
            log_json: over.log_json.or(self.log_json),
        }
    }

    /// The configuration to run on, or what is wrong with it.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let home = home(self.data, self.database, self.database_direct, self.cache)?;
        let listen = self.listen.as_deref().unwrap_or(DEFAULT_LISTEN);
        let listen = listen.parse().map_err(|_| ConfigError::Invalid {
            name: "listen",
            reason: format!("'{listen}' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:0"),
        })?;
        Ok(Config {
            refresh: Duration::from_millis(within(
                "refresh_ms",
                self.refresh_ms.unwrap_or(home.looked_at_ms()),
                10,
                3_600_000,
            )?),
            home,
            listen,
            styles: self.styles,
            archives: self.archives.unwrap_or_default(),
            public_url: self.public_url.as_deref().map(public_url).transpose()?,
            trusted_proxies: trusted_proxies(&self.trusted_proxies.unwrap_or_default())?,
            frame_ancestors: frame_ancestors(&self.frame_ancestors.unwrap_or_default())?,
            tile_cache_bytes: within(
                "tile_cache_mib",
                self.tile_cache_mib.unwrap_or(256),
                1,
                1 << 20,
            )? << 20,
            tile_budget: within(
                "tile_budget_kb",
                self.tile_budget_kb.unwrap_or(BUDGET as u64 / 1000),
                50,
                100_000,
            )? as usize
                * 1000,
            editing: self.editing.unwrap_or_default(),
            edits_per_minute: within(
                "edits_per_minute",
                self.edits_per_minute.unwrap_or(600),
                1,
                1_000_000,
            )?,
        })
    }
}

/// Where the server listens unless told otherwise: this machine only.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// A checked configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where the data live.
    pub home: Home,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Overlay of themes, code lists, styles, fonts and sprites.
    pub styles: Option<PathBuf>,
    /// PMTiles files served beside the register.
    pub archives: Vec<PathBuf>,
    /// Address the server is reached under, without a slash at its end; otherwise the request's `Host` says it.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may show the portal in a frame, beside its own.
    pub frame_ancestors: Vec<String>,
    /// Most memory the cache of made tiles may take, bytes.
    pub tile_cache_bytes: u64,
    /// Most bytes of a tile before compression; what matters least is left out.
    pub tile_budget: usize,
    /// How often the home is looked at, whether or not it has said anything.
    pub refresh: Duration,
    /// Whether holders of a key may change single features.
    pub editing: bool,
    /// Edits a minute one key may make.
    pub edits_per_minute: u64,
}

/// Where the data live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// A directory that imports write.
    Directory(PathBuf),
    /// A database with PostGIS.
    Database {
        /// The database; several hosts may be named.
        url: DatabaseUrl,
        /// Where LISTEN connects to, where that is another place.
        direct: Option<DatabaseUrl>,
        /// Folder for what is packed from it.
        cache: PathBuf,
    },
}

impl Home {
    /// The folder that is read.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Directory(folder) | Self::Database { cache: folder, .. } => folder,
        }
    }

    /// A directory says nothing, so it is looked at often; a database notifies.
    const fn looked_at_ms(&self) -> u64 {
        match self {
            Self::Directory(_) => 250,
            Self::Database { .. } => 1_000,
        }
    }
}

/// The URL of a database. It may hold a password, so it is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for DatabaseUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// Exactly one home.
fn home(
    data: Option<PathBuf>,
    database: Option<DatabaseUrl>,
    direct: Option<DatabaseUrl>,
    cache: Option<PathBuf>,
) -> Result<Home, ConfigError> {
    match (data, database) {
        (Some(_), Some(_)) => Err(ConfigError::TwoHomes),
        (None, None) => Err(ConfigError::NoHome),
        (Some(data), None) => {
            let beside = [
                ("cache", cache.is_some()),
                ("database_direct", direct.is_some()),
            ];
            match beside.into_iter().find(|(_, said)| *said) {
                Some((name, _)) => Err(ConfigError::Invalid {
                    name,
                    reason: "belongs to 'database', and 'data' is set".to_owned(),
                }),
                None => Ok(Home::Directory(data)),
            }
        }
        (None, Some(url)) => Ok(Home::Database {
            url,
            direct,
            cache: cache.ok_or(ConfigError::Missing("cache"))?,
        }),
    }
}

/// What is wrong with a configuration.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// Nothing says where the data live.
    #[error("neither 'data' nor 'database' is set; one of them says where the data live")]
    NoHome,
    /// Two homes.
    #[error("both 'data' and 'database' are set; a server has one home")]
    TwoHomes,
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

fn trusted_proxies(said: &[String]) -> Result<Vec<IpNet>, ConfigError> {
    said.iter()
        .map(|text| {
            client::network(text).ok_or_else(|| ConfigError::Invalid {
                name: "trusted_proxies",
                reason: format!("'{text}' is neither an address nor a network such as 10.1.0.0/16"),
            })
        })
        .collect()
}

/// Each text as an origin: `http` or `https`, a host, perhaps a port. A host may begin with `*.`, which stands for all of
/// its subdomains; everybody, `*`, is refused, for the portal has buttons that hold a key.
fn frame_ancestors(said: &[String]) -> Result<Vec<String>, ConfigError> {
    said.iter()
        .map(|text| {
            let invalid = |reason: &str| ConfigError::Invalid {
                name: "frame_ancestors",
                reason: format!("'{text}' {reason}"),
            };
            let (scheme, place) = text
                .split_once("://")
                .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
                .ok_or_else(|| {
                    invalid("is no origin; write http:// or https:// and a host, such as https://ioc.example.vn")
                })?;
            // A slash at the end is what people copy from an address.
            let place = place.strip_suffix('/').unwrap_or(place);
            if place.contains(['/', '?', '#', '@']) {
                return Err(invalid("is more than an origin; leave out what follows the host and port"));
            }
            let concrete = place.strip_prefix("*.").unwrap_or(place);
            let authority: Authority = concrete
                .parse()
                .map_err(|_| invalid("has no host that can be read"))?;
            let host = authority.host();
            let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
            let port = authority.as_str().len() > host.len();
            if host.is_empty() || !host.chars().all(plain) || port && authority.port_u16().is_none() {
                return Err(invalid("has no host and port that can be read"));
            }
            Ok(format!("{scheme}://{}", place.to_ascii_lowercase()))
        })
        .collect()
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
        assert_eq!(config.home, Home::Directory(PathBuf::from("b")));
        assert_eq!(config.listen.port(), 80);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |toml: &str| raw(toml).resolve().unwrap_err().to_string();
        assert!(problem("").starts_with("neither 'data' nor 'database'"));
        assert!(problem("data = \"d\"\ndatabase = \"postgres://h/d\"").starts_with("both"));
        assert_eq!(
            problem("database = \"postgres://h/d\""),
            "'cache' is not set"
        );
        assert!(problem("data = \"d\"\ncache = \"c\"").starts_with("'cache'"));
        assert!(problem("data = \"d\"\nlisten = \"localhost\"").starts_with("'listen'"));
        assert!(problem("data = \"d\"\npublic_url = \"ftp://x\"").starts_with("'public_url'"));
        assert!(problem("data = \"d\"\npublic_url = \"http://x/?a\"").starts_with("'public_url'"));
        assert!(problem("data = \"d\"\ntile_cache_mib = 0").starts_with("'tile_cache_mib'"));
        assert!(
            problem("data = \"d\"\ntrusted_proxies = [\"proxy\"]").starts_with("'trusted_proxies'")
        );
        for origin in [
            "*",
            "ioc.vn",
            "ftp://ioc.vn",
            "https://",
            "https://*",
            "https://ioc.vn/wall",
            "https://a b",
            "https://a;script-src *",
            "https://a:port",
            "https://user@a",
        ] {
            let said = problem(&format!("data = \"d\"\nframe_ancestors = [\"{origin}\"]"));
            assert!(said.starts_with("'frame_ancestors'"), "{origin}: {said}");
        }
        assert!(problem("data = \"d\"\ntile_budget_kb = 1").starts_with("'tile_budget_kb'"));
        assert!(problem("data = \"d\"\nrefresh_ms = 0").starts_with("'refresh_ms'"));
    }

    #[test]
    fn a_password_is_never_shown() {
        let raw = raw("database = \"postgres://diaba:bi-mat@h/d\"\ncache = \"c\"");
        assert!(!format!("{raw:?}").contains("bi-mat"));
        let config = raw.resolve().unwrap();
        assert!(!format!("{config:?}").contains("bi-mat"));
        assert_eq!(config.home.folder(), Path::new("c"));
    }

    #[test]
    fn origins_of_frames_are_written_as_browsers_compare_them() {
        let said = "data = \"d\"\nframe_ancestors = [\"https://IOC.bacninh.gov.vn/\", \"http://[::1]:8081\", \"https://*.gov.vn\"]";
        assert_eq!(
            raw(said).resolve().unwrap().frame_ancestors,
            [
                "https://ioc.bacninh.gov.vn",
                "http://[::1]:8081",
                "https://*.gov.vn"
            ]
        );
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
        fn no_text_breaks_resolving(listen in ".*", url in ".*", origin in "(https://)?.*", cache in any::<u64>(), ms in any::<u64>()) {
            let _ = RawConfig {
                data: Some("d".into()),
                listen: Some(listen),
                public_url: Some(url),
                frame_ancestors: Some(vec![origin]),
                tile_cache_mib: Some(cache),
                refresh_ms: Some(ms),
                ..RawConfig::default()
            }
            .resolve();
        }
    }
}
