//! `PUT /collections/{theme}/items/{id}`: other content for a feature.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use diaba_core::edits::Row;
use diaba_core::feature::{FeatureId, NewFeature};
use diaba_core::store::{Author, Edit};
use diaba_core::theme::Theme;

use super::access::Access;
use super::body::Document;
use super::carry::{Anchors, CrsQuery, SentCrs};
use super::held::{Held, number};
use super::precondition::IfMatch;
use super::record::{Reader, Told};
use super::refusals::{Moved, Shut, Unfit};
use super::written::Written;
use crate::app::{App, AppState};
use crate::error::ApiError;
use crate::extract::{BaseUrl, Path};

/// Replaces a feature.
///
/// All public properties are replaced, missing ones become null; what the interface does not show stays. A corner sent
/// with the ten decimals it was read with is the surveyed corner, to the bit.
#[utoipa::path(put, path = "/collections/{collectionId}/items/{featureId}", tag = "editing",
    params(("collectionId" = String, Path, description = "Identifier of the theme"),
        ("featureId" = u64, Path, description = "The feature's number, below 2^53", maximum = 9_007_199_254_740_991_u64),
        CrsQuery, ("Content-Crs" = Option<String>, Header, description = "Reference system of the coordinates"),
        ("If-Match" = String, Header, description = "ETag of the feature as it was read, or `*`")),
    request_body(content = Object, content_type = "application/geo+json", description = "A GeoJSON feature"),
    responses((status = 200, description = "Replaced, with something to know about it", body = Written),
        (status = 204, description = "Replaced"),
        Shut, Unfit, Moved),
    security(("key" = [])))]
pub async fn replace(
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
                reader.whole(&document, Some(before))
            })
        })
        .await?
}

/// A change of one feature on its way.
pub struct Change<'a> {
    /// The server.
    pub app: &'a App,
    /// The theme.
    pub theme: &'a Arc<Theme>,
    /// The reference system of what is sent.
    pub sent: SentCrs,
    /// Who makes it.
    pub author: &'a Author,
}

impl Change<'_> {
    /// Reads the feature, lets `read` say what becomes of it, and writes that unless it is the same.
    ///
    /// # Errors
    /// Whatever is wrong with the request, [`ApiError::PreconditionFailed`], [`ApiError::Unavailable`].
    pub fn make(
        &self,
        id: FeatureId,
        meant: &IfMatch,
        base: &BaseUrl,
        read: impl FnOnce(&Reader<'_>, &NewFeature) -> Result<(NewFeature, Told), ApiError>,
    ) -> Result<Response, ApiError> {
        let editor = self.app.editor()?;
        let held = Held::read(editor, self.theme, id, meant)?;
        let reader = Reader {
            app: self.app,
            theme: self.theme,
            sent: self.sent,
            anchors: Anchors::of(self.app, [&held.feature.geometry])?,
        };
        let (feature, told) = read(&reader, &held.feature)?;
        if held.is(&feature) {
            let row = Row {
                id,
                feature: held.feature,
                since: None,
            };
            return Ok(Written::new(self.theme, base, &held.dataset, &row, told).changed());
        }
        let edit = Edit::Replace {
            id,
            tag: Some(held.tag),
            feature,
        };
        let outcome = editor.edit(self.theme, edit, self.author)?;
        Ok(Written::only(self.theme, base, &outcome, told)?.changed())
    }
}
