//! `GET /search`: what a typed text may stand for, as it is typed.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::crs::Transform;
use diaba_core::search::{Commune, Hit, Question, Reading, What};
use diaba_core::shard::Box2;
use diaba_core::theme::Bilingual;
use diaba_core::view::FeatureRef;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::texts::Texts;
use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::extract::{Bbox, Query};
use crate::features::geojson::ten_decimals;
use crate::response::Json;
use crate::themes::Text;

/// Hits unless asked otherwise, and the most.
const LIMIT: usize = 10;
const MOST: usize = 50;
/// Longest text that is read, characters.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// What was typed, at most 200 characters.
    q: String,
    /// Most hits, from 1; above 50 there are 50.
    #[param(minimum = 1, default = 10)]
    limit: Option<usize>,
    /// The box somebody looks at: west, south, east, north in degrees. What lies in it comes first among equals.
    bbox: Option<String>,
}

/// How a text was read.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReadAs {
    /// It says nothing.
    Nothing,
    /// A parcel's key.
    Parcel,
    /// A pair of coordinates.
    Place,
    /// A name or a code.
    Name,
}

/// A parcel's key as it was read.
#[derive(Debug, Serialize, ToSchema)]
struct Key {
    /// Code of the commune; none where only its name was typed, or nothing.
    ma_xa: Option<String>,
    /// Map sheet.
    so_to: String,
    /// Parcel number; empty where it is not typed yet.
    so_thua: String,
}

/// What a text may stand for.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    /// How the text was read.
    read_as: ReadAs,
    /// The parcel's key, where it was read as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key>,
    /// What it may stand for, the best first.
    results: Vec<FoundItem>,
}

/// The sort of a result.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A parcel found by its key.
    Parcel,
    /// A commune, district or province of today or of the past.
    Unit,
    /// A pair of coordinates.
    Place,
    /// Any other feature.
    Feature,
}

/// Something a text may stand for.
#[derive(Debug, Serialize, ToSchema)]
struct FoundItem {
    /// What sort of thing it is.
    kind: Kind,
    /// Its name.
    #[schema(value_type = Text)]
    title: Bilingual,
    /// What tells it from others of the name.
    #[schema(value_type = Text)]
    subtitle: Bilingual,
    /// West, south, east, north in degrees; null where it is not known where it lies.
    bbox: Option<[f64; 4]>,
    /// Longitude, latitude of its middle, degrees.
    point: Option<[f64; 2]>,
    /// Theme of the feature.
    theme: Option<String>,
    /// Number of the feature.
    id: Option<u64>,
    /// Where it is read.
    href: Option<String>,
    /// Under which version of the administrative code list a parcel's commune was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    era: Option<&'static str>,
    /// How far it is from what was typed: 0 is it to the letter, a typing error is about 1.
    cost: f32,
}

