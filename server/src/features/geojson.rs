//! Features as GeoJSON (RFC 7946), written straight from what the shard holds.
//!
//! Coordinates have up to 10 decimals: 0.1 mm needs 9 on the ground, and the tenth keeps rounding out of it. Rings
//! turn as RFC 7946 wants them, whichever way they were surveyed.

use diaba_core::feature::Value;
use diaba_core::theme::{Sensitivity, Theme};
use diaba_core::view::FeatureRef;
use geo::{Coord, Geometry, LineString, Point, Polygon};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::error::ApiError;
use crate::features::link::Link;

/// A feature read from its shard, ready to be written.
pub struct Feature<'a> {
    theme: &'a Theme,
    id: u64,
    dataset: String,
    geometry: Geometry<f64>,
    values: Vec<Option<Value>>,
    /// The version of the administrative code list under which a look-up found it.
    pub era: Option<&'static str>,
    /// Links, where the feature is a document of its own.
    pub links: Vec<Link>,
}

impl<'a> Feature<'a> {
    /// Reads `feature` of `theme`.
    pub fn read(theme: &'a Theme, feature: &FeatureRef<'_>) -> Result<Self, ApiError> {
        Ok(Self {
            theme,
            id: feature.id().get(),
            dataset: feature.dataset().to_owned(),
            geometry: feature.geometry_lonlat().map_err(ApiError::internal)?,
            values: feature.values().map_err(ApiError::internal)?,
            era: None,
            links: Vec::new(),
        })
    }

    /// The feature's number.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Its geometry in degrees, longitude first.
    pub fn geometry(&self) -> &Geometry<f64> {
        &self.geometry
    }

    /// The value of the theme's field at `index`.
    pub fn value(&self, index: usize) -> Option<&Value> {
        self.values.get(index).and_then(Option::as_ref)
    }

    /// What the theme's label field says, else the feature's number.
    pub fn label(&self) -> String {
        self.theme
            .label
            .and_then(|index| self.value(index))
            .map_or_else(|| self.id.to_string(), ToString::to_string)
    }
}

/// Positions of the fields anyone may see.
pub fn public_fields(theme: &Theme) -> impl Iterator<Item = usize> {
    theme
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| field.sensitivity == Sensitivity::Public)
        .map(|(index, _)| index)
}

impl Serialize for Feature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "Feature")?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("theme", &self.theme.id)?;
        map.serialize_entry("dataset", &self.dataset)?;
        if let Some(era) = self.era {
            map.serialize_entry("era", era)?;
        }
        map.serialize_entry("geometry", &GeometryBody(&self.geometry))?;
        map.serialize_entry("properties", &Properties(self))?;
        if !self.links.is_empty() {
            map.serialize_entry("links", &self.links)?;
        }
        map.end()
    }
}

/// Every public field of the theme, missing values as null, so that all features of a page have the same members.
struct Properties<'a>(&'a Feature<'a>);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for index in public_fields(self.0.theme) {
            if let Some(field) = self.0.theme.fields.get(index) {
                map.serialize_entry(&field.name, &self.0.value(index))?;
            }
        }
        map.end()
    }
}

/// A geometry in degrees as a GeoJSON geometry object.
pub struct GeometryBody<'a>(pub &'a Geometry<f64>);

impl Serialize for GeometryBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        match self.0 {
            Geometry::Point(point) => entry(&mut map, "Point", &Position(point.0))?,
            Geometry::MultiPoint(points) => {
                entry(
                    &mut map,
                    "MultiPoint",
                    &List(&points.0, |point: &Point<f64>| Position(point.0)),
                )?;
            }
            Geometry::Line(line) => entry(
                &mut map,
                "LineString",
                &List(&[line.start, line.end], |c: &Coord<f64>| Position(*c)),
            )?,
            Geometry::LineString(line) => entry(
                &mut map,
                "LineString",
                &List(&line.0, |c: &Coord<f64>| Position(*c)),
            )?,
            Geometry::MultiLineString(lines) => {
                entry(&mut map, "MultiLineString", &List(&lines.0, Line))?;
            }
            Geometry::Polygon(polygon) => entry(&mut map, "Polygon", &Rings(polygon))?,
            Geometry::MultiPolygon(polygons) => {
                entry(&mut map, "MultiPolygon", &List(&polygons.0, Rings))?;
            }
            Geometry::Rect(rect) => entry(&mut map, "Polygon", &Rings(&rect.to_polygon()))?,
            Geometry::Triangle(triangle) => {
                entry(&mut map, "Polygon", &Rings(&triangle.to_polygon()))?;
            }
            Geometry::GeometryCollection(parts) => {
                map.serialize_entry("type", "GeometryCollection")?;
                map.serialize_entry("geometries", &List(&parts.0, GeometryBody))?;
            }
        }
        map.end()
    }
}

