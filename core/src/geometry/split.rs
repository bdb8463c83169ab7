//! A ring that touches itself, parted at the touching points.

use geo::{Area, Coord, LineString, Polygon};
use rustc_hash::FxHashMap;

use super::valid;

/// Parts `ring` (closed) into loops that each pass every point once. Loops without area fall away.
///
/// The enclosed region stays the same point by point: the ring's way is only cut into shorter round trips.
pub fn loops(ring: &[Coord<f64>]) -> Vec<LineString<f64>> {
    let mut out = Vec::new();
    let mut way: Vec<Coord<f64>> = Vec::with_capacity(ring.len());
    let mut seen: FxHashMap<(u64, u64), usize> = FxHashMap::default();
    for &coord in ring {
        let key = (bits(coord.x), bits(coord.y));
        if let Some(&at) = seen.get(&key) {
            let mut round: Vec<Coord<f64>> = way.split_off(at);
            for passed in &round {
                seen.remove(&(bits(passed.x), bits(passed.y)));
            }
            if round.len() >= 3 {
                round.push(coord);
                out.push(LineString(round));
            }
        }
        seen.insert(key, way.len());
        way.push(coord);
    }
    out
}

/// -0 and 0 are one place.
fn bits(v: f64) -> u64 {
    (v + 0.0).to_bits()
}

/// Polygons out of the loops of one shell and the holes that were given with it: loops that run with the whole are
/// shells, loops that run against it are holes. `None` where a hole has no shell.
pub fn assemble(
    loops: Vec<LineString<f64>>,
    holes: Vec<LineString<f64>>,
) -> Option<Vec<Polygon<f64>>> {
    let signed = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).signed_area();
    let whole: f64 = loops.iter().map(&signed).sum();
    let (shells, inner): (Vec<_>, Vec<_>) = loops
        .into_iter()
        .partition(|ring| (signed(ring) >= 0.0) == (whole >= 0.0));
    let mut polygons: Vec<Polygon<f64>> = shells
        .into_iter()
        .map(|shell| Polygon::new(shell, Vec::new()))
        .collect();
    // The smallest shell around a hole is its own.
    polygons.sort_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()));
    for hole in inner.into_iter().chain(holes) {
        let home = polygons.iter_mut().find(|polygon| {
            let bare = Polygon::new(polygon.exterior().clone(), Vec::new());
            // A hole may touch its shell at points; its other points, or the middles of its sides, lie inside.
            hole.0
                .iter()
                .copied()
                .chain(hole.lines().map(|l| (l.start + l.end) / 2.0))
                .any(|c| valid::inside(c, &bare))
        })?;
        home.interiors_push(hole);
    }
    Some(polygons)
}
