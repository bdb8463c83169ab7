//! `GET /styles`: the map styles.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format};
use crate::features::link::{Link, rel};
use crate::response::Json;

/// The map styles this server has.
#[derive(Debug, Serialize, ToSchema)]
pub struct StyleList {
    /// One entry a style.
    pub styles: Vec<StyleEntry>,
}

/// A style.
#[derive(Debug, Serialize, ToSchema)]
pub struct StyleEntry {
    /// Its name in addresses.
    #[schema(example = "dia-ba")]
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Where it is.
    pub links: Vec<Link>,
}

/// Lists the map styles.
#[utoipa::path(get, path = "/styles", tag = "styles", params(crate::extract::FormatQuery),
    responses((status = 200, description = "The styles", body = StyleList), (status = 400, body = Problem,
        content_type = "application/problem+json", description = "A parameter that cannot be used")))]
pub async fn list(
    State(app): State<AppState>,
    base: BaseUrl,
    _: Format,
) -> Result<Json<StyleList>, ApiError> {
    let styles = app
        .styles
        .maps
        .iter()
        .map(|(id, document)| StyleEntry {
            title: document
                .get("name")
                .and_then(|name| name.as_str())
                .unwrap_or(id)
                .to_owned(),
            links: vec![Link::new(
                base.link(&format!("/styles/{id}")),
                rel::STYLESHEET,
                "application/vnd.mapbox.style+json",
                "MapLibre style",
            )],
            id: id.clone(),
        })
        .collect();
    Ok(Json::new(StyleList { styles }))
}
