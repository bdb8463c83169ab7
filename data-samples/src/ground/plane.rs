//! A planar partition kept by construction: faces, and the vertices their edges share.
//!
//! Every face is convex on the board and keeps the vertices it knows. Where a cut puts a new vertex on an
//! edge, the edge's split is written down once, and whoever reads that edge later, from either side, finds
//! the vertex. So neighbours always agree, T-junctions included, without looking for each other.

use rustc_hash::{FxHashMap, FxHashSet};

use super::warp::{P, Warp, along, between, direction, distance, left_of};
use crate::chance::{hash, signed, unit};

/// A closed line as vertex numbers, counter-clockwise, the first not repeated.
pub type Ring = Vec<u32>;

/// The two parts of a cut, and the places it began and ended.
#[derive(Debug)]
pub struct Cut {
    /// The part to the left of the cutting direction.
    pub left: Ring,
    /// The part to the right.
    pub right: Ring,
    /// Where the cut enters the face, on the board.
    pub from: P,
    /// Where it leaves.
    pub to: P,
}

/// The vertices and edge splits of one district of the board.
#[derive(Debug, Default)]
pub struct Plane {
    places: Vec<P>,
    splits: FxHashMap<u64, u32>,
    frozen: FxHashSet<u64>,
    frozen_vertices: u32,
}

/// How far surveying moves a vertex along either axis, metres. Vertices lie [`SNAP`](crate::layout::SNAP) or
/// more apart on sides that open by more than [`LEAST_SINE`]: this keeps them from passing each other.
const JITTER: f64 = 0.07;
/// Smallest part a cut may leave, m².
const LEAST_PART: f64 = 5.0;
/// Sine of the sharpest corner a cut may leave: eleven and a half degrees.
const LEAST_SINE: f64 = 0.2;

const fn edge(a: u32, b: u32) -> u64 {
    if a < b {
        (a as u64) << 32 | b as u64
    } else {
        (b as u64) << 32 | a as u64
    }
}

impl Plane {
    /// A plane whose ground is the ring `outline`; its edges are shared with other planes and never split.
    pub fn new(outline: &[P]) -> (Self, Ring) {
        let n = outline.len() as u32;
        let ring: Ring = (0..n).collect();
        let frozen = (0..n).map(|k| edge(k, (k + 1) % n.max(1))).collect();
        (
            Self {
                places: outline.to_vec(),
                splits: FxHashMap::default(),
                frozen,
                frozen_vertices: n,
            },
            ring,
        )
    }

    /// A plane whose ground is the ring `outline` and stands alone: its outline may be split.
    pub fn unfrozen(outline: &[P]) -> (Self, Ring) {
        let (mut plane, ring) = Self::new(outline);
        plane.frozen.clear();
        (plane, ring)
    }

    /// Where vertex `v` lies on the board.
    pub fn place(&self, v: u32) -> P {
        self.places.get(v as usize).copied().unwrap_or([0.0, 0.0])
    }

    /// Whether vertex `v` is shared with another plane.
    pub fn is_frozen(&self, v: u32) -> bool {
        v < self.frozen_vertices
    }

    /// A new vertex at `p` that lies on no edge yet.
    pub fn add(&mut self, p: P) -> u32 {
        self.places.push(p);
        self.places.len() as u32 - 1
    }

    /// The ring with every vertex that has been put on its edges since it was made.
    pub fn expand(&self, ring: &[u32]) -> Ring {
        let mut out = Vec::with_capacity(ring.len() + 8);
        for (k, &a) in ring.iter().enumerate() {
            out.push(a);
            let b = ring.get(k + 1).or(ring.first()).copied().unwrap_or(a);
            self.between_vertices(a, b, &mut out);
        }
        out
    }

    fn between_vertices(&self, a: u32, b: u32, out: &mut Ring) {
        let mut open = vec![b];
        let mut at = a;
        while let Some(&next) = open.last() {
            if let Some(&middle) = self.splits.get(&edge(at, next)) {
                open.push(middle);
            } else {
                open.pop();
                if !open.is_empty() {
                    out.push(next);
                }
                at = next;
            }
        }
    }

    /// The places of a ring's vertices on the board.
    pub fn places(&self, ring: &[u32]) -> Vec<P> {
        ring.iter().map(|&v| self.place(v)).collect()
    }

