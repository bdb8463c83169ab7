//! Geometry as it was sent, into the working plane: exactly from a VN-2000 grid, by the recorded datum operation from
//! longitude and latitude, and without moving a corner the client has not moved.

use std::cell::Cell;
use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;
use diaba_core::crs::{Crs, Datum, Transform, transform_geometry};
use diaba_core::geometry::{Flaw, Mended, Repair, mend, own_judge};
use diaba_core::theme::GeometryKind;
use geo::{Coord, CoordsIter, Geometry, MapCoordsInPlace};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::geometry::FIELD;
use crate::app::App;
use crate::error::{ApiError, FieldProblem, Reason};
use crate::extract::{CRS84, Query};
use crate::features::geojson::ten_decimals;

/// The header of OGC API Features Part 2 and 4 that names the reference system of what is sent.
const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");
/// West, south, east, north of Việt Nam with its seas, degrees: what lies elsewhere was sent in another order or
/// another reference system.
const COUNTRY: [f64; 4] = [102.0, 6.0, 118.0, 24.0];

/// The reference system coordinates are sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentCrs(pub Crs);

/// How the reference system of a body may be named in the query.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CrsQuery {
    /// Reference system of the coordinates that are sent, where the header `Content-Crs` does not say it: CRS84, or a
    /// VN-2000 grid such as `http://www.opengis.net/def/crs/EPSG/0/9214` (easting, then northing, in metres).
    crs: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for SentCrs {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(CrsQuery { crs }) = Query::from_request_parts(parts, state).await?;
        let header = parts.headers.get(CONTENT_CRS).map(|value| {
            value
                .to_str()
                .map(|text| text.trim().trim_start_matches('<').trim_end_matches('>'))
                .map_err(|_| ApiError::bad("Content-Crs", "is no text"))
        });
        match (header.transpose()?, crs.as_deref()) {
            (Some(header), Some(query)) if named(header) != named(query) => Err(ApiError::bad(
                "crs",
                "names another reference system than Content-Crs",
            )),
            (Some(header), _) => named(header).map_err(|e| ApiError::bad("Content-Crs", e)),
            (None, Some(query)) => named(query).map_err(|e| ApiError::bad("crs", e)),
            (None, None) => Ok(Self(Crs::LONLAT)),
        }
    }
}

/// The reference system a URI, a URN or `EPSG:…` names.
fn named(text: &str) -> Result<SentCrs, String> {
    let refused = || {
        format!(
            "expected {CRS84} or a VN-2000 grid such as {}",
            Crs::WORKING.uri()
        )
    };
    if text == CRS84 || text == "urn:ogc:def:crs:OGC:1.3:CRS84" {
        return Ok(SentCrs(Crs::LONLAT));
    }
    let code = [
        "http://www.opengis.net/def/crs/EPSG/0/",
        "https://www.opengis.net/def/crs/EPSG/0/",
        "urn:ogc:def:crs:EPSG::",
        "EPSG:",
    ]
    .into_iter()
    .find_map(|prefix| text.strip_prefix(prefix))
    .and_then(|code| code.parse().ok())
    .ok_or_else(refused)?;
    let crs = Crs::from_epsg(code).map_err(|error| error.to_string())?;
    if crs.is_geographic() || crs.datum() != Datum::Vn2000 {
        return Err(refused());
    }
    Ok(SentCrs(crs))
}

/// Corners that stand already, by the longitude and latitude they are shown with.
///
/// What is read has ten decimals of a degree, a hundredth of a millimetre. A client that sends a corner back as it read
/// it means the surveyed corner, and gets it to the bit; neighbours stay neighbours.
#[derive(Debug, Default)]
pub struct Anchors(FxHashMap<(u64, u64), Coord<f64>>);

impl Anchors {
    /// The corners of `geometries`, which are in the working plane.
    pub fn of<'a>(
        app: &App,
        geometries: impl IntoIterator<Item = &'a Geometry<f64>>,
    ) -> Result<Self, ApiError> {
        let mut anchors = FxHashMap::default();
        for geometry in geometries {
            let mut shown = geometry.clone();
            transform_geometry(&app.to_lonlat, &mut shown).map_err(ApiError::internal)?;
            anchors.extend(shown.coords_iter().map(key).zip(geometry.coords_iter()));
        }
        Ok(Self(anchors))
    }
}

