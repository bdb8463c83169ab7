//! `GET /collections/{theme}/tiles`: the tile sets of a layer.

use axum::extract::State;
use diaba_core::grid::TileGrid;
use serde::Serialize;
use utoipa::ToSchema;

use super::tile_set::TileSet;
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery, Path};
use crate::features::link::{Link, rel};
use crate::response::Json;
use crate::response::json::JSON;

/// The tile sets of a layer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TileSets {
    /// This document.
    pub links: Vec<Link>,
    /// One entry a grid.
    pub tilesets: Vec<TileSet>,
}

/// Lists the tile sets of a layer.
#[utoipa::path(get, path = "/collections/{collectionId}/tiles", tag = "tiles",
    params(("collectionId" = String, Path, description = "Identifier of the theme"), FormatQuery),
    responses((status = 200, description = "The tile sets", body = TileSets),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such collection")))]
pub async fn tile_sets(
    State(app): State<AppState>,
    Path(id): Path<String>,
    base: BaseUrl,
    _: Format,
) -> Result<Json<TileSets>, ApiError> {
    let layer = app.layer(&id)?;
    Ok(Json::new(TileSets {
        links: vec![Link::new(
            base.link(&format!("/collections/{id}/tiles")),
            rel::SELF,
            JSON,
            "This document",
        )],
        tilesets: TileGrid::ALL
            .into_iter()
            .map(|grid| TileSet::of(&layer, grid, &base))
            .collect::<Result<_, _>>()?,
    }))
}
