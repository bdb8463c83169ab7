//! `POST /overlay`: a drawn area, a plan or a commune laid on a layer.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use diaba_core::view::LayerView;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::request::{Laid, OverlayRequest};
use super::rows::Overlay;
use super::stream::{of_file, streamed};
use super::table::{Table, Tally};
use super::{csv, gpkg, ground, xlsx};
use crate::app::AppState;
use crate::editing::body::Document;
use crate::error::{ApiError, Problem};
use crate::extract::Query;
use crate::features::geojson::Feature;
use crate::response::Json;
use crate::response::json::GEOJSON;

/// Rows of a JSON answer where no limit is named, and most that can be.
const ROWS: [usize; 2] = [1_000, 10_000];
/// Value of the parameter `f`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OverlayFormat {
    /// Sums and the first pairs.
    #[default]
    Json,
    /// All features with their share, streamed.
    Geojson,
    /// All pairs, streamed.
    Csv,
    /// A workbook with sums and pairs.
    Xlsx,
    /// A GeoPackage: the features with their share, and the sums.
    Gpkg,
}

impl std::str::FromStr for OverlayFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "geojson" => Ok(Self::Geojson),
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Xlsx),
            "gpkg" => Ok(Self::Gpkg),
            _ => Err("expected json, geojson, csv, xlsx or gpkg".into()),
        }
    }
}

/// How.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverlayParams {
    /// Format of the answer.
    #[param(inline)]
    f: Option<OverlayFormat>,
}

/// Which features lie in an area, a plan or a commune, and how much of each.
///
/// Areas are exact to 1e-4 m² in the working plane. Two plans of one place are compared by laying the zones of one on those
/// of the other: `by` says how much of each function became which.
#[utoipa::path(post, path = "/overlay", tag = "lookup", params(OverlayParams),
    request_body(content = OverlayRequest, content_type = "application/json"),
    responses((status = 200, description = "The table",
            content((Table = "application/json"), (Object = "application/geo+json"), (String = "text/csv"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                (Vec<u8> = "application/geopackage+sqlite3"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A request that cannot be read, or lays too much"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such layer or feature"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No area")))]
pub async fn overlay(
    State(app): State<AppState>,
    Query(asked): Query<OverlayParams>,
    Document(body): Document,
) -> Result<Response, ApiError> {
    let request: OverlayRequest = serde_json::from_value(body).map_err(|_| {
        ApiError::BadBody("expected {\"of\": {\"area\": …} or {\"theme\", \"id\" or \"key\"}, \"on\": {\"theme\"}}".into())
    })?;
    let format = asked.f.unwrap_or_default();
    let on = app.layer(&request.on.theme)?;
    let of = match &request.of {
        Laid::Area(_) => None,
        Laid::Features(features) => Some(app.layer(&features.theme)?),
    };
    let prepared = {
        let (app, on, of) = (Arc::clone(&app), Arc::clone(&on), of.clone());
        app.clone()
            .pool
            .run(move || prepare(&app, &request, of.as_deref(), &on).map(|o| (o, request.limit)))
            .await??
    };
    let (overlay, limit) = prepared;
    let limit = limit.unwrap_or(ROWS[0]).min(ROWS[1]);
    match format {
        OverlayFormat::Json => {
            let table = app
                .pool
                .run(move || table(&overlay, of.as_deref(), &on, limit))
                .await??;
            Ok(Json::new(table).into_response())
        }
        OverlayFormat::Xlsx => {
            let work = move || {
                let table = table(&overlay, of.as_deref(), &on, xlsx::MOST + 1)?;
                if table.rows.len() > xlsx::MOST {
                    let reason = format!("more than {} pairs; take them as CSV", xlsx::MOST);
                    return Err(ApiError::bad("f", reason));
                }
                xlsx::write(&table).map_err(ApiError::internal)
            };
            let book = app.pool.run(work).await??;
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            Ok(file(kind, "overlay.xlsx", Body::from(book)))
        }
        OverlayFormat::Gpkg => {
            let work = move || gpkg::write(&overlay, of.as_deref(), &on);
            let written = app.pool.run(work).await??;
            let kind = "application/geopackage+sqlite3";
            Ok(file(kind, "overlay.gpkg", of_file(written)))
        }
        OverlayFormat::Csv => Ok(file(
            "text/csv; charset=utf-8",
            "overlay.csv",
            streamed(move |out| {
                out.push(csv::head(on.theme()).as_bytes())?;
                overlay.each(&on, |row, _| out.push(csv::line(&row).as_bytes()))
            }),
        )),
        OverlayFormat::Geojson => Ok(file(
            GEOJSON,
            "overlay.geojson",
            streamed(move |out| {
                out.push(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
                let mut first = true;
                overlay.each(&on, |row, feature| {
                    let read = Feature::read(on.theme(), feature)?;
                    let mut value = serde_json::to_value(read).map_err(ApiError::internal)?;
                    let said = serde_json::to_value(&row).map_err(ApiError::internal)?;
                    if let Some(members) = value.as_object_mut() {
                        members.insert("overlay".to_owned(), said);
                    }
                    if !std::mem::take(&mut first) {
                        out.push(b",")?;
                    }
                    out.push(value.to_string().as_bytes())
                })?;
                out.push(b"]}")
            }),
        )),
    }
}

fn prepare(
    app: &AppState,
    request: &OverlayRequest,
    of: Option<&LayerView>,
    on: &LayerView,
) -> Result<Overlay, ApiError> {
    let laid = match (&request.of, of) {
        (Laid::Area(area), _) => ground::areas(&area.area, &app.to_working)?,
        (Laid::Features(features), Some(layer)) => {
            let found = ground::named(layer, features.id, features.key.as_deref())?;
            ground::features(&found)?
        }
        (Laid::Features(features), None) => return Err(ApiError::no_layer(&features.theme)),
    };
    let only = match &request.on.key {
        None => None,
        Some(key) => {
            let found = ground::named(on, None, Some(key))?;
            let names = found.iter().map(|f| (f.dataset().to_owned(), f.id().get()));
            Some(names.collect::<HashSet<_>>())
        }
    };
    let least = request.least.unwrap_or(0.01);
    if !(0.0..=1e12).contains(&least) {
        return Err(ApiError::bad("least", "expected square metres from 0"));
    }
    Ok(Overlay { laid, only, least })
}

fn table(
    overlay: &Overlay,
    of: Option<&LayerView>,
    on: &LayerView,
    limit: usize,
) -> Result<Table, ApiError> {
    let mut tally = Tally::default();
    let mut rows = Vec::new();
    overlay.each(on, |row, _| {
        tally.count(&row);
        if rows.len() < limit {
            rows.push(row);
        }
        Ok(())
    })?;
    let of = of.map(|layer| &**layer.theme());
    Ok(tally.table(of, on.theme(), overlay.area(), rows))
}

fn file(kind: &'static str, name: &str, body: Body) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, body).into_response()
}
