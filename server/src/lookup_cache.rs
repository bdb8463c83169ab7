//! Features as they were last written, so that a place asked about again costs a search and a copy.
//!
//! Reading a record and carrying its rings to longitude and latitude costs several times the search that finds it. A
//! packed record is kept under the content of its shard, which never changes: edits elsewhere leave it where it is, and
//! entries of shards that are gone are not asked for any more and age out. What was edited since, and what stood once,
//! is in memory already and is written each time.

use std::sync::Arc;

use axum::body::Bytes;
use diaba_core::feature::FeatureId;
use diaba_core::view::{FeatureRef, LayerView};
use moka::sync::Cache;
use rustc_hash::FxBuildHasher;
use xxhash_rust::xxh3::xxh3_64;

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

/// Theme (by its address, which is its own as long as the server runs), content of the shard, and feature.
type Key = (usize, u64, FeatureId);

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
    /// `feature` of `layer` as GeoJSON text.
    pub fn text(
        &self,
        layer: &Arc<LayerView>,
        feature: &FeatureRef<'_>,
    ) -> Result<Bytes, ApiError> {
        if layer.at().is_some() || feature.is_edited() {
            return written(layer, feature);
        }
        let content = xxh3_64(feature.manifest().content.as_bytes());
        let key = (Arc::as_ptr(layer.theme()).addr(), content, feature.id());
        if let Some(text) = self.kept.get(&key) {
            return Ok(text);
        }
        let text = written(layer, feature)?;
        self.kept.insert(key, text.clone());
        Ok(text)
    }
}

fn written(layer: &LayerView, feature: &FeatureRef<'_>) -> Result<Bytes, ApiError> {
    let read = Feature::read(layer.theme(), feature)?;
    let text = serde_json::to_vec(&read).map_err(ApiError::internal)?;
    Ok(Bytes::from(text))
}
