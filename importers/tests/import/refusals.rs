//! What is refused: the exit code, words in both languages, and nothing changed.

use std::fs;
use std::process::Command;

use gdal::vector::LayerAccess;

use crate::common::{Bench, Layer, PARCEL_COLUMNS, Row, parcels, square};
use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};

const GPKG: Layer = Layer {
    driver: "GPKG",
    epsg: Some(9214),
    kind: wkbUnknown,
    options: &[],
    columns: &PARCEL_COLUMNS,
};

fn good() -> Vec<Row> {
    parcels(416_200.0, 2_353_400.0, 20.0)
}

fn refused(bench: &Bench, file: &std::path::Path, more: &[&str]) -> crate::common::Outcome {
    let before = bench.listing();
    let outcome = bench.import(file, "land_parcels", more);
    assert_eq!(
        outcome.code,
        Some(2),
        "{} {more:?}: {}{}",
        file.display(),
        outcome.stdout,
        outcome.stderr
    );
    assert_eq!(bench.listing(), before, "{}", file.display());
    assert_eq!(outcome.report["outcome"], "refused");
    assert_eq!(outcome.report["counts"]["imported"], 0);
    for language in ["vi", "en"] {
        assert!(
            outcome.report["refusal"][language]
                .as_str()
                .is_some_and(|s| !s.is_empty())
        );
    }
    outcome
}

#[test]
fn wrong_usage_is_exit_code_one() {
    let bench = Bench::new();
    let file = bench.path("a.gpkg");
    GPKG.write(&file, &good());
    for more in [
        &["--no-such-option"][..],
        &["--encoding", "ebcdic"],
        &["--source-crs", "somewhere"],
        &["--dataset", "../away"],
        &["--dataset", "Ấp 3"],
        &["--map", "no-equals-sign"],
        &["--map", "MaXa=no_such_field"],
        &["--code-version", "admin_units=1800"],
        &["--styles", "/no/such/folder"],
    ] {
        let outcome = bench.import(&file, "land_parcels", more);
        assert_eq!(outcome.code, Some(1), "{more:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.is_empty());
        assert!(bench.listing().is_empty());
    }
    assert_eq!(bench.import(&file, "no_such_theme", &[]).code, Some(1));
    let alone = Command::new(env!("CARGO_BIN_EXE_diaba-import"))
        .output()
        .expect("it runs");
    assert_eq!(alone.status.code(), Some(1));
    let help = Command::new(env!("CARGO_BIN_EXE_diaba-import"))
        .arg("--help")
        .output()
        .expect("it runs");
    assert_eq!(help.status.code(), Some(0));
}

#[test]
fn files_that_are_no_data_are_refused() {
    let bench = Bench::new();
    for (name, bytes) in [
        ("absent.shp", None),
        ("empty.gpkg", Some(&b""[..])),
        ("noise.shp", Some(&[7_u8; 4096][..])),
        (
            "noise.gpkg",
            Some(b"SQLite format 3\0 and then nothing of the kind"),
        ),
        (
            "noise.fgb",
            Some(b"fgb\x03fgb\x00\xff\xff\xff\x7f and then nothing"),
        ),
        ("broken.geojson", Some(b"{\"type\":")),
        ("other.json", Some(b"{\"a\": 1}")),
        (
            "broken.gml",
            Some(b"<?xml version=\"1.0\"?><a xmlns:gml=\"http://www.opengis.net/gml\"><b>"),
        ),
        (
            "broken.kml",
            Some(
                b"<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>",
            ),
        ),
        ("table.csv", Some(b"ma_xa,so_to\n07210,1\n")),
        (
            "drawing.dgn",
            Some(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        ),
        ("drawing.dwg", Some(b"AC1015\0\0")),
        ("archive.zip", Some(b"PK\x03\x04....")),
        ("photo.jpg", Some(b"\xFF\xD8\xFF\xE0")),
    ] {
        let path = bench.path(name);
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).expect("written");
        }
        refused(&bench, &path, &["--source-crs", "EPSG:9214"]);
    }
}

#[test]
fn truncated_files_are_refused_wherever_they_end() {
    let bench = Bench::new();
    let many: Vec<Row> = (0..400)
        .map(|i| {
            let (x, y) = (
                416_200.0 + 30.0 * f64::from(i % 20),
                2_353_400.0 + 30.0 * f64::from(i / 20),
            );
            (
                Some(square(x, y, 20.0)),
                crate::common::parcel(i, "LUC", 400.0, "thửa"),
            )
        })
        .collect();
    let fgb = Layer {
        driver: "FlatGeobuf",
        options: &["SPATIAL_INDEX=NO"],
        ..GPKG
    };
    let shp = Layer {
        driver: "ESRI Shapefile",
        kind: wkbPolygon,
        ..GPKG
    };
    for (layer, name, part) in [
        (&fgb, "a.fgb", "a.fgb"),
        (&shp, "a.shp", "a.shp"),
        (&shp, "b.shp", "b.dbf"),
        (&GPKG, "a.gpkg", "a.gpkg"),
    ] {
        let file = bench.path(name);
        layer.write(&file, &many);
        let whole = fs::read(bench.path(part)).expect("written");
        for share in [2, 5, 9] {
            fs::write(bench.path(part), &whole[..whole.len() * share / 10]).expect("cut");
            refused(&bench, &file, &[]);
        }
        fs::write(bench.path(part), &whole).expect("whole again");
        assert_eq!(
            bench.import(&file, "land_parcels", &["--dry-run"]).code,
            Some(0),
            "{name}"
        );
    }
}

