//! Shapes no register can take as they are, and files whose parts do not fit.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};

use crate::common::{Bench, Layer, Outcome, PARCEL_COLUMNS, Row, parcel, parcels, square};

const SHP: Layer = Layer {
    driver: "ESRI Shapefile",
    epsg: Some(9214),
    kind: wkbPolygon,
    options: &["ENCODING=UTF-8"],
    columns: &PARCEL_COLUMNS,
};
const GPKG: Layer = Layer {
    driver: "GPKG",
    kind: wkbUnknown,
    options: &[],
    ..SHP
};

fn refused(bench: &Bench, file: &Path, word: &str) {
    let outcome = bench.import(file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains(word), "{word}: {}", outcome.stderr);
    assert!(bench.listing().is_empty());
}

fn one(wkt: &str, number: u32) -> Row {
    (Some(wkt.to_owned()), parcel(number, "LUC", 400.0, ""))
}

fn reject(outcome: &Outcome, record: u64) -> String {
    let reason = outcome.report["rejects"]["records"]
        .as_array()
        .and_then(|records| records.iter().find(|r| r["record"] == record))
        .and_then(|r| r["reason"]["en"].as_str());
    assert!(reason.is_some(), "record {record}: {}", outcome.report);
    reason.unwrap_or_default().to_owned()
}

#[test]
fn shapefiles_need_all_their_parts_and_equal_counts() {
    let bench = Bench::new();
    let file = bench.path("thua.shp");
    SHP.write(&file, &parcels(416_200.0, 2_353_400.0, 20.0));
    for part in ["dbf", "shx"] {
        let path = file.with_extension(part);
        let bytes = fs::read(&path).expect("written");
        fs::remove_file(&path).expect("removed");
        refused(&bench, &file, &format!("its .{part} is missing"));
        fs::write(&path, bytes).expect("written");
    }
    // The table of another shapefile, of three rows.
    let other = bench.path("khac.shp");
    SHP.write(&other, &parcels(416_200.0, 2_353_400.0, 20.0)[..3]);
    let (own, foreign) = (file.with_extension("dbf"), other.with_extension("dbf"));
    let bytes = fs::read(&own).expect("written");
    fs::copy(&foreign, &own).expect("copied");
    refused(&bench, &file, "9 shapes, .dbf 3 rows");
    fs::write(&own, bytes).expect("written");
    let outcome = bench.import(&file, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

#[test]
fn coordinates_that_are_no_numbers_reject_their_record_alone() {
    let bench = Bench::new();
    let file = bench.path("thua.shp");
    SHP.write(&file, &parcels(416_200.0, 2_353_400.0, 20.0));
    let whole = fs::read(&file).expect("written");
    for bad in [f64::NAN, f64::INFINITY, 1e300] {
        let mut bytes = whole.clone();
        // The second point of the first shape: header, record header, type, box, counts, one part, one point.
        let at = 100 + 8 + 4 + 32 + 8 + 4 + 16;
        bytes[at..at + 8].copy_from_slice(&bad.to_le_bytes());
        fs::write(&file, bytes).expect("written");
        let outcome = bench.import(&file, "land_parcels", &["--dry-run"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(outcome.report["counts"]["imported"], 6, "{bad}");
        assert!(!reject(&outcome, 1).is_empty());
    }
}

#[test]
fn curves_heights_and_mixed_kinds() {
    let bench = Bench::new();
    let file = bench.path("thua.gpkg");
    let rows = vec![
        one(&square(416_200.0, 2_353_400.0, 20.0), 1),
        one(
            "CURVEPOLYGON (CIRCULARSTRING (416240 2353400, 416260 2353400, 416240 2353400))",
            2,
        ),
        one(
            "POLYGON Z ((416280 2353400 5, 416300 2353400 5, 416300 2353420 6, 416280 2353420 6, 416280 2353400 5))",
            3,
        ),
        one(
            "POLYGON M ((416320 2353400 5, 416340 2353400 5, 416340 2353420 6, 416320 2353420 6, 416320 2353400 5))",
            4,
        ),
        one("POINT (416200 2353400)", 5),
        one("LINESTRING (416200 2353400, 416220 2353400)", 6),
        one(
            "MULTIPOLYGON (((416360 2353400, 416380 2353400, 416380 2353420, 416360 2353400)))",
            7,
        ),
        one("POLYGON EMPTY", 8),
        one(
            "POLYGON ((416400 2353400, 416420 2353400, 416400 2353400, 416400 2353400))",
            9,
        ),
    ];
    GPKG.write(&file, &rows);
    let outcome = bench.import(&file, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.report["counts"]["imported"], 5,
        "{}",
        outcome.report
    );
    for record in [5, 6, 8, 9] {
        assert!(!reject(&outcome, record).is_empty());
    }
    let kinds = &outcome.report["repairs"]["by_kind"];
    assert_eq!(
        (&kinds["linearised"], &kinds["flattened"]),
        (&1.into(), &2.into()),
        "{kinds}"
    );
}

#[test]
fn one_geometry_of_ten_megabytes() {
    let bench = Bench::new();
    let mut wkt = String::from("POLYGON ((");
    let corners = 300_000;
    for nth in 0..corners {
        let angle = f64::from(nth) / f64::from(corners) * std::f64::consts::TAU;
        let (x, y) = (
            416_200.0 + 900.0 * angle.cos(),
            2_353_400.0 + 900.0 * angle.sin(),
        );
        write!(wkt, "{x:.7} {y:.7},").expect("text");
    }
    wkt.push_str("417100 2353400))");
    assert!(wkt.len() > 8 << 20, "{}", wkt.len());
    let file = bench.write(
        "lon.csv",
        format!("ma_xa;so_to;so_thua;wkt\n07210;1;1;{wkt}\n").as_bytes(),
    );
    let outcome = bench.import(&file, "land_parcels", &["--source-crs", "EPSG:9214"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.report["counts"]["imported"], 1,
        "{}",
        outcome.report["rejects"]
    );
}

#[test]
fn absurd_numbers_of_columns_are_read_or_refused() {
    let bench = Bench::new();
    let names: Vec<String> = (0..1_500).map(|n| format!("cot_{n}")).collect();
    let (heading, cells) = (names.join(","), vec!["x"; 1_500].join(","));
    let wkt = square(416_200.0, 2_353_400.0, 20.0);
    let wide = format!("ma_xa,so_to,so_thua,{heading},wkt\n07210,1,1,{cells},\"{wkt}\"\n");
    let file = bench.write("rong.csv", wide.as_bytes());
    let outcome = bench.import(
        &file,
        "land_parcels",
        &["--dry-run", "--source-crs", "EPSG:9214"],
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let names: Vec<String> = (0..60_000).map(|n| format!("cot_{n}")).collect();
    let file = bench.write(
        "qua.csv",
        format!("ma_xa,so_to,so_thua,wkt,{}\n", names.join(",")).as_bytes(),
    );
    refused(&bench, &file, "no geometry");
}
