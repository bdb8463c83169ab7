//! `GET /tileMatrixSets/{id}`: the definition of a grid.

use super::grid::{self, TileMatrixSet};
use crate::error::{ApiError, Problem};
use crate::extract::{Format, FormatQuery, Path};
use crate::response::Json;

/// The definition of a grid.
#[utoipa::path(get, path = "/tileMatrixSets/{tileMatrixSetId}", tag = "tiles",
    params(("tileMatrixSetId" = String, Path, description = "`WebMercatorQuad` or `VN2000Quad`"), FormatQuery),
    responses((status = 200, description = "The definition", body = TileMatrixSet),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such grid")))]
pub async fn matrix_set(
    Path(id): Path<String>,
    _: Format,
) -> Result<Json<TileMatrixSet>, ApiError> {
    Ok(Json::new(grid::definition(grid::named(&id)?)))
}
