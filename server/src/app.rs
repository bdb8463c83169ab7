//! Every long-lived part of the server, made once at start and shared by all requests.

use std::sync::Arc;

use arc_swap::ArcSwap;
use diaba_core::crs::Transform;
use diaba_core::registry::{Registry, Snapshot};
use diaba_core::search::Searcher;
use diaba_core::view::LayerView;

use crate::archives::Archives;
use crate::changes::pulse::Beat;
use crate::config::Config;
use crate::edge::PagePolicy;
use crate::editing::limits::Limits;
use crate::error::ApiError;
use crate::follow::Standing;
use crate::lookup_cache::FeatureCache;
use crate::metrics::Metrics;
use crate::past::Past;
use crate::portal::Portal;
use crate::styles::Styles;
use crate::tiles::cache::TileCache;
use crate::work::Pool;

/// What handlers are given.
pub type AppState = Arc<App>;

/// The server's parts.
pub struct App {
    /// How it was configured.
    pub config: Config,
    /// The layers.
    pub registry: Registry,
    /// The newest of them, numbered.
    pub current: ArcSwap<Published>,
    /// How the server stands to its home.
    pub standing: Standing,
    /// Wakes those who wait for changes.
    pub beat: Beat,
    /// Reads what is typed into the search box.
    pub searcher: Searcher,
    /// Layers as they stood.
    pub past: Past,
    /// Archives of tiles beside the register.
    pub archives: Archives,
    /// Made tiles.
    pub tiles: TileCache,
    /// Features as they were last written.
    pub features: FeatureCache,
    /// Where work is done that takes longer than a look-up.
    pub pool: Pool,
    /// Where edits wait for the database, apart from everything that is read.
    pub edit_pool: Pool,
    /// How many edits each key has left.
    pub limits: Limits,
    /// From longitude and latitude to the working plane.
    pub to_working: Transform,
    /// From the working plane to longitude and latitude.
    pub to_lonlat: Transform,
    /// Map styles, fonts and sprites.
    pub styles: Styles,
    /// The portal's files.
    pub portal: Portal,
    /// Counters and timings.
    pub metrics: Metrics,
    /// What pages may do, and in whose frames they may stand.
    pub page_policy: PagePolicy,
}

/// A snapshot with its number.
pub struct Published {
    /// One more for each snapshot taken over.
    pub number: u64,
    /// The layers.
    pub snapshot: Arc<Snapshot>,
}

impl App {
    /// The newest layers.
    pub fn published(&self) -> Arc<Published> {
        self.current.load_full()
    }

    /// The layer of the theme called `id`.
    pub fn layer(&self, id: &str) -> Result<Arc<LayerView>, ApiError> {
        self.layer_at(id, None)
    }

    /// The layers that have data, in the catalogue's order.
    pub fn layers(&self) -> Vec<Arc<LayerView>> {
        self.layers_of(&self.published())
    }

    /// The layers of `published`, in the catalogue's order.
    pub fn layers_of(&self, published: &Published) -> Vec<Arc<LayerView>> {
        let layers = &published.snapshot.layers;
        let themes = self.registry.catalogue().themes();
        themes
            .filter_map(|theme| layers.get(&theme.id).cloned())
            .collect()
    }
}
