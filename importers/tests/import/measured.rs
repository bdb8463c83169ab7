//! The areas Diaba measures beside those of the rings GEOS constructs.

use diaba_core::overlay::{Desk, Outline, common_area};
use geo::{Geometry, LineString, MultiPolygon, Polygon};
use geos::Geom;
use geozero::{CoordDimensions, ToWkb};
use proptest::prelude::*;

fn to_geos(polygons: &MultiPolygon<f64>) -> geos::Geometry {
    let wkb = Geometry::MultiPolygon(polygons.clone())
        .to_wkb(CoordDimensions::xy())
        .expect("polygons");
    geos::Geometry::new_from_wkb(&wkb).expect("WKB")
}

/// Rings around places of a district's ground in the working plane, up to 20 km wide, in millimetres or on a lattice
/// where corners and edges fall on each other.
fn ground() -> impl Strategy<Value = MultiPolygon<f64>> {
    let one = (
        prop_oneof![3 => prop::collection::vec(0.2..1.0f64, 3..60), 1 => prop::collection::vec(0.6..1.0f64, 300..900)],
        (-1.0..1.0f64, -1.0..1.0f64),
        any::<bool>(),
    );
    let wide = prop::sample::select(vec![12.0, 150.0, 10_000.0]);
    let grid = prop::sample::select(vec![0.001, 0.001, 1.0, 4.0]);
    (prop::collection::vec(one, 1..3), wide, grid).prop_map(|(parts, wide, grid)| {
        let polygons = parts.into_iter().map(|(radii, (x, y), hole)| {
            let around = |share: f64| {
                let step = std::f64::consts::TAU / radii.len() as f64;
                radii
                    .iter()
                    .enumerate()
                    .map(|(i, r)| {
                        let (sin, cos) = (step * i as f64).sin_cos();
                        let on = |v: f64| (v / grid).round() * grid;
                        (
                            416_000.0 + on(wide * (x + share * r * cos)),
                            2_353_000.0 + on(wide * (y + share * r * sin)),
                        )
                    })
                    .collect::<LineString>()
            };
            let holes = if hole { vec![around(0.5)] } else { vec![] };
            Polygon::new(around(1.0), holes)
        });
        MultiPolygon::new(polygons.collect())
    })
}

fn valid(polygons: &MultiPolygon<f64>) -> bool {
    to_geos(polygons).is_valid().unwrap_or(false)
}

fn area(polygons: &MultiPolygon<f64>) -> f64 {
    Outline::of(&polygons.clone().into()).area()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, max_global_rejects: 200_000, ..ProptestConfig::default() })]

    #[test]
    fn what_two_have_in_common_is_what_geos_constructs(
        a in ground().prop_filter("invalid", valid),
        b in ground().prop_filter("invalid", valid),
    ) {
        let (first, second) = (to_geos(&a), to_geos(&b));
        let constructed = first.intersection(&second).and_then(|g| g.area());
        let constructed = constructed.expect("GEOS intersects valid polygons");
        let outlines = (Outline::of(&a.clone().into()), Outline::of(&b.clone().into()));
        let measured = common_area(&outlines.0, &outlines.1, &mut Desk::default());
        prop_assert!((measured - constructed).abs() < 1e-4, "{measured} {constructed}");
        let own = first.area().expect("an area");
        prop_assert!((area(&a) - own).abs() < 1e-4, "{} {own}", area(&a));
    }
}
