//! Ends of linework that meet nothing: which of them do meet, by the rounding of a drawing, and which are faults.

use geo::{Coord, Distance, Euclidean, Length, Line, LineString, Point};
use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};
use rustc_hash::{FxHashMap, FxHashSet};

/// What differences of coordinates of millions of metres may be off by, metres.
const SLACK: f64 = 1e-6;

/// A vertex by its bits: ends meet where they are equal, not where they are about so.
pub type Node = (u64, u64);

/// The node at `c`.
pub const fn node(c: Coord<f64>) -> Node {
    (c.x.to_bits(), c.y.to_bits())
}

/// An end where no other line ends or passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FreeEnd {
    /// The edge it ends.
    pub edge: usize,
    /// Where it is.
    pub at: Coord<f64>,
    /// How far the line reaches beyond the last one it crossed, in metres, where that is within reach.
    pub beyond: Option<f64>,
    /// The nearest point of other linework within reach, and how far it is, in metres.
    pub nearest: Option<Near>,
}

/// A place on other linework.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The place.
    pub at: Coord<f64>,
    /// How far it is, in metres.
    pub distance: f64,
    edge: usize,
    segment: usize,
}

/// How many lines end at each node.
pub fn degrees(edges: &[LineString<f64>]) -> FxHashMap<Node, u32> {
    let mut degrees = FxHashMap::default();
    for edge in edges {
        for end in [edge.0.first(), edge.0.last()].into_iter().flatten() {
            *degrees.entry(node(*end)).or_default() += 1;
        }
    }
    degrees
}

/// The vertices of `lines`.
pub fn nodes(lines: &[LineString<f64>]) -> FxHashSet<Node> {
    lines.iter().flat_map(|l| &l.0).map(|c| node(*c)).collect()
}

type Segment = GeomWithData<rstar::primitives::Line<[f64; 2]>, (usize, usize)>;

/// The free ends of noded `edges`, looking `reach` metres around each.
pub fn free_ends(edges: &[LineString<f64>], reach: f64) -> Vec<FreeEnd> {
    let degrees = degrees(edges);
    let degree = |c: Coord<f64>| degrees.get(&node(c)).copied().unwrap_or(0);
    let mut ends = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        let (Some(&first), Some(&last)) = (edge.0.first(), edge.0.last()) else {
            continue;
        };
        for (at, other) in [(first, last), (last, first)] {
            if degree(at) == 1 {
                ends.push((index, at, other));
            }
        }
    }
    if ends.is_empty() {
        return Vec::new();
    }
    let tree = tree(edges);
    ends.into_iter()
        .map(|(edge, at, other)| {
            let own = edges.get(edge).map_or(0.0, |e| Euclidean.length(e));
            let near = nearest(&tree, edge, at, reach);
            let across = Euclidean.distance(Point(at), Point(other));
            // A ring that all but closes ends beside its own beginning.
            let itself =
                (degree(other) == 1 && across > 0.0 && across <= reach && own > 2.0 * across)
                    .then_some(Near {
                        at: other,
                        distance: across,
                        edge,
                        segment: 0,
                    });
            FreeEnd {
                edge,
                at,
                beyond: (degree(other) >= 3 && own <= reach).then_some(own),
                nearest: [near, itself]
                    .into_iter()
                    .flatten()
                    .min_by(|a, b| a.distance.total_cmp(&b.distance)),
            }
        })
        .collect()
}

fn tree(edges: &[LineString<f64>]) -> RTree<Segment> {
    let segments = edges.iter().enumerate().flat_map(|(e, edge)| {
        edge.lines().enumerate().map(move |(s, line)| {
            let line = rstar::primitives::Line::new(line.start.into(), line.end.into());
            GeomWithData::new(line, (e, s))
        })
    });
    RTree::bulk_load(segments.collect())
}

fn nearest(tree: &RTree<Segment>, edge: usize, at: Coord<f64>, reach: f64) -> Option<Near> {
    let point = [at.x, at.y];
    let found = tree
        .nearest_neighbor_iter(&point)
        .take_while(|s| s.distance_2(&point) <= reach * reach)
        .find(|s| s.data.0 != edge)?;
    let [x, y] = found.geom().nearest_point(&point);
    let place = Coord { x, y };
    Some(Near {
        at: place,
        distance: Euclidean.distance(Point(at), Point(place)),
        edge: found.data.0,
        segment: found.data.1,
    })
}

/// What was done to ends that meet other linework but for the drawing's rounding.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joined {
    /// The edges, to be noded once more.
    pub edges: Vec<LineString<f64>>,
    /// Ends that met a line: it got the end as a vertex, or a bridge to its own vertex.
    pub met: usize,
    /// Ends that reached beyond a line: it got the end as a vertex, or the end was left out where it has one there.
    pub cut: usize,
}

