//! Table of contents: every address and the function that answers it. The function's path is its file's.

use axum::Router;
use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use axum::middleware::from_fn;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::AppState;
use crate::response::conditional::conditional;
use crate::{
    archives, changes, code_lists, edge, editing, features, growing, health, identify, openapi,
    overlays, parcel_extract, parcels, plans, portal, prometheus, search, stats, styles, themes,
    tiles,
};

/// Small documents: they get an ETag of their bytes and are compressed on their way.
fn documents() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(features::landing::landing))
        .routes(routes!(features::conformance::conformance))
        .routes(routes!(features::collections::collections))
        .routes(routes!(features::collection::collection))
        .routes(routes!(features::items::items, editing::create::create))
        .routes(routes!(
            features::item::item,
            editing::replace::replace,
            editing::update::update,
            editing::delete::delete
        ))
        .routes(routes!(editing::split::split))
        .routes(routes!(editing::merge::merge))
        .routes(routes!(tiles::tile_sets::tile_sets))
        .routes(routes!(tiles::tile_set::tile_set))
        .routes(routes!(tiles::matrix_sets::matrix_sets))
        .routes(routes!(tiles::matrix_set::matrix_set))
        .routes(routes!(tiles::tile_json::tile_json))
        .routes(routes!(tiles::tile_json::grid_tile_json))
        .routes(routes!(archives::list::archives))
        .routes(routes!(changes::since::changes))
        .routes(routes!(parcels::parcels))
        .routes(routes!(search::find::find))
        .routes(routes!(stats::stats))
        .routes(routes!(growing::zone::zone))
        .routes(routes!(growing::export::export))
        .routes(routes!(parcel_extract::extract::extract))
        .routes(routes!(plans::list::plans))
        .routes(routes!(plans::record::plan))
        .routes(routes!(themes::themes))
        .routes(routes!(code_lists::code_lists))
        .routes(routes!(code_lists::code_list))
        .routes(routes!(styles::list::list))
        .routes(routes!(styles::style::style))
        .routes(routes!(openapi::openapi))
        .routes(routes!(health::health))
}

/// What is asked most, or answers its own ETag and coding: nothing but the edge lies over it.
fn direct() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(overlays::overlay::overlay))
        .routes(routes!(tiles::tile::tile))
        .routes(routes!(tiles::grid_tile::grid_tile))
        .routes(routes!(tiles::collection_tile::collection_tile))
        .routes(routes!(identify::identify))
        .routes(routes!(styles::sprite::sprite))
        .routes(routes!(styles::font::font))
        .routes(routes!(changes::events::events))
        .routes(routes!(prometheus::metrics))
}

/// The OpenAPI document of all routes.
pub fn document() -> utoipa::openapi::OpenApi {
    OpenApiRouter::with_openapi(openapi::Api::openapi())
        .merge(documents())
        .merge(direct())
        .into_openapi()
}

/// A strong ETag names the bytes, so they pass as they are.
fn weakly_tagged(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    headers
        .get(header::ETAG)
        .is_none_or(|tag| tag.as_bytes().starts_with(b"W/"))
}

/// The whole service.
pub fn router(app: AppState) -> Router {
    let (documents, _) = documents().split_for_parts();
    let (direct, _) = direct().split_for_parts();
    // Whatever is compressed already, or does not shrink, passes as it is.
    let shrinks = DefaultPredicate::new()
        .and(NotForContentType::new("application/x-protobuf"))
        .and(weakly_tagged);
    let documents = documents.layer(from_fn(conditional)).layer(
        CompressionLayer::new()
            .no_br()
            .no_deflate()
            .no_zstd()
            .compress_when(shrinks),
    );
    let routes = documents
        .merge(direct)
        .fallback(portal::fallback)
        .method_not_allowed_fallback(editing::options::other_method)
        .with_state(app.clone());
    edge::layer(routes, app)
}
