//! Whether polygons are valid: a quick test that is sure of what it passes, and a [`Judge`] for the rest.

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{BoundingRect, Geometry, Intersects, LineString, MultiPolygon, Polygon, Rect};

use super::Judge;
use super::rings::{RingState, examine, meet};

/// What the judge has against `polygons`; `None` where they are valid.
pub fn complaint(polygons: &[Polygon<f64>], judge: Judge) -> Option<String> {
    if surely_valid(polygons) {
        return None;
    }
    let geometry: Geometry<f64> = match polygons {
        [one] => one.clone().into(),
        several => MultiPolygon(several.to_vec()).into(),
    };
    judge(&geometry)
}

/// Rings simple, apart from each other, holes inside shells and beside each other, parts' boxes apart. Polygons may
/// be valid without that (rings may touch at a point), but none that pass are invalid.
pub fn surely_valid(polygons: &[Polygon<f64>]) -> bool {
    polygons.iter().all(alone) && boxes_apart(polygons)
}

fn boxes_apart(polygons: &[Polygon<f64>]) -> bool {
    let mut boxes: Vec<Rect<f64>> = polygons
        .iter()
        .filter_map(BoundingRect::bounding_rect)
        .collect();
    if boxes.len() < 2 {
        return true;
    }
    boxes.sort_unstable_by(|a, b| a.min().x.total_cmp(&b.min().x));
    for (position, a) in boxes.iter().enumerate() {
        for b in boxes.iter().skip(position + 1) {
            if b.min().x > a.max().x {
                break;
            }
            if a.intersects(b) {
                return false;
            }
        }
    }
    true
}

fn alone(polygon: &Polygon<f64>) -> bool {
    let shell = polygon.exterior();
    let holes = polygon.interiors();
    // A ring that never leaves its first point crosses nothing, and encloses nothing.
    let leaves = |ring: &LineString<f64>| ring.0.iter().any(|c| Some(c) != ring.0.first());
    let simple = |ring: &LineString<f64>| {
        ring.0.len() >= 4 && leaves(ring) && examine(&ring.0) == RingState::Simple
    };
    if !simple(shell) || !holes.iter().all(simple) {
        return false;
    }
    holes.iter().enumerate().all(|(index, hole)| {
        !meet(&shell.0, &hole.0)
            && position(hole, shell) == CoordPos::Inside
            && holes.iter().skip(index + 1).all(|other| {
                !boxes_meet(hole, other)
                    || (!meet(&hole.0, &other.0)
                        && position(hole, other) == CoordPos::Outside
                        && position(other, hole) == CoordPos::Outside)
            })
    })
}

/// Where the first point of `ring` lies relative to the area `around` encloses.
pub fn position(ring: &LineString<f64>, around: &LineString<f64>) -> CoordPos {
    match ring.0.first() {
        Some(first) => geo::coordinate_position::coord_pos_relative_to_ring(*first, around),
        None => CoordPos::Outside,
    }
}

fn boxes_meet(a: &LineString<f64>, b: &LineString<f64>) -> bool {
    match (a.bounding_rect(), b.bounding_rect()) {
        (Some(a), Some(b)) => a.intersects(&b),
        _ => false,
    }
}

/// Where `coord` lies relative to the inside of `polygon`.
pub fn inside(coord: geo::Coord<f64>, polygon: &Polygon<f64>) -> bool {
    polygon.coordinate_position(&coord) == CoordPos::Inside
}
