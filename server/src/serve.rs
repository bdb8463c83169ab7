//! From a configuration to a running server, and its orderly end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::serve::ListenerExt;
use diaba_core::crs::{Crs, CrsError, Transform};
use diaba_core::registry::Registry;
use diaba_core::search::Searcher;
use diaba_core::store::{DirectoryStore, PostgisStore, Store, StoreError};
use diaba_core::theme::{Catalogue, ThemeError};
use metrics_exporter_prometheus::BuildError;
use thiserror::Error;
use tokio::net::TcpListener;

use crate::app::{App, AppState, Published};
use crate::archives::Archives;
use crate::changes::pulse::{Beat, Pulse};
use crate::config::{Config, Home};
use crate::edge::PagePolicy;
use crate::editing::limits::Limits;
use crate::follow::Standing;
use crate::front::{Front, Fronts};
use crate::lookup_cache::FeatureCache;
use crate::metrics::Metrics;
use crate::past::Past;
use crate::portal::Portal;
use crate::styles::Styles;
use crate::tiles::cache::TileCache;
use crate::work::Pool;
use crate::{levels, refresh, router};

/// Edits made at once; each holds a connection to the database.
const EDITS_AT_ONCE: usize = 8;
/// Longest the requests under way are waited for at the end.
const DRAIN: Duration = Duration::from_secs(10);

/// Why a server does not start or run on.
#[derive(Debug, Error)]
pub enum ServeError {
    /// A theme or code list is wrong.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The home cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The coordinate systems cannot be set up.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The styles directory cannot be read.
    #[error("the styles directory cannot be read: {0}")]
    Styles(#[source] io::Error),
    /// The counters cannot be set up.
    #[error(transparent)]
    Metrics(#[from] BuildError),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The listener failed.
    #[error("the server stopped: {0}")]
    Io(#[from] io::Error),
}

/// Every part of the server, over the home the configuration names.
pub fn app(config: Config) -> Result<AppState, ServeError> {
    let catalogue = Arc::new(Catalogue::load(config.styles.as_deref())?);
    let store = store(&config.home, &catalogue)?;
    app_over(store, catalogue, config)
}

/// The register at the home the configuration names, for who reads it once.
pub fn registry(config: &Config) -> Result<Registry, ServeError> {
    let catalogue = Arc::new(Catalogue::load(config.styles.as_deref())?);
    let store = store(&config.home, &catalogue)?;
    Ok(Registry::open(store, catalogue)?)
}

fn store(home: &Home, catalogue: &Arc<Catalogue>) -> Result<Box<dyn Store>, ServeError> {
    Ok(match home {
        Home::Directory(data) => Box::new(DirectoryStore::open(data, Arc::clone(catalogue))?),
        Home::Database { url, direct, cache } => {
            let store = PostgisStore::connect(url.reveal(), cache, Arc::clone(catalogue))?;
            Box::new(match direct {
                Some(direct) => store.listening_at(direct.reveal())?,
                None => store,
            })
        }
    })
}

/// Every part of the server, over `store`.
pub fn app_over(
    store: Box<dyn Store>,
    catalogue: Arc<Catalogue>,
    config: Config,
) -> Result<AppState, ServeError> {
    let registry = Registry::open(store, catalogue)?;
    let paths = router::document().paths.paths;
    let app = App {
        current: ArcSwap::from_pointee(Published {
            number: 0,
            snapshot: registry.snapshot(),
        }),
        standing: Standing::new(registry.trouble().is_none()),
        beat: Beat::new(Pulse {
            token: registry.journal().now(),
            stale: registry.trouble().is_some(),
        }),
        archives: Archives::open(&config.archives, registry.catalogue()),
        searcher: Searcher::new(registry.catalogue()),
        registry,
        past: Past::default(),
        tiles: TileCache::new(config.tile_cache_bytes, config.tile_budget),
        styles: Styles::load(config.styles.as_deref()).map_err(ServeError::Styles)?,
        portal: Portal::embedded(),
        metrics: Metrics::new(paths.keys().map(String::as_str))?,
        features: FeatureCache::default(),
        pool: Pool::default(),
        edit_pool: Pool::of(EDITS_AT_ONCE),
        limits: Limits::new(config.edits_per_minute),
        to_working: Transform::new(Crs::LONLAT, Crs::WORKING)?,
        to_lonlat: Transform::new(Crs::WORKING, Crs::LONLAT)?,
        page_policy: PagePolicy::new(config.public_url.as_deref(), &config.frame_ancestors),
        config,
    };
    app.publish();
    Ok(Arc::new(app))
}

/// A server that listens and is about to answer.
pub struct Server {
    listener: TcpListener,
    app: AppState,
}

impl Server {
    /// Opens the data and the port.
    pub async fn bind(config: Config) -> Result<Self, ServeError> {
        let address = config.listen;
        let app = tokio::task::spawn_blocking(move || app(config))
            .await
            .map_err(io::Error::other)??;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| ServeError::Listen { address, source })?;
        Ok(Self { listener, app })
    }

    /// The address it is reached at.
    pub fn url(&self) -> io::Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// Answers until `stop` resolves; then takes no more connections, finishes what is under way, and ends.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let follower = tokio::spawn(refresh::follow(Arc::clone(&self.app)));
        let ahead = tokio::spawn(levels::make_ahead(Arc::clone(&self.app)));
        let (stopping, stopped) = tokio::sync::oneshot::channel();
        let beat = self.app.beat.clone();
        let stop = async move {
            stop.await;
            // Streams would go on for ever.
            beat.stop();
            tracing::info!("stopping: finishing the requests under way");
            // Nobody waits for it only when the server has ended already.
            let _ = stopping.send(());
        };
        // Head and body in two writes must not wait for each other.
        let listener = self.listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY");
            }
        });
        let serving =
            axum::serve(listener, Fronts(Front::new(self.app))).with_graceful_shutdown(stop);
        let ended = tokio::select! {
            ended = serving => ended,
            () = async { if stopped.await.is_ok() { tokio::time::sleep(DRAIN).await } else { std::future::pending().await } } => {
                tracing::warn!("some requests were still under way and were broken off");
                Ok(())
            }
        };
        follower.abort();
        ahead.abort();
        Ok(ended?)
    }
}
