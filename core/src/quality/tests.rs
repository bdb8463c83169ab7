//! Made-up ground: partitions that are clean to the noise of a grid transform, with and without planted defects, beside
//! what geo's overlays of everything with everything say.

mod partition;
mod shared;

use geo::{Area, BooleanOps, BoundingRect, LineString, MultiPolygon, Polygon, unary_union};
use proptest::prelude::*;

use self::partition::{Chance, dent, partition};
use super::width::width;
use super::*;
use crate::shard::Box2;
use crate::theme::{CommuneRule, Topology};

/// Features in memory; every search looks at all of them.
struct Made {
    features: Vec<Polygon<f64>>,
    boxes: Vec<Box2>,
    checked: u32,
}

impl Made {
    fn new(features: Vec<Polygon<f64>>) -> Self {
        let boxes = features
            .iter()
            .map(|f| {
                let r = f.bounding_rect().unwrap();
                Box2 {
                    min_x: r.min().x,
                    min_y: r.min().y,
                    max_x: r.max().x,
                    max_y: r.max().y,
                }
            })
            .collect();
        let checked = features.len() as u32;
        Self {
            features,
            boxes,
            checked,
        }
    }
}

impl Ground for Made {
    fn checked(&self) -> u32 {
        self.checked
    }

    fn bbox(&self, feature: u32) -> Box2 {
        self.boxes[feature as usize]
    }

    fn near(&self, reach: &Box2, found: &mut Vec<u32>) {
        found.extend((0..self.features.len() as u32).filter(|i| self.bbox(*i).intersects(reach)));
    }

    fn rings(&self, feature: u32, take: &mut RingTaker<'_>) {
        let polygon = &self.features[feature as usize];
        take(false, &mut polygon.exterior().0.iter().copied());
        for hole in polygon.interiors() {
            take(true, &mut hole.0.iter().copied());
        }
    }

    fn name(&self, feature: u32) -> Named {
        let dataset = if feature < self.checked {
            "own"
        } else {
            "other"
        };
        Named {
            dataset: dataset.to_owned(),
            key: feature.to_string(),
        }
    }

    fn commune(&self, _: u32) -> Option<String> {
        Some("07210".to_owned())
    }
}

fn rules() -> Topology {
    Topology {
        tolerance: 0.002,
        area_min: 0.1,
        sliver_width: 0.2,
        gap_max: 1000.0,
        commune: Some(CommuneRule {
            field: 0,
            theme: String::new(),
            code: String::new(),
            version: None,
            tolerance: 50.0,
        }),
    }
}

fn checked(features: Vec<Polygon<f64>>) -> Checked {
    check(&Made::new(features), &rules(), &Communes::default())
}

/// Two features and the area they share.
type Shared = (usize, usize, f64);

/// What everything with everything gives: overlaps by pair, and holes of the union, each with its area.
fn brute(features: &[Polygon<f64>]) -> (Vec<Shared>, Vec<Polygon<f64>>) {
    let rules = rules();
    let wide = |p: &Polygon<f64>| width(p) > rules.tolerance;
    let mut overlaps = Vec::new();
    for a in 0..features.len() {
        for b in a + 1..features.len() {
            let (r, s) = (features[a].bounding_rect(), features[b].bounding_rect());
            if !geo::Intersects::intersects(&r.unwrap(), &s.unwrap()) {
                continue;
            }
            let common = features[a].intersection(&features[b]);
            let area: f64 = common
                .iter()
                .filter(|p| wide(p))
                .map(Area::unsigned_area)
                .sum();
            if area > 0.0 {
                overlaps.push((a, b, area));
            }
        }
    }
    let union: MultiPolygon<f64> = unary_union(features);
    let gaps = union
        .iter()
        .flat_map(Polygon::interiors)
        .map(|hole| Polygon::new(hole.clone(), Vec::new()))
        .filter(wide)
        .collect();
    (overlaps, gaps)
}

/// Whether all overlaps worth a finding are found with their areas, and no other.
fn agree(pairs: &[&Finding], overlaps: &[Shared]) -> Result<(), TestCaseError> {
    let near = |a: f64, b: f64| (a - b).abs() <= 0.05 + 0.02 * a.max(b);
    for (a, b, area) in overlaps {
        let keys = [a.to_string(), b.to_string()];
        let finding = pairs.iter().find(|f| f.keys == keys);
        prop_assert!(
            *area < rules().area_min * 1.5 || finding.is_some_and(|f| near(f.area.unwrap(), *area)),
            "overlap of {a} and {b}, {area} m²: {finding:?}",
        );
    }
    for f in pairs {
        let is = |(a, b, _): &Shared| f.keys == [a.to_string(), b.to_string()];
        prop_assert!(overlaps.iter().any(is), "invented {f:?}");
    }
    Ok(())
}

