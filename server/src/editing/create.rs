//! `POST /collections/{theme}/items`: a new feature.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use diaba_core::store::Edit;

use super::access::Access;
use super::body::Document;
use super::carry::{Anchors, CrsQuery, SentCrs};
use super::record::Reader;
use super::refusals::{Shut, Unfit};
use super::written::Written;
use crate::app::AppState;
use crate::error::ApiError;
use crate::extract::{BaseUrl, Path};

/// Adds a feature to a collection.
///
/// It goes to the dataset `manual`. Geometry is in CRS84, or in the VN-2000 grid that `Content-Crs` or `crs` names, and
/// is then taken exactly. Properties pass the conversion imports pass: superseded codes are carried to those in force,
/// what tells who a person is is dropped and named in the answer.
#[utoipa::path(post, path = "/collections/{collectionId}/items", tag = "editing",
    params(("collectionId" = String, Path, description = "Identifier of the theme"), CrsQuery,
        ("Content-Crs" = Option<String>, Header, description = "Reference system of the coordinates")),
    request_body(content = Object, content_type = "application/geo+json", description = "A GeoJSON feature"),
    responses((status = 201, description = "The feature is there; `Location` says where", body = Written),
        Shut, Unfit),
    security(("key" = [])))]
pub async fn create(
    State(app): State<AppState>,
    Access { author }: Access,
    Path(id): Path<String>,
    sent: SentCrs,
    base: BaseUrl,
    Document(document): Document,
) -> Result<Response, ApiError> {
    let theme = app.theme(&id)?;
    let working = Arc::clone(&app);
    app.edit_pool
        .run(move || {
            let app = &*working;
            let reader = Reader {
                app,
                theme: &theme,
                sent,
                anchors: Anchors::default(),
            };
            let (feature, told) = reader.whole(&document, None)?;
            let outcome = app.editor()?.edit(&theme, Edit::Create(feature), &author)?;
            Ok(Written::only(&theme, &base, &outcome, told)?.created())
        })
        .await?
}
