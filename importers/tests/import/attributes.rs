//! The land database's exchange files beside a map.

use gdal::vector::LayerAccess;
use gdal::vector::OGRwkbGeometryType::wkbUnknown;
use serde_json::Value;

use crate::common::{Bench, Layer, Outcome, PARCEL_COLUMNS, parcel, square};

/// Parcels 1 to 4 of sheet 12 as the exchange tree has them; 9 is on no map. Who holds them stands in the same tree.
fn tree() -> String {
    let parcel = |number: u32, purposes: &str| {
        format!(
            "<ThongTinThuaDat><DC_ThuaDat><thuaDatId>A{number}</thuaDatId><maXa>07210</maXa><soHieuToBanDo>012</soHieuToBanDo>\
             <soThuTuThua>{number}</soThuTuThua><dienTich>400.0</dienTich><dienTichPhapLy>39{number}.5</dienTichPhapLy>\
             <ThongTinMucDichSuDung>{purposes}</ThongTinMucDichSuDung></DC_ThuaDat>\
             <DC_CaNhan><hoTen>Nguyễn Văn Ất</hoTen><soGiayTo>024080001231</soGiayTo></DC_CaNhan></ThongTinThuaDat>"
        )
    };
    let purpose = |code: &str, area: f64| {
        format!(
            "<DC_MucDichSuDung><maMucDichSuDung>{code}</maMucDichSuDung><dienTich>{area}</dienTich><thoiHanSuDung>Lâu dài</thoiHanSuDung></DC_MucDichSuDung>"
        )
    };
    let several = format!("{}{}", purpose("ONT", 150.0), purpose("LNQ", 250.0));
    let all: String = [
        parcel(1, &several),
        parcel(2, &purpose("LUC", 400.0)),
        parcel(2, &purpose("CLN", 400.0)),
        parcel(9, &purpose("LUC", 400.0)),
    ]
    .concat();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ThongTinTaiSan>{all}</ThongTinTaiSan>")
}

const JSON: &str = r#"[{"soThuTuThua": 3, "soHieuToBanDo": 12, "dienTichPhapLy": 393.5, "hoTen": "Nguyễn Văn Ất",
    "ListMucDichSuDung": [{"loaiMucDichSuDungId": "NTS", "dienTich": 400}], "ListDiaChi": [{"xaId": "07210"}]}]"#;

fn map(bench: &Bench) -> std::path::PathBuf {
    let file = bench.path("thua.gpkg");
    let rows: Vec<_> = (1..=4)
        .map(|n| {
            let x = 416_200.0 + 40.0 * f64::from(n);
            (
                Some(square(x, 2_353_400.0, 20.0)),
                parcel(n, "LUC", 400.0, ""),
            )
        })
        .collect();
    Layer {
        driver: "GPKG",
        epsg: Some(9214),
        kind: wkbUnknown,
        options: &[],
        columns: &PARCEL_COLUMNS,
    }
    .write(&file, &rows);
    file
}

fn arrived(bench: &Bench, field: &str) -> Vec<(String, String)> {
    let path = bench.data().join("land_parcels/thua/r000001/surveyed.fgb");
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = |name: &str| layer.defn().field_index(name).expect("the field");
    let (key, field) = (index("so_thua"), index(field));
    let mut values: Vec<(String, String)> = layer
        .features()
        .map(|f| {
            let text = |at| f.field_as_string(at).expect("text").unwrap_or_default();
            (text(key), text(field))
        })
        .collect();
    values.sort();
    values
}

#[test]
fn purposes_with_their_areas_come_to_their_parcels() {
    let bench = Bench::new();
    let file = map(&bench);
    let xml = bench.write("xuat.xml", tree().as_bytes());
    let json = bench.write("xuat.json", JSON.as_bytes());
    let (xml, json) = (xml.to_string_lossy(), json.to_string_lossy());
    let outcome = bench.import(
        &file,
        "land_parcels",
        &["--attributes", &xml, "--attributes", &json],
    );
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let uses: Vec<String> = arrived(&bench, "loai_dat")
        .into_iter()
        .map(|v| v.1)
        .collect();
    assert_eq!(uses, ["ONT", "LUC", "NTS", "LUC"]);
    let purposes: Value = serde_json::from_str(&arrived(&bench, "muc_dich")[0].1).expect("JSON");
    assert_eq!(purposes[0]["loai_dat"], "ONT");
    assert_eq!(purposes[0]["dien_tich"], 150.0);
    // LNQ is of 2014; today it is CLN.
    assert_eq!(purposes[1]["loai_dat"], "CLN");
    assert_eq!(purposes[1]["dien_tich"], 250.0);
    let legal: Vec<String> = arrived(&bench, "dien_tich_phap_ly")
        .into_iter()
        .map(|v| v.1)
        .collect();
    assert_eq!(legal, ["391.5", "392.5", "393.5", ""]);
    let report = &outcome.report["attributes"];
    assert_eq!(
        (&report["read"], &report["joined"], &report["duplicates"]),
        (&5.into(), &3.into(), &1.into())
    );
    assert_eq!(report["without_geometry"]["count"], 1);
    assert!(
        report["without_geometry"]["keys"][0]
            .as_str()
            .expect("a key")
            .contains("/9")
    );
    assert_eq!(report["without_attributes"]["count"], 1);
    assert_eq!(report["replaced"]["loai_dat"], 2);
    let sources = outcome.report["sources"].as_array().expect("a list");
    assert_eq!(sources.len(), 3);
    nobody_is_named(&bench, &outcome);
}

fn nobody_is_named(bench: &Bench, outcome: &Outcome) {
    let said = format!("{}{}{}", outcome.stdout, outcome.stderr, outcome.report);
    for secret in ["Nguyễn Văn Ất", "024080001231"] {
        assert!(!said.contains(secret));
        for (path, _) in bench.listing() {
            let bytes = std::fs::read(&path).expect("read");
            assert!(
                !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                "{}",
                path.display()
            );
        }
    }
}

#[test]
fn broken_attributes_refuse_the_import() {
    let bench = Bench::new();
    let file = map(&bench);
    let whole = tree();
    for (name, bytes) in [
        ("cut.xml", &whole.as_bytes()[..whole.len() / 2]),
        ("cut.json", &JSON.as_bytes()[..40]),
        ("other.txt", b"so_to so_thua"),
        ("empty.xml", b""),
    ] {
        let path = bench.write(name, bytes);
        let outcome = bench.import(
            &file,
            "land_parcels",
            &["--attributes", &path.to_string_lossy()],
        );
        assert_eq!(outcome.code, Some(2), "{name}: {}", outcome.stderr);
        assert!(bench.listing().is_empty());
        nobody_is_named(&bench, &outcome);
    }
    let absent = bench.import(
        &file,
        "land_parcels",
        &["--attributes", "/no/such/file.xml"],
    );
    assert_eq!(absent.code, Some(2), "{}", absent.stderr);
    let xml = bench.write("xuat.xml", whole.as_bytes());
    let roads = bench.import(&file, "roads", &["--attributes", &xml.to_string_lossy()]);
    assert_eq!(roads.code, Some(1), "{}", roads.stderr);
}