fn key(c: Coord<f64>) -> (u64, u64) {
    // -0 and 0 are one place.
    let bits = |degrees: f64| (ten_decimals(degrees) + 0.0).to_bits();
    (bits(c.x), bits(c.y))
}

/// `shape`, sent in `sent`, in the working plane and fit for a theme of `kind`.
pub fn carry(
    app: &App,
    mut shape: Geometry<f64>,
    sent: SentCrs,
    kind: GeometryKind,
    anchors: &Anchors,
) -> Result<Mended, FieldProblem> {
    let refused = |flaw: &Flaw| FieldProblem::new(FIELD, flaw.reason());
    if let Some(c) = shape
        .coords_iter()
        .find(|c| !(c.x.is_finite() && c.y.is_finite()))
    {
        return Err(refused(&Flaw::NotFinite {
            x: c.x.to_string(),
            y: c.y.to_string(),
        }));
    }
    let no_image = |error: diaba_core::crs::CrsError| {
        refused(&Flaw::NoImage {
            reason: error.to_string(),
        })
    };
    let lonlat = sent.0.is_geographic();
    if lonlat {
        in_the_country(&shape)?;
    }
    let known: Vec<Option<Coord<f64>>> = if lonlat {
        shape
            .coords_iter()
            .map(|c| anchors.0.get(&key(c)).copied())
            .collect()
    } else {
        Vec::new()
    };
    let transform = Transform::new(sent.0, Crs::WORKING).map_err(no_image)?;
    transform_geometry(&transform, &mut shape).map_err(no_image)?;
    if !lonlat {
        let mut shown = shape.clone();
        transform_geometry(&app.to_lonlat, &mut shown).map_err(no_image)?;
        in_the_country(&shown)?;
    }
    let next = Cell::new(0);
    let (known, at) = (&known, &next);
    shape.map_coords_in_place(|c| {
        let index = at.replace(at.get() + 1);
        known.get(index).copied().flatten().unwrap_or(c)
    });
    let mut mended = mend(shape, kind, own_judge).map_err(|flaw| refused(&flaw))?;
    // Closing and ordering are how GeoJSON is written, no fault of the shape.
    mended.repairs.remove(&Repair::Collection);
    Ok(mended)
}

fn in_the_country(shown: &Geometry<f64>) -> Result<(), FieldProblem> {
    let [west, south, east, north] = COUNTRY;
    let outside = shown
        .coords_iter()
        .any(|c| !((west..=east).contains(&c.x) && (south..=north).contains(&c.y)));
    if outside {
        return Err(FieldProblem::new(
            FIELD,
            Reason::new(
                "nằm ngoài Việt Nam: kinh độ đứng trước vĩ độ, hướng Đông (Y) đứng trước hướng Bắc (X); \
                 hệ tọa độ khác WGS 84 phải ghi trong Content-Crs",
                "lies outside Việt Nam: longitude comes before latitude, easting before northing; a reference system \
                 other than WGS 84 is named in Content-Crs",
            ),
        ));
    }
    Ok(())
}

/// The repairs in words.
pub fn in_words(repairs: &BTreeSet<Repair>) -> Vec<Reason> {
    repairs.iter().map(|repair| repair.title().into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_go_by_uri_urn_and_code() {
        let grid = Ok(SentCrs(Crs::WORKING));
        assert_eq!(named("http://www.opengis.net/def/crs/EPSG/0/9214"), grid);
        assert_eq!(named("urn:ogc:def:crs:EPSG::9214"), grid);
        assert_eq!(named("EPSG:9214"), grid);
        assert_eq!(named(CRS84), Ok(SentCrs(Crs::LONLAT)));
        // Latitude first, or another datum: neither is a grid of the register.
        for other in [
            "EPSG:4326",
            "EPSG:3857",
            "EPSG:32648",
            "EPSG:6956",
            "9214",
            "",
        ] {
            assert!(named(other).is_err(), "{other}");
        }
    }
}
