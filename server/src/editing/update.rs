//! `PATCH /collections/{theme}/items/{id}`: some other content for a feature.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::access::Access;
use super::body::Document;
use super::carry::{CrsQuery, SentCrs};
use super::held::number;
use super::precondition::IfMatch;
use super::refusals::{Moved, Shut, Unfit};
use super::replace::Change;
use super::written::Written;
use crate::app::AppState;
use crate::error::ApiError;
use crate::extract::{BaseUrl, Path};

/// Changes parts of a feature (JSON merge patch, RFC 7396).
///
/// Properties that are not named stay to the bit, and so does the geometry where none is sent; `null` takes a property
/// away. A geometry is replaced as a whole. What a code says about other fields is written anew with the code.
#[utoipa::path(patch, path = "/collections/{collectionId}/items/{featureId}", tag = "editing",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        CrsQuery, ("Content-Crs" = Option<String>, Header, description = "Reference system of the coordinates"),
        ("If-Match" = String, Header, description = "ETag of the feature as it was read, or `*`")),
    request_body(content = Object, content_type = "application/merge-patch+json",
        description = "`properties` and `geometry` as they shall be"),
    responses((status = 200, description = "Changed, with something to know about it", body = Written),
        (status = 204, description = "Changed"),
        Shut, Unfit, Moved),
    security(("key" = [])))]
pub async fn update(
    State(app): State<AppState>,
    Access { author }: Access,
    Path((id, text)): Path<(String, String)>,
    meant: IfMatch,
    sent: SentCrs,
    base: BaseUrl,
    Document(document): Document,
) -> Result<Response, ApiError> {
    let theme = app.theme(&id)?;
    let id = number(&id, &text)?;
    let working = Arc::clone(&app);
    app.edit_pool
        .run(move || {
            let change = Change {
                app: &working,
                theme: &theme,
                sent,
                author: &author,
            };
            change.make(id, &meant, &base, |reader, before| {
                reader.patch(&document, before)
            })
        })
        .await?
}
