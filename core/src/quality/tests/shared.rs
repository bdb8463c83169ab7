//! Ground whose neighbours share their edges vertex for vertex, which is told to be covered once without probing.

use geo::{Area, BooleanOps, Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::partition::Chance;
use super::{agree, brute, checked};
use crate::quality::{Finding, FindingKind};

/// Crooked cells of about `size` metres, `across` times as many, with a vertex between the corners on every side.
fn lattice(
    chance: &mut Chance,
    across: usize,
    size: f64,
    [east, north]: [f64; 2],
) -> Vec<Polygon<f64>> {
    let halves = 2 * across + 1;
    let mut vertices = Vec::new();
    for i in 0..halves * halves {
        let mut at = |n: usize| (n as f64 + 0.3 * (chance.unit() - 0.5)) * size / 2.0;
        vertices.push(Coord {
            x: 4e5 + east + at(i % halves),
            y: 2.3e6 + north + at(i / halves),
        });
    }
    let around = [
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 1],
        [2, 2],
        [1, 2],
        [0, 2],
        [0, 1],
        [0, 0],
    ];
    (0..across * across)
        .map(|cell| {
            let (column, row) = (2 * (cell % across), 2 * (cell / across));
            let ring = around.map(|[x, y]| vertices[(row + y) * halves + column + x]);
            Polygon::new(LineString::new(ring.to_vec()), Vec::new())
        })
        .collect()
}

fn parted(found: &[Finding]) -> (Vec<&Finding>, Vec<&Finding>) {
    found
        .iter()
        .partition(|f| f.detail.en.contains("overlap") || f.kind == FindingKind::Duplicate)
}

#[test]
fn a_shared_lattice_is_clean() {
    let found = checked(lattice(&mut Chance(1), 12, 20.0, [0.0; 2])).findings;
    assert!(found.is_empty(), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Nearly every edge has its twin, in its own layer.
    #[test]
    fn two_layers_of_the_same_ground_overlap_everywhere(
        seed in any::<u64>(), size in 15.0..40.0f64, east in -30.0..60.0f64, north in -30.0..60.0f64,
    ) {
        let mut chance = Chance(seed);
        let mut features = lattice(&mut chance, 6, 20.0, [0.0; 2]);
        features.extend(lattice(&mut chance, 5, size, [east, north]));
        let (overlaps, _) = brute(&features);
        let found = checked(features).findings;
        let (pairs, _) = parted(&found);
        agree(&pairs, &overlaps)?;
    }

    #[test]
    fn what_is_wrong_with_shared_ground_is_found(
        seed in any::<u64>(), doubled in 0usize..3, moved in 0usize..4, bent in 0usize..4, lost in 0usize..2,
    ) {
        let mut chance = Chance(seed);
        let mut features = lattice(&mut chance, 7, 20.0, [0.0; 2]);
        let all: MultiPolygon<f64> = geo::unary_union(&features);
        for _ in 0..doubled {
            let twin = features[chance.below(features.len())].clone();
            features.push(twin);
        }
        let change = |ring: &LineString<f64>, each: &mut dyn FnMut(usize, &mut Coord<f64>)| {
            let mut ring = ring.clone();
            ring.0.pop();
            ring.0.iter_mut().enumerate().for_each(|(i, c)| each(i, c));
            Polygon::new(ring, Vec::new())
        };
        for _ in 0..moved {
            let at = chance.below(features.len());
            let by = Coord { x: chance.unit() * 9.0 - 4.5, y: chance.unit() * 9.0 - 4.5 };
            features[at] = change(features[at].exterior(), &mut |_, c| *c = *c + by);
        }
        for _ in 0..bent {
            let (at, vertex) = (chance.below(features.len()), chance.below(8));
            let by = Coord { x: chance.unit() * 4.0 - 2.0, y: chance.unit() * 4.0 - 2.0 };
            features[at] = change(features[at].exterior(), &mut |i, c| if i == vertex { *c = *c + by });
        }
        for _ in 0..lost {
            // One that is not on the rim.
            features.remove(7 * (2 + chance.below(3)) + 2 + chance.below(3));
        }
        prop_assume!(features.iter().all(geo::Validation::is_valid));
        let (overlaps, _) = brute(&features);
        let found = checked(features.clone()).findings;
        let (pairs, gaps) = parted(&found);
        agree(&pairs, &overlaps)?;
        // Bays of the rim are open ground, but no gaps; all other open ground is, unless it is too little.
        let inner = features.iter().fold(all, |left, f| left.difference(f));
        for gap in &gaps {
            let gap = Polygon::try_from(gap.geometry.clone()).unwrap();
            let beyond = gap.unsigned_area() - inner.intersection(&gap).unsigned_area();
            prop_assert!(beyond < 0.05 + 0.02 * gap.unsigned_area(), "invented {gap:?}");
        }
        let there: MultiPolygon<f64> = gaps.iter().filter_map(|f| Polygon::try_from(f.geometry.clone()).ok()).collect();
        let holes = geo::unary_union(&features);
        for hole in holes.iter().flat_map(Polygon::interiors) {
            let hole = MultiPolygon::from(Polygon::new(hole.clone(), Vec::new()));
            let open = features.iter().fold(hole, |left, f| left.difference(f));
            let (area, left) = (open.unsigned_area(), open.difference(&there).unsigned_area());
            prop_assert!(area < 0.2 || left < 0.05 + 0.02 * area, "of a gap of {area} m² {left} m² are not found");
        }
    }
}