#[test]
fn a_clean_partition_has_no_findings() {
    for seed in 0..40 {
        let features = partition(seed, 150);
        let found = checked(features);
        assert!(
            found.findings.is_empty(),
            "seed {seed}: {:?}",
            found.findings
        );
    }
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let mut features = partition(7, 200);
    let area = |f: &Polygon<f64>| f.unsigned_area();
    // One parcel twice, and one that is not there.
    let twin = features.iter().position(|f| area(f) > 300.0).unwrap();
    features.push(features[twin].clone());
    let inner = (0..features.len())
        .find(|i| {
            *i != twin
                && features[*i].interiors().is_empty()
                && (20.0..60.0).contains(&area(&features[*i]))
        })
        .unwrap();
    let lost = area(&features[inner]);
    features.remove(inner);
    let found = checked(features);
    let kinds: Vec<_> = found.findings.iter().map(|f| f.kind).collect();
    assert_eq!(
        kinds,
        [FindingKind::Duplicate, FindingKind::Gap],
        "{:#?}",
        found.findings
    );
    assert!((found.findings[1].area.unwrap() - lost).abs() < 1e-3);
    assert_eq!(found.of(Severity::Error), 2);
}

#[test]
fn narrow_strips_are_slivers_and_noise_is_nothing() {
    let square = |x: f64, w: f64| geo::Rect::new((x, 0.0), (x + w, 40.0)).to_polygon();
    let beside = |at: f64| {
        let frame = Polygon::new(
            LineString::from(vec![
                (-9., -9.),
                (99., -9.),
                (99., 49.),
                (-9., 49.),
                (-9., -9.),
            ]),
            vec![LineString::from(vec![
                (0., 0.),
                (20. + at.max(0.) + 20., 0.),
                (20. + at.max(0.) + 20., 40.),
                (0., 40.),
                (0., 0.),
            ])],
        );
        let last = 20.0 + at;
        checked(vec![
            frame,
            square(0.0, 20.0),
            square(last, 40.0 + at.max(0.) - last),
        ])
    };
    let kinds = |found: &Checked| {
        found
            .findings
            .iter()
            .map(|f| (f.kind, f.severity))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(&beside(0.05)),
        [(FindingKind::Sliver, Severity::Warning)]
    );
    assert_eq!(
        kinds(&beside(-0.05)),
        [(FindingKind::Sliver, Severity::Warning)]
    );
    assert_eq!(kinds(&beside(0.5)), [(FindingKind::Gap, Severity::Error)]);
    assert_eq!(
        kinds(&beside(-0.5)),
        [(FindingKind::Overlap, Severity::Error)]
    );
    assert_eq!(kinds(&beside(0.001)), []);
    assert_eq!(kinds(&beside(-0.001)), []);
    let gap = beside(0.5).findings.remove(0);
    assert!((gap.area.unwrap() - 20.0).abs() < 0.01, "{gap:?}");
    assert_eq!(gap.keys, ["0", "1", "2"]);
}

#[test]
fn ground_left_empty_on_purpose_is_no_gap() {
    let ring = |x: f64, y: f64, s: f64| {
        LineString::from(vec![(x, y), (x + s, y), (x + s, y + s), (x, y + s), (x, y)])
    };
    let around = |s: f64| {
        vec![Polygon::new(
            ring(-50.0, -50.0, 200.0),
            vec![ring(0.0, 0.0, s)],
        )]
    };
    assert_eq!(checked(around(31.0)).findings.len(), 1);
    assert_eq!(checked(around(32.0)).findings.len(), 0, "over 1000 m²");
    // An island in the empty ground takes its own part of it.
    let mut island = around(31.0);
    island.push(Polygon::new(ring(10.0, 10.0, 3.0), Vec::new()));
    let found = checked(island);
    assert_eq!(found.findings.len(), 1);
    assert!((found.findings[0].area.unwrap() - 952.0).abs() < 0.01);
}

#[test]
fn features_beside_are_looked_at_but_not_checked() {
    let square = |x: f64| geo::Rect::new((x, 0.0), (x + 20.0, 40.0)).to_polygon();
    // 1 overlaps 2; 3 and 4 overlap each other elsewhere.
    let mut made = Made::new(vec![square(0.0), square(18.0), square(36.0), square(54.0)]);
    made.checked = 1;
    let found = check(&made, &rules(), &Communes::default());
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].keys, ["0", "1"]);
    assert_eq!(found.findings[0].other.as_deref(), Some("other"));
}

