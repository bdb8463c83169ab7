//! Measured areas beside geo's overlay and beside arithmetic, on plain and on nasty ground.

use geo::{Area, BooleanOps, Coord, LineString, MultiPolygon, Polygon, Rect};
use proptest::prelude::*;

use super::{Desk, Outline, common_area};

/// Far from the origin, as parcels are.
const PLACE: Coord<f64> = Coord {
    x: 416_226.137,
    y: 2_353_402.771,
};

fn outline(polygons: &MultiPolygon<f64>) -> Outline {
    Outline::of(&polygons.clone().into())
}

fn common(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> f64 {
    common_area(&outline(a), &outline(b), &mut Desk::default())
}

fn block(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
    let (x, y) = (PLACE.x, PLACE.y);
    MultiPolygon(vec![
        Rect::new((x + west, y + south), (x + east, y + north)).to_polygon(),
    ])
}

fn ring(places: impl IntoIterator<Item = (f64, f64)>) -> LineString<f64> {
    places
        .into_iter()
        .map(|(x, y)| PLACE + Coord { x, y })
        .collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn blocks_share_what_arithmetic_says() {
    let whole = block(0.0, 0.0, 20.0, 10.0);
    assert!(close(common(&whole, &block(15.0, 5.0, 40.0, 40.0)), 25.0));
    assert!(close(common(&whole, &block(-5.0, -5.0, 40.0, 40.0)), 200.0));
    assert!(close(common(&whole, &block(5.0, 2.0, 6.0, 3.0)), 1.0));
    assert!(close(common(&whole, &whole), 200.0));
    // Neighbours that share an edge, a corner, nothing.
    assert!(close(common(&whole, &block(20.0, 0.0, 30.0, 10.0)), 0.0));
    assert!(close(common(&whole, &block(20.0, 10.0, 30.0, 20.0)), 0.0));
    assert!(close(common(&whole, &block(50.0, 0.0, 60.0, 10.0)), 0.0));
}

#[test]
fn a_hole_is_not_shared_and_an_island_in_it_is() {
    let shell = block(0.0, 0.0, 30.0, 30.0).0[0].exterior().clone();
    let hole = block(10.0, 10.0, 20.0, 20.0).0[0].exterior().clone();
    let island = block(12.0, 12.0, 14.0, 14.0);
    let ground = MultiPolygon(vec![Polygon::new(shell, vec![hole]), island.0[0].clone()]);
    assert!(close(outline(&ground).area(), 804.0));
    assert!(close(common(&ground, &block(9.0, 9.0, 21.0, 21.0)), 48.0));
    assert!(close(common(&ground, &block(15.0, 15.0, 18.0, 18.0)), 0.0));
    assert!(close(common(&ground, &block(12.5, 12.5, 13.0, 13.0)), 0.25));
}

#[test]
fn rings_that_touch_the_box_of_the_other_in_corners_are_counted_once() {
    // A star of four points, each on the middle of a side of the block; the block's corners lie outside.
    let star = MultiPolygon(vec![Polygon::new(
        ring([(10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 10.0)]),
        vec![],
    )]);
    let whole = block(0.0, 0.0, 20.0, 20.0);
    assert!(close(common(&star, &whole), 200.0));
    for (west, south) in [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)] {
        let quarter = block(west, south, west + 10.0, south + 10.0);
        assert!(close(common(&star, &quarter), 50.0), "{west} {south}");
        assert!(close(common(&quarter, &star), 50.0), "{west} {south}");
    }
}

#[test]
fn a_comb_of_many_teeth_is_measured_by_halves() {
    // 2,000 teeth 0.5 m wide, 5,000 m long, from a beam in the south.
    let mut places = vec![(0.0, -1.0)];
    for tooth in 0..2000 {
        let x = f64::from(tooth);
        places.extend([(x, 0.0), (x, 5000.0), (x + 0.5, 5000.0), (x + 0.5, 0.0)]);
    }
    places.push((2000.0, 0.0));
    places.push((2000.0, -1.0));
    let comb = MultiPolygon(vec![Polygon::new(ring(places), vec![])]);
    let area = 2000.0 * 0.5 * 5000.0 + 2000.0;
    assert!((outline(&comb).area() - area).abs() < 1e-5);
    let across = block(-10.0, 1000.0, 3000.0, 1010.0);
    assert!((common(&comb, &across) - 10_000.0).abs() < 1e-5);
    assert!((common(&comb, &comb) - area).abs() < 1e-4);
}

#[test]
fn points_lines_and_nothing_have_no_area() {
    let line: geo::Geometry<f64> = ring([(0.0, 0.0), (10.0, 10.0)]).into();
    assert!(Outline::of(&line).is_empty());
    let nothing = Outline::of(&geo::Geometry::Point(geo::Point(PLACE)));
    let whole = outline(&block(0.0, 0.0, 20.0, 10.0));
    assert_eq!(common_area(&nothing, &whole, &mut Desk::default()), 0.0);
}

/// A polygon seen whole from a place, with as many corners as radii, perhaps with a hole of its own shape.
fn star() -> impl Strategy<Value = MultiPolygon<f64>> {
    let radii = prop::collection::vec(2.0..60.0f64, 3..40);
    let place = (-30.0..30.0f64, -30.0..30.0f64);
    // On a grid of metres corners lie on each other's edges and corners, and edges on each other.
    (
        radii,
        place,
        any::<bool>(),
        prop::sample::select(vec![0.0, 0.001, 1.0, 5.0]),
    )
        .prop_map(|(radii, (x, y), hole, grid)| {
            let around = |share: f64| {
                let step = std::f64::consts::TAU / radii.len() as f64;
                let corners = radii.iter().enumerate().map(|(i, r)| {
                    let angle = step * i as f64;
                    let on = |v: f64| {
                        if grid > 0.0 {
                            (v / grid).round() * grid
                        } else {
                            v
                        }
                    };
                    (
                        on(x + share * r * angle.cos()),
                        on(y + share * r * angle.sin()),
                    )
                });
                ring(corners.collect::<Vec<_>>())
            };
            let holes = if hole { vec![around(0.4)] } else { vec![] };
            MultiPolygon(vec![Polygon::new(around(1.0), holes)])
        })
}

/// As a layer holds it: valid, and in metres with three decimals or as computed.
fn valid(polygons: MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
    use geo::Validation;
    (polygons.is_valid() && polygons.unsigned_area() > 0.1).then_some(polygons)
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_geo_constructs(a in star().prop_filter_map("invalid", valid), b in star().prop_filter_map("invalid", valid)) {
        let constructed = a.intersection(&b).unsigned_area();
        let measured = common(&a, &b);
        prop_assert!((measured - constructed).abs() < 1e-4, "{measured} {constructed}");
    }

    #[test]
    fn it_does_not_matter_which_comes_first(a in star().prop_filter_map("invalid", valid), b in star().prop_filter_map("invalid", valid)) {
        prop_assert!((common(&a, &b) - common(&b, &a)).abs() < 1e-9);
    }

    #[test]
    fn a_polygon_shares_all_of_itself(a in star().prop_filter_map("invalid", valid)) {
        prop_assert!((common(&a, &a) - a.unsigned_area()).abs() < 1e-6);
        prop_assert!((outline(&a).area() - a.unsigned_area()).abs() < 1e-6);
    }

    /// Strips that cover the plane, cut at places that fall on corners too: nothing is lost between them, nothing is
    /// counted twice.
    #[test]
    fn parts_sum_to_the_whole(
        a in star().prop_filter_map("invalid", valid),
        cuts in prop::collection::btree_set(-90i32..90, 1..12),
        leans in prop::collection::vec(-3.0..3.0f64, 12),
        upright in any::<bool>(),
    ) {
        let mut places = vec![-200.0];
        places.extend(cuts.iter().map(|cut| f64::from(*cut)));
        places.push(200.0);
        // Neighbouring strips share their two corners, so they share the very same edge.
        let lean = |i: usize| if i == 0 || i + 1 == places.len() { 0.0 } else { 0.04 * leans[i % leans.len()] };
        let turn = |(x, y): (f64, f64)| if upright { (x, y) } else { (y, x) };
        let mut sum = 0.0;
        for i in 0..places.len() - 1 {
            let (west, east) = (places[i], places[i + 1]);
            let corners = [
                (west - lean(i), -200.0),
                (east - lean(i + 1), -200.0),
                (east + lean(i + 1), 200.0),
                (west + lean(i), 200.0),
            ];
            let strip = MultiPolygon(vec![Polygon::new(ring(corners.map(turn)), vec![])]);
            sum += common(&strip, &a);
        }
        prop_assert!((sum - a.unsigned_area()).abs() < 1e-6, "{sum} {}", a.unsigned_area());
    }

    /// Made of many corners, so that the windows are halved, and kilometres wide.
    #[test]
    fn large_outlines_are_measured_as_small_ones(corners in 500usize..1500, seed in 0.0..6.0f64) {
        let round = |turn: f64| {
            let places = (0..corners).map(|i| {
                let angle = std::f64::consts::TAU * i as f64 / corners as f64;
                let r = 8000.0 + 900.0 * (angle * 17.0 + turn).sin() + 40.0 * (angle * 301.0).cos();
                (r * angle.cos(), r * angle.sin())
            });
            MultiPolygon(vec![Polygon::new(ring(places.collect::<Vec<_>>()), vec![])])
        };
        let (a, b) = (round(seed), round(seed + 1.7));
        prop_assume!(valid(a.clone()).is_some() && valid(b.clone()).is_some());
        let both = common(&a, &b);
        let quarters: f64 = [(-9e4, -9e4), (0.0, -9e4), (-9e4, 0.0), (0.0, 0.0)]
            .iter()
            .map(|(x, y)| common(&a, &block(*x, *y, x + 9e4, y + 9e4)))
            .sum();
        prop_assert!((quarters - a.unsigned_area()).abs() < 1e-4);
        prop_assert!((both - common(&b, &a)).abs() < 1e-5);
        // What a has of b, by strips of b.
        let strips: f64 = (-10..10)
            .map(|i| common(&b, &block(f64::from(i) * 1e3, -1e4, f64::from(i + 1) * 1e3, 1e4)))
            .sum();
        prop_assert!((strips - b.unsigned_area()).abs() < 1e-4);
    }
}
