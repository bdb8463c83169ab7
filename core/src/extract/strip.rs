//! The ground within given distances of the two sides of a line, of a ring or a point. Free ends are cut straight, bends
//! are round on their outer side, also those where one line ends and the next begins.
//!
//! Libraries offset both sides of a line by the same distance (`geo::Buffer`, `i_overlay`'s strokes), and a corridor is
//! broader landward than riverward. So what is beside each edge and around each bend is made here, and united by
//! `i_overlay`: hairpins and lines that cross themselves are no other case.

use std::f64::consts::{FRAC_PI_2, TAU};

use geo::orient::{Direction, Orient};
use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon, unary_union};

use super::ends::{End, bend_between, edges};
use crate::shard::Box2;

/// The largest angle between two corners of a round bend, radians: at 50 m the polygon lies within 1 mm of the circle.
const STEP: f64 = 0.01;

/// The ground within `left` and `right` metres of a geometry, as far as it can meet `near`: beside lines as seen along
/// them, around points and outside surfaces within the larger. Surfaces are part of it. Where a line goes on in another
/// of `ends`, the half of the bend that is nearer to it is part of it too: the other line has the other half.
pub(super) fn strip(
    geometry: &Geometry<f64>,
    [left, right]: [f64; 2],
    near: &Box2,
    ends: &[End],
) -> MultiPolygon<f64> {
    let mut strips = Strips {
        near: near.widened(left.max(right)),
        origin: Coord {
            x: near.min_x,
            y: near.min_y,
        },
        ends,
        parts: Vec::new(),
    };
    strips.geometry(geometry, left, right);
    let mut ground = unary_union(&strips.parts);
    let origin = strips.origin;
    geo::MapCoordsInPlace::map_coords_in_place(&mut ground, |c| c + origin);
    ground
}

struct Strips<'e> {
    near: Box2,
    origin: Coord<f64>,
    ends: &'e [End],
    parts: Vec<Polygon<f64>>,
}

impl Strips<'_> {
    fn geometry(&mut self, geometry: &Geometry<f64>, left: f64, right: f64) {
        let both = left.max(right);
        match geometry {
            Geometry::Point(point) => self.round(point.0, both),
            Geometry::MultiPoint(points) => points.iter().for_each(|p| self.round(p.0, both)),
            Geometry::LineString(line) => self.line(line, left, right),
            Geometry::MultiLineString(lines) => {
                lines.iter().for_each(|l| self.line(l, left, right));
            }
            Geometry::Polygon(polygon) => self.polygon(polygon, both),
            Geometry::MultiPolygon(many) => many.iter().for_each(|p| self.polygon(p, both)),
            Geometry::GeometryCollection(members) => {
                members.iter().for_each(|m| self.geometry(m, left, right));
            }
            _ => {}
        }
    }

    fn polygon(&mut self, polygon: &Polygon<f64>, both: f64) {
        let origin = self.origin;
        let mut own = polygon.clone();
        geo::MapCoordsInPlace::map_coords_in_place(&mut own, |c| c - origin);
        self.parts.push(own.orient(Direction::Default));
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            self.line(ring, both, both);
        }
    }

    fn round(&mut self, place: Coord<f64>, radius: f64) {
        self.fan(place, radius, 0.0, TAU);
    }

    fn line(&mut self, line: &LineString<f64>, left: f64, right: f64) {
        let edges = edges(line);
        for edge in &edges {
            self.side(edge, left);
            self.side(edge, -right);
        }
        for pair in edges.windows(2) {
            if let [before, after] = pair {
                self.bend(before, bend_between(before, after), left, right);
            }
        }
        let Some((first, last)) = edges.first().zip(edges.last()) else {
            return;
        };
        if first[0] == last[1] && edges.len() > 2 {
            self.bend(last, bend_between(last, first), left, right);
            return;
        }
        let back = [first[1], first[0]];
        for (edge, left, right) in [(last, left, right), (&back, right, left)] {
            if let Some(bend) = End::after(self.ends, edge) {
                self.bend(edge, bend / 2.0, left, right);
            }
        }
    }

    /// The rectangle on one side of an edge; to the right where the breadth is negative.
    fn side(&mut self, &[a, b]: &[Coord<f64>; 2], breadth: f64) {
        let mut bbox = Box2::point(a.x, a.y);
        bbox.extend(b.x, b.y);
        if breadth == 0.0 || !bbox.intersects(&self.near) {
            return;
        }
        let length = (b.x - a.x).hypot(b.y - a.y);
        let out = Coord {
            x: -(b.y - a.y) / length * breadth,
            y: (b.x - a.x) / length * breadth,
        };
        self.push(vec![a, b, b + out, a + out]);
    }

    /// The sector on the outer side of a bend at the end of an edge, by an angle to the left.
    fn bend(&mut self, before: &[Coord<f64>; 2], by: f64, left: f64, right: f64) {
        let from = (before[1].y - before[0].y).atan2(before[1].x - before[0].x);
        if by > 0.0 {
            self.fan(before[1], right, from - FRAC_PI_2, by);
        } else if by < 0.0 {
            self.fan(before[1], left, from + FRAC_PI_2, by);
        }
    }

    /// The sector of a circle from an angle on, radians; a whole circle where it goes all around.
    fn fan(&mut self, place: Coord<f64>, radius: f64, from: f64, by: f64) {
        let steps = (by.abs() / STEP).ceil().max(1.0);
        if radius <= 0.0
            || !Box2::point(place.x, place.y)
                .widened(radius)
                .intersects(&self.near)
        {
            return;
        }
        let whole = by.abs() >= TAU;
        let mut corners = if whole { Vec::new() } else { vec![place] };
        corners.extend((0..=steps as u32).map(|i| {
            let (sin, cos) = (from + by * f64::from(i) / steps).sin_cos();
            place
                + Coord {
                    x: radius * cos,
                    y: radius * sin,
                }
        }));
        self.push(corners);
    }

    /// Parts all turn to the left: those that turn against each other would take each other away.
    fn push(&mut self, mut corners: Vec<Coord<f64>>) {
        for corner in &mut corners {
            *corner = *corner - self.origin;
        }
        let part = Polygon::new(LineString::new(corners), Vec::new());
        self.parts.push(part.orient(Direction::Default));
    }
}
