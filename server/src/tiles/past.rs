//! Tiles of the register as it stood. They are asked for seldom, so they are cut each time and not kept.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use diaba_core::grid::TileGrid;
use diaba_core::space::TileCoord;
use diaba_core::view::LayerView;
use jiff::Timestamp;
use xxhash_rust::xxh3::xxh3_128;

use super::cache::{cut, on};
use super::representation::{Representation, Vary};
use super::selection::Selection;
use crate::app::{App, Published};
use crate::error::ApiError;
use crate::extract::{Pairs, as_of};

/// The instant a tile's address asks for. Other parameters of a tile mean nothing, and are not read.
pub struct TileTime(pub Option<Timestamp>);

impl<S: Send + Sync> FromRequestParts<S> for TileTime {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        // Nearly every tile is asked for without a query.
        match parts.uri.query() {
            Some(query) if query.contains("datetime") => {
                let said = Pairs::parse(query)?.take("datetime");
                as_of(said.as_deref()).map(Self)
            }
            _ => Ok(Self(None)),
        }
    }
}

/// The tile of `selection` as it was at an instant.
pub async fn respond(
    app: &App,
    published: &Published,
    selection: &Selection,
    (grid, coord): (TileGrid, TileCoord),
    at: Timestamp,
    (representation, vary): (Representation, Vary),
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    for layer in &selection.layers {
        refuse_generalised(layer, coord.z())?;
    }
    let layers: Vec<Arc<LayerView>> = selection
        .layers
        .iter()
        .map(|layer| app.past.layer(published, layer, Some(at)))
        .collect();
    let layers = on(&layers, grid)?;
    // The version of a layer as it stood holds the instant.
    let budget = app.tiles.budget();
    let (z, x, y) = (coord.z(), coord.x(), coord.y());
    let mut version = format!("{}/{z}/{x}/{y}/{budget}", grid.id());
    for layer in &layers {
        version.push_str(&layer.version());
    }
    let version = format!("{:032x}", xxh3_128(version.as_bytes()));
    let (body, _) = app
        .pool
        .run(move || cut(&layers, coord, budget, version, representation))
        .await??;
    Ok(body.respond(headers, vary))
}

/// Generalised levels are made of the newest state alone.
fn refuse_generalised(layer: &LayerView, zoom: u8) -> Result<(), ApiError> {
    let theme = layer.theme();
    let detail = theme.zooms.detail;
    if !theme.generalise.coverage || zoom >= detail || zoom < theme.zooms.min {
        return Ok(());
    }
    Err(ApiError::bad(
        "datetime",
        format!(
            "tiles of '{}' below zoom {detail} are merged from the newest state alone; ask for zoom {detail} or more, or \
             leave 'datetime' out",
            theme.id
        ),
    ))
}