    /// Area in m² of a ring on the board, and its centre of gravity.
    pub fn area_and_centre(&self, ring: &[u32]) -> (f64, P) {
        let Some(&first) = ring.first() else {
            return (0.0, [0.0, 0.0]);
        };
        let o = self.place(first);
        let (mut sum, mut x, mut y) = (0.0, 0.0, 0.0);
        let mut previous = self.place(ring.last().copied().unwrap_or(first));
        for &v in ring {
            let p = self.place(v);
            let (ax, ay, bx, by) = (
                previous[0] - o[0],
                previous[1] - o[1],
                p[0] - o[0],
                p[1] - o[1],
            );
            let cross = ax * by - bx * ay;
            sum += cross;
            x += (ax + bx) * cross;
            y += (ay + by) * cross;
            previous = p;
        }
        if sum.abs() < 1e-9 {
            return (0.0, o);
        }
        (sum / 2.0, [o[0] + x / (3.0 * sum), o[1] + y / (3.0 * sum)])
    }

    /// Direction of the long axis of a convex ring: along the edge on which it stands narrowest.
    pub fn long_axis(&self, ring: &[u32]) -> P {
        let mut best = (f64::INFINITY, [1.0, 0.0]);
        for (k, &a) in ring.iter().enumerate() {
            let b = ring.get(k + 1).or(ring.first()).copied().unwrap_or(a);
            let (pa, pb) = (self.place(a), self.place(b));
            if distance(pa, pb) < 2.0 {
                continue;
            }
            let dir = direction(pa, pb);
            let (low, high) = self.extent(ring, left_of(dir));
            if high - low < best.0 - 1e-6 {
                best = (high - low, dir);
            }
        }
        best.1
    }

    /// Least and greatest reach of a ring along `dir`, metres from the board's middle.
    pub fn extent(&self, ring: &[u32], dir: P) -> (f64, f64) {
        ring.iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| {
                let p = self.place(v);
                let d = p[0] * dir[0] + p[1] * dir[1];
                (low.min(d), high.max(d))
            })
    }

    /// Cuts a convex face along the line through `origin` towards `dir`.
    ///
    /// Where the line passes within `snap` metres of a corner it goes through the corner. `None` where the
    /// line misses the face, or would leave a tiny part or a needle-sharp corner.
    pub fn cut(&mut self, face: &[u32], origin: P, dir: P, snap: f64) -> Option<Cut> {
        let mut ring = self.expand(face);
        let side = |p: P| {
            let d = dir[0] * (p[1] - origin[1]) - dir[1] * (p[0] - origin[0]);
            if d.abs() < 1e-7 { 0.0 } else { d }
        };
        let sides: Vec<f64> = ring.iter().map(|&v| side(self.place(v))).collect();
        let mut hits: Vec<(usize, u32, Option<P>)> = Vec::with_capacity(2);
        for k in 0..ring.len() {
            let next = (k + 1) % ring.len();
            let (&a, &b) = (ring.get(k)?, ring.get(next)?);
            let (&da, &db) = (sides.get(k)?, sides.get(next)?);
            if da == 0.0 {
                hits.push((k, a, None));
            } else if da * db < 0.0 {
                let (pa, pb) = (self.place(a), self.place(b));
                let (t, length) = (da / (da - db), distance(pa, pb));
                let fixed = self.frozen.contains(&edge(a, b));
                if t * length < snap || (fixed && t < 0.5) {
                    hits.push((k, a, None));
                } else if (1.0 - t) * length < snap || fixed {
                    hits.push((next, b, None));
                } else {
                    hits.push((k, b, Some(between(pa, pb, t))));
                }
            }
        }
        hits.dedup_by_key(|h| (h.0, h.2.is_some()));
        if hits.len() > 2 && hits.first().map(|h| (h.0, h.2)) == hits.last().map(|h| (h.0, h.2)) {
            hits.pop();
        }
        let &[first, second] = hits.as_slice() else {
            return None;
        };
        if first.0 == second.0 {
            return None;
        }
        // The later one first, so that the earlier position stays what it is.
        let (first, second) = if first.0 < second.0 {
            (first, second)
        } else {
            (second, first)
        };
        let end = self.settle(&mut ring, second);
        let start = self.settle(&mut ring, first);
        let end = if first.2.is_some() { end + 1 } else { end };
        let (from, to) = (self.place(*ring.get(start)?), self.place(*ring.get(end)?));
        let one: Ring = ring.get(start..=end)?.to_vec();
        let mut two: Ring = ring.get(end..)?.to_vec();
        two.extend_from_slice(ring.get(..=start)?);
        let large = |part: &[u32]| part.len() >= 3 && self.area_and_centre(part).0 >= LEAST_PART;
        if !large(&one) || !large(&two) || self.is_sharp(&one) || self.is_sharp(&two) {
            return None;
        }
        // Walking `one` from start to end with the face on the left, the chord closes it backwards:
        // it lies to the right of start→end.
        let forward = (to[0] - from[0]) * dir[0] + (to[1] - from[1]) * dir[1] > 0.0;
        Some(if forward {
            Cut {
                left: two,
                right: one,
                from,
                to,
            }
        } else {
            Cut {
                left: one,
                right: two,
                from: to,
                to: from,
            }
        })
    }

    /// Whether a part, which its chord closes, has a corner at the chord too sharp for surveying: the small
    /// bends of the sides would cross there.
    fn is_sharp(&self, part: &[u32]) -> bool {
        let (Some(&first), Some(&last)) = (part.first(), part.last()) else {
            return true;
        };
        let (Some(&second), Some(&before)) = (
            part.get(1),
            part.len().checked_sub(2).and_then(|k| part.get(k)),
        ) else {
            return true;
        };
        let chord = direction(self.place(first), self.place(last));
        let sharp = |from: u32, to: u32| {
            let side = direction(self.place(from), self.place(to));
            (chord[0] * side[1] - chord[1] * side[0]).abs() < LEAST_SINE
        };
        sharp(first, second) || sharp(last, before)
    }

    /// Puts the vertex of a hit into the ring; the vertex's position in it.
    fn settle(&mut self, ring: &mut Ring, (k, b, new): (usize, u32, Option<P>)) -> usize {
        let Some(p) = new else { return k };
        let a = ring.get(k).copied().unwrap_or(b);
        let v = self.add(p);
        self.splits.insert(edge(a, b), v);
        ring.insert(k + 1, v);
        k + 1
    }

    /// Puts a vertex on the middle of the edge from `a` to `b`, which must have none yet; its number.
    pub fn split_edge(&mut self, a: u32, b: u32) -> Option<u32> {
        let key = edge(a, b);
        if self.frozen.contains(&key) || self.splits.contains_key(&key) {
            return None;
        }
        let v = self.add(between(self.place(a), self.place(b), 0.5));
        self.splits.insert(key, v);
        Some(v)
    }

    /// Every vertex carried to the ground, each but the frozen ones moved a little as surveying does.
    pub fn survey<'a>(&'a self, warp: &'a Warp, seed: u64) -> Survey<'a> {
        let ground = self
            .places
            .iter()
            .enumerate()
            .map(|(k, &p)| {
                if (k as u32) < self.frozen_vertices {
                    return warp.ground(p);
                }
                let h = hash(seed, k as i64, 0);
                warp.ground([
                    p[0] + JITTER * signed(h),
                    p[1] + JITTER * signed(h.rotate_left(29)),
                ])
            })
            .collect();
        Survey {
            plane: self,
            warp,
            ground,
            seed,
        }
    }
}