#[test]
fn a_parcel_far_from_its_commune_is_found() {
    let square = |x: f64| geo::Rect::new((x, 0.0), (x + 20.0, 20.0)).to_polygon();
    let mut communes = Communes::default();
    let ground = geo::Rect::new((0.0, -500.0), (1000.0, 500.0)).to_polygon();
    communes.insert("07210".to_owned(), ground.into());
    // Inside, across the boundary, outside within the tolerance, outside by half, outside.
    let made = Made::new([500.0, 990.0, 1025.0, 1040.0, 1200.0].map(square).to_vec());
    let found = check(&made, &rules(), &communes).findings;
    let found: Vec<_> = found
        .into_iter()
        .filter(|f| f.kind == FindingKind::OutsideCommune)
        .collect();
    let outside: Vec<_> = found
        .iter()
        .map(|f| (f.keys[0].as_str(), f.severity))
        .collect();
    assert_eq!(outside, [("3", Severity::Warning), ("4", Severity::Error)]);
    assert!(
        found[1].detail.en.contains("by up to 220 m"),
        "{:?}",
        found[1].detail
    );
}

#[test]
fn long_rings_are_probed_in_blocks_like_short_ones() {
    let around = |n: usize, r: f64| -> LineString<f64> {
        let at = |i: usize| {
            let t = std::f64::consts::TAU * (i % n) as f64 / n as f64;
            (4e5 + r * t.cos(), 2.3e6 + r * t.sin())
        };
        (0..=n).map(at).collect::<Vec<_>>().into()
    };
    let lake = Polygon::new(around(5000, 300.0), Vec::new());
    let shore = Polygon::new(around(5000, 400.0), vec![around(5000, 300.0)]);
    assert!(checked(vec![lake.clone(), shore]).findings.is_empty());
    let shore = Polygon::new(around(5000, 400.0), vec![around(4000, 299.0)]);
    let found = checked(vec![lake, shore]).findings;
    assert_eq!(found.len(), 1);
    let common = std::f64::consts::PI * (300.0 * 300.0 - 299.0 * 299.0);
    assert!((found[0].area.unwrap() - common).abs() < 1.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn dents_are_found_as_everything_with_everything_finds_them(
        seed in any::<u64>(), dents in 1usize..12, by in 0.3..6.0f64,
    ) {
        let mut chance = Chance(seed);
        let mut features = partition(seed, 60);
        let ground: MultiPolygon<f64> = unary_union(&features);
        for _ in 0..dents {
            let at = chance.below(features.len());
            dent(&mut features[at], &mut chance, by);
        }
        prop_assume!(features.iter().all(geo::Validation::is_valid));
        let (overlaps, gaps) = brute(&features);
        let rules = rules();
        let found = checked(features.clone()).findings;
        let (pairs, holes): (Vec<_>, Vec<_>) = found.iter().partition(|f| f.detail.en.contains("overlap"));
        agree(&pairs, &overlaps)?;
        // A gap with a neck narrower than the tolerance is two; the ground is the same.
        let there: MultiPolygon<f64> = holes
            .iter()
            .filter_map(|f| Polygon::try_from(f.geometry.clone()).ok())
            .collect();
        let trifle = |area: f64| 0.05 + 0.02 * area;
        // One feature after the other: the union of many closes what is narrow, and loses what is small.
        let bare = |piece: &Polygon<f64>| {
            let start = MultiPolygon::from(piece.clone());
            features.iter().fold(start, |left, f| left.difference(f))
        };
        for hole in &gaps {
            let open = bare(hole);
            let area = open.unsigned_area();
            let left = open.difference(&there).unsigned_area();
            prop_assert!(
                area < rules.area_min * 1.5 || area > rules.gap_max || left < trifle(area),
                "of a gap of {area} m² {left} m² are not found",
            );
        }
        for piece in &there {
            let beyond = piece.unsigned_area() - bare(piece).intersection(&ground).unsigned_area();
            prop_assert!(beyond < trifle(piece.unsigned_area()), "invented {beyond} m² of {piece:?}");
        }
    }

    #[test]
    fn any_clean_partition_is_clean(seed in any::<u64>(), cuts in 1usize..120) {
        let found = checked(partition(seed, cuts)).findings;
        prop_assert!(found.is_empty(), "{found:?}");
    }
}
