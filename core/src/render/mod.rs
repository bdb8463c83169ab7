//! Rendering a tile: which features of which layers, drawn as themselves or as classes.
//!
//! ```text
//! R-tree (tile's box in the working plane) -> drawn features, (dataset, id) order -> tile::LayerBuilder
//! class cells (below a coverage theme's detail zoom) -> levels::Mosaic              -> tile::LayerBuilder
//! ```
//!
//! A tile keeps to a number of bytes: what matters least goes first ([`tile_within`]).
//!
//! What a tile leaves out is said in the tile itself: the layer [`LEFT_OUT`] has a point for every theme or class of
//! which something belongs to the tile and is not drawn.

mod boundaries;
mod budget;
mod chainage;
mod classes;
mod covering;
mod draft;
mod features;
mod labels;
mod left_out;
mod lines;
mod points;
mod rank;
mod source;
mod version;

use std::sync::Arc;

use thiserror::Error;

pub use budget::BUDGET;
pub use covering::covering;
pub use labels::ORDER;
pub use version::{version, version_within};

use budget::Piece;
use classes::classes;
use features::features;
use left_out::LeftOut;

use crate::crs::CrsError;
use crate::levels::{BASE_ZOOM, LevelsError};
use crate::shard::ShardError;
use crate::space::TileCoord;
use crate::view::LayerView;

/// Name of the layer that says what a tile left out.
pub const LEFT_OUT: &str = "diaba";
/// What follows a theme's name in the name of the layer of its labels' places.
pub const LABELS: &str = "_nhan";
/// What follows a theme's name in the name of the layer of the chainage stones along its lines.
pub const STONES: &str = "_ly_trinh";
/// Property of what stands for several features: how many.
pub const COUNT: &str = "so_luong";

/// A tile that cannot be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The tile's box has no image in the working plane.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// A feature's record cannot be read.
    #[error(transparent)]
    Shard(#[from] ShardError),
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

/// Renders the tile of these layers, one MVT layer each, named by its theme, in the order given; in at most [`BUDGET`]
/// bytes. `coord` is a tile of the grid they are on ([`LayerView::on`]).
///
/// # Errors
/// [`RenderError`].
pub fn tile(layers: &[Arc<LayerView>], coord: TileCoord) -> Result<RenderedTile, RenderError> {
    tile_within(layers, coord, BUDGET)
}

/// Renders the tile of these layers, one MVT layer each, named by its theme, in the order given.
///
/// Before compression it has at most `budget` bytes: places for labels are left out first, then features, the lowest
/// rank and the smallest first. Classes of a coverage theme are not parted, so a tile of them alone may have more.
///
/// # Errors
/// [`RenderError`].
pub fn tile_within(
    layers: &[Arc<LayerView>],
    coord: TileCoord,
    budget: usize,
) -> Result<RenderedTile, RenderError> {
    let mut left_out = LeftOut::new(coord);
    let (mut pieces, mut summary) = (Vec::new(), Vec::new());
    let shown = layers
        .iter()
        .filter(|view| coord.z() >= view.theme().zooms.min);
    for view in shown.clone() {
        if !is_generalised(view, coord) {
            let (drafts, layer) = features(view, coord)?;
            pieces.extend(drafts.into_iter().map(Box::new).map(Piece::Draft));
            summary.push(layer);
            continue;
        }
        if view.at().is_some() {
            return Err(RenderError::Historic {
                theme: view.theme().id.clone(),
                detail: view.theme().zooms.detail,
            });
        }
        let mut bytes = Vec::new();
        summary.push(classes(view, coord, &mut bytes, &mut left_out)?);
        pieces.push(Piece::Whole(bytes));
    }
    let (mut mvt, shortages) = budget::write(pieces, budget);
    for shortage in shortages {
        if shortage.labels {
            left_out.add_labels(&shortage.layer, shortage.left_out);
            summary.push(LayerSummary {
                shown: shortage.had.saturating_sub(shortage.left_out),
                total: shortage.had,
                theme: shortage.layer,
                generalised: false,
            });
        } else if let Some(layer) = summary.iter_mut().find(|l| l.theme == shortage.layer) {
            layer.shown = layer.shown.saturating_sub(shortage.left_out);
        }
    }
    for view in shown {
        let layer = summary.iter().find(|layer| layer.theme == view.theme().id);
        if let Some(layer) = layer.filter(|layer| layer.truncated() && !layer.generalised) {
            left_out.add(view, None, layer.total - layer.shown, None);
        }
    }
    summary.retain(|layer| layer.total > 0);
    if let Some(layer) = left_out.finish() {
        mvt.extend_from_slice(&layer);
    }
    Ok(RenderedTile { mvt, summary })
}

/// Whether the tile shows classes instead of features.
fn is_generalised(view: &LayerView, coord: TileCoord) -> bool {
    let theme = view.theme();
    theme.generalise.coverage && coord.z() < theme.zooms.detail && coord.z() <= BASE_ZOOM
}
