//! The formats of surveying and planning offices: `MapInfo`, `SpatiaLite`, geodatabases, zipped KML, GeoJSON by the line.

use std::path::{Path, PathBuf};

use diaba_importers::decode::{Encoding, encode};
use gdal::vector::FieldValue;
use gdal::vector::LayerAccess;
use gdal::vector::OGRFieldType::{OFTReal, OFTString};
use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};

use crate::common::{Bench, Layer, PARCEL_COLUMNS, parcels, square};
use crate::formats::{DEGREES, GRID, imported};

const BOUNDS: &str = "BOUNDS=300000,2300000,700000,2500000";

fn layer<'a>(driver: &'a str, epsg: u32, options: &'a [&'a str]) -> Layer<'a> {
    let kind = if driver == "OpenFileGDB" {
        wkbPolygon
    } else {
        wkbUnknown
    };
    Layer {
        driver,
        epsg: Some(epsg),
        kind,
        options,
        columns: &PARCEL_COLUMNS,
    }
}

#[test]
fn mapinfo_table() {
    imported(
        "thua.tab",
        &layer("MapInfo File", 9214, &[BOUNDS]),
        GRID,
        &[],
    );
}

#[test]
fn mapinfo_interchange() {
    imported(
        "thua.mif",
        &layer("MapInfo File", 9214, &[BOUNDS]),
        GRID,
        &[],
    );
}

#[test]
fn spatialite() {
    imported("thua.sqlite", &layer("SQLite", 9214, &[]), GRID, &[]);
}

#[test]
fn file_geodatabase() {
    imported("thua.gdb", &layer("OpenFileGDB", 9214, &[]), GRID, &[]);
}

#[test]
fn zipped_kml() {
    imported("thua.kmz", &layer("LIBKML", 4326, &[]), DEGREES, &[]);
}

#[test]
fn geojson_by_the_line() {
    imported(
        "thua.geojsonl",
        &layer("GeoJSONSeq", 4326, &[]),
        DEGREES,
        &[],
    );
}

#[test]
fn geojson_with_record_separators() {
    let with_separators = layer("GeoJSONSeq", 4326, &["RS=YES"]);
    imported("thua.geojsons", &with_separators, DEGREES, &[]);
}

