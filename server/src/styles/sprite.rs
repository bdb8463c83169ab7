//! `GET /sprites/{file}`: the icons of the map styles in one image, and where each lies in it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::Path;

/// A sprite sheet (PNG) or its index (JSON).
#[utoipa::path(get, path = "/sprites/{file}", tag = "styles",
    params(("file" = String, Path, description = "`<name>.png`, `<name>.json`, and `@2x` of both")),
    responses((status = 200, description = "The file"), (status = 304, description = "The client has it already"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such file")))]
pub async fn sprite(
    State(app): State<AppState>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let sprite = app.styles.sprites.get(&file);
    let built = || {
        app.portal
            .file(&format!("sprites/{file}"))
            .filter(|_| !file.contains('/'))
    };
    sprite
        .or_else(built)
        .map(|asset| asset.respond(&headers))
        .ok_or_else(|| ApiError::NotFound(format!("no sprite file is called '{file}'")))
}
