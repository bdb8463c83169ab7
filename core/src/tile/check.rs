//! Is this polygon valid (OGC Simple Features, MVT 2.1)? Exact, on integers, cheapest answer first.

use std::fmt;

use smallvec::SmallVec;

use super::contact::{Contact, Edge, between, interiors_hold_together, meet, passes};
use super::rings::{Ring, RingSet, cross};
use super::winding::{Winding, above, candidates};
use crate::space::TilePx;

/// What is wrong with a polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// A ring has fewer than three points.
    TooFewPoints,
    /// A ring stands still or runs back on itself at a vertex.
    Spike,
    /// A ring crosses or touches itself.
    SelfIntersection,
    /// Two rings cross or share a stretch of line.
    RingsCross,
    /// A hole is not in its exterior, or is in another hole.
    HoleOutside,
    /// A polygon lies in another one of the same feature.
    Overlap,
    /// Rings touch at so many points that they part the interior.
    InteriorParted,
}

/// The first thing found wrong with a polygon, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Near where, in tile units.
    pub at: TilePx,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            FaultKind::TooFewPoints => "a ring has fewer than three points",
            FaultKind::Spike => "a ring stands still or runs back on itself",
            FaultKind::SelfIntersection => "a ring crosses or touches itself",
            FaultKind::RingsCross => "two rings cross or share a line",
            FaultKind::HoleOutside => "a hole is not inside its exterior",
            FaultKind::Overlap => "a polygon lies in another one",
            FaultKind::InteriorParted => "rings that touch part the interior",
        };
        write!(f, "{what} near {}, {}", self.at.x, self.at.y)
    }
}

/// The test, with the buffers it uses again from feature to feature.
#[derive(Debug, Default)]
pub(super) struct Checker {
    edges: Vec<Edge>,
    contacts: Vec<Contact>,
    /// Greatest `max_x` of each [`BLOCK`] of `edges`.
    reach: Vec<i32>,
}

/// Rings of up to this many points that are not seen from one place are tested edge against edge, larger ones by a sweep.
const SMALL: usize = 40;
/// Edges per entry of [`Checker::reach`].
const BLOCK: usize = 32;

impl Checker {
    /// Finds the first fault of a feature's polygons. Exteriors must have positive area, holes negative.
    pub fn check(&mut self, set: &RingSet) -> Result<(), Fault> {
        let mut convex = true;
        for (_, ring) in set.iter() {
            convex &= turns(ring)?;
        }
        if let [only] = set.rings.as_slice() {
            let ring = set.vertices(only);
            if convex || seen_whole(ring) {
                return Ok(());
            }
            if ring.len() <= SMALL {
                return pairwise(ring);
            }
        }
        self.sweep(set)?;
        if set.rings.len() > 1 {
            self.rings_together(set)
        } else {
            Ok(())
        }
    }

