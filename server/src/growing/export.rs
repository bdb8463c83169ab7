//! `GET /growing-zones.xlsx`: all growing areas of a filter as a workbook.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use diaba_core::feature::FeatureId;
use diaba_core::view::{FeatureRef, LayerView};

use super::workbook::Book;
use super::zone::{OBSERVATIONS, ZONES};
use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::extract::Pairs;
use crate::features::items_query::{ItemsParams, ItemsQuery, MAX_LIMIT};

/// Media type of workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Most areas of a workbook: some hundred times those of a province.
const MOST: usize = 50_000;

/// All growing areas of a filter as a workbook: areas, pest observations of them, sums by crop and commune.
///
/// Filters are those of `/collections/crop_zones/items`. Codes are written as their Vietnamese names.
#[utoipa::path(get, path = "/growing-zones.xlsx", tag = "lookup", params(ItemsParams),
    responses((status = 200, description = "The workbook",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No growing areas")))]
pub async fn export(
    State(app): State<AppState>,
    pairs: Pairs,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let zones = app.layer(ZONES)?;
    let asked = ItemsQuery::read(pairs, zones.theme(), zones.extent_lonlat(), &headers)?;
    let writing = Arc::clone(&app);
    let bytes = app
        .pool
        .run(move || write(&writing, &zones, asked))
        .await??;
    let kept = HeaderValue::from_static("attachment; filename=\"vung-trong.xlsx\"");
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(XLSX)),
            (header::CONTENT_DISPOSITION, kept),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        bytes,
    )
        .into_response())
}

fn write(app: &App, layer: &LayerView, asked: ItemsQuery) -> Result<Vec<u8>, ApiError> {
    let mut query = asked.query;
    query.limit = MAX_LIMIT;
    let mut zones: Vec<FeatureRef<'_>> = Vec::new();
    loop {
        let page = layer.query(&query).map_err(ApiError::internal)?;
        zones.extend(page.features);
        query.after = page.next;
        if query.after.is_none() || zones.len() >= MOST {
            break;
        }
    }
    let seen = app.published().snapshot.layers.get(OBSERVATIONS).cloned();
    let observations = seen
        .as_ref()
        .map(|seen| of(seen, layer, &zones))
        .transpose()?;
    let book = Book {
        zones: &zones,
        observations: &observations.unwrap_or_default(),
        units: app.searcher.unit_list(),
    };
    book.bytes()
}

/// The observations that name one of the areas or lie in it, each once.
fn of<'v>(
    seen: &'v LayerView,
    layer: &LayerView,
    zones: &[FeatureRef<'_>],
) -> Result<Vec<FeatureRef<'v>>, ApiError> {
    use geo::Intersects;
    let field = layer.theme().field_index("ma_vung");
    let mut known: BTreeSet<FeatureId> = BTreeSet::new();
    let mut found = Vec::new();
    for zone in zones {
        let code = field.map(|field| zone.value(field)).transpose();
        if let Some(code) = code.map_err(ApiError::internal)?.flatten() {
            let named = seen.by_key(&[&code.to_string()]);
            found.extend(named.into_iter().filter(|one| known.insert(one.id())));
        }
        let ground = zone.geometry().map_err(ApiError::internal)?;
        for one in seen.search(&zone.bbox()) {
            let place = one.geometry().map_err(ApiError::internal)?;
            if ground.intersects(&place) && known.insert(one.id()) {
                found.push(one);
            }
        }
    }
    Ok(found)
}
