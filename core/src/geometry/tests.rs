use geo::{Area, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::*;

fn ring(points: &[(f64, f64)]) -> LineString<f64> {
    let mut ring = LineString::from(points.to_vec());
    ring.close();
    ring
}

fn polygon(shell: &[(f64, f64)], holes: &[&[(f64, f64)]]) -> Geometry<f64> {
    Polygon::new(ring(shell), holes.iter().map(|h| ring(h)).collect()).into()
}

const SQUARE: [(f64, f64); 4] = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];

fn mended(geometry: Geometry<f64>) -> (Geometry<f64>, Vec<Repair>) {
    let done = mend(geometry, GeometryKind::Polygon, own_judge).expect("mended");
    assert_eq!(own_judge(&done.geometry), None);
    (done.geometry, done.repairs.into_iter().collect())
}

#[test]
fn what_is_valid_is_left_alone() {
    let hole: &[(f64, f64)] = &[(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0)];
    let geometry = polygon(&SQUARE, &[hole]);
    assert_eq!(mended(geometry.clone()), (geometry, vec![]));
    // A hole that touches its shell at one point is valid too.
    let touching: &[(f64, f64)] = &[(0.0, 0.0), (2.0, 4.0), (4.0, 2.0)];
    let (geometry, repairs) = mended(polygon(&SQUARE, &[touching]));
    assert_eq!((geometry.unsigned_area(), repairs), (94.0, vec![]));
}

#[test]
fn repeated_points_and_shut_spikes_go() {
    let (geometry, repairs) = mended(polygon(
        &[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (15.0, 15.0),
            (10.0, 10.0),
            (0.0, 10.0),
        ],
        &[],
    ));
    assert_eq!(geometry, polygon(&SQUARE, &[]));
    assert_eq!(repairs, [Repair::DuplicatePoints, Repair::Spike]);
    // The spike's feet lie half a millimetre apart and its sides cross.
    let (geometry, repairs) = mended(polygon(
        &[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 5.0004),
            (14.0, 5.0),
            (10.0, 4.9999),
            (10.0, 10.0),
            (0.0, 10.0),
        ],
        &[],
    ));
    assert!((geometry.unsigned_area() - 100.0).abs() < 0.01);
    assert_eq!(repairs, [Repair::Spike]);
}

