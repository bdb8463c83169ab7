//! `GET /tileMatrixSets`: the grids tiles are cut on.

use serde::Serialize;
use utoipa::ToSchema;

use super::grid;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery};
use crate::features::link::{Link, rel};
use crate::response::Json;
use crate::response::json::JSON;

/// The grids of this server.
#[derive(Debug, Serialize, ToSchema)]
pub struct TileMatrixSets {
    /// One entry a grid.
    #[serde(rename = "tileMatrixSets")]
    pub sets: Vec<TileMatrixSetEntry>,
}

/// A grid.
#[derive(Debug, Serialize, ToSchema)]
pub struct TileMatrixSetEntry {
    /// Identifier.
    pub id: &'static str,
    /// Name.
    pub title: &'static str,
    /// Address in the OGC registry.
    pub uri: &'static str,
    /// Reference system.
    pub crs: &'static str,
    /// Where its definition is.
    pub links: Vec<Link>,
}

/// Lists the grids tiles are cut on.
#[utoipa::path(get, path = "/tileMatrixSets", tag = "tiles", params(FormatQuery),
    responses((status = 200, description = "The grids", body = TileMatrixSets),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn matrix_sets(base: BaseUrl, _: Format) -> Result<Json<TileMatrixSets>, ApiError> {
    let set = grid::web_mercator_quad();
    let definition = base.link(&format!("/tileMatrixSets/{}", set.id));
    Ok(Json::new(TileMatrixSets {
        sets: vec![TileMatrixSetEntry {
            id: set.id,
            title: set.title,
            uri: set.uri,
            crs: set.crs,
            links: vec![Link::new(definition, rel::SELF, JSON, "Definition")],
        }],
    }))
}
