//! Files whose beginning is not like the rest: what is decided of them is decided by the whole file.

use diaba_importers::decode::{Encoding, encode};
use gdal::vector::FieldValue;
use gdal::vector::LayerAccess;
use gdal::vector::OGRFieldType::{OFTReal, OFTString};
use gdal::vector::OGRwkbGeometryType::wkbPolygon;

use crate::common::{Bench, Layer, Row, square};

/// More records than are looked at before the others are taken.
const RECORDS: usize = 4_300;
/// The first record that is not like those before.
const TURN: usize = 4_200;

fn text(s: &str) -> FieldValue {
    FieldValue::StringValue(s.to_owned())
}

/// A shapefile of many parcels; `turn` changes those from [`TURN`] on. The last column is called `note`.
fn shapefile(bench: &Bench, note: &str, turn: impl Fn(usize, &mut Row)) -> std::path::PathBuf {
    let columns = [
        ("MaXa", OFTString),
        ("SoTo", OFTString),
        ("SoThua", OFTString),
        ("LoaiDat", OFTString),
        ("DienTich", OFTReal),
        ("DiaChi", OFTString),
        (note, OFTString),
    ];
    let layer = Layer {
        driver: "ESRI Shapefile",
        epsg: Some(9214),
        kind: wkbPolygon,
        options: &["ENCODING=ISO-8859-1"],
        columns: &columns,
    };
    let rows: Vec<Row> = (0..RECORDS)
        .map(|i| {
            let (x, y) = ((i % 100) as f64 * 30.0, (i / 100) as f64 * 30.0);
            let values = vec![
                Some(text("07210")),
                Some(text("1")),
                Some(text(&(i + 1).to_string())),
                Some(text("LUC")),
                Some(FieldValue::RealValue(400.0)),
                Some(text("Thon 3")),
                None,
            ];
            let mut row = (Some(square(416_200.0 + x, 2_353_400.0 + y, 20.0)), values);
            if i >= TURN {
                turn(i, &mut row);
            }
            row
        })
        .collect();
    let path = bench.path("thua.shp");
    layer.write(&path, &rows);
    let _ = std::fs::remove_file(bench.path("thua.cpg"));
    path
}

fn columns_that_became(report: &serde_json::Value, what: &str) -> Vec<String> {
    let columns = report["columns"].as_array().expect("columns");
    columns
        .iter()
        .filter(|c| c["became"] == what)
        .filter_map(|c| c["name"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn letters_that_come_late_are_read_in_their_encoding() {
    let bench = Bench::new();
    let place = "tổ dân phố số 3, phường Chũ";
    let written = encode(place, Encoding::Tcvn3).expect("it has the letters");
    let file = shapefile(&bench, "Khac", |_, row| row.1[5] = Some(text(&written)));
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(outcome.report["counts"]["imported"], RECORDS);
    let path = bench.data().join("land_parcels/thua/r000001/surveyed.fgb");
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = layer
        .defn()
        .field_index("dia_chi_thua_dat")
        .expect("the field");
    let late = layer
        .features()
        .filter(|f| f.field_as_string(index).expect("text").as_deref() == Some(place))
        .count();
    assert_eq!(late, RECORDS - TURN);
}

#[test]
fn persons_that_come_late_are_dropped() {
    let bench = Bench::new();
    let file = shapefile(&bench, "Khac", |i, row| {
        row.1[6] = Some(text(&format!("02418700{i:04}")));
    });
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(columns_that_became(&outcome.report, "personal"), ["Khac"]);
    assert_eq!(outcome.report["counts"]["imported"], RECORDS);
    let shard = bench.data().join("land_parcels/thua/r000001/surveyed.fgb");
    let bytes = std::fs::read(shard).expect("a shard");
    assert!(!bytes.windows(8).any(|w| w == b"02418700"));
    // What was counted before the file was read once more does not count.
    assert_eq!(outcome.report["counts"]["read"], RECORDS);
    assert_eq!(outcome.report["notes"]["by_kind"], serde_json::json!({}));
}

#[test]
fn axes_that_change_late_keep_the_whole_file_out() {
    let bench = Bench::new();
    let file = shapefile(&bench, "Khac", |i, row| {
        row.0 = Some(square(2_353_400.0, 416_200.0 + 30.0 * i as f64, 20.0));
    });
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    let refusal = outcome.report["refusal"]["en"].as_str().unwrap_or_default();
    let swapped = RECORDS - TURN;
    assert!(
        refusal.contains(&format!("{swapped} of {RECORDS} records")),
        "{refusal}"
    );
    assert_eq!(outcome.report["counts"]["imported"], 0);
    assert!(!bench.data().join("land_parcels/thua/current.json").exists());
    assert!(!bench.data().join("land_parcels/thua/r000001").exists());
}
