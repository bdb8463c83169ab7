//! Layers as they stood.

use std::sync::Arc;

use diaba_core::registry::Snapshot;
use diaba_core::view::LayerView;
use jiff::Timestamp;
use moka::sync::Cache;

use crate::app::{App, Published};
use crate::error::ApiError;

/// Most layers kept as they stood at some instant.
const KEPT: u64 = 64;

/// Layers as they stood at instants somebody has asked about: a page of features or a map asks many times.
pub struct Past {
    kept: Cache<(u64, String, Timestamp), Arc<LayerView>>,
}

impl Default for Past {
    fn default() -> Self {
        Self {
            kept: Cache::new(KEPT),
        }
    }
}

impl Past {
    /// `layer`, one of `published`, as it stood at an instant; as it is where none is given.
    pub fn layer(
        &self,
        published: &Published,
        layer: &Arc<LayerView>,
        at: Option<Timestamp>,
    ) -> Arc<LayerView> {
        let Some(at) = at else {
            return Arc::clone(layer);
        };
        let key = (published.number, layer.theme().id.clone(), at);
        self.kept.get_with(key, || Arc::new(layer.as_of(at)))
    }
}

impl App {
    /// The layer of the theme called `id`, as it stood at an instant where one is given.
    pub fn layer_at(&self, id: &str, at: Option<Timestamp>) -> Result<Arc<LayerView>, ApiError> {
        let published = self.published();
        let layer = layer_in(&published.snapshot, id)?;
        Ok(self.past.layer(&published, layer, at))
    }
}

fn layer_in<'s>(snapshot: &'s Snapshot, id: &str) -> Result<&'s Arc<LayerView>, ApiError> {
    snapshot
        .layers
        .get(id)
        .ok_or_else(|| ApiError::no_layer(id))
}
