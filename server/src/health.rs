//! `GET /health`: whether the server serves everything it was given.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::config::Home;
use crate::error::{ApiError, Problem};
use crate::extract::{Format, FormatQuery};
use crate::response::Json;

/// Whether the server serves everything it was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `degraded` where something is not served or the database is out of reach.
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
    /// The database, where that is the home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    /// What is not served, and why.
    pub problems: Vec<DataProblem>,
}

/// How the server stands to its database.
#[derive(Debug, Serialize, ToSchema)]
pub struct Database {
    /// Whether it could be read at the last look.
    pub reachable: bool,
    /// Since when it could not; what is served is of that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2026-07-01T02:03:04Z")]
    pub stale_since: Option<Timestamp>,
    /// Seconds since it was last read.
    pub behind_seconds: f64,
}

/// Something that is not served.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataProblem {
    /// Where, from the data or styles directory; the name of an archive.
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
    let root = app.config.home.folder().join("").display().to_string();
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
    let archives = app.archives.problems().into_iter();
    let problems: Vec<_> = data
        .chain(styles)
        .chain(archives)
        .map(|(path, reason)| DataProblem { path, reason })
        .collect();
    let stale_since = app.standing.stale_since();
    let database = matches!(app.config.home, Home::Database { .. }).then(|| Database {
        reachable: stale_since.is_none(),
        stale_since,
        behind_seconds: app.standing.behind_seconds(),
    });
    Ok(Json::new(Health {
        status: if problems.is_empty() && stale_since.is_none() {
            "ok"
        } else {
            "degraded"
        },
        version: env!("CARGO_PKG_VERSION"),
        layers: layers.len(),
        shards: layers.clone().map(|layer| layer.shards().len()).sum(),
        features: layers.map(|layer| layer.len()).sum(),
        database,
        problems,
    }))
}
