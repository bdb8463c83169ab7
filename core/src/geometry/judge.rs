//! Who has the last word on whether a polygon is valid by OGC simple features.

use geo::{Coord, Geometry, Intersects, Line, LineString, Polygon, Validation};
use rustc_hash::FxHashMap;

use super::rings::{RingState, examine, sweep};

/// Says what is wrong with a geometry; `None` where it is valid. The importers pass GEOS's word, which needs GDAL; the
/// server passes [`own_judge`].
pub type Judge = fn(&Geometry<f64>) -> Option<String>;

/// The judge that needs no other library: exact about rings that cross, overlap or cut the inside in two, which
/// `geo`'s validation decides by rounded numbers or not at all; that one says the rest. It passes nothing GEOS refuses.
pub fn own_judge(geometry: &Geometry<f64>) -> Option<String> {
    let polygons = match geometry {
        Geometry::Polygon(polygon) => std::slice::from_ref(polygon),
        Geometry::MultiPolygon(polygons) => polygons.0.as_slice(),
        _ => &[],
    };
    rings_complaint(polygons).or_else(|| {
        geometry
            .check_validation()
            .err()
            .map(|error| error.to_string())
    })
}

/// A ring: the polygon it is of, and its line.
type Ring<'a> = (usize, &'a LineString<f64>);

fn rings_complaint(polygons: &[Polygon<f64>]) -> Option<String> {
    let rings: Vec<Ring<'_>> = polygons
        .iter()
        .enumerate()
        .flat_map(|(at, polygon)| {
            std::iter::once(polygon.exterior())
                .chain(polygon.interiors())
                .map(move |ring| (at, ring))
        })
        .collect();
    for (_, ring) in &rings {
        if ring.0.len() < 4 || examine(&ring.0) != RingState::Simple {
            return Some("a ring touches or crosses itself".to_owned());
        }
    }
    let mut owner = Vec::new();
    let mut segments = Vec::new();
    for (at, (_, ring)) in rings.iter().enumerate() {
        for line in ring.lines() {
            owner.push(at);
            segments.push(line);
        }
    }
    let mut touches: Vec<(usize, usize, Coord<f64>)> = Vec::new();
    let crossing = sweep(&segments, |i, j, a, b| {
        let (Some(&of_a), Some(&of_b)) = (owner.get(i), owner.get(j)) else {
            return false;
        };
        if of_a == of_b || !a.intersects(b) {
            return false;
        }
        let mut shared = shared_ends(a, b);
        shared.dedup();
        match shared.as_slice() {
            [one] => {
                touches.push((of_a, of_b, *one));
                false
            }
            // None: they cross. Several: they lie on each other.
            _ => true,
        }
    });
    if let Some((a, _)) = crossing {
        return Some(format!(
            "rings cross or share a side near {:.2}, {:.2}",
            a.start.x, a.start.y
        ));
    }
    cut_in_two(&rings, &touches).map(|at| {
        format!(
            "touching rings cut the inside in two near {:.2}, {:.2}",
            at.x, at.y
        )
    })
}

/// The ends of either segment that lie on the other.
fn shared_ends(a: &Line<f64>, b: &Line<f64>) -> Vec<Coord<f64>> {
    let mut ends: Vec<Coord<f64>> = [a.start, a.end]
        .into_iter()
        .filter(|end| b.intersects(end))
        .chain([b.start, b.end].into_iter().filter(|end| a.intersects(end)))
        .collect();
    ends.sort_by(|p, q| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y)));
    ends
}

/// Where rings of one polygon close a chain by touching each other: what the chain goes around is cut off. Rings and
/// the points they touch at are the nodes of a graph; it must have no cycle.
fn cut_in_two(rings: &[Ring<'_>], touches: &[(usize, usize, Coord<f64>)]) -> Option<Coord<f64>> {
    let mut points: FxHashMap<(usize, u64, u64), usize> = FxHashMap::default();
    let mut links: Vec<(usize, usize, Coord<f64>)> = Vec::new();
    for &(a, b, at) in touches {
        let (Some((of_a, _)), Some((of_b, _))) = (rings.get(a), rings.get(b)) else {
            continue;
        };
        if of_a != of_b {
            continue;
        }
        let next = rings.len() + points.len();
        // -0 and 0 are one place.
        let key = (*of_a, (at.x + 0.0).to_bits(), (at.y + 0.0).to_bits());
        let point = *points.entry(key).or_insert(next);
        links.push((a, point, at));
        links.push((b, point, at));
    }
    links.sort_by_key(|(ring, point, _)| (*ring, *point));
    links.dedup_by_key(|(ring, point, _)| (*ring, *point));
    let mut parent: Vec<usize> = (0..rings.len() + points.len()).collect();
    for (ring, point, at) in links {
        let (a, b) = (root(&mut parent, ring), root(&mut parent, point));
        if a == b {
            return Some(at);
        }
        if let Some(slot) = parent.get_mut(a) {
            *slot = b;
        }
    }
    None
}

fn root(parent: &mut [usize], mut node: usize) -> usize {
    while let Some(&up) = parent.get(node) {
        if up == node {
            break;
        }
        let above = parent.get(up).copied().unwrap_or(up);
        if let Some(slot) = parent.get_mut(node) {
            *slot = above;
        }
        node = above;
    }
    node
}