#[test]
fn a_system_that_is_not_certain_is_asked_for() {
    let bench = Bench::new();
    // Nothing said.
    let nothing = bench.path("nothing.shp");
    Layer {
        driver: "ESRI Shapefile",
        kind: wkbPolygon,
        epsg: None,
        ..GPKG
    }
    .write(&nothing, &good());
    let outcome = refused(&bench, &nothing, &[]);
    assert!(
        outcome.stderr.contains("--source-crs"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("EPSG:9214"),
        "the likely grids are named: {}",
        outcome.stderr
    );
    assert_eq!(
        bench
            .import(
                &nothing,
                "land_parcels",
                &["--source-crs", "EPSG:9214", "--dry-run"]
            )
            .code,
        Some(0)
    );
    // A grid of the old datum, and one that is deprecated.
    for code in [2044, 6956] {
        let old = bench.path(&format!("old-{code}.gpkg"));
        Layer {
            epsg: Some(code),
            ..GPKG
        }
        .write(&old, &good());
        refused(&bench, &old, &[]);
    }
    refused(&bench, &nothing, &["--source-crs", "EPSG:6956"]);
    refused(&bench, &nothing, &["--source-crs", "EPSG:2044"]);
    // An old GeoJSON may name its system.
    let named = bench.write(
        "named.geojson",
        br#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::9214"}},"features":[
        {"type":"Feature","properties":{"ma_xa":"07210","so_to":"1","so_thua":"1"},"geometry":{"type":"Polygon","coordinates":
        [[[416200,2353400],[416220,2353400],[416220,2353420],[416200,2353420],[416200,2353400]]]}}]}"#,
    );
    let outcome = bench.import(&named, "land_parcels", &["--dry-run"]);
    assert_eq!(
        (outcome.code, &outcome.report["crs"]["epsg"]),
        (Some(0), &9214.into()),
        "{}",
        outcome.stderr
    );
}

#[test]
fn data_that_land_elsewhere_are_refused_with_the_likely_reason() {
    let bench = Bench::new();
    // Surveyed in the grid of 105°30', declared in that of 107°.
    let elsewhere = bench.path("elsewhere.gpkg");
    GPKG.write(&elsewhere, &parcels(571_883.67, 2_353_345.98, 20.0));
    let outcome = refused(&bench, &elsewhere, &[]);
    assert!(outcome.stderr.contains("EPSG:9209"), "{}", outcome.stderr);
    let forced = bench.import(&elsewhere, "land_parcels", &["--force-area", "--dry-run"]);
    assert_eq!(forced.code, Some(0), "{}", forced.stderr);
    // Some records the wrong way round, some not.
    let mixed = bench.path("mixed.gpkg");
    let mut rows = good();
    rows.push((
        Some(square(2_353_400.0, 416_200.0, 20.0)),
        crate::common::parcel(50, "LUC", 400.0, ""),
    ));
    GPKG.write(&mixed, &rows);
    refused(&bench, &mixed, &[]);
    // All of them: certain, and put in order.
    let swapped = bench.path("swapped.gpkg");
    GPKG.write(&swapped, &parcels(2_353_400.0, 416_200.0, 20.0));
    let outcome = bench.import(&swapped, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["crs"]["axes_swapped"], true);
    assert!(
        !outcome.report["warnings"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
}

#[test]
fn several_layers_need_a_name() {
    let bench = Bench::new();
    let file = bench.path("a.gpkg");
    GPKG.write(&file, &good());
    let more = bench.path("b.gpkg");
    GPKG.write(&more, &good());
    {
        let source = gdal::Dataset::open(&more).expect("open");
        let mut target = gdal::Dataset::open_ex(
            &file,
            gdal::DatasetOptions {
                open_flags: gdal::GdalOpenFlags::GDAL_OF_UPDATE,
                ..Default::default()
            },
        )
        .expect("open");
        let layer = source.layer(0).expect("a layer");
        let srs = layer.spatial_ref();
        target
            .create_layer(gdal::vector::LayerOptions {
                name: "second",
                srs: srs.as_ref(),
                ty: wkbPolygon,
                options: None,
            })
            .expect("a second layer");
    }
    let outcome = refused(&bench, &file, &[]);
    assert!(
        outcome.stderr.contains("--layer") && outcome.stderr.contains("second"),
        "{}",
        outcome.stderr
    );
    refused(&bench, &file, &["--layer", "third"]);
    assert_eq!(
        bench
            .import(&file, "land_parcels", &["--layer", "a", "--dry-run"])
            .code,
        Some(0)
    );
}

#[test]
fn a_file_without_the_required_columns_is_refused() {
    let bench = Bench::new();
    let file = bench.write(
        "a.csv",
        b"ten,wkt\nX,\"POLYGON((416200 2353400,416220 2353400,416220 2353420,416200 2353400))\"\n",
    );
    let outcome = refused(&bench, &file, &["--source-crs", "EPSG:9214"]);
    assert!(outcome.stderr.contains("--map"), "{}", outcome.stderr);
}

#[test]
fn a_dry_run_and_a_refusal_without_report_file_print_the_report() {
    let bench = Bench::new();
    let file = bench.path("a.gpkg");
    GPKG.write(&file, &good());
    let output = bench
        .command(&file, "land_parcels", &["--dry-run"])
        .output()
        .expect("it runs");
    assert!(output.status.success());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["outcome"], &report["counts"]["imported"]),
        (&"dry_run".into(), &7.into())
    );
    assert!(bench.listing().is_empty());
}
