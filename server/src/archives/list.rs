//! `GET /archives`: the archives that are served.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, FormatQuery};
use crate::features::link::Link;
use crate::response::Json;
use crate::response::json::JSON;

/// The archives that are served.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveList {
    /// One entry an archive, by identifier.
    pub archives: Vec<ArchiveEntry>,
}

/// An archive that is served.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArchiveEntry {
    /// Its identifier: the file's name without its ending.
    pub id: String,
    /// What it calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Media type of its tiles.
    pub media_type: &'static str,
    /// Number of its tiles.
    pub tiles: u64,
    /// First zoom.
    pub minzoom: u8,
    /// Last zoom.
    pub maxzoom: u8,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// The version it was exported at, where Diaba exported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its TileJSON.
    pub links: Vec<Link>,
}

/// Lists the archives that are served.
#[utoipa::path(get, path = "/archives", tag = "tiles", params(FormatQuery),
    responses((status = 200, description = "The archives", body = ArchiveList),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used")))]
pub async fn archives(
    State(app): State<AppState>,
    base: BaseUrl,
    _: Format,
) -> Result<Json<ArchiveList>, ApiError> {
    let entry = |(id, archive): (&str, std::sync::Arc<super::Archive>)| {
        let (minzoom, maxzoom) = archive.zooms();
        ArchiveEntry {
            id: id.to_owned(),
            title: archive.name().map(str::to_owned),
            media_type: archive.media_type(),
            tiles: archive.tiles,
            minzoom,
            maxzoom,
            bounds: archive.bounds(),
            version: archive.version().map(str::to_owned),
            links: vec![Link::new(
                base.link(&format!("/tiles/{id}.json")),
                "describedby",
                JSON,
                "TileJSON",
            )],
        }
    };
    Ok(Json::new(ArchiveList {
        archives: app.archives.served().map(entry).collect(),
    }))
}