/// `MapInfo` keeps no datum: what its files say of the grid is enough for TM-3 and not enough for UTM.
#[test]
fn mapinfo_loses_the_datum_of_vn2000() {
    let bench = Bench::new();
    let written = |name: &str, epsg: u32, x: f64, y: f64| {
        let file = bench.path(name);
        layer("MapInfo File", epsg, &[BOUNDS]).write(&file, &parcels(x, y, 20.0));
        file
    };
    let (x, y, _) = GRID;
    let tm3 = written("tm3.mif", 9214, x, y);
    let outcome = bench.import(&tm3, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["crs"]["epsg"], 9214);
    assert_eq!(outcome.report["crs"]["datum_assumed"], true);
    let utm = written("utm.mif", 3405, 623_736.4, 2_352_949.6);
    let outcome = bench.import(&utm, "land_parcels", &["--dry-run"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("EPSG:3405") && outcome.stderr.contains("EPSG:32648"),
        "{}",
        outcome.stderr
    );
    let told = bench.import(
        &utm,
        "land_parcels",
        &["--dry-run", "--source-crs", "EPSG:3405"],
    );
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    // The form Vietnamese offices use: a datum of their own, ellipsoid 28, with the legal shifts.
    let shifts = "9999, 28, -191.90441429, -39.30318279, -111.45032835, 0.00928836, -0.01975479, 0.00427372, 0.252906278, 0";
    for (file, grid) in [(&tm3, 9214), (&utm, 3405)] {
        let text = std::fs::read_to_string(file).expect("written");
        let shifted = text.replacen("Projection 8, 104,", &format!("Projection 8, {shifts},"), 1);
        assert_ne!(shifted, text);
        std::fs::write(file, shifted).expect("written");
        let outcome = bench.import(file, "land_parcels", &["--dry-run"]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(outcome.report["crs"]["epsg"], grid);
        assert_eq!(outcome.report["crs"]["datum_assumed"], true);
    }
}

const PLACES: [&str; 5] = [
    "Thôn Đồng Lễ, xã Tân Mỹ",
    "tổ dân phố số 3, phường Chũ",
    "Xứ đồng Cửa Đình",
    "xã Lục Ngạn",
    "Việt Yên",
];

/// A `MapInfo` file whose bytes are text in `encoding` and whose header says they are `WindowsLatin1`.
fn hidden(bench: &Bench, name: &str, encoding: Encoding) -> PathBuf {
    let columns = [
        ("MaXa", OFTString),
        ("SoTo", OFTString),
        ("SoThua", OFTString),
        ("DienTich", OFTReal),
        ("DiaChi", OFTString),
    ];
    let layer = Layer {
        driver: "MapInfo File",
        epsg: Some(9214),
        kind: wkbUnknown,
        // One byte a character: GDAL writes the legacy bytes as they are.
        options: &[BOUNDS, "ENCODING=CP1252"],
        columns: &columns,
    };
    let text = |s: &str| Some(FieldValue::StringValue(s.to_owned()));
    let rows: Vec<_> = PLACES
        .iter()
        .enumerate()
        .map(|(i, place)| {
            let written = encode(place, encoding).expect("the encoding has its letters");
            let values = vec![
                text("07210"),
                text("1"),
                text(&(i + 1).to_string()),
                Some(FieldValue::RealValue(400.0)),
                text(&written),
            ];
            let x = 416_200.0 + 40.0 * i as f64;
            (Some(square(x, 2_353_400.0, 20.0)), values)
        })
        .collect();
    let path = bench.path(name);
    layer.write(&path, &rows);
    path
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = std::fs::read(path).expect("written");
    let text: String = text.iter().map(|&b| char::from(b)).collect();
    assert!(text.contains(from), "{text}");
    let bytes: Vec<u8> = text.replace(from, to).chars().map(|c| c as u8).collect();
    std::fs::write(path, bytes).expect("written");
}

fn addresses(bench: &Bench) -> Vec<String> {
    let path = bench.data().join("land_parcels/thua/r000001/surveyed.fgb");
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = layer
        .defn()
        .field_index("dia_chi_thua_dat")
        .expect("the field");
    let mut values: Vec<String> = layer
        .features()
        .filter_map(|f| f.field_as_string(index).expect("text"))
        .collect();
    values.sort();
    values
}

#[test]
fn mapinfo_text_is_read_by_its_words_not_by_the_header() {
    let mut expected: Vec<String> = PLACES.iter().map(|&p| p.to_owned()).collect();
    expected.sort();
    for (name, encoding, charset) in [
        ("thua.tab", Encoding::Tcvn3, "WindowsLatin1"),
        ("thua.mif", Encoding::Tcvn3, "WindowsLatin1"),
        ("thua.mif", Encoding::Vni, "WindowsLatin1"),
        ("thua.tab", Encoding::Cp1258, "WindowsVietnamese"),
        ("thua.mif", Encoding::Cp1258, "WindowsVietnamese"),
        ("thua.mif", Encoding::Cp1258, "WindowsLatin1"),
    ] {
        let bench = Bench::new();
        let file = hidden(&bench, name, encoding);
        replace(&file, "WindowsLatin1", charset);
        let outcome = bench.import(&file, "land_parcels", &[]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(addresses(&bench), expected, "{name} {charset}");
    }
}

#[test]
fn mapinfo_parts_are_named_and_a_missing_one_is_refused() {
    let bench = Bench::new();
    let file = hidden(&bench, "thua.tab", Encoding::Tcvn3);
    let outcome = bench.import(&file, "land_parcels", &["--dry-run"]);
    let named: Vec<&str> = outcome.report["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|source| source["name"].as_str())
        .collect();
    assert_eq!(named, ["thua.tab", "thua.dat", "thua.map", "thua.id"]);
    for part in ["dat", "map"] {
        let path = file.with_extension(part);
        let bytes = std::fs::read(&path).expect("written");
        std::fs::remove_file(&path).expect("removed");
        let outcome = bench.import(&file, "land_parcels", &[]);
        assert_eq!(outcome.code, Some(2), "{part}: {}", outcome.stderr);
        assert!(bench.listing().is_empty());
        std::fs::write(&path, bytes).expect("written");
    }
}
