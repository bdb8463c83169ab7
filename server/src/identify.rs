//! `GET /identify`: what lies at a place.

use axum::extract::State;
use axum::response::Response;
use geo::Coord;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{Query, as_of};
use crate::features::geojson::ten_decimals;
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
    /// The register as it stood at an instant (RFC 3339, transaction time), or at the end of an interval.
    datetime: Option<String>,
}

/// What lies at a place. Documents the answer, which is put together from the place and the features' texts.
#[derive(Serialize, ToSchema)]
struct Identified {
    #[schema(inline)]
    #[serde(flatten)]
    place: Place,
    /// Features that cover the place or lie near it, in the order of themes, then of (dataset, id).
    features: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// The place that was asked about.
#[derive(Serialize, ToSchema)]
struct Place {
    /// Degrees east on WGS 84, as asked.
    lon: f64,
    /// Degrees north on WGS 84, as asked.
    lat: f64,
    /// The same place on the provincial grid; null where the grid does not reach.
    vn2000: Option<Vn2000>,
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
    let at = as_of(asked.datetime.as_deref())?;
    let published = app.published();
    let mut layers = match &asked.themes {
        Some(list) => Selection::read(&app, &published.snapshot, list)?.layers,
        None => app.layers_of(&published),
    };
    for layer in &mut layers {
        *layer = app.past.layer(&published, layer, at);
    }
    let place = app
        .to_working
        .point([lon, lat])
        .ok()
        .filter(|[x, y]| x.is_finite() && y.is_finite());
    let head = Place {
        lon: ten_decimals(lon),
        lat: ten_decimals(lat),
        vn2000: place.map(|[easting, northing]| Vn2000 {
            epsg: app.to_working.to().epsg(),
            x: four_decimals(northing),
            y: four_decimals(easting),
        }),
    };
    let mut body = Vec::with_capacity(2048);
    serde_json::to_writer(&mut body, &head).map_err(ApiError::internal)?;
    // The features' texts are members of the object just written: its brace is opened again for them.
    body.pop();
    body.extend_from_slice(b",\"features\":[");
    if let Some([x, y]) = place {
        let begin = body.len();
        for layer in &layers {
            for feature in layer
                .at_point(Coord { x, y }, tolerance)
                .map_err(ApiError::internal)?
            {
                if body.len() > begin {
                    body.push(b',');
                }
                body.extend_from_slice(&app.features.text(layer, &feature)?);
            }
        }
    }
    body.extend_from_slice(b"]}");
    Ok(json::bytes(JSON, body))
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
