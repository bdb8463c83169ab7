//! `GET /tiles/{themes}.json`: TileJSON 3, what maps need to know about tiles.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::grid::TileGrid;
use diaba_core::render::{LABELS, ORDER, STONES};
use diaba_core::theme::{FieldType, GeometryKind, Theme};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::format::TileFormat;
use super::grid;
use super::selection::Selection;
use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, FormatParam, Path, Query};
use crate::response::Json;

/// What maps need to know about tiles (TileJSON 3.0.0).
#[derive(Debug, Serialize, ToSchema)]
pub struct TileJson {
    /// Version of TileJSON.
    pub tilejson: &'static str,
    /// Name, Vietnamese.
    pub name: String,
    /// Rows are counted from the north.
    pub scheme: &'static str,
    /// Template of the tiles' addresses.
    pub tiles: [String; 1],
    /// First zoom with anything in it.
    pub minzoom: u8,
    /// Last zoom tiles are cut for; maps draw these larger from there.
    pub maxzoom: u8,
    /// West, south, east, north in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
    /// Longitude, latitude and zoom to begin at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub center: Option<[f64; 3]>,
    /// Layers of the tiles.
    pub vector_layers: Vec<VectorLayer>,
    /// The tiles' grid, where it is not that of Web Mercator: its identifier, defined at `/tileMatrixSets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tile_matrix_set: Option<&'static str>,
    /// `mlt` where the tiles are MapLibre Tiles; missing for Mapbox Vector Tiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
}

/// The query of TileJSON documents.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TileJsonQuery {
    /// Format of the answer; without it the `Accept` header decides.
    #[param(inline)]
    pub f: Option<FormatParam>,
    /// Encoding of the tiles, `mvt` unless said otherwise.
    #[param(inline)]
    pub encoding: Option<TileFormat>,
}

/// Where the TileJSON of themes on a grid is.
pub fn address(themes: &str, grid: TileGrid) -> String {
    match grid {
        TileGrid::WebMercatorQuad => format!("/tiles/{themes}.json"),
        TileGrid::Vn2000Quad => format!("/tiles/{themes}/{}.json", grid.id()),
    }
}

/// A layer of the tiles.
#[derive(Debug, Serialize, ToSchema)]
pub struct VectorLayer {
    /// The theme's identifier.
    pub id: String,
    /// Its name, Vietnamese then English.
    pub description: String,
    /// First zoom with anything of it.
    pub minzoom: u8,
    /// Last zoom it is cut for.
    pub maxzoom: u8,
    /// Fields and their types.
    pub fields: BTreeMap<String, &'static str>,
}

/// What maps need to know about the tiles of some themes.
#[utoipa::path(get, path = "/tiles/{themes}", tag = "tiles",
    params(("themes" = String, Path, description = "Identifiers of themes, separated by commas, or that of an archive, with or without `.json`"),
        TileJsonQuery),
    responses((status = 200, description = "TileJSON 3.0.0", body = TileJson),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a list of themes"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such theme")))]
pub async fn tile_json(
    State(app): State<AppState>,
    Path(themes): Path<String>,
    base: BaseUrl,
    Query(query): Query<TileJsonQuery>,
) -> Result<Response, ApiError> {
    let list = themes.strip_suffix(".json").unwrap_or(&themes);
    if let Some(archive) = app.archives.get(list) {
        let tiles = format!("/tiles/{list}/{{z}}/{{x}}/{{y}}.{}", archive.extension());
        let document = archive.tile_json(list, &base.link(&tiles));
        return Ok(Json::new(document).into_response());
    }
    document(&app, list, TileGrid::default(), &base, &query).map(IntoResponse::into_response)
}

/// What maps need to know about the tiles of some themes on a named grid.
#[utoipa::path(get, path = "/tiles/{themes}/{tileMatrixSetId}", tag = "tiles",
    params(("themes" = String, Path, description = "Identifiers of themes, separated by commas"),
        ("tileMatrixSetId" = String, Path,
            description = "`WebMercatorQuad` or `VN2000Quad`, with or without `.json`"), TileJsonQuery),
    responses((status = 200, description = "TileJSON 3.0.0", body = TileJson),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a list of themes"),
        (status = 404, body = Problem, content_type = "application/problem+json",
            description = "No such theme or grid")))]
pub async fn grid_tile_json(
    State(app): State<AppState>,
    Path((themes, set)): Path<(String, String)>,
    base: BaseUrl,
    Query(query): Query<TileJsonQuery>,
) -> Result<Json<TileJson>, ApiError> {
    let grid = grid::named(set.strip_suffix(".json").unwrap_or(&set))?;
    document(&app, &themes, grid, &base, &query)
}

