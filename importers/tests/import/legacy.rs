//! Files in the encodings of the offices: TCVN3, VNI and Windows-1258 without a word about it.

use gdal::vector::LayerAccess;

use crate::common::{Bench, Layer, square};
use diaba_importers::decode::{Encoding, encode};
use gdal::vector::FieldValue;
use gdal::vector::OGRFieldType::{OFTReal, OFTString};
use gdal::vector::OGRwkbGeometryType::wkbPolygon;

const PLACES: [&str; 5] = [
    "Thôn Đồng Lễ, xã Tân Mỹ",
    "tổ dân phố số 3, phường Chũ",
    "Xứ đồng Cửa Đình",
    "xã Lục Ngạn",
    "Việt Yên",
];

/// A shapefile whose text is `encoding`, with no `.cpg` to say so.
fn shapefile(bench: &Bench, encoding: Encoding) -> std::path::PathBuf {
    let columns = [
        ("MaXa", OFTString),
        ("SoTo", OFTString),
        ("SoThua", OFTString),
        ("LoaiDat", OFTString),
        ("DienTich", OFTReal),
        ("DiaChi", OFTString),
        ("NguoiLap", OFTString),
    ];
    let layer = Layer {
        driver: "ESRI Shapefile",
        epsg: Some(9214),
        kind: wkbPolygon,
        // One byte a character: GDAL writes the legacy bytes as they are.
        options: &["ENCODING=ISO-8859-1"],
        columns: &columns,
    };
    let text = |s: &str| Some(FieldValue::StringValue(s.to_owned()));
    let rows: Vec<_> = PLACES
        .iter()
        .enumerate()
        .map(|(i, place)| {
            let x = 416_200.0 + 40.0 * i as f64;
            let written = encode(place, encoding).expect("the encoding has its letters");
            let by =
                encode("Đoàn đo đạc số 1, ngõ ất", encoding).expect("the encoding has its letters");
            let values = vec![
                text("07210"),
                text("1"),
                text(&(i + 1).to_string()),
                text("LUC"),
                Some(FieldValue::RealValue(400.0)),
                text(&written),
                text(&by),
            ];
            (Some(square(x, 2_353_400.0, 20.0)), values)
        })
        .collect();
    let path = bench.path("thua.shp");
    layer.write(&path, &rows);
    let _ = std::fs::remove_file(bench.path("thua.cpg"));
    path
}

/// The values of a field in the shard, by GDAL.
fn arrived(bench: &Bench, field: &str) -> Vec<String> {
    let path = bench.data().join("land_parcels/thua/r000001/surveyed.fgb");
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = layer.defn().field_index(field).expect("the field");
    let mut values: Vec<String> = layer
        .features()
        .filter_map(|f| f.field_as_string(index).expect("text"))
        .collect();
    values.sort();
    values
}

#[test]
fn every_legacy_encoding_is_recognised_and_decoded() {
    let mut expected: Vec<String> = PLACES.iter().map(|&p| p.to_owned()).collect();
    expected.sort();
    for encoding in [
        Encoding::Tcvn3,
        Encoding::Vni,
        Encoding::Cp1258,
        Encoding::Unicode,
    ] {
        let bench = Bench::new();
        let file = shapefile(&bench, encoding);
        let outcome = bench.import(&file, "land_parcels", &[]);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(
            arrived(&bench, "dia_chi_thua_dat"),
            expected,
            "{}",
            encoding.name()
        );
        let column = outcome.report["columns"]
            .as_array()
            .and_then(|columns| columns.iter().find(|c| c["name"] == "DiaChi"))
            .expect("reported");
        assert_eq!(column["text"]["encoding"], encoding.name());
        assert_eq!(column["text"]["how"], "detected");
    }
}

#[test]
fn the_operator_overrides_and_the_report_says_so() {
    let bench = Bench::new();
    let file = shapefile(&bench, Encoding::Tcvn3);
    let outcome = bench.import(&file, "land_parcels", &["--encoding", "vni"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let columns = outcome.report["columns"].as_array().expect("columns");
    let column = columns
        .iter()
        .find(|c| c["name"] == "DiaChi")
        .expect("reported");
    assert_eq!(
        (&column["text"]["encoding"], &column["text"]["how"]),
        (&"vni".into(), &"given".into())
    );
    assert!(column["damage"]["unmapped"].as_u64() > Some(0), "{column}");
}

#[test]
fn legacy_bytes_in_a_csv_are_decoded_too() {
    let bench = Bench::new();
    let mut bytes = b"ma_xa,so_to,so_thua,dia_chi_thua_dat,wkt\n".to_vec();
    for (i, place) in PLACES.iter().enumerate() {
        let written = encode(place, Encoding::Tcvn3).expect("TCVN3");
        let wkt = square(416_200.0 + 40.0 * i as f64, 2_353_400.0, 20.0);
        let line = format!("07210,1,{i},\"{written}\",\"{wkt}\"\n");
        bytes.extend(line.chars().map(|c| c as u32 as u8));
    }
    let file = bench.write("thua.csv", &bytes);
    let outcome = bench.import(&file, "land_parcels", &["--source-crs", "9214"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let mut expected: Vec<String> = PLACES.iter().map(|&p| p.to_owned()).collect();
    expected.sort();
    assert_eq!(arrived(&bench, "dia_chi_thua_dat"), expected);
}

#[test]
fn what_tcvn3_cannot_carry_is_flagged_and_kept_as_it_came() {
    let bench = Bench::new();
    let raw = encode("Xứ đồng Bãi ất", Encoding::Tcvn3)
        .expect("TCVN3")
        .replace("® ", "");
    let raw = raw.replace("®ång", "§ång");
    let mut bytes = b"ma_xa,so_to,so_thua,ghi_chu_rieng,wkt\n".to_vec();
    let wkt = square(416_200.0, 2_353_400.0, 20.0);
    bytes.extend(
        format!("07210,1,1,\"{raw}\",\"{wkt}\"\n")
            .chars()
            .map(|c| c as u32 as u8),
    );
    let file = bench.write("thua.csv", &bytes);
    let outcome = bench.import(
        &file,
        "land_parcels",
        &["--source-crs", "9214", "--encoding", "tcvn3"],
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let columns = outcome.report["columns"].as_array().expect("columns");
    let column = columns
        .iter()
        .find(|c| c["name"] == "ghi_chu_rieng")
        .expect("reported");
    assert_eq!(column["damage"]["lossy"], 1, "{column}");
    let extra = arrived(&bench, "extra").join("");
    assert!(extra.contains("_goc") && extra.contains("Êt"), "{extra}");
}
