//! `GET /changes`: what changed since a client looked last.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::document::{Changes, Themes, token};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::Query;
use crate::response::Json;

/// Since when, and of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesParams {
    /// Token of an earlier answer. Without it the answer is where things stand now, and names no change.
    since: Option<String>,
    /// Identifiers of themes, separated by commas; all without it.
    themes: Option<String>,
}

const TOO_OLD: &str = "too much has happened since, or the server was started anew; read everything again and go on \
                       from a new token: GET /changes without 'since'";

/// What changed since a client looked last.
///
/// Oldest first, at most a thousand at once; `more` says whether there is more. What is told is served already: a tile
/// or feature asked for after the answer is at least as new. A token is good for twenty thousand changes, and as long
/// as the server runs.
#[utoipa::path(get, path = "/changes", tag = "changes", params(ChangesParams),
    responses((status = 200, description = "The changes", body = Changes),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such theme"),
        (status = 410, body = Problem, content_type = "application/problem+json",
            description = "The token is too old: everything is to be read again")))]
pub async fn changes(
    State(app): State<AppState>,
    Query(asked): Query<ChangesParams>,
) -> Result<Json<Changes>, ApiError> {
    let themes = Themes::read(&app, asked.themes.as_deref())?;
    let stopping = || ApiError::Busy;
    let since = match asked.since.as_deref() {
        Some(text) => token("since", text)?,
        None => app.beat.now().ok_or_else(stopping)?.token,
    };
    let changes = app
        .changes(since, &themes)
        .map_err(|_| ApiError::Gone(TOO_OLD))?;
    Ok(Json::new(changes.ok_or_else(stopping)?))
}
