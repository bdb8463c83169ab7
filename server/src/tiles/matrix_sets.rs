//! `GET /tileMatrixSets`: the grids tiles are cut on.

use diaba_core::grid::TileGrid;
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
    /// Address in the OGC registry, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<&'static str>,
    /// Reference system.
    pub crs: String,
    /// Where its definition is.
    pub links: Vec<Link>,
}

/// Lists the grids tiles are cut on.
#[utoipa::path(get, path = "/tileMatrixSets", tag = "tiles", params(FormatQuery),
    responses((status = 200, description = "The grids", body = TileMatrixSets),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn matrix_sets(base: BaseUrl, _: Format) -> Result<Json<TileMatrixSets>, ApiError> {
    let entry = |grid| {
        let set = grid::definition(grid);
        let definition = base.link(&format!("/tileMatrixSets/{}", set.id));
        TileMatrixSetEntry {
            id: set.id,
            title: set.title,
            uri: set.uri,
            crs: set.crs,
            links: vec![Link::new(definition, rel::SELF, JSON, "Definition")],
        }
    };
    Ok(Json::new(TileMatrixSets {
        sets: TileGrid::ALL.map(entry).into(),
    }))
}
