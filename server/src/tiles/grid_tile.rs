//! `GET /tiles/{themes}/{grid}/{z}/{x}/{y}.mvt` or `.mlt`: a vector tile of one or several themes on a named grid.

use axum::extract::State;
use axum::response::Response;

use super::past::TileTime;
use super::{grid, tile};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{DatetimeQuery, Headers, Path};

/// A vector tile on a named grid: `WebMercatorQuad`, or `VN2000Quad` in the plane of the land register.
#[utoipa::path(get, path = "/tiles/{themes}/{tileMatrixSetId}/{z}/{x}/{y}", tag = "tiles",
    params(("themes" = String, Path, description = "Identifiers of themes, separated by commas"),
        ("tileMatrixSetId" = String, Path, description = "`WebMercatorQuad` or `VN2000Quad`"),
        ("z" = u8, Path, description = "Zoom", maximum = 22), ("x" = u32, Path, description = "Column, from the west"),
        ("y" = String, Path, description = "Row, from the north, then `.mvt` or `.mlt`",
            pattern = r"^\d+(\.mvt|\.mlt)?$"),
        DatetimeQuery),
    responses((status = 200, description = "The tile", content(
            (Vec<u8> = "application/vnd.mapbox-vector-tile"), (Vec<u8> = "application/vnd.maplibre-tile"))),
        (status = 204, description = "Nothing lies there"),
        (status = 304, description = "The client has it already"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a tile's address"),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "No such theme or grid")))]
pub async fn grid_tile(
    State(app): State<AppState>,
    Path((themes, set, z, x, y)): Path<(String, String, String, String, String)>,
    TileTime(at): TileTime,
    Headers(headers): Headers,
) -> Result<Response, ApiError> {
    let grid = grid::named(&set)?;
    let (row, representation) = tile::row(&y, &headers);
    let coord = tile::coord(&z, &x, row)?;
    tile::respond(&app, &themes, (grid, coord), at, representation, &headers).await
}