/// The plane on the ground.
#[derive(Debug)]
pub struct Survey<'a> {
    plane: &'a Plane,
    warp: &'a Warp,
    ground: Vec<P>,
    seed: u64,
}

impl Survey<'_> {
    /// The ring in EPSG:9214 with all its vertices, the first not repeated.
    pub fn ring(&self, ring: &[u32]) -> Vec<P> {
        let ring = self.plane.expand(ring);
        let mut out = Vec::with_capacity(ring.len() * 2);
        for (k, &a) in ring.iter().enumerate() {
            let b = ring.get(k + 1).or(ring.first()).copied().unwrap_or(a);
            out.push(self.ground.get(a as usize).copied().unwrap_or_default());
            self.bend(a, b, &mut out);
        }
        out
    }

    /// The small bends of the edge from `a` to `b`: a function of the edge, the same from both sides.
    fn bend(&self, a: u32, b: u32, out: &mut Vec<P>) {
        if self.plane.frozen.contains(&edge(a, b)) {
            return;
        }
        let (low, high) = (a.min(b), a.max(b));
        let (p, q) = (self.plane.place(low), self.plane.place(high));
        let length = distance(p, q);
        let h = hash(self.seed ^ 0xBE4D, low as i64, high as i64);
        let some = usize::from(length > 7.0 && unit(h) < 0.42);
        let count = (length / 38.0) as usize + some;
        let aside = left_of(direction(p, q));
        let reach = (length * 0.02).min(0.32);
        let start = out.len();
        for k in 1..=count {
            let hk = hash(h, k as i64, 1);
            let t = (k as f64 + 0.3 * signed(hk)) / (count as f64 + 1.0);
            let at = along(between(p, q, t), aside, reach * signed(hk.rotate_left(31)));
            out.push(self.warp.ground(at));
        }
        if low != a
            && let Some(bends) = out.get_mut(start..)
        {
            bends.reverse();
        }
    }
}
