//! Edges of different rings: where they meet, and whether that is allowed.

use smallvec::SmallVec;

use super::check::{Fault, FaultKind};
use super::rings::cross;
use crate::space::TilePx;

/// An edge of a ring, with its box.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub min_x: i32,
    pub max_x: i32,
    pub min_y: i32,
    pub max_y: i32,
    pub a: TilePx,
    pub b: TilePx,
    /// Position of the ring in the set, and of the edge in the ring.
    pub ring: u32,
    pub index: u32,
}

impl Edge {
    pub fn new(a: TilePx, b: TilePx, ring: usize, index: usize) -> Self {
        Self {
            min_x: a.x.min(b.x),
            max_x: a.x.max(b.x),
            min_y: a.y.min(b.y),
            max_y: a.y.max(b.y),
            a,
            b,
            ring: ring as u32,
            index: index as u32,
        }
    }
}

/// A point where two rings meet without crossing there, as far as one pair of edges can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Contact {
    pub at: TilePx,
    pub rings: [u32; 2],
    pub edges: [u32; 2],
}

/// How the edges of two rings, whose boxes overlap, meet: not, at one point, or wrongly.
pub(super) fn meet(e: &Edge, f: &Edge) -> Result<Option<Contact>, Fault> {
    let (c, d) = (cross(e.a, e.b, f.a), cross(e.a, e.b, f.b));
    let (a, b) = (cross(f.a, f.b, e.a), cross(f.a, f.b, e.b));
    let same = |s: i64, t: i64| (s > 0 && t > 0) || (s < 0 && t < 0);
    if same(a, b) || same(c, d) {
        return Ok(None);
    }
    let corner = TilePx::new(e.min_x.max(f.min_x), e.min_y.max(f.min_y));
    let at = if c == 0 && d == 0 {
        if corner != TilePx::new(e.max_x.min(f.max_x), e.max_y.min(f.max_y)) {
            return Err(Fault {
                kind: FaultKind::RingsCross,
                at: corner,
            });
        }
        corner
    } else if c == 0 {
        f.a
    } else if d == 0 {
        f.b
    } else if a == 0 {
        e.a
    } else if b == 0 {
        e.b
    } else {
        return Err(Fault {
            kind: FaultKind::RingsCross,
            at: f.a,
        });
    };
    let sides = if e.ring < f.ring { (e, f) } else { (f, e) };
    Ok(Some(Contact {
        at,
        rings: [sides.0.ring, sides.1.ring],
        edges: [sides.0.index, sides.1.index],
    }))
}

/// Where a ring that runs through `at` on edge `index` comes from and goes to.
pub(super) fn passes(ring: &[TilePx], index: u32, at: TilePx) -> [TilePx; 2] {
    let len = ring.len();
    let vertex = |i: usize| ring.get(i % len.max(1)).copied().unwrap_or_default();
    let i = index as usize;
    if vertex(i) == at {
        [vertex(i + len - 1), vertex(i + 1)]
    } else if vertex(i + 1) == at {
        [vertex(i), vertex(i + 2)]
    } else {
        [vertex(i), vertex(i + 1)]
    }
}

/// Whether, seen from `at`, `p` lies clockwise (on the screen) of where a ring goes and before where it comes from.
pub(super) fn between(at: TilePx, [from, to]: [TilePx; 2], p: TilePx) -> bool {
    let sector = |u: TilePx, v: TilePx| cross(at, u, p) > 0 && cross(at, p, v) > 0;
    match cross(at, to, from).signum() {
        1 => sector(to, from),
        -1 => !sector(from, to),
        _ => cross(at, to, p) > 0,
    }
}
/// Rings that touch in a circle (or twice) cut their polygon's interior in two.
pub(super) fn interiors_hold_together(contacts: &[Contact], polygons: &[u32]) -> Result<(), Fault> {
    let mut meetings: SmallVec<[(u32, TilePx, u32); 8]> = SmallVec::new();
    for contact in contacts {
        let [one, other] = contact.rings;
        let polygon = polygons[one as usize];
        if polygon == polygons[other as usize] {
            meetings.extend([(polygon, contact.at, one), (polygon, contact.at, other)]);
        }
    }
    meetings.sort_unstable();
    meetings.dedup();
    let mut parent: SmallVec<[usize; 16]> = (0..polygons.len()).collect();
    let root = |parent: &[usize], mut node: usize| {
        while parent[node] != node {
            node = parent[node];
        }
        node
    };
    let mut place = None;
    for &(polygon, at, ring) in &meetings {
        if place != Some((polygon, at)) {
            place = Some((polygon, at));
            parent.push(parent.len());
        }
        let (a, b) = (
            root(&parent, ring as usize),
            root(&parent, parent.len() - 1),
        );
        if a == b {
            return Err(Fault {
                kind: FaultKind::InteriorParted,
                at,
            });
        }
        parent[b] = a;
    }
    Ok(())
}
