//! The coordinates of a geometry in the runs they lie in: looking through a slice costs a fraction of asking an iterator over
//! any geometry for one after the other.

use std::ops::ControlFlow;

use geo::{Coord, Geometry, Polygon};

/// Gives `each` the coordinates of a geometry, ring by ring, line by line and point by point, until it breaks.
pub fn try_runs<B>(
    geometry: &Geometry<f64>,
    each: &mut impl FnMut(&[Coord<f64>]) -> ControlFlow<B>,
) -> ControlFlow<B> {
    match geometry {
        Geometry::Point(point) => each(&[point.0]),
        Geometry::Line(line) => each(&[line.start, line.end]),
        Geometry::LineString(line) => each(&line.0),
        Geometry::Polygon(polygon) => rings(polygon, each),
        Geometry::MultiPoint(points) => points.iter().try_for_each(|point| each(&[point.0])),
        Geometry::MultiLineString(lines) => lines.iter().try_for_each(|line| each(&line.0)),
        Geometry::MultiPolygon(polygons) => polygons.iter().try_for_each(|p| rings(p, each)),
        Geometry::GeometryCollection(members) => members.iter().try_for_each(|g| try_runs(g, each)),
        Geometry::Rect(rect) => each(&rect.to_polygon().exterior().0),
        Geometry::Triangle(triangle) => each(&triangle.to_array()),
    }
}

/// The first coordinate that is so; none where none is.
pub fn find_coord(
    geometry: &Geometry<f64>,
    is_so: impl Fn(&Coord<f64>) -> bool,
) -> Option<Coord<f64>> {
    let found = try_runs(
        geometry,
        &mut |run| match run.iter().find(|coord| is_so(coord)) {
            Some(coord) => ControlFlow::Break(*coord),
            None => ControlFlow::Continue(()),
        },
    );
    found.break_value()
}

fn rings<B>(
    polygon: &Polygon<f64>,
    each: &mut impl FnMut(&[Coord<f64>]) -> ControlFlow<B>,
) -> ControlFlow<B> {
    each(&polygon.exterior().0)?;
    polygon
        .interiors()
        .iter()
        .try_for_each(|hole| each(&hole.0))
}

#[cfg(test)]
mod tests {
    use geo::{CoordsIter, GeometryCollection, Line, LineString, MultiPolygon, Point, Triangle};

    use super::*;

    #[test]
    fn every_coordinate_is_found_in_its_turn() {
        let ring = |x: f64| {
            let corners = [(x, 0.0), (x + 3.0, 0.0), (x, 3.0), (x, 0.0)];
            LineString::from(corners.to_vec())
        };
        let holed = Polygon::new(ring(0.0), vec![ring(0.5), ring(1.0)]);
        let members: Vec<Geometry<f64>> = vec![
            Point::new(1.0, 2.0).into(),
            Line::new((0.0, 1.0), (2.0, 3.0)).into(),
            ring(7.0).into(),
            holed.clone().into(),
            geo::MultiPoint(vec![Point::new(4.0, 4.0), Point::new(5.0, 5.0)]).into(),
            geo::MultiLineString(vec![ring(1.0), ring(2.0)]).into(),
            MultiPolygon(vec![holed.clone(), holed]).into(),
            Triangle::from([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]).into(),
        ];
        let all = Geometry::GeometryCollection(GeometryCollection(members));
        let mut seen = Vec::new();
        let end: ControlFlow<()> = try_runs(&all, &mut |run| {
            seen.extend_from_slice(run);
            ControlFlow::Continue(())
        });
        assert!(end.is_continue());
        assert_eq!(seen, all.coords_iter().collect::<Vec<_>>());
        let wanted = |c: &Coord<f64>| c.x == 5.0;
        assert_eq!(find_coord(&all, wanted), all.coords_iter().find(wanted));
        assert_eq!(find_coord(&all, |c| c.x.is_nan()), None);
    }
}