#[test]
fn a_ring_that_touches_itself_is_parted() {
    // The hole hangs on the shell's corner, in one ring.
    let (geometry, repairs) = mended(polygon(
        &[
            (0.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
            (0.0, 0.0),
            (2.0, 6.0),
            (6.0, 2.0),
        ],
        &[],
    ));
    assert!(
        matches!(&geometry, Geometry::Polygon(p) if p.interiors().len() == 1),
        "{geometry:?}"
    );
    assert!((geometry.unsigned_area() - 84.0).abs() < 1e-9);
    assert_eq!(repairs, [Repair::SelfTouch]);
    // Two lobes joined at a point.
    let (geometry, repairs) = mended(polygon(
        &[
            (0.0, 0.0),
            (4.0, 0.0),
            (4.0, 4.0),
            (8.0, 4.0),
            (8.0, 8.0),
            (4.0, 8.0),
            (4.0, 4.0),
            (0.0, 4.0),
        ],
        &[],
    ));
    assert!(
        matches!(&geometry, Geometry::MultiPolygon(m) if m.0.len() == 2),
        "{geometry:?}"
    );
    assert!((geometry.unsigned_area() - 32.0).abs() < 1e-9);
    assert_eq!(repairs, [Repair::SelfTouch]);
}

#[test]
fn the_shell_is_found_among_the_holes() {
    let small: &[(f64, f64)] = &[(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0)];
    let (geometry, repairs) = mended(polygon(small, &[&SQUARE]));
    assert_eq!(geometry.unsigned_area(), 96.0);
    assert_eq!(repairs, [Repair::RingOrder]);
}

#[test]
fn what_has_no_single_right_answer_is_refused() {
    let bow_tie = polygon(&[(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)], &[]);
    assert_eq!(
        mend(bow_tie, GeometryKind::Polygon, own_judge),
        Err(Flaw::Crossing {
            at: "5.00, 5.00".to_owned()
        })
    );
    let crossing_hole: &[(f64, f64)] = &[(5.0, 5.0), (15.0, 5.0), (15.0, 6.0)];
    let crossed = mend(
        polygon(&SQUARE, &[crossing_hole]),
        GeometryKind::Polygon,
        own_judge,
    );
    assert!(matches!(crossed, Err(Flaw::Invalid { .. })), "{crossed:?}");
    let apart: &[(f64, f64)] = &[(20.0, 20.0), (21.0, 20.0), (21.0, 21.0)];
    assert!(matches!(
        mend(polygon(&SQUARE, &[apart]), GeometryKind::Polygon, own_judge),
        Err(Flaw::Invalid { .. })
    ));
    let line = polygon(&[(0.0, 0.0), (5.0, 5.0)], &[]);
    assert_eq!(
        mend(line, GeometryKind::Polygon, own_judge),
        Err(Flaw::TooFewPoints)
    );
    let nan = polygon(&[(0.0, 0.0), (f64::NAN, 5.0), (1.0, 1.0)], &[]);
    assert!(matches!(
        mend(nan, GeometryKind::Polygon, own_judge),
        Err(Flaw::NotFinite { .. })
    ));
    let point = geo::Point::new(1.0, 1.0);
    assert!(matches!(
        mend(point.into(), GeometryKind::Polygon, own_judge),
        Err(Flaw::WrongKind { .. })
    ));
    assert!(mend(point.into(), GeometryKind::Any, own_judge).is_ok());
    let empty = MultiPolygon::<f64>(vec![]);
    assert_eq!(
        mend(empty.into(), GeometryKind::Polygon, own_judge),
        Err(Flaw::Empty)
    );
    let overlapping = MultiPolygon(vec![
        Polygon::new(ring(&SQUARE), vec![]),
        Polygon::new(ring(&[(5.0, 5.0), (15.0, 5.0), (15.0, 15.0)]), vec![]),
    ]);
    assert!(matches!(
        mend(overlapping.into(), GeometryKind::Polygon, own_judge),
        Err(Flaw::Invalid { .. })
    ));
}

#[test]
fn collections_of_one_kind_are_taken() {
    let lines = geo::GeometryCollection(vec![
        LineString::from(vec![(0.0, 0.0), (1.0, 1.0)]).into(),
        LineString::from(vec![(2.0, 0.0), (2.0, 0.0)]).into(),
    ]);
    let done = mend(
        Geometry::GeometryCollection(lines),
        GeometryKind::Line,
        own_judge,
    )
    .expect("lines");
    assert!(matches!(&done.geometry, Geometry::MultiLineString(m) if m.0.len() == 1));
    assert!(
        done.repairs.contains(&Repair::Collection) && done.repairs.contains(&Repair::EmptyPart)
    );
    let mixed = geo::GeometryCollection(vec![
        LineString::from(vec![(0.0, 0.0), (1.0, 1.0)]).into(),
        geo::Point::new(1.0, 1.0).into(),
    ]);
    assert_eq!(
        mend(
            Geometry::GeometryCollection(mixed),
            GeometryKind::Any,
            own_judge
        ),
        Err(Flaw::Mixed)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_coordinates_panic(points in proptest::collection::vec((any::<f64>(), any::<f64>()), 0..8)) {
        let polygon = Polygon::new(LineString::from(points.clone()), vec![]);
        let _ = mend(polygon.into(), GeometryKind::Polygon, own_judge);
        let _ = mend(LineString::from(points).into(), GeometryKind::Any, own_judge);
    }
}
