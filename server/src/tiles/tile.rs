//! `GET /tiles/{themes}/{z}/{x}/{y}.mvt` or `.mlt`: a vector tile of one or several themes.

use std::str::FromStr;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use diaba_core::grid::TileGrid;
use diaba_core::space::TileCoord;
use jiff::Timestamp;
use serde::Deserialize;

use super::format::TileFormat;
use super::past::{self, TileTime};
use super::representation::{Representation, Vary};
use super::selection::Selection;
use crate::app::AppState;
use crate::archives::{self, Archive};
use crate::error::{ApiError, Problem};
use crate::extract::{DatetimeQuery, Headers, Path};

/// The captures of a tile's address.
#[derive(Debug, Deserialize)]
pub struct TilePath {
    themes: String,
    z: String,
    x: String,
    y: String,
}

/// A vector tile (Mapbox Vector Tile 2.1, or MapLibre Tile) on the Web Mercator grid.
///
/// The row ends in `.mvt` or `.mlt`, or in neither; then `Accept` decides, and MVT it is unless MLT is named there.
/// One layer a theme, named by its identifier; features carry the theme's tile fields. Below a theme's detail zoom
/// the layer holds one multipolygon a class with `lop`, `so_luong` and `dien_tich`, and the header
/// `Diaba-Generalised` names the theme; `Diaba-Truncated` names themes of which something had to be left out. Places
/// for the names of polygons are in a layer of their own, `{theme}_nhan`, chainage stones in `{theme}_ly_trinh`; both
/// say by `hang` how much each matters, the smallest number the most. Before compression a tile keeps to a number of
/// bytes (500 KB unless configured); labels are left out first, then the lowest ranks and the smallest features.
#[utoipa::path(get, path = "/tiles/{themes}/{z}/{x}/{y}", tag = "tiles",
    params(("themes" = String, Path, description = "Identifiers of themes, separated by commas; or that of an archive"),
        ("z" = u8, Path, description = "Zoom", maximum = 22), ("x" = u32, Path, description = "Column, from the west"),
        ("y" = String, Path, description = "Row, from the north, then `.mvt` or `.mlt`",
            pattern = r"^\d+(\.mvt|\.mlt)?$"),
        DatetimeQuery),
    responses((status = 200, description = "The tile", content(
            (Vec<u8> = "application/vnd.mapbox-vector-tile"), (Vec<u8> = "application/vnd.maplibre-tile"))),
        (status = 204, description = "Nothing lies there"),
        (status = 304, description = "The client has it already"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "Not a tile's address"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such theme")))]
pub async fn tile(
    State(app): State<AppState>,
    Path(path): Path<TilePath>,
    TileTime(at): TileTime,
    Headers(headers): Headers,
) -> Result<Response, ApiError> {
    if let Some(archive) = app.archives.get(&path.themes) {
        return of_archive(&archive, &path, at, &headers).await;
    }
    let (row, representation) = row(&path.y, &headers);
    let coord = coord(&path.z, &path.x, row)?;
    let place = (TileGrid::default(), coord);
    respond(&app, &path.themes, place, at, representation, &headers).await
}

/// The answer for a tile of an archive, whose address ends as its tiles are.
async fn of_archive(
    archive: &Archive,
    path: &TilePath,
    at: Option<Timestamp>,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    if at.is_some() {
        return Err(ApiError::bad("datetime", "an archive has one state only"));
    }
    let row = path.y.strip_suffix(archive.extension());
    let row = row.and_then(|row| row.strip_suffix('.')).ok_or_else(|| {
        let ending = archive.extension();
        ApiError::bad(
            "y",
            format!("expected a row and .{ending}, such as 7137.{ending}"),
        )
    })?;
    let coord = coord(&path.z, &path.x, row)?;
    archives::tile::respond(archive, coord, headers).await
}

/// The answer for the tile of `themes` at a place of a grid.
pub async fn respond(
    app: &AppState,
    themes: &str,
    place: (TileGrid, TileCoord),
    at: Option<Timestamp>,
    (representation, vary): (Representation, Vary),
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let published = app.published();
    let selection = Selection::read(app, &published.snapshot, themes)?;
    if let Some(at) = at {
        return past::respond(
            app,
            &published,
            &selection,
            place,
            at,
            (representation, vary),
            headers,
        )
        .await;
    }
    app.tiles
        .tile(app, &published, selection, place, representation, |tile| {
            tile.respond(headers, vary)
        })
        .await
}

/// The row an address ends in, and the representation it is wanted in: what its ending names, else what the client likes.
pub fn row<'p>(last: &'p str, headers: &HeaderMap) -> (&'p str, (Representation, Vary)) {
    match TileFormat::split(last) {
        Some((row, format)) => (row, (Representation::named(format, headers), Vary::Coding)),
        None => (last, (Representation::liked(headers), Vary::Format)),
    }
}

/// The checked address of zoom, column and row.
pub fn coord(z: &str, x: &str, y: &str) -> Result<TileCoord, ApiError> {
    TileCoord::new(number("z", z)?, number("x", x)?, number("y", y)?)
        .map_err(|error| ApiError::bad("tile", error))
}

/// A number of digits only: `+1`, `01` and `1e3` are no addresses, so that each tile has one.
fn number<T: FromStr>(name: &str, text: &str) -> Result<T, ApiError> {
    let canonical =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical
        .then(|| text.parse().ok())
        .flatten()
        .ok_or_else(|| ApiError::bad(name, format!("'{text}' is not a whole number in range")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_tile_has_one_address() {
        assert!(coord("14", "13021", "7137").is_ok());
        for (z, x, y) in [
            ("14", "+1", "1"),
            ("014", "1", "1"),
            ("14", "", "1"),
            ("300", "1", "1"),
            ("23", "0", "0"),
            ("1", "2", "0"),
            ("1", "-1", "0"),
            ("1", "1.0", "0"),
            ("1", "99999999999", "0"),
        ] {
            assert!(coord(z, x, y).is_err(), "{z}/{x}/{y}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_address_or_a_problem(z in ".*", x in ".*", y in ".*") {
            let _ = coord(&z, &x, &y);
        }

        #[test]
        fn a_printed_address_is_read_back(z in 0u8..=22, x in any::<u32>(), y in any::<u32>()) {
            let side = 1u32 << z;
            let (x, y) = (x % side, y % side);
            let read = coord(&z.to_string(), &x.to_string(), &y.to_string()).unwrap();
            prop_assert_eq!((read.z(), read.x(), read.y()), (z, x, y));
        }
    }
}
