//! Polygons repaired where there is only one right answer.

use std::collections::BTreeSet;

use geo::winding_order::Winding;
use geo::{Area, Coord, Geometry, LineString, MultiPolygon, Polygon};

use super::rings::{RingState, examine, turns_back};
use super::{Flaw, Judge, Repair, lines, split, valid};

/// A spike's widest foot that is cut off, in metres: what rounding in a survey's software leaves behind.
const SPIKE: f64 = 0.001;

/// Valid polygons out of `polygons`, oriented, as a plain polygon where one remains.
pub fn polygons(
    polygons: Vec<Polygon<f64>>,
    judge: Judge,
    repairs: &mut BTreeSet<Repair>,
) -> Result<Geometry<f64>, Flaw> {
    let polygons = if valid::surely_valid(&polygons) {
        polygons
    } else {
        let mut mended = Vec::with_capacity(polygons.len());
        for polygon in polygons {
            mended.extend(polygon_parts(polygon, repairs)?);
        }
        if mended.is_empty() {
            return Err(Flaw::TooFewPoints);
        }
        if let Some(reason) = valid::complaint(&mended, judge) {
            return Err(Flaw::Invalid { reason });
        }
        mended
    };
    let mut polygons = polygons;
    polygons.iter_mut().for_each(orient);
    match (polygons.len(), polygons.pop()) {
        (1, Some(only)) => Ok(only.into()),
        (_, Some(last)) => {
            polygons.push(last);
            Ok(MultiPolygon(polygons).into())
        }
        (_, None) => Err(Flaw::Empty),
    }
}

/// Turns the shell counter-clockwise and its holes clockwise, where they lie.
fn orient(polygon: &mut Polygon<f64>) {
    polygon.exterior_mut(LineString::make_ccw_winding);
    polygon.interiors_mut(|holes| holes.iter_mut().for_each(LineString::make_cw_winding));
}

fn polygon_parts(
    polygon: Polygon<f64>,
    repairs: &mut BTreeSet<Repair>,
) -> Result<Vec<Polygon<f64>>, Flaw> {
    let (shell, holes) = polygon.into_inner();
    let Some(shell) = ring(shell, repairs)? else {
        // Nothing is left of the shell; its holes had nothing to be cut from.
        repairs.insert(Repair::EmptyPart);
        return Ok(Vec::new());
    };
    let mut inner = Vec::with_capacity(holes.len());
    for hole in holes {
        match ring(hole, repairs)? {
            Some(loops) => inner.extend(loops),
            None => {
                repairs.insert(Repair::EmptyPart);
            }
        }
    }
    let (shell, inner) = put_in_order(shell, inner, repairs);
    split::assemble(shell, inner).ok_or_else(|| Flaw::Invalid {
        reason: "a hole lies outside its shell".to_owned(),
    })
}

/// The loops of one ring after its small faults are gone; `None` where it has no area.
fn ring(
    ring: LineString<f64>,
    repairs: &mut BTreeSet<Repair>,
) -> Result<Option<Vec<LineString<f64>>>, Flaw> {
    let mut coords = ring.0;
    lines::dedupe(&mut coords, repairs);
    if coords.len() < 4 {
        return Ok(None);
    }
    match examine(&coords) {
        RingState::Simple => return Ok(Some(vec![LineString(coords)])),
        RingState::Touch => {}
        RingState::Spike(_) | RingState::Crossing(_) => {
            if cut_spikes(&mut coords) {
                repairs.insert(Repair::Spike);
            }
            if coords.len() < 4 {
                return Ok(None);
            }
        }
    }
    match examine(&coords) {
        RingState::Simple => Ok(Some(vec![LineString(coords)])),
        RingState::Touch => {
            repairs.insert(Repair::SelfTouch);
            let loops = split::loops(&coords);
            Ok((!loops.is_empty()).then_some(loops))
        }
        RingState::Spike(at) => Err(crossing(coords.get(at).copied().unwrap_or_default())),
        RingState::Crossing(at) => Err(crossing(at)),
    }
}

fn crossing(at: Coord<f64>) -> Flaw {
    Flaw::Crossing {
        at: format!("{:.2}, {:.2}", at.x, at.y),
    }
}

/// Cuts off points where the ring turns back on itself within [`SPIKE`]; whether there were any.
fn cut_spikes(ring: &mut Vec<Coord<f64>>) -> bool {
    ring.pop();
    let mut cut = false;
    loop {
        let count = ring.len();
        if count < 3 {
            break;
        }
        let found = (0..count).find(|&i| {
            let at = |k: usize| ring.get(k % count).copied().unwrap_or_default();
            is_spike(at(i + count - 1), at(i), at(i + 1))
        });
        let Some(at) = found else { break };
        ring.remove(at);
        cut = true;
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
    }
    ring.extend(ring.first().copied());
    cut
}

/// Whether the way a → b → c turns back at b so that c lies within [`SPIKE`] of the side a–b, or a of b–c.
fn is_spike(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    if turns_back(a, b, c) {
        return true;
    }
    let (u, v) = (a - b, c - b);
    let dot = u.x * v.x + u.y * v.y;
    let (u_long, v_long) = (u.x.hypot(u.y), v.x.hypot(v.y));
    // An acute corner of a narrow but real strip is wider at its foot; this one is shut all along the shorter side.
    dot > 0.0
        && (u.x * v.y - u.y * v.x).abs() <= SPIKE * u_long.max(v_long)
        && u_long.min(v_long) > SPIKE
}

/// The largest ring is the shell wherever it stood, if it holds all the others.
fn put_in_order(
    shell: Vec<LineString<f64>>,
    inner: Vec<LineString<f64>>,
    repairs: &mut BTreeSet<Repair>,
) -> (Vec<LineString<f64>>, Vec<LineString<f64>>) {
    let area = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).unsigned_area();
    let ([first], Some((at, largest))) = (
        shell.as_slice(),
        inner
            .iter()
            .enumerate()
            .max_by(|(_, a), (_, b)| area(a).total_cmp(&area(b))),
    ) else {
        return (shell, inner);
    };
    let around = Polygon::new(largest.clone(), Vec::new());
    let holds = |ring: &LineString<f64>| ring.0.iter().all(|&c| valid::inside(c, &around));
    let others = inner
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != at)
        .map(|(_, r)| r);
    if area(largest) <= area(first) || !std::iter::once(first).chain(others).all(holds) {
        return (shell, inner);
    }
    repairs.insert(Repair::RingOrder);
    let mut rest = inner;
    let largest = rest.swap_remove(at);
    rest.extend(shell);
    (vec![largest], rest)
}
