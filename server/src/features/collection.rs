//! `GET /collections/{theme}`: one layer.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use diaba_core::theme::Theme;
use diaba_core::view::LayerView;
use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use super::geojson::public_fields;
use super::link::{HTML, Link, rel, write_headers};
use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, CRS84, Format, FormatQuery, Path};
use crate::response::json::{GEOJSON, JSON};
use crate::response::{Json, Page};

/// A layer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Collection {
    /// Identifier of its theme.
    #[schema(example = "land_parcels")]
    pub id: String,
    /// Its name, Vietnamese then English.
    #[schema(example = "Thửa đất · Land parcels")]
    pub title: String,
    /// What it holds, Vietnamese then English.
    pub description: String,
    /// Where it lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extent: Option<Extent>,
    /// What its items are: `feature`.
    #[serde(rename = "itemType")]
    pub item_type: &'static str,
    /// Reference systems answers are given in.
    pub crs: [&'static str; 1],
    /// Where its items and tiles are.
    pub links: Vec<Link>,
}

/// Where a layer lies.
#[derive(Debug, Serialize, ToSchema)]
pub struct Extent {
    /// In space.
    pub spatial: SpatialExtent,
}

/// A box around all features.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpatialExtent {
    /// One box: west, south, east, north in degrees.
    pub bbox: [[f64; 4]; 1],
    /// OGC:CRS84.
    pub crs: &'static str,
}

impl Collection {
    /// What there is to say about `layer`.
    pub fn of(layer: &LayerView, base: &BaseUrl) -> Self {
        let theme = layer.theme();
        Self {
            id: theme.id.clone(),
            title: format!("{} · {}", theme.title.vi, theme.title.en),
            description: format!("{} · {}", theme.description.vi, theme.description.en),
            extent: layer.extent_lonlat().map(|bbox| Extent {
                spatial: SpatialExtent {
                    bbox: [bbox],
                    crs: CRS84,
                },
            }),
            item_type: "feature",
            crs: [CRS84],
            links: links(theme, base),
        }
    }
}

fn links(theme: &Theme, base: &BaseUrl) -> Vec<Link> {
    let id = &theme.id;
    let link = |path: String, rel: &str, media_type: &str, title: &str| {
        Link::new(base.link(&path), rel, media_type, title)
    };
    vec![
        link(
            format!("/collections/{id}?f=json"),
            rel::SELF,
            JSON,
            "This document",
        ),
        link(
            format!("/collections/{id}?f=html"),
            rel::ALTERNATE,
            HTML,
            "This document as a page",
        ),
        link(
            format!("/collections/{id}/items?f=json"),
            rel::ITEMS,
            GEOJSON,
            "Features",
        ),
        link(
            format!("/collections/{id}/items?f=html"),
            rel::ITEMS,
            HTML,
            "Features as a page",
        ),
        link(
            format!("/collections/{id}/tiles"),
            rel::TILESETS,
            JSON,
            "Vector tiles",
        ),
        link(format!("/tiles/{id}.json"), "describedby", JSON, "TileJSON"),
    ]
}

/// A layer.
#[utoipa::path(get, path = "/collections/{collectionId}", tag = "features",
    params(("collectionId" = String, Path, description = "Identifier of the theme"), FormatQuery),
    responses((status = 200, description = "The collection",
            content((Collection = "application/json"), (String = "text/html"))),
        (status = 400, body = Problem, content_type = "application/problem+json",
            description = "A parameter that cannot be used"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such collection")))]
pub async fn collection(
    State(app): State<AppState>,
    Path(id): Path<String>,
    base: BaseUrl,
    format: Format,
) -> Result<Response, ApiError> {
    let layer = app.layer(&id)?;
    let collection = Collection::of(&layer, &base);
    if format == Format::Html {
        return Ok(page(layer.theme(), &collection).into_response());
    }
    let links = collection.links.clone();
    let mut response = Json::new(collection).into_response();
    write_headers(response.headers_mut(), &links);
    Ok(response)
}

fn page(theme: &Theme, collection: &Collection) -> Page {
    Page {
        title: theme.title.clone(),
        trail: vec![("/collections?f=html".to_owned(), "Lớp dữ liệu".to_owned())],
        alternates: vec![(format!("/collections/{}?f=json", theme.id), JSON, "JSON")],
        content: html! {
            p { (theme.description.vi) }
            p.en lang="en" { (theme.description.en) }
            p { a href={ "/collections/" (theme.id) "/items?f=html" } { "Xem đối tượng" } }
            @if let Some(extent) = &collection.extent {
                p { "Phạm vi (kinh độ, vĩ độ WGS 84): " (extent.spatial.bbox[0].map(|degrees| format!("{degrees:.5}")).join(", ")) }
            }
            (fields(theme))
        },
    }
}

fn fields(theme: &Theme) -> Markup {
    html! {
        div.table {
            table {
                thead { tr { th { "Trường" } th { "Tên" } th lang="en" { "Name" } th { "Đơn vị" } th { "Danh mục mã" } } }
                tbody {
                    @for field in public_fields(theme).filter_map(|index| theme.fields.get(index)) {
                        tr {
                            td { code { (field.name) } }
                            td { (field.title.vi) }
                            td lang="en" { (field.title.en) }
                            td { (field.unit.as_deref().unwrap_or_default()) }
                            td { @if let Some(list) = &field.code_list { a href={ "/code-lists/" (list.id) } { (list.title.vi) } } }
                        }
                    }
                }
            }
        }
    }
}
