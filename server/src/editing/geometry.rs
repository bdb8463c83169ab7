//! GeoJSON geometries as they are sent, into plain ones.

use std::collections::BTreeSet;

use diaba_core::geometry::Repair;
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{FieldProblem, Reason};

/// Name geometries go by in problems.
pub const FIELD: &str = "geometry";
/// Deepest collection of collections that is read.
const DEEPEST: usize = 8;

/// A GeoJSON geometry object (RFC 7946, 3.1); positions may be in any reference system.
#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
enum Shape {
    Point {
        coordinates: Position,
    },
    MultiPoint {
        coordinates: Vec<Position>,
    },
    LineString {
        coordinates: Vec<Position>,
    },
    MultiLineString {
        coordinates: Vec<Vec<Position>>,
    },
    Polygon {
        coordinates: Vec<Vec<Position>>,
    },
    MultiPolygon {
        coordinates: Vec<Vec<Vec<Position>>>,
    },
    GeometryCollection {
        geometries: Vec<Self>,
    },
}

type Position = Vec<f64>;

/// Reads a geometry; notes in `repairs` what had to be put aside.
pub fn read(
    geometry: &Value,
    repairs: &mut BTreeSet<Repair>,
) -> Result<Geometry<f64>, FieldProblem> {
    let shape = Shape::deserialize(geometry).map_err(|_| {
        problem(
            "không phải hình học GeoJSON: cần \"type\" và \"coordinates\" theo RFC 7946",
            "no GeoJSON geometry: expected \"type\" and \"coordinates\" as RFC 7946 has them",
        )
    })?;
    Reader { repairs }.shape(shape, 0)
}

fn problem(vi: &str, en: &str) -> FieldProblem {
    FieldProblem::new(FIELD, Reason::new(vi, en))
}

struct Reader<'a> {
    repairs: &'a mut BTreeSet<Repair>,
}

impl Reader<'_> {
    fn shape(&mut self, shape: Shape, depth: usize) -> Result<Geometry<f64>, FieldProblem> {
        Ok(match shape {
            Shape::Point { coordinates } => Point(self.coord(&coordinates)?).into(),
            Shape::MultiPoint { coordinates } => {
                MultiPoint(self.each(&coordinates, |r, c| r.coord(c).map(Point))?).into()
            }
            Shape::LineString { coordinates } => self.line(&coordinates)?.into(),
            Shape::MultiLineString { coordinates } => {
                MultiLineString(self.each(&coordinates, |r, line| r.line(line))?).into()
            }
            Shape::Polygon { coordinates } => self.polygon(&coordinates)?.into(),
            Shape::MultiPolygon { coordinates } => {
                MultiPolygon(self.each(&coordinates, |r, rings| r.polygon(rings))?).into()
            }
            Shape::GeometryCollection { .. } if depth >= DEEPEST => {
                return Err(problem(
                    "tập hợp lồng nhau quá sâu",
                    "collections are nested too deep",
                ));
            }
            Shape::GeometryCollection { geometries } => {
                let members = geometries
                    .into_iter()
                    .map(|member| self.shape(member, depth + 1))
                    .collect::<Result<_, _>>()?;
                Geometry::GeometryCollection(GeometryCollection(members))
            }
        })
    }

    fn each<T, O>(
        &mut self,
        items: &[T],
        read: impl Fn(&mut Self, &T) -> Result<O, FieldProblem>,
    ) -> Result<Vec<O>, FieldProblem> {
        items.iter().map(|item| read(self, item)).collect()
    }

    fn line(&mut self, positions: &[Position]) -> Result<LineString<f64>, FieldProblem> {
        self.each(positions, Self::coord).map(LineString)
    }

    fn polygon(&mut self, rings: &[Vec<Position>]) -> Result<Polygon<f64>, FieldProblem> {
        let mut rings = rings
            .iter()
            .map(|ring| {
                let mut line = self.line(ring)?;
                if line.0.len() > 1 && !line.is_closed() {
                    line.close();
                    self.repairs.insert(Repair::RingClosed);
                }
                Ok(line)
            })
            .collect::<Result<Vec<_>, FieldProblem>>()?
            .into_iter();
        let shell = rings.next().unwrap_or(LineString(Vec::new()));
        Ok(Polygon::new(shell, rings.collect()))
    }

    fn coord(&mut self, position: &Position) -> Result<Coord<f64>, FieldProblem> {
        match position.as_slice() {
            [x, y] => Ok(Coord { x: *x, y: *y }),
            [x, y, rest @ ..] if rest.len() <= 2 => {
                self.repairs.insert(Repair::Flattened);
                Ok(Coord { x: *x, y: *y })
            }
            _ => Err(problem("một vị trí cần 2 số", "a position has 2 numbers")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn reading(geometry: &Value) -> Result<(Geometry<f64>, Vec<Repair>), FieldProblem> {
        let mut repairs = BTreeSet::new();
        read(geometry, &mut repairs).map(|shape| (shape, repairs.into_iter().collect()))
    }

    #[test]
    fn heights_are_put_aside_and_rings_closed() {
        let (shape, repairs) = reading(&json!({
            "type": "Polygon", "coordinates": [[[0, 0, 5], [1, 0, 5], [1, 1, 5]]]
        }))
        .unwrap();
        assert!(matches!(shape, Geometry::Polygon(p) if p.exterior().0.len() == 4));
        assert_eq!(repairs, [Repair::RingClosed, Repair::Flattened]);
    }

    #[test]
    fn what_is_no_geometry_is_refused() {
        for wrong in [
            json!(null),
            json!({"type": "Circle", "coordinates": []}),
            json!({"type": "Point", "coordinates": [1]}),
            json!({"type": "Point", "coordinates": ["1", "2"]}),
            json!({"type": "Polygon", "coordinates": [[1, 2]]}),
            json!({"type": "Point"}),
        ] {
            assert!(reading(&wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(points in proptest::collection::vec((-180.0..180.0f64, -90.0..90.0f64), 0..6)) {
            let line = LineString::from(points.clone());
            let written = json!({"type": "LineString", "coordinates": points});
            prop_assert_eq!(reading(&written).unwrap().0, line.into());
        }
    }
}
