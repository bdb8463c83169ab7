//! What offices hand in: each sort of bad input is told in plain words and leaves the store as it was, or costs no more
//! than the records concerned.

use std::fmt::Write;
use std::fs;

use gdal::vector::OGRFieldType::{OFTReal, OFTString};
use gdal::vector::OGRwkbGeometryType::{wkbLineString, wkbPolygon, wkbUnknown};
use gdal::vector::{FieldValue, Geometry};

use crate::common::{Bench, Layer, Outcome, PARCEL_COLUMNS, Row, parcel, square};

const GPKG: Layer<'_> = Layer {
    driver: "GPKG",
    epsg: Some(9214),
    kind: wkbUnknown,
    options: &[],
    columns: &PARCEL_COLUMNS,
};

/// A good parcel, so that a bad one beside it is what is told.
fn good(number: u32) -> Row {
    let x = 416_200.0 + f64::from(number) * 30.0;
    (
        Some(square(x, 2_353_400.0, 20.0)),
        parcel(number, "LUC", 400.0, "lúa"),
    )
}

/// Imports one bad geometry between two good ones.
fn beside_good(wkt: &str) -> (Bench, Outcome) {
    let bench = Bench::new();
    let file = bench.path("thua.gpkg");
    let bad = (Some(wkt.to_owned()), parcel(2, "LUC", 400.0, "lúa"));
    GPKG.write(&file, &[good(1), bad, good(3)]);
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{wkt}: {}", outcome.stderr);
    (bench, outcome)
}

#[test]
fn a_geometry_that_is_none_is_rejected_alone() {
    for (wkt, reason) in [
        ("POLYGON EMPTY", "geometry_empty"),
        (
            "POLYGON ((416300 2353400, 416320 2353400, 416310 2353400, 416300 2353400))",
            "geometry_",
        ),
        (
            "POLYGON ((416300 2353400, 416300 2353400, 416300 2353400, 416300 2353400))",
            "geometry_",
        ),
        ("POINT (416300 2353400)", "geometry_"),
        ("LINESTRING (416300 2353400, 416320 2353400)", "geometry_"),
        (
            "POLYGON ((416300 2353400, 416320 2353420, 416320 2353400, 416300 2353420, 416300 2353400))",
            "geometry_",
        ),
    ] {
        let (_, outcome) = beside_good(wkt);
        let counts = &outcome.report["counts"];
        assert_eq!(
            (&counts["imported"], &counts["rejected"]),
            (&2.into(), &1.into()),
            "{wkt}"
        );
        let reasons = outcome.report["rejects"]["by_reason"]
            .as_object()
            .expect("reasons");
        assert!(
            reasons.keys().all(|code| code.starts_with(reason)),
            "{wkt}: {reasons:?}"
        );
        let told = &outcome.report["rejects"]["records"][0];
        assert_eq!(told["record"], 2);
        assert!(
            told["reason"]["vi"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
}

#[test]
fn heights_measures_arcs_and_collections_are_taken_as_ground() {
    for (wkt, repair) in [
        (
            "POLYGON Z ((416300 2353400 7, 416320 2353400 7, 416320 2353420 7, 416300 2353420 7, 416300 2353400 7))",
            "flattened",
        ),
        (
            "POLYGON ZM ((416300 2353400 7 1, 416320 2353400 7 1, 416320 2353420 7 1, 416300 2353420 7 1, 416300 2353400 7 1))",
            "flattened",
        ),
        (
            "CURVEPOLYGON (CIRCULARSTRING (416300 2353400, 416310 2353410, 416320 2353400, 416310 2353390, 416300 2353400))",
            "linearised",
        ),
    ] {
        let (_, outcome) = beside_good(wkt);
        assert_eq!(
            outcome.report["counts"]["imported"], 3,
            "{wkt}: {}",
            outcome.report["rejects"]
        );
        assert_eq!(outcome.report["repairs"]["by_kind"][repair], 1, "{wkt}");
    }
}

#[test]
fn coordinates_that_are_no_numbers_are_rejected_alone() {
    let bench = Bench::new();
    for (name, bits) in [("nan", f64::NAN), ("inf", f64::INFINITY), ("big", 1e300)] {
        // Well-known binary of a square, one coordinate of which is another.
        let mut wkb = vec![1_u8, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0];
        let ring = [
            (416_300.0, 2_353_400.0),
            (416_320.0, 2_353_400.0),
            (bits, 2_353_420.0),
            (416_300.0, 2_353_420.0),
            (416_300.0, 2_353_400.0),
        ];
        for (x, y) in ring {
            wkb.extend(f64::to_le_bytes(x));
            wkb.extend(f64::to_le_bytes(y));
        }
        let shape = Geometry::from_wkb(&wkb).expect("a geometry");
        let file = bench.path(&format!("{name}.fgb"));
        let layer = Layer {
            driver: "FlatGeobuf",
            options: &["SPATIAL_INDEX=NO"],
            kind: wkbPolygon,
            ..GPKG
        };
        let text = shape.wkt().expect("text");
        if Geometry::from_wkt(&text).is_err() {
            continue;
        }
        let bad = (Some(text), parcel(2, "LUC", 400.0, "lúa"));
        layer.write(&file, &[good(1), bad, good(3)]);
        let outcome = bench.import(&file, "land_parcels", &[]);
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.stderr);
        assert_eq!(
            outcome.report["counts"]["rejected"], 1,
            "{name}: {}",
            outcome.report
        );
    }
}

#[test]
fn one_geometry_of_ten_megabytes_is_taken() {
    let bench = Bench::new();
    let file = bench.path("ho.gpkg");
    let count = 620_000_u32;
    let mut wkt = String::from("POLYGON ((");
    for i in 0..=count {
        let turn = f64::from(i % count) / f64::from(count) * std::f64::consts::TAU;
        let (x, y) = (
            417_000.0 + 3_000.0 * turn.cos(),
            2_353_400.0 + 3_000.0 * turn.sin(),
        );
        if i > 0 {
            wkt.push(',');
        }
        write!(wkt, "{x:.4} {y:.4}").expect("written");
    }
    wkt.push_str("))");
    GPKG.write(&file, &[(Some(wkt), parcel(1, "MNC", 28_274_334.0, "hồ"))]);
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["counts"]["imported"], 1);
    let page = fs::metadata(bench.path("report.html"))
        .expect("a page")
        .len();
    assert!(page < 200_000, "the page stays small: {page}");
}

#[test]
fn a_thousand_columns_are_read_and_told() {
    let bench = Bench::new();
    let names: Vec<String> = (0..1_000).map(|i| format!("cot_{i}")).collect();
    let mut columns: Vec<(&str, _)> = PARCEL_COLUMNS.to_vec();
    columns.extend(names.iter().map(|name| (name.as_str(), OFTString)));
    let (shape, mut values) = good(1);
    values.extend(
        names
            .iter()
            .map(|n| Some(FieldValue::StringValue(n.clone()))),
    );
    let file = bench.path("rong.gpkg");
    let layer = Layer {
        columns: &columns,
        ..GPKG
    };
    layer.write(&file, &[(shape, values)]);
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let told = outcome.report["columns"].as_array().expect("columns").len();
    assert_eq!(told, 1_000 + PARCEL_COLUMNS.len());
}

#[test]
fn another_themes_file_is_refused() {
    let bench = Bench::new();
    let file = bench.path("duong.gpkg");
    let roads = Layer {
        kind: wkbLineString,
        columns: &[("ten_duong", OFTString), ("be_rong", OFTReal)],
        ..GPKG
    };
    let line = "LINESTRING (416200 2353400, 416900 2353900)".to_owned();
    let name = Some(FieldValue::StringValue("Quốc lộ 1".to_owned()));
    roads.write(
        &file,
        &[(Some(line), vec![name, Some(FieldValue::RealValue(12.0))])],
    );
    let before = bench.listing();
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("ma_xa") || outcome.stderr.contains("không bản ghi nào"),
        "{}",
        outcome.stderr
    );
    assert_eq!(bench.listing(), before);
}

