//! One kind of geometry a feature, and the kind its theme takes.

use std::collections::BTreeSet;

use crate::theme::GeometryKind;
use geo::{Geometry, MultiLineString, MultiPoint, MultiPolygon};

use super::{Flaw, Repair};

/// `geometry` as a plain or multi-geometry of one kind `wanted` allows.
pub fn unify(
    geometry: Geometry<f64>,
    wanted: GeometryKind,
    repairs: &mut BTreeSet<Repair>,
) -> Result<Geometry<f64>, Flaw> {
    let geometry = match geometry {
        Geometry::GeometryCollection(parts) => {
            repairs.insert(Repair::Collection);
            gather(parts.0)?
        }
        Geometry::Line(line) => geo::LineString::from(line).into(),
        Geometry::Rect(rect) => rect.to_polygon().into(),
        Geometry::Triangle(triangle) => triangle.to_polygon().into(),
        other => other,
    };
    let (kind, found) = match &geometry {
        Geometry::Point(_) => (GeometryKind::Point, "Point"),
        Geometry::MultiPoint(_) => (GeometryKind::Point, "MultiPoint"),
        Geometry::LineString(_) => (GeometryKind::Line, "LineString"),
        Geometry::MultiLineString(_) => (GeometryKind::Line, "MultiLineString"),
        Geometry::Polygon(_) => (GeometryKind::Polygon, "Polygon"),
        Geometry::MultiPolygon(_) => (GeometryKind::Polygon, "MultiPolygon"),
        _ => return Err(Flaw::Mixed),
    };
    if wanted == GeometryKind::Any || wanted == kind {
        Ok(geometry)
    } else {
        Err(Flaw::WrongKind { found, wanted })
    }
}

fn gather(parts: Vec<Geometry<f64>>) -> Result<Geometry<f64>, Flaw> {
    let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
    let mut waiting = parts;
    while let Some(part) = waiting.pop() {
        match part {
            Geometry::Point(point) => points.push(point),
            Geometry::MultiPoint(many) => points.extend(many.0.into_iter().rev()),
            Geometry::LineString(line) => lines.push(line),
            Geometry::MultiLineString(many) => lines.extend(many.0.into_iter().rev()),
            Geometry::Polygon(polygon) => polygons.push(polygon),
            Geometry::MultiPolygon(many) => polygons.extend(many.0.into_iter().rev()),
            Geometry::GeometryCollection(inner) => waiting.extend(inner.0),
            _ => return Err(Flaw::Mixed),
        }
    }
    // The parts came off a stack, last first.
    points.reverse();
    lines.reverse();
    polygons.reverse();
    match (points.is_empty(), lines.is_empty(), polygons.is_empty()) {
        (false, true, true) => Ok(MultiPoint(points).into()),
        (true, false, true) => Ok(MultiLineString(lines).into()),
        (true, true, false) => Ok(MultiPolygon(polygons).into()),
        (true, true, true) => Err(Flaw::Empty),
        _ => Err(Flaw::Mixed),
    }
}
