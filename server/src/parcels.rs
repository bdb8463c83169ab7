//! `GET /parcels/{ma_xa}/{so_to}/{so_thua}`: parcels by the key people know: commune, sheet, number.
//!
//! A bare commune code does not say its era, so it is read both ways, see [`diaba_core::search::ParcelLookup`].

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::search::{self, ParcelFields, ParcelLookup};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{Path, Query, as_of};
use crate::features::geojson::Feature;
use crate::response::Json;

/// The theme of parcels.
const THEME: &str = "land_parcels";

/// Which communes a code is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub enum Era {
    /// Those before 1 July 2025: the code the parcel was surveyed under.
    #[serde(rename = "2023")]
    Before,
    /// Those since 1 July 2025.
    #[serde(rename = "2025")]
    Since,
}

impl From<Era> for search::Era {
    fn from(era: Era) -> Self {
        match era {
            Era::Before => Self::Before,
            Era::Since => Self::Since,
        }
    }
}

/// Narrows the reading of the code.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ParcelParams {
    /// Reads the commune code in one way only.
    #[param(inline)]
    era: Option<Era>,
    /// The register as it stood at an instant (RFC 3339, transaction time), or at the end of an interval.
    datetime: Option<String>,
}

/// The parcels of a key.
#[derive(Serialize, ToSchema)]
pub struct Parcels<'a> {
    /// GeoJSON features, each with `era`: the way the commune code was read. Keys are not unique in real data.
    #[schema(value_type = Vec<Object>)]
    parcels: Vec<Feature<'a>>,
}

/// Parcels by commune code, sheet and number.
///
/// Always a list, empty where there is none. Each parcel has `ma_xa`, the commune of today, and `ma_xa_goc`, the one
/// it was surveyed under.
#[utoipa::path(get, path = "/parcels/{ma_xa}/{so_to}/{so_thua}", tag = "lookup",
    params(("ma_xa" = String, Path, description = "Commune code of either era"),
        ("so_to" = String, Path, description = "Map sheet"), ("so_thua" = String, Path, description = "Parcel number"),
        ParcelParams),
    responses((status = 200, description = "The parcels", body = Parcels),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn parcels(
    State(app): State<AppState>,
    Path((commune, sheet, number)): Path<(String, String, String)>,
    Query(asked): Query<ParcelParams>,
) -> Result<Response, ApiError> {
    let at = as_of(asked.datetime.as_deref())?;
    let published = app.published();
    let Some(layer) = published.snapshot.layers.get(THEME) else {
        return Ok(Json::new(Parcels {
            parcels: Vec::new(),
        })
        .into_response());
    };
    let layer = app.past.layer(&published, layer, at);
    let theme = layer.theme();
    let fields = ParcelFields::of(theme).map_err(|name| {
        ApiError::NotFound(format!("parcels have no field '{name}' in this register"))
    })?;
    let lookup = ParcelLookup {
        layer: &layer,
        fields,
        sheet: &sheet,
        number: &number,
        begun: None,
    };
    let found = lookup.parcels(&commune, asked.era.map(search::Era::from));
    let parcels = found.map_err(ApiError::internal)?.into_iter();
    let parcels = parcels.map(|(parcel, era)| {
        let mut feature = Feature::read(theme, &parcel)?;
        feature.era = Some(era.name());
        Ok(feature)
    });
    Ok(Json::new(Parcels {
        parcels: parcels.collect::<Result<_, ApiError>>()?,
    })
    .into_response())
}
