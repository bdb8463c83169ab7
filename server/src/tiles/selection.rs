//! Which themes a tile is asked for.

use std::sync::Arc;

use diaba_core::registry::Snapshot;
use diaba_core::view::LayerView;

use crate::app::App;
use crate::error::ApiError;

/// Most themes one tile holds.
const MOST: usize = 64;

/// Themes of one tile: each once, in a fixed order, so that a tile has one address in the cache however its themes
/// were listed.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Identifiers, sorted, separated by commas.
    pub key: String,
    /// The layers among them that have data, in the same order.
    pub layers: Vec<Arc<LayerView>>,
}

impl Selection {
    /// Reads `list`, identifiers separated by commas. A theme that exists and has no data yet is an empty layer; one
    /// that does not exist is a 404.
    pub fn read(app: &App, snapshot: &Snapshot, list: &str) -> Result<Self, ApiError> {
        let mut ids: Vec<&str> = list.split(',').take(MOST + 1).collect();
        if ids.len() > MOST {
            return Err(ApiError::bad(
                "themes",
                format!("a tile holds at most {MOST} themes"),
            ));
        }
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(ApiError::bad("themes", "a theme is given twice"));
        }
        let mut layers = Vec::with_capacity(ids.len());
        for id in &ids {
            match snapshot.layers.get(*id) {
                Some(layer) => layers.push(Arc::clone(layer)),
                None if app.registry.catalogue().theme(id).is_some() => {}
                None => return Err(ApiError::NotFound(format!("no theme is called '{id}'"))),
            }
        }
        Ok(Self {
            key: ids.join(","),
            layers,
        })
    }
}
