//! Where lines end, and which other line goes on there. A dike is kept as stretches one behind the other: the bend
//! between two of them is a bend of the dike.

use std::f64::consts::{PI, TAU};

use geo::{Coord, Geometry, LineString};

/// Ends that are no farther apart are one place, metres: stretches are drawn one by one, on different days.
const TOGETHER: f64 = 0.5;
/// What leaves an end within this angle of where its own line comes from is that line itself, or lies on it; radians.
const BACK: f64 = 0.01;

/// An end of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    /// Its place.
    at: Coord<f64>,
    /// A place farther on, in the line.
    inward: Coord<f64>,
}

impl End {
    /// The ends of the lines of a geometry; a ring has none.
    pub fn of(geometry: &Geometry<f64>) -> Vec<Self> {
        match geometry {
            Geometry::LineString(line) => Self::of_line(line),
            Geometry::MultiLineString(lines) => lines.iter().flat_map(Self::of_line).collect(),
            Geometry::GeometryCollection(members) => members.iter().flat_map(Self::of).collect(),
            _ => Vec::new(),
        }
    }

    fn of_line(line: &LineString<f64>) -> Vec<Self> {
        let edges = edges(line);
        let Some((first, last)) = edges.first().zip(edges.last()) else {
            return Vec::new();
        };
        if first[0] == last[1] {
            return Vec::new();
        }
        let end = |at: Coord<f64>, inward: Coord<f64>| Self { at, inward };
        vec![end(first[0], first[1]), end(last[1], last[0])]
    }

    /// By which angle to the left a line bends that goes on after its last edge; `None` where it ends. Of several lines that
    /// begin there, the straightest goes on.
    pub fn after(ends: &[Self], edge: &[Coord<f64>; 2]) -> Option<f64> {
        let there = ends.iter().filter(|end| {
            let apart = end.at - edge[1];
            apart.x.hypot(apart.y) <= TOGETHER
        });
        let bends = there.map(|end| bend_between(edge, &[end.at, end.inward]));
        bends
            .filter(|bend| bend.abs() < PI - BACK)
            .min_by(|a, b| a.abs().total_cmp(&b.abs()))
    }
}

/// The edges of a line that have a length.
pub(super) fn edges(line: &LineString<f64>) -> Vec<[Coord<f64>; 2]> {
    line.lines()
        .filter(|edge| edge.start != edge.end)
        .map(|edge| [edge.start, edge.end])
        .collect()
}

/// The angle to the left from one edge's direction to another's, from -π to π.
pub(super) fn bend_between(before: &[Coord<f64>; 2], after: &[Coord<f64>; 2]) -> f64 {
    let turn = |edge: &[Coord<f64>; 2]| (edge[1].y - edge[0].y).atan2(edge[1].x - edge[0].x);
    let by = turn(after) - turn(before);
    if by > PI {
        by - TAU
    } else if by < -PI {
        by + TAU
    } else {
        by
    }
}
