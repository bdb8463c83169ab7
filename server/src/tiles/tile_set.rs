//! `GET /collections/{theme}/tiles/{grid}`: one tile set of a layer.

use axum::extract::State;
use diaba_core::grid::TileGrid;
use diaba_core::theme::GeometryKind;
use diaba_core::view::LayerView;
use serde::Serialize;
use utoipa::ToSchema;

use super::format::TileFormat;
use super::grid::{self, TileMatrixLimits};
use super::tile_json;
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, CRS84, Format, FormatQuery, Path};
use crate::features::link::{Link, rel};
use crate::response::Json;
use crate::response::json::JSON;

/// A tile set (OGC Tile Set Metadata).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TileSet {
    /// Name, Vietnamese then English.
    pub title: String,
    /// `vector`.
    pub data_type: &'static str,
    /// Reference system of the tiles.
    pub crs: String,
    /// Address of the grid in the OGC registry, where it has one.
    #[serde(rename = "tileMatrixSetURI", skip_serializing_if = "Option::is_none")]
    pub tile_matrix_set_uri: Option<&'static str>,
    /// Tiles that hold something.
    pub tile_matrix_set_limits: Vec<TileMatrixLimits>,
    /// Where the layer lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// Layers of the tiles.
    pub layers: Vec<TileLayer>,
    /// Where the tiles are.
    pub links: Vec<Link>,
}

/// A box in degrees.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BoundingBox {
    /// West, south.
    pub lower_left: [f64; 2],
    /// East, north.
    pub upper_right: [f64; 2],
    /// OGC:CRS84.
    pub crs: &'static str,
}

/// A layer of the tiles.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TileLayer {
    /// Name of the layer in the tiles: the theme's identifier.
    pub id: String,
    /// `vector`.
    pub data_type: &'static str,
    /// 0 points, 1 lines, 2 polygons; missing where a theme has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geometry_dimension: Option<u8>,
    /// First zoom with anything in it.
    pub min_tile_matrix: String,
    /// Last zoom tiles are cut for.
    pub max_tile_matrix: String,
}

impl TileSet {
    /// The tile set of `layer` on a grid.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where the layer cannot be seen on it.
    pub fn of(layer: &LayerView, grid: TileGrid, base: &BaseUrl) -> Result<Self, ApiError> {
        let theme = layer.theme();
        let here = format!("/collections/{}/tiles/{}", theme.id, grid.id());
        let on_grid = layer.on(grid).map_err(ApiError::internal)?;
        let tiles = |format: TileFormat, title| {
            let template = format!("{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
            Link::new(base.link(&template), rel::ITEMS, format.media_type(), title).template()
        };
        Ok(Self {
            title: format!("{} · {}", theme.title.vi, theme.title.en),
            data_type: "vector",
            crs: grid::crs(grid),
            tile_matrix_set_uri: grid::uri(grid),
            tile_matrix_set_limits: on_grid
                .world_extent()
                .map(|extent| grid::limits(theme.zooms.min..=theme.zooms.max, extent))
                .unwrap_or_default(),
            bounding_box: layer
                .extent_lonlat()
                .map(|[west, south, east, north]| BoundingBox {
                    lower_left: [west, south],
                    upper_right: [east, north],
                    crs: CRS84,
                }),
            layers: vec![TileLayer {
                id: theme.id.clone(),
                data_type: "vector",
                geometry_dimension: match theme.geometry {
                    GeometryKind::Point => Some(0),
                    GeometryKind::Line => Some(1),
                    GeometryKind::Polygon => Some(2),
                    GeometryKind::Any => None,
                },
                min_tile_matrix: theme.zooms.min.to_string(),
                max_tile_matrix: theme.zooms.max.to_string(),
            }],
            links: vec![
                Link::new(base.link(&here), rel::SELF, JSON, "This document"),
                tiles(TileFormat::Mvt, "Tiles"),
                tiles(TileFormat::Mlt, "Tiles, as MapLibre Tiles"),
                Link::new(
                    base.link(&format!("/tileMatrixSets/{}", grid.id())),
                    rel::TILING_SCHEME,
                    JSON,
                    "The grid",
                ),
                Link::new(
                    base.link(&tile_json::address(&theme.id, grid)),
                    "describedby",
                    JSON,
                    "TileJSON",
                ),
            ],
        })
    }
}

/// A tile set of a layer.
#[utoipa::path(get, path = "/collections/{collectionId}/tiles/{tileMatrixSetId}", tag = "tiles",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("tileMatrixSetId" = String, Path, description = "`WebMercatorQuad` or `VN2000Quad`"), FormatQuery),
    responses((status = 200, description = "The tile set", body = TileSet),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "No such collection or grid")))]
pub async fn tile_set(
    State(app): State<AppState>,
    Path((id, set)): Path<(String, String)>,
    base: BaseUrl,
    _: Format,
) -> Result<Json<TileSet>, ApiError> {
    let grid = grid::named(&set)?;
    let layer = app.layer(&id)?;
    TileSet::of(&layer, grid, &base).map(Json::new)
}
