//! `GET /fonts/{fontstack}/{range}`: glyphs of map labels.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::AppState;
use crate::error::{ApiError, Problem};
use crate::extract::Path;

/// Glyphs of 256 code points as signed distance fields.
///
/// Of several fonts separated by commas the first that is known is used. A range in which a known font has no letter
/// is answered with no glyphs, not with an error.
#[utoipa::path(get, path = "/fonts/{fontstack}/{range}", tag = "styles",
    params(("fontstack" = String, Path, description = "Names of fonts, separated by commas"),
        ("range" = String, Path, description = "First and last code point, then `.pbf`: `0-255.pbf`", pattern = r"^\d+-\d+\.pbf$")),
    responses((status = 200, description = "Glyphs, as MapLibre reads them", content_type = "application/x-protobuf"),
        (status = 304, description = "The client has them already"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a range"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such font")))]
pub async fn font(
    State(app): State<AppState>,
    Path((stack, range)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let range = glyph_range(&range).ok_or_else(|| {
        ApiError::bad(
            "range",
            "expected 256 code points and .pbf, such as 256-511.pbf",
        )
    })?;
    let known = |font: &&str| app.styles.stacks.contains(*font) || app.portal.has_font(font);
    let font = stack
        .split(',')
        .map(str::trim)
        .find(known)
        .ok_or_else(|| ApiError::NotFound(format!("no font of '{stack}' is here")))?;
    let file = format!("{font}/{range}");
    let asset = app
        .styles
        .fonts
        .get(&file)
        .or_else(|| app.portal.file(&format!("fonts/{file}")));
    Ok(match asset {
        Some(asset) => asset.respond(&headers),
        None => (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("application/x-protobuf"),
                ),
                (
                    header::CACHE_CONTROL,
                    HeaderValue::from_static("public, max-age=86400"),
                ),
            ],
            Vec::new(),
        )
            .into_response(),
    })
}

/// The file's name for a range of 256 code points of the basic plane.
fn glyph_range(text: &str) -> Option<String> {
    let (first, last) = text.strip_suffix(".pbf")?.split_once('-')?;
    let (first, last) = (first.parse::<u16>().ok()?, last.parse::<u16>().ok()?);
    (first % 256 == 0 && last == first | 255).then(|| format!("{first}-{last}.pbf"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_whole_pages_of_the_basic_plane() {
        assert_eq!(glyph_range("0-255.pbf").as_deref(), Some("0-255.pbf"));
        assert_eq!(
            glyph_range("65280-65535.pbf").as_deref(),
            Some("65280-65535.pbf")
        );
        for range in [
            "0-255",
            "1-256.pbf",
            "65536-65791.pbf",
            "a-b.pbf",
            "",
            "-.pbf",
            "0-511.pbf",
        ] {
            assert_eq!(glyph_range(range), None, "{range}");
        }
    }
}
