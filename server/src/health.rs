//! `GET /health`: whether the server serves everything it was given.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{Format, FormatQuery};
use crate::response::Json;

/// Whether the server serves everything it was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `degraded` where something in the data directory is not served.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// Version of the server.
    pub version: &'static str,
    /// Layers with data.
    pub layers: usize,
    /// Shards served.
    pub shards: usize,
    /// Features served.
    pub features: u64,
    /// What is not served, and why.
    pub problems: Vec<DataProblem>,
}

/// Something that is not served.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataProblem {
    /// Where, from the data or styles directory.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Whether the server serves everything it was given.
///
/// 200 as long as it answers at all: damaged files are skipped and listed, and what is sound is served.
#[utoipa::path(get, path = "/health", tag = "operation", params(FormatQuery),
    responses((status = 200, description = "The state", body = Health),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn health(State(app): State<AppState>, _: Format) -> Result<Json<Health>, ApiError> {
    let published = app.published();
    let layers = published.snapshot.layers.values();
    let root = app.config.data.join("").display().to_string();
    let data = published
        .snapshot
        .problems
        .iter()
        .map(|problem| (problem.path.clone(), problem.reason.replace(&root, "")));
    let styles = app
        .styles
        .problems
        .iter()
        .map(|(name, reason)| (format!("styles/{name}"), reason.clone()));
    let problems: Vec<_> = data
        .chain(styles)
        .map(|(path, reason)| DataProblem { path, reason })
        .collect();
    Ok(Json::new(Health {
        status: if problems.is_empty() {
            "ok"
        } else {
            "degraded"
        },
        version: env!("CARGO_PKG_VERSION"),
        layers: layers.len(),
        shards: layers.clone().map(|layer| layer.shards().len()).sum(),
        features: layers.map(|layer| layer.len()).sum(),
        problems,
    }))
}
