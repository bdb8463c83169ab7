//! Corners, neighbours and corridors on ground whose numbers are known.

use geo::{Area, Coord, Geometry, LineString, Polygon, Rect, unary_union};

use super::Survey;
use super::ends::End;
use super::strip::strip;
use crate::crs::Crs;
use crate::shard::Box2;
use crate::theme::Catalogue;

const PLACE: Coord<f64> = Coord {
    x: 416_000.0,
    y: 2_353_000.0,
};

fn at(x: f64, y: f64) -> Coord<f64> {
    PLACE + Coord { x, y }
}

fn everywhere() -> Box2 {
    Box2::point(PLACE.x, PLACE.y).widened(1e4)
}

#[test]
fn corners_go_clockwise_from_the_north_west_with_the_northing_first() {
    let parcel: Geometry<f64> = Rect::new(at(0.0, 0.0), at(20.0, 10.0)).to_polygon().into();
    let survey = Survey::of(&parcel, Crs::WORKING, Some(Crs::WORKING)).unwrap();
    let corners = &survey.rings[0].corners;
    let seen: Vec<_> = corners
        .iter()
        .map(|c| (c.number, c.x - PLACE.y, c.y - PLACE.x, c.length))
        .collect();
    assert_eq!(
        seen,
        [
            (1, 10.0, 0.0, 20.0),
            (2, 10.0, 20.0, 10.0),
            (3, 0.0, 20.0, 20.0),
            (4, 0.0, 0.0, 10.0)
        ]
    );
    assert!((survey.area - 200.0).abs() < 1e-9);
}

#[test]
fn the_table_is_in_the_grid_of_the_survey() {
    let parcel: Geometry<f64> = Rect::new(at(0.0, 0.0), at(20.0, 10.0)).to_polygon().into();
    let grid = Crs::from_epsg(9209).unwrap();
    let survey = Survey::of(&parcel, Crs::WORKING, Some(grid)).unwrap();
    assert_eq!(survey.grid, grid);
    // A degree and a half further west the grid's easting is some 155 km larger.
    assert!(survey.rings[0].corners[0].y > 560_000.0);
    assert!((survey.area - 200.0).abs() > 1e-3 && (survey.area - 200.0).abs() < 0.2);
    // Degrees are no plane: such a dataset is given in the working one.
    let degrees = Survey::of(&parcel, Crs::WORKING, Some(Crs::LONLAT)).unwrap();
    assert_eq!(degrees.grid, Crs::WORKING);
}

#[test]
fn corners_are_counted_through_holes() {
    let ring = |a: f64, b: f64| {
        Rect::new(at(a, a), at(b, b))
            .to_polygon()
            .exterior()
            .clone()
    };
    let parcel: Geometry<f64> = Polygon::new(ring(0.0, 30.0), vec![ring(10.0, 20.0)]).into();
    let survey = Survey::of(&parcel, Crs::WORKING, None).unwrap();
    assert_eq!(survey.rings.len(), 2);
    assert!(survey.rings[1].hole && survey.rings[1].corners[0].number == 5);
}

#[test]
fn a_strip_is_as_broad_on_each_side_as_it_is_told() {
    let line: Geometry<f64> = LineString::new(vec![at(0.0, 0.0), at(100.0, 0.0)]).into();
    let ground = strip(&line, [20.0, 5.0], &everywhere(), &[]);
    assert!((ground.unsigned_area() - 2500.0).abs() < 1e-3);
    let north = Rect::new(at(0.0, 0.0), at(100.0, 50.0)).to_polygon();
    let common = geo::BooleanOps::intersection(&ground, &geo::MultiPolygon(vec![north]));
    assert!((common.unsigned_area() - 2000.0).abs() < 1e-3);
}

#[test]
fn a_bend_is_round_outside_and_not_counted_twice_inside() {
    let line: Geometry<f64> =
        LineString::new(vec![at(0.0, 0.0), at(100.0, 0.0), at(100.0, 100.0)]).into();
    // To the left, inside the bend: two strips that share a square.
    let inside = strip(&line, [10.0, 0.0], &everywhere(), &[]).unsigned_area();
    assert!((inside - 1900.0).abs() < 1e-3, "{inside}");
    // To the right, outside: two strips and a quarter of a circle.
    let outside = strip(&line, [0.0, 10.0], &everywhere(), &[]).unsigned_area();
    let expected = 2000.0 + 25.0 * std::f64::consts::PI;
    assert!((outside - expected).abs() < 0.1, "{outside}");
}

/// A line of corners from `PLACE`.
fn line(corners: &[[f64; 2]]) -> Geometry<f64> {
    let corners = corners.iter().map(|[x, y]| at(*x, *y)).collect();
    LineString::new(corners).into()
}

