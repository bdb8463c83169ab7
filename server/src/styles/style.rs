//! `GET /styles/{name}`: a MapLibre style whose addresses are this server's.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::{BaseUrl, Format, Path};
use crate::response::Json;

/// A map style.
///
/// Addresses of tiles, fonts and sprites are absolute, as MapLibre and QGIS want them.
#[utoipa::path(get, path = "/styles/{name}", tag = "styles",
    params(("name" = String, Path, description = "Name of the style, with or without `.json`"),
        crate::extract::FormatQuery),
    responses((status = 200, description = "The style (MapLibre style specification, version 8)", body = Object),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such style")))]
pub async fn style(
    State(app): State<AppState>,
    Path(name): Path<String>,
    base: BaseUrl,
    _: Format,
) -> Result<Response, ApiError> {
    let document = app
        .styles
        .maps
        .get(name.strip_suffix(".json").unwrap_or(&name))
        .ok_or_else(|| ApiError::NotFound(format!("no style is called '{name}'")))?;
    Ok(Json::new(absolute(document.clone(), &base)).into_response())
}

/// `style` with every address that begins with a slash made absolute.
fn absolute(mut style: Value, base: &BaseUrl) -> Value {
    for key in ["glyphs", "sprite"] {
        match style.get_mut(key) {
            Some(Value::Array(sprites)) => {
                sprites
                    .iter_mut()
                    .filter_map(|sprite| sprite.get_mut("url"))
                    .for_each(|url| root(url, base));
            }
            Some(address) => root(address, base),
            None => {}
        }
    }
    let sources = style.get_mut("sources").and_then(Value::as_object_mut);
    for source in sources.into_iter().flat_map(|sources| sources.values_mut()) {
        for key in ["url", "data"] {
            if let Some(address) = source.get_mut(key) {
                root(address, base);
            }
        }
        if let Some(Value::Array(tiles)) = source.get_mut("tiles") {
            for tile in tiles {
                root(tile, base);
            }
        }
    }
    style
}

fn root(address: &mut Value, base: &BaseUrl) {
    if let Value::String(path) = address
        && path.starts_with('/')
        && !path.starts_with("//")
    {
        *path = base.link(path);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_of_this_server_become_absolute_and_others_stay() {
        let style = json!({
            "glyphs": "/fonts/{fontstack}/{range}.pbf",
            "sprite": [{"id": "default", "url": "/sprites/diaba"}],
            "sources": {
                "land": {"type": "vector", "url": "/tiles/land_parcels.json"},
                "own": {"type": "vector", "tiles": ["/tiles/dikes/{z}/{x}/{y}.mvt"]},
                "far": {"type": "geojson", "data": "https://example.vn/a.json"},
            },
        });
        let made = absolute(style, &BaseUrl("https://x.vn".into()));
        assert_eq!(made["glyphs"], "https://x.vn/fonts/{fontstack}/{range}.pbf");
        assert_eq!(made["sprite"][0]["url"], "https://x.vn/sprites/diaba");
        assert_eq!(
            made["sources"]["land"]["url"],
            "https://x.vn/tiles/land_parcels.json"
        );
        assert_eq!(
            made["sources"]["own"]["tiles"][0],
            "https://x.vn/tiles/dikes/{z}/{x}/{y}.mvt"
        );
        assert_eq!(made["sources"]["far"]["data"], "https://example.vn/a.json");
    }

    #[test]
    fn a_style_of_any_shape_passes_through() {
        for style in [
            json!({}),
            json!({"sources": []}),
            json!({"sources": {"a": 1}, "sprite": 3, "glyphs": null}),
        ] {
            assert_eq!(absolute(style.clone(), &BaseUrl("http://x".into())), style);
        }
    }
}