    /// Finds edges that cross, and notes where rings touch: edges in order of their west end, each against
    /// those that begin before it ends.
    fn sweep(&mut self, set: &RingSet) -> Result<(), Fault> {
        self.edges.clear();
        self.contacts.clear();
        for (number, (_, ring)) in set.iter().enumerate() {
            let ends = ring.iter().skip(1).chain(ring.first());
            self.edges.extend(
                ring.iter()
                    .zip(ends)
                    .enumerate()
                    .map(|(i, (&a, &b))| Edge::new(a, b, number, i)),
            );
        }
        self.edges
            .sort_unstable_by_key(|e| (e.min_x, e.ring, e.index));
        for (i, e) in self.edges.iter().enumerate() {
            for f in &self.edges[i + 1..] {
                if f.min_x > e.max_x {
                    break;
                }
                if f.min_y > e.max_y || f.max_y < e.min_y {
                    continue;
                }
                if e.ring != f.ring {
                    self.contacts.extend(meet(e, f)?);
                } else if !adjacent(e.index, f.index, set.rings[e.ring as usize].span.len())
                    && touches(e.a, e.b, f.a, f.b)
                {
                    return Err(Fault {
                        kind: FaultKind::SelfIntersection,
                        at: f.a,
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether the rings, simple and without a common stretch, lie to one another as they must.
    fn rings_together(&mut self, set: &RingSet) -> Result<(), Fault> {
        self.contacts.sort_unstable();
        self.contacts.dedup_by_key(|c| (c.at, c.rings));
        for contact in &self.contacts {
            let [one, other] = [0, 1].map(|side| {
                passes(
                    set.vertices(&set.rings[contact.rings[side] as usize]),
                    contact.edges[side],
                    contact.at,
                )
            });
            if between(contact.at, one, other[0]) != between(contact.at, one, other[1]) {
                return Err(Fault {
                    kind: FaultKind::RingsCross,
                    at: contact.at,
                });
            }
        }
        let polygons = polygons(set);
        interiors_hold_together(&self.contacts, &polygons)?;

        self.reach.clear();
        self.reach.extend(
            self.edges
                .chunks(BLOCK)
                .map(|block| block.iter().map(|e| e.max_x).max().unwrap_or(0)),
        );
        for (number, (ring, vertices)) in set.iter().enumerate() {
            let at = vertices.first().copied().unwrap_or_default();
            let kind = if ring.hole {
                FaultKind::HoleOutside
            } else {
                FaultKind::Overlap
            };
            let expected = Winding {
                own: i32::from(ring.hole),
                others: 0,
            };
            let found = candidates(vertices).find_map(|p| self.winding(p, number, &polygons));
            if found != Some(expected) {
                return Err(Fault { kind, at });
            }
        }
        Ok(())
    }

    /// How often the other rings run around the place `doubled` (in half units); `None` where it lies on one.
    fn winding(&self, doubled: TilePx, number: usize, polygons: &[u32]) -> Option<Winding> {
        let mut winding = Winding { own: 0, others: 0 };
        for (block, &reach) in self.edges.chunks(BLOCK).zip(&self.reach) {
            if block.first().is_none_or(|e| 2 * e.min_x > doubled.x) {
                break;
            }
            if 2 * reach < doubled.x {
                continue;
            }
            for e in block.iter().filter(|e| e.ring as usize != number) {
                let step = above(e, doubled)?;
                if polygons[e.ring as usize] == polygons[number] {
                    winding.own += step;
                } else {
                    winding.others += step;
                }
            }
        }
        Some(winding)
    }
}

/// The polygon each ring belongs to.
fn polygons(set: &RingSet) -> SmallVec<[u32; 8]> {
    let count = |n: &mut u32, ring: &Ring| {
        *n += u32::from(!ring.hole);
        Some(*n)
    };
    set.rings.iter().scan(0, count).collect()
}

/// Whether a ring is convex, turning one way all around or going straight on, and going round once.
fn turns(ring: &[TilePx]) -> Result<bool, Fault> {
    let [.., before, last] = *ring else {
        return Err(Fault {
            kind: FaultKind::TooFewPoints,
            at: ring.first().copied().unwrap_or_default(),
        });
    };
    if ring.len() < 3 {
        return Err(Fault {
            kind: FaultKind::TooFewPoints,
            at: last,
        });
    }
    let east = |a: TilePx, b: TilePx| b > a;
    let (mut a, mut b) = (before, last);
    let (mut left, mut right, mut changes) = (false, false, 0);
    for &c in ring {
        let turn = cross(a, b, c);
        left |= turn < 0;
        right |= turn > 0;
        if turn == 0 {
            let forward = i64::from(b.x - a.x) * i64::from(c.x - b.x)
                + i64::from(b.y - a.y) * i64::from(c.y - b.y);
            if forward <= 0 {
                return Err(Fault {
                    kind: FaultKind::Spike,
                    at: b,
                });
            }
        }
        changes += u32::from(east(a, b) != east(b, c));
        (a, b) = (b, c);
    }
    Ok(left != right && changes == 2)
}

/// Whether the mean of a ring's vertices sees all of it: every edge runs clockwise (on the screen) around that place, and
/// all together once. Such a ring neither crosses nor touches itself, and most parcels are such rings.
fn seen_whole(ring: &[TilePx]) -> bool {
    let Some(&last) = ring.last() else {
        return false;
    };
    // In half units, so that the place is as near to the mean as small parcels need it.
    let count = ring.len() as i64;
    let mean = |sum: i64| (2 * sum / count) as i32;
    let place = TilePx::new(
        mean(ring.iter().map(|p| i64::from(p.x)).sum()),
        mean(ring.iter().map(|p| i64::from(p.y)).sum()),
    );
    let twice = |p: TilePx| TilePx::new(2 * p.x, 2 * p.y);
    let (mut a, mut rounds) = (twice(last), 0);
    for b in ring.iter().map(|&b| twice(b)) {
        if cross(place, a, b) <= 0 {
            return false;
        }
        rounds += u32::from(a.y <= place.y && b.y > place.y);
        a = b;
    }
    rounds == 1
}

/// The test of one small ring that has no spikes: every edge against every edge that is not its neighbour.
fn pairwise(ring: &[TilePx]) -> Result<(), Fault> {
    let Some(&first) = ring.first() else {
        return Ok(());
    };
    for (i, edge) in ring.windows(2).enumerate() {
        let (a, b) = (edge[0], edge[1]);
        let (min_x, max_x) = (a.x.min(b.x), a.x.max(b.x));
        let (min_y, max_y) = (a.y.min(b.y), a.y.max(b.y));
        let mut c = *ring.get(i + 2).unwrap_or(&first);
        let rest = ring.get(i + 3..).unwrap_or_default();
        // The edge that closes the ring is the first edge's neighbour, and the last window's.
        let closing = (i > 0 && i + 2 < ring.len()).then_some(&first);
        for &d in rest.iter().chain(closing) {
            let apart = c.x.min(d.x) > max_x
                || c.x.max(d.x) < min_x
                || c.y.min(d.y) > max_y
                || c.y.max(d.y) < min_y;
            if !apart && touches(a, b, c, d) {
                return Err(Fault {
                    kind: FaultKind::SelfIntersection,
                    at: c,
                });
            }
            c = d;
        }
    }
    Ok(())
}

const fn adjacent(i: u32, j: u32, len: usize) -> bool {
    let apart = i.abs_diff(j) as usize;
    apart == 1 || apart + 1 == len
}

/// Whether the closed segments `a b` and `c d`, whose boxes overlap, share a point.
fn touches(a: TilePx, b: TilePx, c: TilePx, d: TilePx) -> bool {
    let same = |s: i64, t: i64| (s > 0 && t > 0) || (s < 0 && t < 0);
    !same(cross(a, b, c), cross(a, b, d)) && !same(cross(c, d, a), cross(c, d, b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn a_ring_seen_from_one_place_has_no_fault(
            ring in prop::collection::vec((0i32..7, 0i32..7), 3..9), large in any::<bool>(),
        ) {
            let step = if large { 1 << 17 } else { 1 };
            let ring: Vec<TilePx> = ring.into_iter().map(|(x, y)| TilePx::new(x * step, y * step)).collect();
            if seen_whole(&ring) {
                prop_assert!(pairwise(&ring).is_ok());
                let mut set = RingSet { points: ring, ..RingSet::default() };
                set.rings.push(Ring { span: 0..set.points.len(), hole: false });
                prop_assert!(Checker::default().sweep(&set).is_ok());
            }
        }
    }

    #[test]
    fn a_ring_that_runs_round_twice_is_not_seen_whole() {
        let px = |points: &[(i32, i32)]| -> Vec<TilePx> {
            points.iter().map(|&(x, y)| TilePx::new(x, y)).collect()
        };
        let once = [(9, 0), (8, 9), (0, 8), (1, 1)];
        let inner = [(6, 2), (6, 6), (2, 6), (2, 2)];
        assert!(seen_whole(&px(&once)));
        assert!(!seen_whole(&px(&[once, inner].concat())));
        // Level with the place it is seen from at two corners.
        assert!(seen_whole(&px(&[(4, 2), (2, 4), (0, 2), (2, 0)])));
        let bent = [(9, 0), (9, 2), (2, 2), (2, 9), (0, 9), (0, 0)];
        assert!(!seen_whole(&px(&bent)) && pairwise(&px(&bent)).is_ok());
    }
}