#[test]
fn parts_of_a_shapefile_that_are_missing_or_another_files_are_told() {
    let bench = Bench::new();
    let shp = Layer {
        driver: "ESRI Shapefile",
        kind: wkbPolygon,
        ..GPKG
    };
    let (file, other) = (bench.path("thua.shp"), bench.path("khac.shp"));
    shp.write(&file, &[good(1), good(2), good(3)]);
    shp.write(&other, &[good(1)]);
    let keep = |ending: &str| fs::read(file.with_extension(ending)).expect("a part");
    let (dbf, shx) = (keep("dbf"), keep("shx"));
    let run = || bench.import(&file, "land_parcels", &["--dry-run"]);
    assert_eq!(run().code, Some(0));
    for (ending, whole) in [("dbf", &dbf), ("shx", &shx)] {
        let part = file.with_extension(ending);
        fs::remove_file(&part).expect("removed");
        let outcome = run();
        assert!(
            matches!(outcome.code, Some(0 | 2)),
            "{ending}: {}",
            outcome.stderr
        );
        // Without its table a parcel has no key: nothing of it may be taken.
        assert!(
            ending != "dbf" || outcome.code == Some(2),
            "{}",
            outcome.report
        );
        fs::write(&part, whole).expect("put back");
    }
    // The table of a file with fewer records.
    fs::copy(other.with_extension("dbf"), file.with_extension("dbf")).expect("copied");
    let outcome = run();
    let imported = outcome.report["counts"]["imported"].as_u64().unwrap_or(0);
    assert!(
        outcome.code == Some(2) || imported <= 1,
        "{}",
        outcome.report
    );
    assert!(bench.listing().is_empty());
}
