//! Features as they were last written, so that a place asked about again costs a search and a copy.
//!
//! Reading a record and carrying its rings to longitude and latitude costs several times the search that finds it. A
//! feature is kept under the publication it was read from, so nothing here is ever invalidated: entries of an older
//! publication are not asked for any more and age out.

use std::sync::Arc;

use axum::body::Bytes;
use diaba_core::feature::FeatureId;
use diaba_core::view::{FeatureRef, LayerView};
use moka::sync::Cache;
use rustc_hash::FxBuildHasher;

use crate::app::Published;
use crate::error::ApiError;
use crate::features::geojson::Feature;

/// Most memory the kept features may take, bytes.
const BYTES: u64 = 32 << 20;
/// Bytes an entry takes beside its text, roughly.
const OVERHEAD: usize = 128;

/// Kept features.
pub struct FeatureCache {
    kept: Cache<Key, Bytes, FxBuildHasher>,
}

/// Publication, layer (by its address, which is its own for as long as the publication is the newest) and feature.
type Key = (u64, usize, FeatureId);

impl Default for FeatureCache {
    fn default() -> Self {
        let weigh =
            |_: &Key, text: &Bytes| u32::try_from(text.len() + OVERHEAD).unwrap_or(u32::MAX);
        let kept = Cache::builder().max_capacity(BYTES).weigher(weigh);
        Self {
            kept: kept.build_with_hasher(FxBuildHasher),
        }
    }
}

impl FeatureCache {
    /// `feature` of `layer`, which is one of `published`, as GeoJSON text.
    pub fn text(
        &self,
        published: &Published,
        layer: &Arc<LayerView>,
        feature: &FeatureRef<'_>,
    ) -> Result<Bytes, ApiError> {
        let key = (published.number, Arc::as_ptr(layer).addr(), feature.id());
        if let Some(text) = self.kept.get(&key) {
            return Ok(text);
        }
        let read = Feature::read(layer.theme(), feature)?;
        let text = Bytes::from(serde_json::to_vec(&read).map_err(ApiError::internal)?);
        self.kept.insert(key, text.clone());
        Ok(text)
    }
}