/// What a typed text may stand for: a parcel's key, coordinates in any grid, units of every era, names in all themes.
///
/// Case and marks do not matter, typing errors are forgiven, and the last word may be incomplete.
#[utoipa::path(get, path = "/search", tag = "lookup", params(SearchParams),
    responses((status = 200, description = "What was found, the best first", body = Found),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn find(
    State(app): State<AppState>,
    Query(asked): Query<SearchParams>,
) -> Result<Response, ApiError> {
    if asked.q.chars().count() > LONGEST {
        return Err(ApiError::bad("q", format!("at most {LONGEST} characters")));
    }
    if asked.limit == Some(0) {
        return Err(ApiError::bad("limit", "expected a number from 1"));
    }
    let near = match &asked.bbox {
        Some(text) => near(&app, text)?,
        None => None,
    };
    let limit = asked.limit.unwrap_or(LIMIT).min(MOST);
    let searching = Arc::clone(&app);
    let found = app
        .pool
        .run(move || search(&searching, &asked.q, limit, near))
        .await??;
    Ok(Json::new(found).into_response())
}

/// The box of the working CRS somebody looks at; none where it has no image there.
fn near(app: &App, text: &str) -> Result<Option<Box2>, ApiError> {
    let bbox = Bbox::from_str(text).map_err(|reason| ApiError::bad("bbox", reason))?;
    let [west, south, east, north] = bbox
        .span(None)
        .map_err(|reason| ApiError::bad("bbox", reason))?;
    let corners = [[west, south], [east, north], [west, north], [east, south]];
    Ok(around(&app.to_working, &corners))
}

fn around(transform: &Transform, corners: &[[f64; 2]]) -> Option<Box2> {
    let mut all = Box2::EMPTY;
    for corner in corners {
        let [x, y] = transform.point(*corner).ok()?;
        if !(x.is_finite() && y.is_finite()) {
            return None;
        }
        all.extend(x, y);
    }
    Some(all)
}

fn search(app: &App, text: &str, limit: usize, near: Option<Box2>) -> Result<Found, ApiError> {
    let published = app.published();
    let layers = &published.snapshot.layers;
    let reading = app.searcher.read(text);
    let question = Question { text, limit, near };
    let hits = app.searcher.search(layers, question, &reading);
    let hits = hits.map_err(ApiError::internal)?;
    let texts = Texts::new(app.searcher.unit_list());
    let items = hits.iter().map(|hit| item(app, &texts, hit));
    let (read_as, key) = match &reading {
        Reading::Nothing => (ReadAs::Nothing, None),
        Reading::Place(_) => (ReadAs::Place, None),
        Reading::Name => (ReadAs::Name, None),
        Reading::Parcel(key) => {
            let ma_xa = match &key.commune {
                Commune::Code(code) => Some(code.clone()),
                Commune::Name(_) | Commune::Unsaid => None,
            };
            let (so_to, so_thua) = (key.sheet.clone(), key.parcel.clone());
            (
                ReadAs::Parcel,
                Some(Key {
                    ma_xa,
                    so_to,
                    so_thua,
                }),
            )
        }
    };
    Ok(Found {
        read_as,
        key,
        results: items.collect::<Result<_, ApiError>>()?,
    })
}

fn item(app: &App, texts: &Texts<'_>, hit: &Hit<'_>) -> Result<FoundItem, ApiError> {
    let (kind, feature, era) = match &hit.what {
        What::Parcel(feature, era) => (Kind::Parcel, Some(feature), Some(era.name())),
        What::Unit(_, boundary) => (Kind::Unit, boundary.as_ref(), None),
        What::Place(..) => (Kind::Place, None, None),
        What::Feature(feature) => (Kind::Feature, Some(feature), None),
    };
    let (title, subtitle) = texts.of(&hit.what)?;
    let bbox = match &hit.what {
        What::Place(landing, _) => {
            let [lon, lat] = landing.lonlat.map(ten_decimals);
            Some([lon, lat, lon, lat])
        }
        _ => hit.bbox.and_then(|bbox| degrees(app, &bbox)),
    };
    let point =
        bbox.map(|[w, s, e, n]| [f64::midpoint(w, e), f64::midpoint(s, n)].map(ten_decimals));
    Ok(FoundItem {
        kind,
        title,
        subtitle,
        bbox,
        point,
        theme: feature.map(|feature| feature.theme().id.clone()),
        id: feature.map(|feature| feature.id().get()),
        href: feature.map(href),
        era,
        cost: (hit.cost * 100.0).round() / 100.0,
    })
}

fn href(feature: &FeatureRef<'_>) -> String {
    format!("/collections/{}/items/{}", feature.theme().id, feature.id())
}

/// The box in degrees: west, south, east, north.
pub(crate) fn degrees(app: &App, b: &Box2) -> Option<[f64; 4]> {
    let corners = [
        [b.min_x, b.min_y],
        [b.max_x, b.max_y],
        [b.min_x, b.max_y],
        [b.max_x, b.min_y],
    ];
    let all = around(&app.to_lonlat, &corners)?;
    Some([all.min_x, all.min_y, all.max_x, all.max_y].map(ten_decimals))
}
