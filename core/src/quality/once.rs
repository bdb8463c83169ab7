//! Which ground is covered once, as nearly all of a clean survey is, told without probing.
//!
//! The rings of a feature wind once around its ground. Those of all features, added up, wind around a place as often as
//! it is covered; an edge that one feature has one way round and another one the other way round adds nothing to that.
//! So how often ground is covered changes at edges without such a twin only. Where none of those comes into a feature's
//! box, its ground is covered evenly and goes on being covered beyond its edges, and one place of it tells how often.

use std::hash::Hasher;

use geo::Coord;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxHasher;
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

type Edge = (Coord<f64>, Coord<f64>);

impl Lone {
    /// Of all edges of these features.
    pub fn of(outlines: &[Outline]) -> Self {
        let most = outlines.iter().map(|outline| outline.coords().len()).sum();
        let mut all: Vec<Edge> = Vec::with_capacity(most);
        all.extend(outlines.iter().flat_map(Outline::edges));
        let mut pairs = Pairs::of(&all).into_iter();
        let mut lone = Self {
            boxes: Vec::new(),
            ends: Vec::with_capacity(outlines.len()),
        };
        for outline in outlines {
            for (a, b) in outline.edges() {
                if !pairs.next().unwrap_or_default() {
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

/// Which edges have one twin, the other way round, and nobody else upon them.
struct Pairs<'e> {
    edges: &'e [Edge],
    /// The number of each one's twin, or one of the two below.
    twins: Vec<u32>,
}

/// Has not met another.
const ALONE: u32 = u32::MAX;
/// Has met one the same way round, or several.
const CLASH: u32 = u32::MAX - 1;

impl<'e> Pairs<'e> {
    fn of(edges: &'e [Edge]) -> Self {
        let mut pairs = Self {
            edges,
            twins: vec![ALONE; edges.len()],
        };
        let mut met: HashTable<u32> = HashTable::with_capacity(edges.len() * 2 / 3);
        // More than can be numbered stay alone, and are probed.
        for this in 0..u32::try_from(edges.len()).unwrap_or(CLASH) {
            let way = pairs.way(this);
            let is_same = |other: &u32| pairs.way(*other).ends == way.ends;
            let again = |other: &u32| pairs.way(*other).hash();
            match met.entry(way.hash(), is_same, again) {
                Entry::Vacant(vacant) => _ = vacant.insert(this),
                Entry::Occupied(first) => {
                    let first = *first.get();
                    pairs.meet(first, this);
                }
            }
        }
        pairs
    }

    /// Notes an edge upon another, the first of those there.
    fn meet(&mut self, first: u32, this: u32) {
        let twin = self.twin(first);
        if twin == ALONE && self.way(first).is_up != self.way(this).is_up {
            self.set(first, this);
            self.set(this, first);
            return;
        }
        for clashing in [first, this, twin] {
            self.set(clashing, CLASH);
        }
    }

    fn twin(&self, edge: u32) -> u32 {
        self.twins.get(edge as usize).copied().unwrap_or(CLASH)
    }

    fn set(&mut self, edge: u32, twin: u32) {
        if let Some(of) = self.twins.get_mut(edge as usize) {
            *of = twin;
        }
    }

    fn way(&self, edge: u32) -> Way {
        self.edges
            .get(edge as usize)
            .map_or_else(Way::default, |(a, b)| Way::of(*a, *b))
    }

    /// Of each edge, in their order.
    fn into_iter(self) -> impl Iterator<Item = bool> {
        self.twins.into_iter().map(|twin| twin < CLASH)
    }
}

/// An edge's two ends to the bit, and which way round it has them.
#[derive(Default, PartialEq)]
struct Way {
    ends: [u64; 4],
    /// East, or north where that is level.
    is_up: bool,
}

impl Way {
    fn of(a: Coord<f64>, b: Coord<f64>) -> Self {
        let is_up = (a.x, a.y) < (b.x, b.y);
        let (low, high) = if is_up { (a, b) } else { (b, a) };
        Self {
            ends: [low.x, low.y, high.x, high.y].map(f64::to_bits),
            is_up,
        }
    }

    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for end in self.ends {
            hasher.write_u64(end);
        }
        hasher.finish()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pair_is_one_edge_each_way_and_nobody_else(ends in prop::collection::vec((0u8..4, 0u8..4), 0..24)) {
            let at = |v: u8| Coord { x: f64::from(v / 2), y: f64::from(v % 2) };
            let all: Vec<Edge> = ends.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (at(a), at(b))).collect();
            let times = |a: Coord<f64>, b: Coord<f64>| all.iter().filter(|edge| **edge == (a, b)).count();
            let expected: Vec<bool> = all.iter().map(|&(a, b)| times(a, b) == 1 && times(b, a) == 1).collect();
            prop_assert_eq!(Pairs::of(&all).into_iter().collect::<Vec<_>>(), expected);
        }
    }
}
