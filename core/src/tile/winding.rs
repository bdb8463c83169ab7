//! How often rings run around a place.

use super::contact::Edge;
use super::rings::cross;
use crate::space::TilePx;

/// Rings around a place: those of its own polygon and those of the feature's others; holes count back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Winding {
    pub own: i32,
    pub others: i32,
}

/// What `e` adds to the winding of a place (in half units) south of it; `None` where the place lies on it.
pub(super) fn above(e: &Edge, doubled: TilePx) -> Option<i32> {
    let twice = |p: TilePx| TilePx::new(2 * p.x, 2 * p.y);
    if !(2 * e.min_x..=2 * e.max_x).contains(&doubled.x) || 2 * e.min_y > doubled.y {
        return Some(0);
    }
    let side = cross(twice(e.a), twice(e.b), doubled);
    if side == 0 && doubled.y <= 2 * e.max_y {
        return None;
    }
    let counts = doubled.x < 2 * e.max_x;
    Some(if counts && e.a.x < e.b.x && side > 0 {
        1
    } else if counts && e.a.x > e.b.x && side < 0 {
        -1
    } else {
        0
    })
}

/// Places of a ring, in half units, one of which no other ring runs through (but in contrived cases).
pub(super) fn candidates(ring: &[TilePx]) -> impl Iterator<Item = TilePx> {
    let corners = ring.iter().map(|p| TilePx::new(2 * p.x, 2 * p.y));
    let ends = ring.iter().skip(1).chain(ring.first());
    corners.chain(
        ring.iter()
            .zip(ends)
            .map(|(a, b)| TilePx::new(a.x + b.x, a.y + b.y)),
    )
}