fn entry<M: SerializeMap>(
    map: &mut M,
    kind: &str,
    coordinates: &impl Serialize,
) -> Result<(), M::Error> {
    map.serialize_entry("type", kind)?;
    map.serialize_entry("coordinates", coordinates)
}

/// A list whose items are written as what the function makes of them.
struct List<'a, T, F>(&'a [T], F);

impl<'a, T, B: Serialize, F: Fn(&'a T) -> B> Serialize for List<'a, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

/// A position: longitude, then latitude.
struct Position(Coord<f64>);

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_seq(Some(2))?;
        pair.serialize_element(&ten_decimals(self.0.x))?;
        pair.serialize_element(&ten_decimals(self.0.y))?;
        pair.end()
    }
}

/// The nearest number of ten decimals; its shortest spelling has no more.
pub fn ten_decimals(degrees: f64) -> f64 {
    (degrees * 1e10).round() / 1e10
}

struct Line<'a>(&'a LineString<f64>);

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        List(&self.0.0, |c: &Coord<f64>| Position(*c)).serialize(serializer)
    }
}

/// The rings of a polygon: the outer one against the clock, the holes with it.
struct Rings<'a>(&'a Polygon<f64>);

impl Serialize for Rings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let holes = self.0.interiors();
        let mut rings = serializer.serialize_seq(Some(1 + holes.len()))?;
        rings.serialize_element(&Ring {
            line: self.0.exterior(),
            turns_left: true,
        })?;
        for hole in holes {
            rings.serialize_element(&Ring {
                line: hole,
                turns_left: false,
            })?;
        }
        rings.end()
    }
}

struct Ring<'a> {
    line: &'a LineString<f64>,
    turns_left: bool,
}

impl Serialize for Ring<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let coords = &self.line.0;
        if (twice_area(coords) >= 0.0) == self.turns_left {
            serializer.collect_seq(coords.iter().map(|c| Position(*c)))
        } else {
            serializer.collect_seq(coords.iter().rev().map(|c| Position(*c)))
        }
    }
}

/// Twice the signed area of a ring, positive where it turns left; from its first corner, so that small parcels far
/// from the origin keep their sign.
fn twice_area(coords: &[Coord<f64>]) -> f64 {
    let Some(origin) = coords.first() else {
        return 0.0;
    };
    coords
        .windows(2)
        .map(|pair| match pair {
            [a, b] => (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y),
            _ => 0.0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use geo::{Winding, polygon};
    use proptest::prelude::*;

    use super::*;

    fn written(geometry: &Geometry<f64>) -> serde_json::Value {
        serde_json::to_value(GeometryBody(geometry)).unwrap()
    }

    #[test]
    fn rings_turn_as_the_standard_wants() {
        let clockwise = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.0, y: 9.0), (x: 9.0, y: 9.0), (x: 9.0, y: 0.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)]],
        );
        let json = written(&clockwise.into());
        let ring = |index: usize| {
            let coords = json["coordinates"][index].as_array().unwrap();
            coords
                .iter()
                .map(|c| (c[0].as_f64().unwrap(), c[1].as_f64().unwrap()))
                .collect::<LineString<f64>>()
        };
        assert!(ring(0).is_ccw());
        assert!(ring(1).is_cw());
    }

    #[test]
    fn every_kind_has_its_name() {
        let point = geo::Point::new(106.123_456_789_012_3, 21.5);
        assert_eq!(
            written(&point.into()).to_string(),
            r#"{"type":"Point","coordinates":[106.123456789,21.5]}"#
        );
        let collection = Geometry::GeometryCollection(vec![Geometry::from(point)].into());
        assert_eq!(written(&collection)["geometries"][0]["type"], "Point");
    }

    proptest! {
        #[test]
        fn ten_decimals_are_within_a_tenth_of_a_millimetre(degrees in -180.0..180.0f64) {
            let text = serde_json::to_string(&ten_decimals(degrees)).unwrap();
            let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
            prop_assert!(decimals <= 10 || text.contains('e'), "{}", text);
            prop_assert!((text.parse::<f64>().unwrap() - degrees).abs() <= 0.51e-10);
        }
    }
}
