//! `GET /themes`: every theme as data: its fields, its drawing, and what there is of it.

use axum::extract::State;
use diaba_core::theme::{Bilingual, FieldType, GeometryKind, Role, Sensitivity, Theme, Zooms};
use diaba_core::view::LayerView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{Format, FormatQuery};
use crate::response::Json;

/// A text in Vietnamese and English.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl From<&Bilingual> for Text {
    fn from(text: &Bilingual) -> Self {
        Self {
            vi: text.vi.clone(),
            en: text.en.clone(),
        }
    }
}

/// A theme.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThemeEntry {
    /// Identifier: of the collection, and of the layer in tiles.
    pub id: String,
    /// Name.
    pub title: Text,
    /// What it holds.
    pub description: Text,
    /// Way into the portal it belongs to: `land`, `planning`, `crops`, `water` or `ground`.
    pub group: String,
    /// `point`, `line`, `polygon` or `any`.
    #[schema(value_type = String)]
    pub geometry: GeometryKind,
    /// First zoom, first zoom where every feature is drawn as itself, last zoom tiles are cut for.
    #[schema(value_type = Object)]
    pub zooms: Zooms,
    /// Names of the fields of the business key, in order.
    pub key: Vec<String>,
    /// Name of the field a label shows.
    pub label: Option<String>,
    /// Name of the field the legend shows.
    pub legend: Option<String>,
    /// Below the detail zoom, the field whose code list gives the classes that are drawn.
    pub classes_by: Option<String>,
    /// Fields, in order.
    pub fields: Vec<FieldEntry>,
    /// Number of features.
    pub count: u64,
    /// West, south, east, north in degrees; null where there is nothing.
    pub bounds: Option<[f64; 4]>,
    /// Its role in extracts of parcels: `subject` (extracts are made of it), `plan`, `restriction`, `area` or `finding`.
    #[schema(value_type = Option<String>)]
    pub extract: Option<Role>,
    /// Datasets, by name.
    pub datasets: Vec<DatasetEntry>,
}

/// A field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldEntry {
    /// Name in features and tiles.
    pub name: String,
    /// `text`, `integer`, `real`, `boolean`, `date` or `json`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: FieldType,
    /// Name for people.
    pub title: Text,
    /// Unit of measure (UCUM).
    pub unit: Option<String>,
    /// Code list its values come from.
    pub code_list: Option<String>,
    /// Whether tiles carry it.
    pub tile: bool,
}

/// A dataset: where a part of a layer comes from.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatasetEntry {
    /// Name.
    pub id: String,
    /// Revision served.
    pub revision: String,
    /// Number of features.
    pub count: u64,
    /// EPSG code of its own grid.
    pub source_crs: Option<u32>,
    /// Datum operation and projection its coordinates were carried by.
    pub operation: String,
    /// When it was imported, ISO 8601.
    pub imported_at: String,
}

/// Every theme, with what there is of it.
#[utoipa::path(get, path = "/themes", tag = "lookup", params(FormatQuery),
    responses((status = 200, description = "The themes, in order", body = Vec<ThemeEntry>),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn themes(
    State(app): State<AppState>,
    _: Format,
) -> Result<Json<Vec<ThemeEntry>>, ApiError> {
    let published = app.published();
    let themes = app.registry.catalogue().themes();
    Ok(Json::new(
        themes
            .map(|theme| {
                entry(
                    theme,
                    published.snapshot.layers.get(&theme.id).map(AsRef::as_ref),
                )
            })
            .collect(),
    ))
}

fn entry(theme: &Theme, layer: Option<&LayerView>) -> ThemeEntry {
    let name = |index: &usize| theme.fields.get(*index).map(|field| field.name.clone());
    ThemeEntry {
        id: theme.id.clone(),
        title: (&theme.title).into(),
        description: (&theme.description).into(),
        group: theme.group.clone(),
        geometry: theme.geometry,
        zooms: theme.zooms,
        key: theme.key.iter().filter_map(name).collect(),
        label: theme.label.as_ref().and_then(name),
        legend: theme.legend.as_ref().and_then(name),
        classes_by: theme
            .generalise
            .by
            .clone()
            .filter(|_| theme.generalise.coverage),
        fields: theme
            .fields
            .iter()
            .filter(|field| field.sensitivity == Sensitivity::Public)
            .map(|field| FieldEntry {
                name: field.name.clone(),
                kind: field.kind,
                title: (&field.title).into(),
                unit: field.unit.clone(),
                code_list: field.code_list.as_ref().map(|list| list.id.clone()),
                tile: field.tile,
            })
            .collect(),
        count: layer.map_or(0, LayerView::len),
        bounds: layer.and_then(LayerView::extent_lonlat),
        extract: theme.extract.as_ref().map(|rule| rule.role),
        datasets: layer.map(datasets).unwrap_or_default(),
    }
}

fn datasets(layer: &LayerView) -> Vec<DatasetEntry> {
    layer
        .parts()
        .iter()
        .map(|part| {
            let manifest = part.shard().manifest();
            DatasetEntry {
                id: manifest.dataset.clone(),
                revision: manifest.revision.clone(),
                count: part.len(),
                source_crs: manifest.provenance.source_crs,
                operation: manifest.provenance.operation.clone(),
                imported_at: manifest.provenance.imported_at.clone(),
            }
        })
        .collect()
}
