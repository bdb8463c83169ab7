//! `DELETE /collections/{theme}/items/{id}`: a feature goes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use diaba_core::store::Edit;

use super::access::Access;
use super::held::{Held, number};
use super::precondition::IfMatch;
use super::refusals::{Moved, Shut};
use crate::app::AppState;
use crate::error::ApiError;
use crate::extract::Path;

/// Removes a feature. Its states stay in the history.
#[utoipa::path(delete, path = "/collections/{collectionId}/items/{featureId}", tag = "editing",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        ("If-Match" = String, Header, description = "ETag of the feature as it was read, or `*`")),
    responses((status = 204, description = "It is gone"),
        Shut, Moved),
    security(("key" = [])))]
pub async fn delete(
    State(app): State<AppState>,
    Access { author }: Access,
    Path((id, text)): Path<(String, String)>,
    meant: IfMatch,
) -> Result<StatusCode, ApiError> {
    let theme = app.theme(&id)?;
    let id = number(&id, &text)?;
    let working = Arc::clone(&app);
    app.edit_pool
        .run(move || {
            let editor = working.editor()?;
            let held = Held::read(editor, &theme, id, &meant)?;
            let edit = Edit::Delete {
                id,
                tag: Some(held.tag),
            };
            editor.edit(&theme, edit, &author)?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await?
}
