//! `GET /collections/{theme}/tiles/{grid}/{zoom}/{row}/{column}`: a tile by its OGC address, row before column.

use axum::extract::State;
use axum::response::Response;

use super::past::TileTime;
use super::representation::{Representation, Vary};
use super::{grid, tile};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{DatetimeQuery, Headers, Path};

/// A vector tile of one layer, by its OGC address.
#[utoipa::path(get, path = "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
    tag = "tiles",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("tileMatrixSetId" = String, Path, description = "`WebMercatorQuad` or `VN2000Quad`"),
        ("tileMatrix" = u8, Path, description = "Zoom", maximum = 22),
        ("tileRow" = u32, Path, description = "Row, from the north"),
        ("tileCol" = u32, Path, description = "Column, from the west"), DatetimeQuery),
    responses((status = 200, description = "The tile", content(
            (Vec<u8> = "application/vnd.mapbox-vector-tile"), (Vec<u8> = "application/vnd.maplibre-tile"))),
        (status = 204, description = "Nothing lies there"),
        (status = 304, description = "The client has it already"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a tile's address"),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "No such collection or grid")))]
pub async fn collection_tile(
    State(app): State<AppState>,
    Path((id, set, z, row, column)): Path<(String, String, String, String, String)>,
    TileTime(at): TileTime,
    Headers(headers): Headers,
) -> Result<Response, ApiError> {
    let grid = grid::named(&set)?;
    app.layer(&id)?;
    let coord = tile::coord(&z, &column, &row)?;
    let representation = (Representation::liked(&headers), Vary::Format);
    tile::respond(&app, &id, (grid, coord), at, representation, &headers).await
}
