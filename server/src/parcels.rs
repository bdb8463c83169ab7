//! `GET /parcels/{ma_xa}/{so_to}/{so_thua}`: parcels by the key people know: commune, sheet, number.
//!
//! A bare commune code does not say its era. On 1 July 2025 communes were merged, and the code of a new commune is
//! that of an old one: 07210 was Phường Hoàng Văn Thụ and is Phường Bắc Giang. So a code is read both ways: as the
//! commune of today, and as the one a parcel was surveyed under.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::code_list::CodeList;
use diaba_core::feature::{FeatureId, Value};
use diaba_core::theme::Theme;
use diaba_core::view::{FeatureRef, LayerView};
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

impl Era {
    fn name(self) -> &'static str {
        match self {
            Self::Before => "2023",
            Self::Since => "2025",
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
    let lookup = Lookup {
        layer: &layer,
        fields: Fields::of(layer.theme())?,
        sheet: &sheet,
        number: &number,
    };
    Ok(Json::new(Parcels {
        parcels: lookup.parcels(&commune, asked.era)?,
    })
    .into_response())
}

/// Positions of the theme's fields that a key is made of.
struct Fields {
    commune: usize,
    surveyed_commune: usize,
    surveyed_version: Option<usize>,
}

impl Fields {
    fn of(theme: &Theme) -> Result<Self, ApiError> {
        let index = |name: &str| {
            theme.field_index(name).ok_or_else(|| {
                ApiError::NotFound(format!("parcels have no field '{name}' in this register"))
            })
        };
        Ok(Self {
            commune: index("ma_xa")?,
            surveyed_commune: index("ma_xa_goc")?,
            surveyed_version: theme.field_index("danh_muc_ma_xa_goc"),
        })
    }
}

struct Lookup<'a> {
    layer: &'a LayerView,
    fields: Fields,
    sheet: &'a str,
    number: &'a str,
}

impl<'a> Lookup<'a> {
    /// The parcels of the commune that `code` is, was, or both.
    fn parcels(&self, code: &str, only: Option<Era>) -> Result<Vec<Feature<'a>>, ApiError> {
        let theme = self.layer.theme();
        let list = theme
            .fields
            .get(self.fields.commune)
            .and_then(|field| field.code_list.as_deref());
        let code = list.and_then(|list| list.recognise(code)).unwrap_or(code);
        let mut seen: Vec<FeatureId> = Vec::new();
        let mut parcels = Vec::new();
        for era in [Era::Since, Era::Before] {
            if only.is_some_and(|only| only != era) {
                continue;
            }
            for parcel in self.of_era(code, era, list)? {
                if !seen.contains(&parcel.id()) {
                    seen.push(parcel.id());
                    let mut feature = Feature::read(theme, &parcel)?;
                    feature.era = Some(era.name());
                    parcels.push(feature);
                }
            }
        }
        Ok(parcels)
    }

    fn of_era(
        &self,
        code: &str,
        era: Era,
        list: Option<&CodeList>,
    ) -> Result<Vec<FeatureRef<'a>>, ApiError> {
        match era {
            Era::Since => Ok(self.layer.by_key(&[code, self.sheet, self.number])),
            Era::Before => {
                // Parcels are kept under the commune of today; where a code's way there is not certain, under itself.
                let today = list
                    .into_iter()
                    .flat_map(|list| list.entries(code))
                    .flat_map(|entry| &entry.becomes);
                let mut codes: Vec<&str> = today.map(String::as_str).chain([code]).collect();
                codes.sort_unstable();
                codes.dedup();
                let mut found = Vec::new();
                for today in codes {
                    for parcel in self.layer.by_key(&[today, self.sheet, self.number]) {
                        if self.surveyed_under(&parcel, code, list)? {
                            found.push(parcel);
                        }
                    }
                }
                Ok(found)
            }
        }
    }

    /// Whether the parcel was surveyed in the commune that had `code` before the merger.
    fn surveyed_under(
        &self,
        parcel: &FeatureRef<'_>,
        code: &str,
        list: Option<&CodeList>,
    ) -> Result<bool, ApiError> {
        let is = |index: usize, text: &str| {
            let value = parcel.value(index).map_err(ApiError::internal)?;
            Ok::<_, ApiError>(value.as_ref().and_then(Value::as_text) == Some(text))
        };
        let since = match list.zip(self.fields.surveyed_version) {
            Some((list, version)) => is(version, &list.current().id)?,
            None => false,
        };
        Ok(is(self.fields.surveyed_commune, code)? && !since)
    }
}