fn common(a: &geo::MultiPolygon<f64>, b: &geo::MultiPolygon<f64>) -> f64 {
    geo::BooleanOps::intersection(a, b).unsigned_area()
}

#[test]
fn where_one_stretch_ends_and_the_next_begins_the_bend_is_round_too() {
    let whole = line(&[[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]]);
    let first = line(&[[0.0, 0.0], [100.0, 0.0]]);
    // The second stretch is drawn upstream and with a gap of a hand; a third branches off.
    let second = line(&[[100.0, 100.0], [100.0, 0.1]]);
    let branch = line(&[[100.0, 0.0], [120.0, -100.0]]);
    let stretches = [first, second, branch];
    let ends: Vec<End> = stretches.iter().flat_map(End::of).collect();
    let [first, second, _] = stretches;
    let one = strip(&first, [20.0, 5.0], &everywhere(), &ends[..4]);
    let other = strip(&second, [5.0, 20.0], &everywhere(), &ends[..4]);
    let both = unary_union(&[one.clone(), other.clone()]);
    let expected = strip(&whole, [20.0, 5.0], &everywhere(), &[]);
    let off = geo::BooleanOps::xor(&both, &expected).unsigned_area();
    assert!(off < 1.0, "{off}");
    // Each has its half of the bend outside, and no more: they share what lies inside it.
    let eighth = 25.0 * std::f64::consts::PI / 8.0;
    assert!((one.unsigned_area() - 2500.0 - eighth).abs() < 0.1);
    assert!((common(&one, &other) - 400.0).abs() < 3.0);
    // A free end stays straight, and the straightest of several goes on.
    let alone = strip(&first, [20.0, 5.0], &everywhere(), &ends[..2]);
    assert!((alone.unsigned_area() - 2500.0).abs() < 1e-3);
    let straight = End::after(&ends, &[at(0.0, 0.0), at(100.0, 0.0)]).unwrap();
    assert!((straight + 5.0_f64.atan()).abs() < 1e-6, "{straight}");
}

#[test]
fn points_and_surfaces_are_widened_all_around() {
    let point: Geometry<f64> = geo::Point(PLACE).into();
    let circle = strip(&point, [10.0, 10.0], &everywhere(), &[]).unsigned_area();
    assert!(
        (circle - 100.0 * std::f64::consts::PI).abs() < 0.2,
        "{circle}"
    );
    let pond: Geometry<f64> = Rect::new(at(0.0, 0.0), at(50.0, 50.0)).to_polygon().into();
    let around = strip(&pond, [10.0, 10.0], &everywhere(), &[]).unsigned_area();
    let expected = 2500.0 + 2000.0 + 100.0 * std::f64::consts::PI;
    assert!((around - expected).abs() < 0.2, "{around}");
}

mod breadths {
    use super::*;
    use crate::extract::Breadth;
    use crate::feature::Value;

    fn breadth(values: &[(&str, Value)], settled: bool) -> Option<(f64, f64, bool)> {
        let catalogue = Catalogue::load(None).unwrap();
        let theme = catalogue.theme("dikes").unwrap();
        let corridor = theme.extract.as_ref().unwrap().corridor.as_ref().unwrap();
        let mut row = vec![None; theme.fields.len()];
        for (name, value) in values {
            row[theme.field_index(name).unwrap()] = Some(value.clone());
        }
        Breadth::of(corridor, &row, settled).map(|b| (b.left, b.right, b.certain))
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn the_law_gives_the_breadth_from_the_toes() {
        let left_bank = [
            ("cap", text("III")),
            ("bo", text("ta")),
            ("chan_de_phia_song_m", Value::Real(14.0)),
            ("chan_de_phia_dong_m", Value::Real(16.0)),
            ("chan_de_da_khao_sat", Value::Bool(true)),
        ];
        // The river of a left bank is on the right: 14 + 20; the land on the left: 16 + 25.
        assert_eq!(breadth(&left_bank, false), Some((41.0, 34.0, true)));
        assert_eq!(breadth(&left_bank, true), Some((21.0, 19.0, true)));
        let mut right_bank = left_bank.to_vec();
        right_bank[1] = ("bo", text("huu"));
        assert_eq!(breadth(&right_bank, false), Some((34.0, 41.0, true)));
    }

    #[test]
    fn what_is_not_surveyed_is_for_reference() {
        let bare = [("cap", text("II")), ("be_rong_mat_m", Value::Real(6.0))];
        assert_eq!(breadth(&bare, false), Some((28.0, 28.0, false)));
        assert_eq!(
            breadth(&[("cap", text("V"))], false),
            Some((5.0, 5.0, false))
        );
        // No grade, no corridor: the law gives none.
        assert_eq!(breadth(&[], false), None);
    }
}
