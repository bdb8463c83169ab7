//! `GET /metrics`: counters and timings for Prometheus.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::AppState;

/// Counters and timings (Prometheus text exposition).
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "The exposition", content_type = "text/plain; version=0.0.4")))]
pub async fn metrics(State(app): State<AppState>) -> Response {
    app.metrics.tile_cache_bytes.set(app.tiles.bytes() as f64);
    (
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
        app.metrics.render(),
    )
        .into_response()
}
