//! GEOS's word on whether a geometry is valid; GDAL carries the question.

use gdal::vector::ToGdal;

use super::ogr;

/// What GEOS has against `geometry`; `None` where it is valid by OGC simple features.
pub fn complaint(geometry: &geo::Geometry<f64>) -> Option<String> {
    super::gdal::quiet();
    let Ok(gdal) = geometry.to_gdal() else {
        return Some("GDAL does not take it".to_owned());
    };
    ogr::clear_error();
    if gdal.is_valid() {
        return None;
    }
    let reason = ogr::last_message().unwrap_or_else(|| "not valid".to_owned());
    ogr::clear_error();
    Some(reason)
}

#[cfg(test)]
mod tests {
    use diaba_core::geometry::{mend, own_judge, surely_valid};
    use diaba_core::theme::GeometryKind;
    use geo::{Area, LineString, MultiPolygon, Polygon};
    use proptest::prelude::*;

    use super::complaint as geos_complaint;

    fn ring(points: &[(f64, f64)]) -> LineString<f64> {
        let mut ring = LineString::from(points.to_vec());
        ring.close();
        ring
    }

    /// Points on a small lattice: touches, overlaps and spikes come often.
    fn lattice_ring() -> impl Strategy<Value = Vec<(f64, f64)>> {
        proptest::collection::vec((0_i8..6, 0_i8..6), 3..10).prop_map(|points| {
            points
                .into_iter()
                .map(|(x, y)| (f64::from(x), f64::from(y)))
                .collect()
        })
    }

    proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_passes_the_quick_test_is_valid_for_geos(shell in lattice_ring(), hole in lattice_ring()) {
        let candidate = Polygon::new(ring(&shell), vec![ring(&hole)]);
        for polygon in [candidate.clone(), Polygon::new(candidate.exterior().clone(), vec![])] {
            if surely_valid(std::slice::from_ref(&polygon)) {
                prop_assert_eq!(geos_complaint(&polygon.into()), None);
            }
        }
    }

    #[test]
    fn without_holes_the_quick_test_agrees_with_geos(shell in lattice_ring()) {
        let mut coords = ring(&shell).0;
        coords.dedup();
        prop_assume!(coords.len() >= 4);
        let polygon = Polygon::new(LineString(coords), vec![]);
        let valid = geos_complaint(&polygon.clone().into()).is_none();
        prop_assert_eq!(surely_valid(&[polygon]), valid);
    }

    #[test]
    fn what_comes_out_is_valid_and_what_was_valid_keeps_its_area(
        shell in lattice_ring(),
        hole in lattice_ring(),
        with_hole in any::<bool>(),
    ) {
        let holes = if with_hole { vec![ring(&hole)] } else { vec![] };
        let polygon = Polygon::new(ring(&shell), holes);
        let area = polygon.unsigned_area();
        // Whoever judges: GEOS, or the core without it.
        for judge in [geos_complaint, own_judge] {
            let valid = judge(&polygon.clone().into()).is_none();
            match mend(polygon.clone().into(), GeometryKind::Polygon, judge) {
                Ok(done) => {
                    prop_assert_eq!(judge(&done.geometry), None);
                    if valid {
                        prop_assert!((done.geometry.unsigned_area() - area).abs() < 1e-9);
                    }
                }
                Err(flaw) => prop_assert!(!valid, "{:?}", flaw),
            }
        }
    }

        #[test]
        fn the_judge_without_geos_passes_nothing_geos_refuses(
            shell in lattice_ring(),
            hole in lattice_ring(),
            more in lattice_ring(),
            parts in 1_u8..3,
        ) {
            let first = Polygon::new(ring(&shell), vec![ring(&hole)]);
            let polygon: geo::Geometry<f64> = if parts == 1 {
                first.into()
            } else {
                MultiPolygon(vec![first, Polygon::new(ring(&more), vec![])]).into()
            };
            if let Ok(done) = mend(polygon, GeometryKind::Polygon, own_judge) {
                prop_assert_eq!(geos_complaint(&done.geometry), None, "{:?}", done.geometry);
            }
        }
    }
}
