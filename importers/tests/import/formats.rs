//! The same parcels in every format the importer reads: what arrives, and what the report says.

use crate::common::{Bench, Layer, PARCEL_COLUMNS, parcels, settled};
use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};

/// A corner of a field near Bắc Giang town, in EPSG:9214 and in degrees.
pub const GRID: (f64, f64, f64) = (416_200.0, 2_353_400.0, 20.0);
pub const DEGREES: (f64, f64, f64) = (106.1946, 21.2731, 0.000_192);

pub fn imported(name: &str, layer: &Layer, (x, y, unit): (f64, f64, f64), more: &[&str]) {
    let bench = Bench::new();
    let file = bench.path(name);
    layer.write(&file, &parcels(x, y, unit));
    let outcome = bench.import(&file, "land_parcels", more);
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    assert_eq!(outcome.stdout.lines().count(), 1, "{}", outcome.stdout);
    let report = outcome.report.to_string();
    let stored = bench.listing().iter().any(|(path, _)| {
        let bytes = std::fs::read(path).expect("read");
        ["Nguyễn Văn Ất", "024080001231"]
            .iter()
            .any(|s| bytes.windows(s.len()).any(|w| w == s.as_bytes()))
    });
    assert!(!stored && !report.contains("Nguyễn Văn Ất") && !report.contains("024080001231"));
    insta::assert_json_snapshot!(name.replace('.', "_"), settled(outcome.report));
}

#[test]
fn shapefile() {
    let layer = Layer {
        driver: "ESRI Shapefile",
        epsg: Some(9214),
        kind: wkbPolygon,
        options: &["ENCODING=UTF-8"],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.shp", &layer, GRID, &[]);
}

#[test]
fn geopackage_in_another_grid() {
    let layer = Layer {
        driver: "GPKG",
        epsg: Some(9209),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.gpkg", &layer, (571_883.67, 2_353_345.98, 20.0), &[]);
}

#[test]
fn geojson() {
    let layer = Layer {
        driver: "GeoJSON",
        epsg: Some(4326),
        kind: wkbUnknown,
        options: &["RFC7946=YES"],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.geojson", &layer, DEGREES, &[]);
}

#[test]
fn flatgeobuf() {
    let layer = Layer {
        driver: "FlatGeobuf",
        epsg: Some(9214),
        kind: wkbUnknown,
        options: &["SPATIAL_INDEX=NO"],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.fgb", &layer, GRID, &[]);
}

#[test]
fn gml() {
    let layer = Layer {
        driver: "GML",
        epsg: Some(9214),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.gml", &layer, GRID, &[]);
}

#[test]
fn kml() {
    let layer = Layer {
        driver: "KML",
        epsg: Some(4326),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.kml", &layer, DEGREES, &[]);
}

#[test]
fn csv_with_wkt() {
    let layer = Layer {
        driver: "CSV",
        epsg: None,
        kind: wkbUnknown,
        options: &["GEOMETRY=AS_WKT"],
        columns: &PARCEL_COLUMNS,
    };
    imported("thua.csv", &layer, GRID, &["--source-crs", "EPSG:9214"]);
}

#[test]
fn csv_with_coordinates_the_vietnamese_way_round() {
    let bench = Bench::new();
    // A survey's table: X is northing, Y is easting.
    let file = bench.write(
        "tram_bom.csv",
        "ten,x,y\nTrạm bơm Cống Bún,2353402.45,416226.77\nTrạm bơm Văn Sơn,2353502.45,416326.77\n"
            .as_bytes(),
    );
    let outcome = bench.import(
        &file,
        "irrigation_works",
        &["--source-crs", "EPSG:9214", "--dry-run"],
    );
    assert_eq!(
        outcome.report["crs"]["axes_swapped"], true,
        "{}{}",
        outcome.stdout, outcome.stderr
    );
}

#[test]
fn a_second_import_is_a_new_revision_and_its_report_lies_beside_it() {
    let bench = Bench::new();
    let file = bench.path("thua.fgb");
    let layer = Layer {
        driver: "FlatGeobuf",
        epsg: Some(9214),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    layer.write(&file, &parcels(GRID.0, GRID.1, GRID.2));
    for revision in ["r000001", "r000002"] {
        let output = bench
            .command(&file, "land_parcels", &[])
            .output()
            .expect("it runs");
        assert!(output.status.success());
        let report = bench
            .data()
            .join(format!("land_parcels/thua/{revision}.report.json"));
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(report).expect("beside the revision"))
                .expect("JSON");
        assert_eq!(report["revision"], revision);
        assert_eq!(report["counts"]["imported"], 7);
    }
}

#[test]
fn several_files_are_several_datasets() {
    let bench = Bench::new();
    let layer = Layer {
        driver: "GPKG",
        epsg: Some(9214),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    let (a, b) = (bench.path("Xã A.gpkg"), bench.path("xa-b.gpkg"));
    layer.write(&a, &parcels(GRID.0, GRID.1, GRID.2));
    layer.write(&b, &parcels(GRID.0 + 5_000.0, GRID.1, GRID.2));
    let second = b.to_string_lossy().into_owned();
    let outcome = bench.import(&a, "land_parcels", &[&second]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report[0]["dataset"], "xa-a");
    assert_eq!(outcome.report[1]["dataset"], "xa-b");
    let outcome = bench.import(&a, "land_parcels", &[&second, "--dataset", "x"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report[0]["dataset"], "x-xa-a");
    assert_eq!(outcome.report[1]["dataset"], "x-xa-b");
}
