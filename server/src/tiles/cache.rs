//! Made tiles, kept up to a number of bytes.
//!
//! A tile is kept under its address, once in every format and coding it is asked for in, with the version it was made at. Nothing is ever invalidated: when data have
//! changed, the version an address has now is compared with the one its tile was made at, and only a tile that really
//! changed is made again. One request makes it, the others wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use diaba_core::grid::TileGrid;
use diaba_core::render;
use diaba_core::space::TileCoord;
use diaba_core::view::LayerView;
use futures_util::FutureExt;
use moka::future::Cache;

use super::body::TileBody;
use super::representation::Representation;
use super::selection::Selection;
use crate::app::{App, Published};
use crate::error::ApiError;

/// The cache.
pub struct TileCache {
    kept: Cache<Address, Arc<Entry>>,
    /// Most bytes of a tile before compression.
    budget: usize,
}

/// Themes of a tile, sorted, where it lies, and its representation.
type Address = (String, TileGrid, TileCoord, Representation);

struct Entry {
    /// The tile, or why it could not be made; a failure is tried again by the next request.
    made: Result<TileBody, Failure>,
    /// Number of the publication for which `made` is known to be right.
    checked: AtomicU64,
}

#[derive(Clone)]
enum Failure {
    Busy,
    Failed(String),
}

impl TileCache {
    /// A cache of at most `bytes`, of tiles of at most `budget` bytes before compression.
    pub fn new(bytes: u64, budget: usize) -> Self {
        let weigh = |(themes, ..): &Address, entry: &Arc<Entry>| {
            let body = entry.made.as_ref().map_or(64, TileBody::weight);
            body.saturating_add(themes.len() as u32)
        };
        Self {
            kept: Cache::builder().max_capacity(bytes).weigher(weigh).build(),
            budget,
        }
    }

    /// Most bytes of a tile before compression.
    pub const fn budget(&self) -> usize {
        self.budget
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        self.kept.weighted_size()
    }

    /// What `answer` makes of the tile at a place of a grid, if it is kept and known to be right as things stand. `themes`
    /// are as [`Selection::key`] has them.
    pub fn kept<T>(
        &self,
        app: &App,
        themes: &str,
        (grid, coord): (TileGrid, TileCoord),
        representation: Representation,
        answer: impl FnOnce(&TileBody) -> T,
    ) -> Option<T> {
        let address = (themes.to_owned(), grid, coord, representation);
        // Waits for nothing but the cache's own upkeep; who would have to wait asks the longer way.
        let entry = self.kept.get(&address).now_or_never()??;
        let right = entry.checked.load(Ordering::Relaxed) == app.current.load().number;
        let body = entry.made.as_ref().ok().filter(|_| right)?;
        app.metrics.tile_hits.increment(1);
        Some(answer(body))
    }

    /// The tile of `selection` at a place of a grid, given to `answer` as it is in `published`.
    pub async fn tile<T>(
        &self,
        app: &App,
        published: &Published,
        selection: Selection,
        (grid, coord): (TileGrid, TileCoord),
        representation: Representation,
        answer: impl FnOnce(&TileBody) -> T,
    ) -> Result<T, ApiError> {
        let Selection { key, layers } = selection;
        let address = (key, grid, coord, representation);
        if let Some(entry) = self.kept.get(&address).await
            && entry.checked.load(Ordering::Relaxed) == published.number
            && let Ok(body) = &entry.made
        {
            app.metrics.tile_hits.increment(1);
            return Ok(answer(body));
        }
        let layers = on(&layers, grid)?;
        let version = render::version_within(&layers, coord, self.budget);
        let outdated = |entry: &Arc<Entry>| {
            entry
                .made
                .as_ref()
                .map_or(true, |body| body.version() != version)
        };
        let make = async {
            app.metrics.tile_misses.increment(1);
            let (version, budget) = (version.clone(), self.budget);
            let made = app
                .pool
                .run(move || cut(&layers, coord, budget, version, representation))
                .await;
            let made = made
                .and_then(|made| made)
                .inspect(|(_, seconds)| app.metrics.tile_seconds.record(*seconds));
            let made = made.map(|(body, _)| body).map_err(|error| match error {
                ApiError::Busy => Failure::Busy,
                other => Failure::Failed(cause(&other)),
            });
            Arc::new(Entry {
                made,
                checked: AtomicU64::new(published.number),
            })
        };
        let entry = self
            .kept
            .entry(address)
            .or_insert_with_if(make, outdated)
            .await;
        if !entry.is_fresh() {
            app.metrics.tile_hits.increment(1);
        }
        let entry = entry.into_value();
        match &entry.made {
            Ok(body) => {
                entry.checked.store(published.number, Ordering::Relaxed);
                Ok(answer(body))
            }
            Err(Failure::Busy) => Err(ApiError::Busy),
            Err(Failure::Failed(cause)) => Err(ApiError::internal(anyhow::anyhow!("{cause}"))),
        }
    }
}

/// The layers as tiles of `grid` see them.
pub fn on(layers: &[Arc<LayerView>], grid: TileGrid) -> Result<Vec<Arc<LayerView>>, ApiError> {
    let seen = |layer: &Arc<LayerView>| {
        if layer.grid() == grid {
            return Ok(Arc::clone(layer));
        }
        layer.on(grid).map(Arc::new).map_err(ApiError::internal)
    };
    layers.iter().map(seen).collect()
}

/// Cuts, encodes and compresses a tile; with the seconds it took.
pub fn cut(
    layers: &[Arc<LayerView>],
    coord: TileCoord,
    budget: usize,
    version: String,
    representation: Representation,
) -> Result<(TileBody, f64), ApiError> {
    let began = Instant::now();
    let rendered = render::tile_within(layers, coord, budget).map_err(ApiError::internal)?;
    let body = TileBody::new(rendered, version, representation)?;
    Ok((body, began.elapsed().as_secs_f64()))
}

fn cause(error: &ApiError) -> String {
    match error {
        ApiError::Internal(cause) => format!("{cause:#}"),
        other => other.to_string(),
    }
}
