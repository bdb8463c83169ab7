//! `GET /tiles/{themes}.json`: TileJSON 3, what maps need to know about tiles.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::render::LABELS;
use diaba_core::theme::{FieldType, GeometryKind, Theme};
use serde::Serialize;
use utoipa::ToSchema;

use super::selection::Selection;
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery, Path};
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
        FormatQuery),
    responses((status = 200, description = "TileJSON 3.0.0", body = TileJson),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a list of themes"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such theme")))]
pub async fn tile_json(
    State(app): State<AppState>,
    Path(themes): Path<String>,
    base: BaseUrl,
    _: Format,
) -> Result<Response, ApiError> {
    let list = themes.strip_suffix(".json").unwrap_or(&themes);
    if let Some(archive) = app.archives.get(list) {
        let tiles = format!("/tiles/{list}/{{z}}/{{x}}/{{y}}.{}", archive.extension());
        let document = archive.tile_json(list, &base.link(&tiles));
        return Ok(Json::new(document).into_response());
    }
    let published = app.published();
    let selection = Selection::read(&app, &published.snapshot, list)?;
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
        tiles: [base.link(&format!("/tiles/{}/{{z}}/{{x}}/{{y}}.mvt", selection.key))],
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
    })
    .into_response())
}

/// The layers of tiles of these themes: one each, and the places of labels.
pub fn vector_layers<'t>(themes: impl Iterator<Item = &'t Theme>) -> Vec<VectorLayer> {
    themes
        .flat_map(|theme| [Some(vector_layer(theme)), label_layer(theme)])
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
    (polygons && theme.label.is_some()).then(|| VectorLayer {
        id: format!("{}{LABELS}", theme.id),
        description: format!("{} – nhãn · {} – labels", theme.title.vi, theme.title.en),
        ..layer_with(theme, |field| theme.labels_carry(field))
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
