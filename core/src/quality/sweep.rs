//! One run of features against those around them.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use geo::Coord;

use super::Ground;
use super::once::{Lone, place};
use super::outline::Outline;
use super::probe::{Crossings, Line, inside, uncovered};
use crate::shard::Box2;
use crate::theme::Topology;

/// A part of an edge with open ground to its right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Open {
    pub feature: u32,
    pub from: Coord<f64>,
    pub to: Coord<f64>,
}

/// What a run left.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Features that may overlap, the smaller number first.
    pub pairs: Vec<(u32, u32)>,
    /// Open edges, in the order of the rings.
    pub open: Vec<Open>,
    /// Features beside those checked.
    pub beside: Vec<u32>,
}

impl Extend<Self> for Seen {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, runs: I) {
        for run in runs {
            self.pairs.extend(run.pairs);
            self.open.extend(run.open);
            self.beside.extend(run.beside);
        }
    }
}

/// Outlines of the features around a run, each made once.
struct Around<'g, G> {
    ground: &'g G,
    places: FxHashMap<u32, usize>,
    outlines: Vec<Outline>,
}

/// A feature beside the one that is swept.
struct Beside {
    feature: u32,
    bbox: Box2,
    /// Of its outline.
    place: usize,
}

impl<G: Ground> Around<'_, G> {
    fn place(&mut self, feature: u32) -> usize {
        *self.places.entry(feature).or_insert_with(|| {
            self.outlines.push(Outline::of(self.ground, feature));
            self.outlines.len() - 1
        })
    }
}

/// Sweeps the features of `run`.
pub(super) fn sweep<G: Ground>(
    ground: &G,
    rules: &Topology,
    run: impl Iterator<Item = u32>,
) -> Seen {
    let mut around = Around {
        ground,
        places: FxHashMap::default(),
        outlines: Vec::new(),
    };
    let mut seen = Seen::default();
    let mut near = Vec::new();
    let mut beside: Vec<Beside> = Vec::new();
    // Each feature, its outline, and where those beside it begin.
    let mut swept = Vec::new();
    for feature in run {
        near.clear();
        let reach = ground.bbox(feature).widened(2.0 * rules.tolerance);
        ground.near(&reach, &mut near);
        near.sort_unstable();
        swept.push((feature, around.place(feature), beside.len()));
        for &other in near.iter().filter(|other| **other != feature) {
            beside.push(Beside {
                feature: other,
                bbox: ground.bbox(other),
                place: around.place(other),
            });
        }
        if feature < ground.checked() {
            let unchecked = |other: &&u32| **other >= ground.checked();
            seen.beside.extend(near.iter().filter(unchecked));
        }
    }
    let outlines = around.outlines;
    let lone = Lone::of(&outlines);
    let ends = swept.iter().skip(1).map(|(_, _, from)| *from);
    for (&(feature, own, from), end) in swept.iter().zip(ends.chain([beside.len()])) {
        let (Some(outline), Some(beside)) = (outlines.get(own), beside.get(from..end)) else {
            continue;
        };
        if !covered_once(rules, &lone, (own, outline), (beside, &outlines)) {
            let feature = (feature, outline);
            one(ground, rules, feature, beside, &outlines, &mut seen);
        }
    }
    seen.beside.sort_unstable();
    seen.beside.dedup();
    seen
}

/// Whether nobody else has ground of a feature, and somebody has what is beyond its edges.
fn covered_once(
    rules: &Topology,
    lone: &Lone,
    (own, outline): (usize, &Outline),
    (beside, outlines): (&[Beside], &[Outline]),
) -> bool {
    let reach = outline.bbox.widened(2.0 * rules.tolerance);
    let mut all = beside.iter().map(|b| b.place).chain([own]);
    if all.any(|place| lone.comes_near(place, &reach)) {
        return false;
    }
    let others = || beside.iter().filter_map(|b| outlines.get(b.place));
    place(outline, rules.tolerance).is_some_and(|p| !others().any(|other| other.holds(p)))
}

fn one(
    ground: &impl Ground,
    rules: &Topology,
    (feature, outline): (u32, &Outline),
    beside: &[Beside],
    outlines: &[Outline],
    seen: &mut Seen,
) {
    // Half of the least boundary an overlap worth a finding can have lies on one of the two features.
    let enough = rules.area_min.sqrt() / 2.0;
    let mut within: SmallVec<[f64; 32]> = SmallVec::from_elem(0.0, beside.len());
    let mut covered: SmallVec<[(f64, f64); 16]> = SmallVec::new();
    let mut crossings = Crossings::default();
    for (a, b) in outline.edges() {
        let Some(line) = Line::of(a, b, rules.tolerance) else {
            continue;
        };
        let mut bbox = Box2::EMPTY;
        bbox.extend(a.x, a.y);
        bbox.extend(b.x, b.y);
        let bbox = bbox.widened(2.0 * rules.tolerance);
        covered.clear();
        for (beside, within) in beside.iter().zip(&mut within) {
            if !beside.bbox.intersects(&bbox) {
                continue;
            }
            let Some(other) = outlines.get(beside.place) else {
                continue;
            };
            crossings.clear();
            other.cross(&line, &mut crossings);
            covered.extend(inside(&mut crossings.right, line.length));
            *within += inside(&mut crossings.left, line.length)
                .map(|(from, to)| to - from)
                .sum::<f64>();
        }
        let least = 2.0 * rules.tolerance;
        if uncovered(&mut covered, line.length, least).is_empty() {
            continue;
        }
        // Where a boundary turns sharply, its own ground lies beside it.
        crossings.clear();
        outline.cross(&line, &mut crossings);
        covered.extend(inside(&mut crossings.right, line.length));
        for (from, to) in uncovered(&mut covered, line.length, least) {
            let end =
                |at: f64, vertex: Coord<f64>, t: f64| if at == t { vertex } else { line.at(at) };
            seen.open.push(Open {
                feature,
                from: end(from, a, 0.0),
                to: end(to, b, line.length),
            });
        }
    }
    for (beside, within) in beside.iter().zip(within) {
        let pair = (feature.min(beside.feature), feature.max(beside.feature));
        if within > enough && pair.0 < ground.checked() {
            seen.pairs.push(pair);
        }
    }
}
