//! Links between resources (RFC 8288), in documents and in `Link` headers.

use axum::http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

/// A link to another resource or form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What it is to this document.
    #[schema(example = "self")]
    pub rel: String,
    /// Media type there.
    #[serde(rename = "type")]
    #[schema(example = "application/json")]
    pub media_type: String,
    /// Name for people.
    pub title: String,
    /// Whether `href` is a template.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub templated: bool,
}

/// Relations that are used more than once.
pub mod rel {
    /// The document itself.
    pub const SELF: &str = "self";
    /// The same in another form.
    pub const ALTERNATE: &str = "alternate";
    /// The items of a collection, or a tile of a set.
    pub const ITEMS: &str = "items";
    /// The collection of an item.
    pub const COLLECTION: &str = "collection";
    /// The next page.
    pub const NEXT: &str = "next";
    /// The collections.
    pub const DATA: &str = "data";
    /// A map style.
    pub const STYLESHEET: &str = "stylesheet";
    /// The vector tile sets of a collection.
    pub const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
    /// The grid of a tile set.
    pub const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
    /// The grids of the server.
    pub const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";
}

/// Media type of the OpenAPI document.
pub const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.1";
/// Media type of pages.
pub const HTML: &str = "text/html";

impl Link {
    /// A link.
    pub fn new(href: String, rel: &str, media_type: &str, title: &str) -> Self {
        Self {
            href,
            rel: rel.to_owned(),
            media_type: media_type.to_owned(),
            title: title.to_owned(),
            templated: false,
        }
    }

    /// A link whose address is a template.
    #[must_use]
    pub fn template(self) -> Self {
        Self {
            templated: true,
            ..self
        }
    }
}

/// Writes the links that are not templates into `Link` headers. A title with letters a header cannot carry stays in
/// the document only.
pub fn write_headers(headers: &mut HeaderMap, links: &[Link]) {
    for link in links.iter().filter(|link| !link.templated) {
        let text = format!(
            "<{}>; rel=\"{}\"; type=\"{}\"",
            link.href, link.rel, link.media_type
        );
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.append(header::LINK, value);
        }
    }
}
