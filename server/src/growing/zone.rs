//! `GET /growing-zones/{id}`: the sheet of a growing area.

use std::sync::Arc;

use axum::extract::State;
use diaba_core::feature::FeatureId;
use diaba_core::feature::Value;
use geo::Area;

use super::ground::{href, observations, parcels, properties, works};
use super::sheet::{ParcelsInside, ZoneSheet};
use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::extract::Path;
use crate::response::Json;

/// The theme of growing areas.
pub const ZONES: &str = "crop_zones";
/// The theme of pest observations.
pub const OBSERVATIONS: &str = "pest_observations";
const PARCELS: &str = "land_parcels";
const WORKS: &str = "irrigation_works";

/// The sheet of a growing area: parcels inside, irrigation works near it, pest observations.
#[utoipa::path(get, path = "/growing-zones/{id}", tag = "lookup",
    params(("id" = u64, Path, description = "Number of the feature")),
    responses((status = 200, description = "The sheet", body = ZoneSheet),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such growing area")))]
pub async fn zone(
    State(app): State<AppState>,
    Path(id): Path<u64>,
) -> Result<Json<ZoneSheet>, ApiError> {
    let reading = Arc::clone(&app);
    Ok(Json::new(app.pool.run(move || read(&reading, id)).await??))
}

fn read(app: &App, id: u64) -> Result<ZoneSheet, ApiError> {
    let zones = app.layer(ZONES)?;
    let unknown = || ApiError::NotFound(format!("there is no growing area with the id {id}"));
    let feature = FeatureId::new(id)
        .and_then(|id| zones.get(id))
        .ok_or_else(unknown)?;
    let geometry = feature.geometry().map_err(ApiError::internal)?;
    let bbox = feature.bbox();
    let code = match zones.theme().field_index("ma_vung") {
        Some(field) => feature.value(field).map_err(ApiError::internal)?,
        None => None,
    };
    let layers = &app.published().snapshot.layers;
    let parcels = layers.get(PARCELS).map(|layer| parcels(layer, &feature));
    let works = layers
        .get(WORKS)
        .map(|layer| works(layer, &geometry, &bbox));
    let code = code.as_ref().and_then(Value::as_text);
    let seen = layers.get(OBSERVATIONS);
    let seen = seen.map(|layer| observations(layer, &geometry, &bbox, code));
    Ok(ZoneSheet {
        id,
        href: href(&feature),
        properties: properties(&feature)?,
        area_m2: geometry.unsigned_area(),
        parcels: parcels.transpose()?.unwrap_or_else(ParcelsInside::default),
        works: works.transpose()?.unwrap_or_default(),
        observations: seen.transpose()?.unwrap_or_default(),
    })
}
