//! Which ground is covered once, as nearly all of a clean survey is, told without probing.
//!
//! The rings of a feature wind once around its ground. Those of all features, added up, wind around a place as often as
//! it is covered; an edge that one feature has one way round and another one the other way round adds nothing to that.
//! So how often ground is covered changes at edges without such a twin only. Where none of those comes into a feature's
//! box, its ground is covered evenly and goes on being covered beyond its edges, and one place of it tells how often.

use std::collections::hash_map::Entry;

use geo::Coord;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::outline::Outline;
use crate::shard::Box2;

/// Edges of some features that have no twin among them, or several.
pub(super) struct Lone {
    /// The box of each.
    boxes: Vec<Box2>,
    /// Where those of each feature end.
    ends: Vec<usize>,
}

/// Who has an edge, by the number of its occurrence, on its way up (east, or north where that is level) and down.
#[derive(Default)]
struct Owners {
    up: Option<usize>,
    down: Option<usize>,
    /// Somebody has it the same way round.
    clash: bool,
}

impl Lone {
    /// Of all edges of these features.
    pub fn of(outlines: &[Outline]) -> Self {
        let all: usize = outlines.iter().map(|o| o.coords().len()).sum();
        let mut paired = Vec::with_capacity(all);
        let mut owners: FxHashMap<[u64; 4], Owners> = FxHashMap::default();
        owners.reserve(all * 2 / 3);
        for (a, b) in outlines.iter().flat_map(Outline::edges) {
            let is_up = (a.x, a.y) < (b.x, b.y);
            let (low, high) = if is_up { (a, b) } else { (b, a) };
            let key = [low.x, low.y, high.x, high.y].map(f64::to_bits);
            let this = paired.len();
            paired.push(false);
            match owners.entry(key) {
                Entry::Vacant(vacant) => _ = vacant.insert(Owners::first(this, is_up)),
                Entry::Occupied(mut owners) => owners.get_mut().add(this, is_up, &mut paired),
            }
        }
        let mut lone = Self {
            boxes: Vec::new(),
            ends: Vec::with_capacity(outlines.len()),
        };
        let mut paired = paired.into_iter();
        for outline in outlines {
            for (a, b) in outline.edges() {
                if !paired.next().unwrap_or_default() {
                    let mut bbox = Box2::point(a.x, a.y);
                    bbox.extend(b.x, b.y);
                    lone.boxes.push(bbox);
                }
            }
            lone.ends.push(lone.boxes.len());
        }
        lone
    }

    /// Whether such an edge of the feature at `place` may come within `reach`.
    pub fn comes_near(&self, place: usize, reach: &Box2) -> bool {
        let end = |place: usize| self.ends.get(place).copied();
        let start = place.checked_sub(1).and_then(end).unwrap_or_default();
        let own = start..end(place).unwrap_or(start);
        let mut boxes = self.boxes.get(own).unwrap_or_default().iter();
        boxes.any(|bbox| bbox.intersects(reach))
    }
}

impl Owners {
    fn first(edge: usize, is_up: bool) -> Self {
        let mut owners = Self::default();
        *owners.side(is_up) = Some(edge);
        owners
    }

    fn side(&mut self, is_up: bool) -> &mut Option<usize> {
        if is_up { &mut self.up } else { &mut self.down }
    }

    /// Adds an occurrence; notes which of the edges are paired now, and which no longer.
    fn add(&mut self, edge: usize, is_up: bool, paired: &mut [bool]) {
        let side = self.side(is_up);
        let clash = side.is_some();
        side.get_or_insert(edge);
        self.clash |= clash;
        let is_pair = !self.clash;
        for of in [self.up, self.down].into_iter().flatten() {
            if let Some(paired) = paired.get_mut(of) {
                *paired = is_pair;
            }
        }
    }
}

/// A place of the feature's ground on the level line through the middle of its box, at least `from_edges` metres from the
/// edges west and east of it; none where the ground is narrower there.
pub(super) fn place(outline: &Outline, from_edges: f64) -> Option<Coord<f64>> {
    let y = f64::midpoint(outline.bbox.min_y, outline.bbox.max_y);
    let mut crossings: SmallVec<[f64; 16]> = outline
        .edges()
        .filter(|(a, b)| (a.y > y) != (b.y > y))
        .map(|(a, b)| a.x + (b.x - a.x) * ((y - a.y) / (b.y - a.y)))
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let (rooms, _) = crossings.as_chunks::<2>();
    let widest = rooms
        .iter()
        .max_by(|[a, b], [c, d]| (b - a).total_cmp(&(d - c)))?;
    let [west, east] = *widest;
    (east - west >= 2.0 * from_edges).then(|| Coord {
        x: f64::midpoint(west, east),
        y,
    })
}
