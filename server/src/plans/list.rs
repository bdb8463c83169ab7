//! `GET /plans`: which plans there are.

use std::sync::Arc;

use axum::extract::State;

use super::document::PlanEntry;
use super::read::{Planned, class_of, place};
use crate::app::{App, AppState};
use crate::error::{ApiError, Problem};
use crate::extract::{Format, FormatQuery};
use crate::response::Json;

/// Lists the plans: name, level, zones, area and place of each.
///
/// Those of every theme whose zones name their plan, by theme and key.
#[utoipa::path(get, path = "/plans", tag = "lookup", params(FormatQuery),
    responses((status = 200, description = "The plans", body = Vec<PlanEntry>),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn plans(
    State(app): State<AppState>,
    _: Format,
) -> Result<Json<Vec<PlanEntry>>, ApiError> {
    let reading = Arc::clone(&app);
    Ok(Json::new(app.pool.run(move || list(&reading)).await??))
}

fn list(app: &App) -> Result<Vec<PlanEntry>, ApiError> {
    let mut plans = Vec::new();
    for planned in Planned::all(app) {
        for (code, (zones, area)) in planned.codes()? {
            plans.push(entry(app, &planned, code, zones, area)?);
        }
    }
    Ok(plans)
}

fn entry(
    app: &App,
    planned: &Planned,
    code: String,
    zones: i64,
    area: f64,
) -> Result<PlanEntry, ApiError> {
    let record = planned.record(&code);
    // Where there is a record, its boundary says where the plan is, and no zone need be looked up.
    let found = match record {
        Some(record) => vec![record],
        None => planned.zones(&code)?,
    };
    let level = record.as_ref().map(class_of).transpose()?.flatten();
    Ok(PlanEntry {
        theme: planned.theme.id.clone(),
        name: planned.name(record.as_ref(), found.first())?,
        level,
        zones,
        area: (area * 1e4).round() / 1e4,
        bbox: place(app, &found),
        code,
    })
}