fn document(
    app: &App,
    list: &str,
    grid: TileGrid,
    base: &BaseUrl,
    query: &TileJsonQuery,
) -> Result<Json<TileJson>, ApiError> {
    let format = query.encoding.unwrap_or_default();
    let published = app.published();
    let selection = Selection::read(app, &published.snapshot, list)?;
    let catalogue = app.registry.catalogue();
    let themes: Vec<_> = selection
        .key
        .split(',')
        .filter_map(|id| catalogue.theme(id))
        .collect();
    let bounds = selection
        .layers
        .iter()
        .filter_map(|layer| layer.extent_lonlat())
        .reduce(around);
    let minzoom = themes
        .iter()
        .map(|theme| theme.zooms.min)
        .min()
        .unwrap_or_default();
    let maxzoom = themes
        .iter()
        .map(|theme| theme.zooms.max)
        .max()
        .unwrap_or_default();
    Ok(Json::new(TileJson {
        tilejson: "3.0.0",
        name: themes
            .iter()
            .map(|theme| theme.title.vi.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        scheme: "xyz",
        tiles: [base.link(&template(&selection.key, grid, format))],
        minzoom,
        maxzoom,
        bounds,
        center: bounds.map(|[west, south, east, north]| {
            [
                f64::midpoint(west, east),
                f64::midpoint(south, north),
                f64::from(minzoom),
            ]
        }),
        vector_layers: vector_layers(themes.iter().map(AsRef::as_ref)),
        tile_matrix_set: (grid != TileGrid::default()).then(|| grid.id()),
        encoding: (format != TileFormat::default()).then(|| format.extension()),
    }))
}

/// Template of the tiles' addresses.
fn template(themes: &str, grid: TileGrid, format: TileFormat) -> String {
    let end = format!("{{z}}/{{x}}/{{y}}.{}", format.extension());
    match grid {
        TileGrid::WebMercatorQuad => format!("/tiles/{themes}/{end}"),
        TileGrid::Vn2000Quad => format!("/tiles/{themes}/{}/{end}", grid.id()),
    }
}

/// The layers of tiles of these themes: one each, the places of labels, and stones along lines.
pub fn vector_layers<'t>(themes: impl Iterator<Item = &'t Theme>) -> Vec<VectorLayer> {
    themes
        .flat_map(|theme| {
            [
                Some(vector_layer(theme)),
                label_layer(theme),
                stone_layer(theme),
            ]
        })
        .flatten()
        .collect()
}

fn vector_layer(theme: &Theme) -> VectorLayer {
    layer_with(theme, |_| true)
}

/// A layer of the theme with those of its tile fields, by position, that it carries.
fn layer_with(theme: &Theme, carries: impl Fn(usize) -> bool) -> VectorLayer {
    VectorLayer {
        id: theme.id.clone(),
        description: format!("{} · {}", theme.title.vi, theme.title.en),
        minzoom: theme.zooms.min,
        maxzoom: theme.zooms.max,
        fields: theme
            .tile_fields()
            .filter(|(i, _)| carries(*i))
            .map(|(_, field)| {
                let kind = match field.kind {
                    FieldType::Integer | FieldType::Real => "Number",
                    FieldType::Boolean => "Boolean",
                    FieldType::Text | FieldType::Date | FieldType::Json => "String",
                };
                (field.name.clone(), kind)
            })
            .collect(),
    }
}

/// The layer with the places of the theme's labels: polygons have one each, however tiles cut them.
fn label_layer(theme: &Theme) -> Option<VectorLayer> {
    let polygons = matches!(theme.geometry, GeometryKind::Polygon | GeometryKind::Any);
    (polygons && theme.label.is_some()).then(|| {
        let mut layer = layer_with(theme, |field| theme.labels_carry(field));
        layer.id = format!("{}{LABELS}", theme.id);
        layer.description = format!("{} – nhãn · {} – labels", theme.title.vi, theme.title.en);
        layer.minzoom = layer.minzoom.max(theme.label_from);
        layer.fields.insert(ORDER.to_owned(), "Number");
        layer
    })
}

/// The layer with the chainage stones along the theme's lines.
fn stone_layer(theme: &Theme) -> Option<VectorLayer> {
    let first = theme.chainage.as_ref()?.steps.first()?;
    let fields = [
        ("ly_trinh", "String"),
        ("ly_trinh_m", "Number"),
        (ORDER, "Number"),
    ];
    Some(VectorLayer {
        id: format!("{}{STONES}", theme.id),
        description: format!(
            "{} – lý trình · {} – chainage",
            theme.title.vi, theme.title.en
        ),
        minzoom: first.zoom.max(theme.zooms.min),
        maxzoom: theme.zooms.max,
        fields: fields.map(|(name, kind)| (name.to_owned(), kind)).into(),
    })
}

/// The box around two boxes.
fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [
        a[0].min(b[0]),
        a[1].min(b[1]),
        a[2].max(b[2]),
        a[3].max(b[3]),
    ]
}