/// Joins ends within `tolerance` metres of other linework to it. No vertex of `drawn`, the linework before it was
/// noded, is moved: the other line gets the end as a further vertex, or a bridge shorter than the tolerance leads to
/// its vertex.
pub fn join(edges: &[LineString<f64>], drawn: &FxHashSet<Node>, tolerance: f64) -> Joined {
    // A whole millimetre of a drawing is a little more or less as a difference of floating-point coordinates.
    let tolerance = tolerance + SLACK;
    let mut joined = Joined::default();
    let mut further: FxHashMap<(usize, usize), Vec<Coord<f64>>> = FxHashMap::default();
    let mut bridges = Vec::new();
    let mut dropped = vec![false; edges.len()];
    let mut crossings: FxHashMap<Node, Coord<f64>> = FxHashMap::default();
    for end in free_ends(edges, tolerance) {
        if end.beyond.is_some() {
            if let Some(dropped) = dropped.get_mut(end.edge) {
                *dropped = true;
            }
            // Where the two cross nobody has drawn a vertex: the end takes the place of the crossing.
            let crossing = edges.get(end.edge).and_then(|e| {
                let (first, last) = (e.0.first()?, e.0.last()?);
                Some(if node(*first) == node(end.at) {
                    *last
                } else {
                    *first
                })
            });
            if let Some(crossing) = crossing.filter(|c| !drawn.contains(&node(*c))) {
                crossings.entry(node(crossing)).or_insert(end.at);
            }
            joined.cut += 1;
            continue;
        }
        let Some(near) = end.nearest else { continue };
        joined.met += 1;
        let line = edges
            .get(near.edge)
            .and_then(|e| e.lines().nth(near.segment));
        let is_vertex = line.is_none_or(|l| near.at == l.start || near.at == l.end);
        if is_vertex || near.edge == end.edge {
            bridges.push(LineString(vec![end.at, near.at]));
        } else {
            further
                .entry((near.edge, near.segment))
                .or_default()
                .push(end.at);
        }
    }
    for (e, edge) in edges.iter().enumerate() {
        if dropped.get(e).copied().unwrap_or(false) {
            continue;
        }
        let mut coords: Vec<Coord<f64>> = edge.0.first().copied().into_iter().collect();
        for (s, line) in edge.lines().enumerate() {
            if let Some(points) = further.get_mut(&(e, s)) {
                points.sort_by(|a, b| along(line, *a).total_cmp(&along(line, *b)));
                coords.append(points);
            }
            coords.push(line.end);
        }
        if !crossings.is_empty() {
            for c in &mut coords {
                *c = crossings.get(&node(*c)).copied().unwrap_or(*c);
            }
        }
        joined.edges.push(LineString(coords));
    }
    joined.edges.extend(bridges);
    joined
}

/// How far along `line` the foot of `c` lies, in units of its length squared.
fn along(line: Line<f64>, c: Coord<f64>) -> f64 {
    (c.x - line.start.x) * line.dx() + (c.y - line.start.y) * line.dy()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::cad::edges;

    fn line(points: &[(f64, f64)]) -> LineString<f64> {
        LineString::from(points.to_vec())
    }

    fn noded(lines: &[LineString<f64>]) -> Vec<LineString<f64>> {
        edges::node(lines).expect("GEOS nodes it")
    }

    #[test]
    fn openings_dangles_and_overshoots_are_told_apart() {
        let square = line(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
            (0.0, 0.0),
        ]);
        let short = line(&[(5.0, 0.0), (5.0, 9.7)]);
        let long = line(&[(0.0, 5.0), (10.4, 5.0)]);
        let stray = line(&[(20.0, 20.0), (30.0, 20.0)]);
        let ends = free_ends(&noded(&[square, short, long, stray]), 1.0);
        let by = |x: f64, y: f64| {
            let end = ends.iter().find(|e| e.at == Coord { x, y }).expect("found");
            (
                end.beyond.map(|b| (b * 1e3).round()),
                end.nearest.map(|n| (n.distance * 1e3).round()),
            )
        };
        assert_eq!(by(5.0, 9.7), (None, Some(300.0)));
        assert_eq!(by(10.4, 5.0).0, Some(400.0));
        assert_eq!(by(20.0, 20.0), (None, None));
        assert_eq!(by(30.0, 20.0), (None, None));
        assert_eq!(ends.len(), 4);
    }

    #[test]
    fn a_rounded_end_meets_its_line_and_no_vertex_moves() {
        let slanting = line(&[(0.0, 0.0), (10.0, 3.333)]);
        // On the line at x = 5 is y = 1.6665; the drawing rounds it.
        for y in [1.666, 1.667] {
            let end = line(&[(5.0, y), (5.0, 9.0)]);
            let lines = [slanting.clone(), end];
            let joined = join(&noded(&lines), &nodes(&lines), 0.001);
            let again = noded(&joined.edges);
            let points: Vec<Coord<f64>> = again.iter().flat_map(|e| e.0.clone()).collect();
            for c in [(0.0, 0.0), (10.0, 3.333), (5.0, 9.0), (5.0, y)] {
                assert!(points.contains(&Coord::from(c)), "{c:?} of {points:?}");
            }
            assert_eq!(joined.met + joined.cut, 1);
            assert_eq!(free_ends(&again, 1.0).len(), 3);
        }
    }

    #[test]
    fn a_ring_that_all_but_closes_is_closed_by_a_bridge() {
        let ring = line(&[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
            (0.0, 0.000_7),
        ]);
        let joined = join(&noded(&[ring]), &FxHashSet::default(), 0.001);
        assert_eq!(joined.met, 2);
        assert!(free_ends(&noded(&joined.edges), 1.0).is_empty());
    }
}
