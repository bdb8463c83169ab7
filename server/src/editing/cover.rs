//! Whether parts tile a whole: no ground lost, none added, none twice. Decided in the working plane.

use geo::{Area, BooleanOps, Euclidean, Geometry, Length, MultiPolygon, unary_union};

use super::geometry::FIELD;
use crate::error::{FieldProblem, Reason};

/// How far a boundary may be off, metres: a corner set on a side is given to a millimetre and lies that much beside it.
pub const TOLERANCE: f64 = 0.001;

/// Checks that `parts` tile `whole`: the ground missing, added and covered twice is each at most a strip of
/// [`TOLERANCE`] along the boundary of the whole.
///
/// # Errors
/// What is wrong, with the area in m².
pub fn tiles(whole: &MultiPolygon<f64>, parts: &[MultiPolygon<f64>]) -> Result<(), FieldProblem> {
    let allowed = TOLERANCE * perimeter(whole);
    let together = unary_union(parts.iter());
    let sum: f64 = parts.iter().map(Area::unsigned_area).sum();
    let (union, wanted) = (together.unsigned_area(), whole.unsigned_area());
    let common = together.intersection(whole).unsigned_area();
    let checks = [
        (
            sum - union,
            "các phần chồng lên nhau",
            "the parts lie on each other",
        ),
        (
            wanted - common,
            "các phần không phủ hết toàn thể",
            "the parts do not cover the whole",
        ),
        (
            union - common,
            "các phần vượt ra ngoài toàn thể",
            "the parts reach beyond the whole",
        ),
    ];
    for (area, vi, en) in checks {
        if area > allowed {
            return Err(FieldProblem::new(
                FIELD,
                Reason::new(
                    format!("{vi}: {area:.3} m²; cho phép {allowed:.3} m²"),
                    format!("{en}: {area:.3} m²; allowed are {allowed:.3} m²"),
                ),
            ));
        }
    }
    Ok(())
}

/// Length of all boundaries, metres.
fn perimeter(whole: &MultiPolygon<f64>) -> f64 {
    whole
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        .map(|ring| Euclidean.length(ring))
        .sum()
}

/// The polygons of a geometry; none where it is of another kind.
pub fn polygons(geometry: &Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match geometry {
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon.clone()])),
        Geometry::MultiPolygon(polygons) => Some(polygons.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use geo::Rect;
    use proptest::prelude::*;

    use super::*;

    /// Far from the origin, as parcels are.
    fn block(west: f64, south: f64, east: f64, north: f64) -> MultiPolygon<f64> {
        let (x, y) = (416_226.0, 2_353_402.0);
        MultiPolygon(vec![
            Rect::new((x + west, y + south), (x + east, y + north)).to_polygon(),
        ])
    }

    #[test]
    fn halves_tile_and_anything_else_is_named() {
        let whole = block(0.0, 0.0, 20.0, 20.0);
        let wrong = |parts: &[MultiPolygon<f64>]| tiles(&whole, parts).unwrap_err().reason.en;
        let west = block(0.0, 0.0, 10.0, 20.0);
        assert_eq!(
            tiles(&whole, &[west.clone(), block(10.0, 0.0, 20.0, 20.0)]),
            Ok(())
        );
        assert!(
            wrong(&[west.clone(), block(9.0, 0.0, 20.0, 20.0)]).contains("on each other: 20.0")
        );
        assert!(wrong(&[west.clone(), block(11.0, 0.0, 20.0, 20.0)]).contains("do not cover"));
        assert!(wrong(&[west, block(10.0, 0.0, 21.0, 20.0)]).contains("beyond the whole"));
    }

    proptest! {
        #[test]
        fn a_cut_to_the_millimetre_tiles(cut in 1.0..19.0f64, lean in -0.0005..0.0005f64) {
            let whole = block(0.0, 0.0, 20.0, 20.0);
            let parts = [block(0.0, 0.0, cut, 20.0), block(cut + lean, 0.0, 20.0, 20.0)];
            prop_assert_eq!(tiles(&whole, &parts), Ok(()));
        }
    }
}
