//! `GET /identify`: what lies at a place.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use diaba_core::view::LayerView;
use geo::Coord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::Query;
use crate::features::geojson::{Feature, ten_decimals};
use crate::response::json::{self, JSON};
use crate::tiles::selection::Selection;

/// Farthest a line or point may lie from the place, metres.
const MAX_TOLERANCE: f64 = 500.0;

/// Where, and in which themes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IdentifyParams {
    /// Degrees east on WGS 84.
    #[param(minimum = -180, maximum = 180)]
    lon: f64,
    /// Degrees north on WGS 84.
    #[param(minimum = -90, maximum = 90)]
    lat: f64,
    /// Identifiers of themes, separated by commas; all without it.
    themes: Option<String>,
    /// How far from the place a line or point may lie, metres. Polygons must cover the place.
    #[param(minimum = 0, maximum = 500, default = 0)]
    tolerance: Option<f64>,
}

/// What lies at a place.
#[derive(Serialize, ToSchema)]
struct Identified<'a> {
    /// Degrees east on WGS 84, as asked.
    lon: f64,
    /// Degrees north on WGS 84, as asked.
    lat: f64,
    /// The same place on the provincial grid; null where the grid does not reach.
    vn2000: Option<Vn2000>,
    /// Features that cover the place or lie near it, in the order of themes, then of (dataset, id).
    #[schema(value_type = Vec<Object>)]
    features: Vec<Feature<'a>>,
}

/// A place on a VN-2000 grid, named as on land certificates: X is the northing.
#[derive(Serialize, ToSchema)]
struct Vn2000 {
    /// EPSG code of the grid.
    #[schema(example = 9214)]
    epsg: u32,
    /// Northing, metres.
    #[schema(example = 2_353_402.453_1)]
    x: f64,
    /// Easting, metres.
    #[schema(example = 416_226.771_6)]
    y: f64,
}

/// What lies at a place, in the themes asked for.
///
/// Exact: decided on the surveyed rings in the working plane, boundary included.
#[utoipa::path(get, path = "/identify", tag = "lookup", params(IdentifyParams),
    responses((status = 200, description = "The features there", body = Identified),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such theme")))]
pub async fn identify(
    State(app): State<AppState>,
    Query(asked): Query<IdentifyParams>,
) -> Result<Response, ApiError> {
    let (lon, lat) = (
        within("lon", asked.lon, 180.0)?,
        within("lat", asked.lat, 90.0)?,
    );
    let tolerance = asked.tolerance.unwrap_or_default();
    if !(0.0..=MAX_TOLERANCE).contains(&tolerance) {
        return Err(ApiError::bad(
            "tolerance",
            format!("expected metres from 0 to {MAX_TOLERANCE}"),
        ));
    }
    let layers = match &asked.themes {
        Some(list) => Selection::read(&app, &app.published().snapshot, list)?.layers,
        None => app.layers(),
    };
    let place = app
        .to_working
        .point([lon, lat])
        .ok()
        .filter(|[x, y]| x.is_finite() && y.is_finite());
    let features = match place {
        Some([x, y]) => found(&layers, Coord { x, y }, tolerance)?,
        None => Vec::new(),
    };
    let vn2000 = place.map(|[easting, northing]| Vn2000 {
        epsg: app.to_working.to().epsg(),
        x: four_decimals(northing),
        y: four_decimals(easting),
    });
    let mut body = Vec::with_capacity(2048);
    serde_json::to_writer(
        &mut body,
        &Identified {
            lon: ten_decimals(lon),
            lat: ten_decimals(lat),
            vn2000,
            features,
        },
    )
    .map_err(ApiError::internal)?;
    Ok(json::bytes(JSON, body))
}

fn found(
    layers: &[Arc<LayerView>],
    place: Coord<f64>,
    tolerance: f64,
) -> Result<Vec<Feature<'_>>, ApiError> {
    let mut features = Vec::new();
    for layer in layers {
        for feature in layer
            .at_point(place, tolerance)
            .map_err(ApiError::internal)?
        {
            features.push(Feature::read(layer.theme(), &feature)?);
        }
    }
    Ok(features)
}

fn within(name: &str, degrees: f64, most: f64) -> Result<f64, ApiError> {
    if degrees.is_finite() && degrees.abs() <= most {
        Ok(degrees)
    } else {
        Err(ApiError::bad(
            name,
            format!("expected degrees from -{most} to {most}"),
        ))
    }
}

/// A tenth of a millimetre.
fn four_decimals(metres: f64) -> f64 {
    (metres * 1e4).round() / 1e4
}
