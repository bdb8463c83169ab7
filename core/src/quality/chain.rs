//! Open edges chained to rings.

use geo::Coord;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::outline::twice_area;
use super::sweep::Open;

/// A ring with open ground to its right, on the inside.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    /// Closed, clockwise.
    pub coords: Vec<Coord<f64>>,
    /// The features around it, in order, each once.
    pub features: Vec<u32>,
    /// Of the ground inside, m².
    pub area: f64,
}

/// Angle by which a way back may seem to lie on the wrong side, radians: a sliver's two sides are nearly parallel.
const ASKEW: f64 = 0.05;

/// How much farther apart ends may lie where the nearest ones do not close a ring: where two lines cross at a shallow
/// angle, what one tolerance beside them is open begins and ends a long way from the crossing.
const FARTHER: [f64; 3] = [1.0, 8.0, 64.0];

/// Chains edges whose ends are at most `reach` metres from the next one's beginning, or a little more where that closes
/// no ring; gives the rings that enclose their open ground, in the order of their first edge. The rim of the data
/// encloses none.
pub(super) fn rings(open: &[Open], reach: f64) -> Vec<Ring> {
    let mut used = vec![false; open.len()];
    let mut rings = Vec::new();
    for farther in FARTHER {
        let left: Vec<usize> = chain(open, reach * farther, &mut used, &mut rings);
        for edge in left {
            if let Some(used) = used.get_mut(edge) {
                *used = false;
            }
        }
    }
    rings.sort_by_key(|(first, _)| *first);
    rings.into_iter().map(|(_, ring)| ring).collect()
}

/// Chains the edges that are not used yet, and takes those that close; gives those that do not.
fn chain(
    open: &[Open],
    reach: f64,
    used: &mut [bool],
    rings: &mut Vec<(usize, Ring)>,
) -> Vec<usize> {
    let starts = Starts::of(open, reach, used);
    let mut left = Vec::new();
    for first in 0..open.len() {
        if used.get(first).copied().unwrap_or(true) {
            continue;
        }
        let mut members = vec![first];
        let mut at = first;
        let closed = loop {
            if let Some(u) = used.get_mut(at) {
                *u = true;
            }
            match starts.next(open, at, first, used) {
                Some(next) if next == first => break true,
                Some(next) => {
                    members.push(next);
                    at = next;
                }
                None => break false,
            }
        };
        if closed {
            rings.extend(ring(open, &members).map(|ring| (first, ring)));
        } else {
            left.extend(members);
        }
    }
    left
}

fn ring(open: &[Open], members: &[usize]) -> Option<Ring> {
    let mut coords: Vec<Coord<f64>> = Vec::with_capacity(members.len() + 2);
    let mut features = Vec::with_capacity(members.len());
    for edge in members.iter().filter_map(|m| open.get(*m)) {
        for c in [edge.from, edge.to] {
            if coords.last() != Some(&c) {
                coords.push(c);
            }
        }
        features.push(edge.feature);
    }
    let first = *coords.first()?;
    if coords.last() != Some(&first) {
        coords.push(first);
    }
    features.sort_unstable();
    features.dedup();
    let area = -twice_area(&coords) / 2.0;
    (area > 0.0).then_some(Ring {
        coords,
        features,
        area,
    })
}

/// Where open edges begin.
struct Starts {
    cells: FxHashMap<(i64, i64), SmallVec<[u32; 2]>>,
    reach: f64,
}

impl Starts {
    fn of(open: &[Open], reach: f64, used: &[bool]) -> Self {
        let mut cells: FxHashMap<_, SmallVec<[u32; 2]>> = FxHashMap::default();
        let free = open
            .iter()
            .enumerate()
            .zip(used)
            .filter(|(_, used)| !**used);
        for ((i, edge), _) in free {
            cells
                .entry(cell(edge.from, reach))
                .or_default()
                .push(i as u32);
        }
        Self { cells, reach }
    }

    /// The edge that goes on round the same open ground: of those that begin here, the first one counter-clockwise from
    /// the way back.
    fn next(&self, open: &[Open], at: usize, first: usize, used: &[bool]) -> Option<usize> {
        let edge = open.get(at)?;
        let back = edge.from - edge.to;
        let (x, y) = cell(edge.to, self.reach);
        let mut best: Option<(f64, f64, usize)> = None;
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        for &i in around.filter_map(|c| self.cells.get(&c)).flatten() {
            let i = i as usize;
            let Some(next) = open.get(i) else { continue };
            if i != first && used.get(i).copied().unwrap_or(true) {
                continue;
            }
            let off = next.from - edge.to;
            let distance = off.x.hypot(off.y);
            if distance > self.reach || (i == at && i != first) {
                continue;
            }
            let way = next.to - next.from;
            let turn = (back.x * way.y - back.y * way.x).atan2(back.x * way.x + back.y * way.y);
            let turn = if turn < -ASKEW {
                turn + std::f64::consts::TAU
            } else {
                turn
            };
            let better = match best {
                None => true,
                Some((t, d, _)) => turn < t - 1e-9 || (turn <= t + 1e-9 && distance < d),
            };
            if better {
                best = Some((turn, distance, i));
            }
        }
        best.map(|(_, _, i)| i)
    }
}

fn cell(c: Coord<f64>, size: f64) -> (i64, i64) {
    ((c.x / size).floor() as i64, (c.y / size).floor() as i64)
}
