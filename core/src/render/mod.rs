//! Rendering a tile: which features of which layers, drawn as themselves or as classes.
//!
//! ```text
//! R-tree (tile's box in the working plane) -> drawn features, (dataset, id) order -> tile::LayerBuilder
//! class cells (below a coverage theme's detail zoom) -> levels::Mosaic              -> tile::LayerBuilder
//! ```
//!
//! What a tile leaves out is said in the tile itself: the layer [`LEFT_OUT`] has a point for every theme or class of
//! which something belongs to the tile and is not drawn.

mod classes;
mod covering;
mod features;
mod labels;
mod left_out;
mod version;

use std::sync::Arc;

use thiserror::Error;

pub use covering::covering;
pub use version::version;

use classes::classes;
use features::features;
use left_out::LeftOut;

use crate::crs::CrsError;
use crate::levels::{BASE_ZOOM, LevelsError};
use crate::space::TileCoord;
use crate::view::LayerView;

/// Name of the layer that says what a tile left out.
pub const LEFT_OUT: &str = "diaba";
/// What follows a theme's name in the name of the layer of its labels' places.
pub const LABELS: &str = "_nhan";

/// A tile that cannot be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The tile's box has no image in the working plane.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// Classes are kept of the newest state only.
    #[error(
        "of a time past, {theme} is drawn from zoom {detail} up, where every feature is drawn as itself"
    )]
    Historic {
        /// The theme.
        theme: String,
        /// The first zoom that can be drawn.
        detail: u8,
    },
    /// The class cells cannot be read.
    #[error(transparent)]
    Levels(#[from] LevelsError),
}

/// A tile, and what it shows of each theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenderedTile {
    /// The Mapbox Vector Tile (2.1), not compressed; empty where nothing is there.
    pub mvt: Vec<u8>,
    /// One per layer asked for that has anything in the tile.
    pub summary: Vec<LayerSummary>,
}

/// What a tile shows of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSummary {
    /// The theme.
    pub theme: String,
    /// Features drawn, as themselves or merged into a class.
    pub shown: u64,
    /// Features that belong to the tile.
    pub total: u64,
    /// Whether they were merged into classes.
    pub generalised: bool,
}

impl LayerSummary {
    /// Whether the tile leaves something out.
    pub const fn truncated(&self) -> bool {
        self.shown < self.total
    }
}

/// Renders the tile of these layers, one MVT layer each, named by its theme, in the order given.
///
/// # Errors
/// [`RenderError`].
pub fn tile(layers: &[Arc<LayerView>], coord: TileCoord) -> Result<RenderedTile, RenderError> {
    let mut rendered = RenderedTile::default();
    let mut left_out = LeftOut::new(coord);
    for view in layers {
        if coord.z() < view.theme().zooms.min {
            continue;
        }
        let generalised = is_generalised(view, coord);
        if generalised && view.at().is_some() {
            return Err(RenderError::Historic {
                theme: view.theme().id.clone(),
                detail: view.theme().zooms.detail,
            });
        }
        let summary = if generalised {
            classes(view, coord, &mut rendered.mvt, &mut left_out)?
        } else {
            features(view, coord, &mut rendered.mvt)?
        };
        if summary.truncated() && !generalised {
            left_out.add(view, None, summary.total - summary.shown, None);
        }
        if summary.total > 0 {
            rendered.summary.push(summary);
        }
    }
    if let Some(layer) = left_out.finish() {
        rendered.mvt.extend_from_slice(&layer);
    }
    Ok(rendered)
}

/// Whether the tile shows classes instead of features.
fn is_generalised(view: &LayerView, coord: TileCoord) -> bool {
    let theme = view.theme();
    theme.generalise.coverage && coord.z() < theme.zooms.detail && coord.z() <= BASE_ZOOM
}
