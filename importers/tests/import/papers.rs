//! What an import leaves for people: text, page, rejected records.

use std::path::Path;

use gdal::Dataset;
use gdal::vector::{LayerAccess, OGRwkbGeometryType};

use crate::common::{Bench, Layer, PARCEL_COLUMNS, parcel, parcels, square};

fn layer() -> Layer<'static> {
    Layer {
        driver: "GPKG",
        epsg: Some(9209),
        kind: OGRwkbGeometryType::wkbPolygon,
        options: &[],
        columns: &PARCEL_COLUMNS,
    }
}

fn read(path: &Path) -> String {
    let text = std::fs::read_to_string(path);
    text.expect("the paper is there")
}

/// Nothing personal of the test records, and nothing that would be fetched.
fn assert_clean(text: &str) {
    for personal in ["Nguyễn Văn Ất", "02408000"] {
        assert!(!text.contains(personal), "{personal}");
    }
    let outside = text.replace("http://www.w3.org/2000/svg", "");
    for fetched in ["http://", "https://", "src=", "@import", "url("] {
        let outside = outside.replace("url(#khung)", "");
        assert!(!outside.contains(fetched), "{fetched}");
    }
}

#[test]
fn an_import_leaves_text_page_and_rejected_records_beside_its_revision() {
    let bench = Bench::new();
    let file = bench.path("thua.gpkg");
    layer().write(&file, &parcels(571_883.0, 2_353_345.0, 20.0));
    let output = bench
        .command(&file, "land_parcels", &[])
        .output()
        .expect("it runs");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let beside = bench.data().join("land_parcels/thua");
    let text = read(&beside.join("r000001.report.txt"));
    assert!(
        text.contains("BÁO CÁO NHẬP DỮ LIỆU") && text.contains("r000001"),
        "{text}"
    );
    let page = read(&beside.join("r000001.report.html"));
    assert!(
        page.contains("<svg") && page.contains("Bản ghi bị loại"),
        "{page}"
    );
    assert!(
        page.contains("LUC – Đất chuyên trồng lúa"),
        "the legend names its colours"
    );
    assert_clean(&text);
    assert_clean(&page);

    let json = read(&beside.join("r000001.report.json"));
    let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["rejects_file"], "r000001.rejects.gpkg");
    let rejected = report["counts"]["rejected"].as_u64().expect("a number");
    assert!(rejected >= 2);
    let made = Dataset::open(beside.join("r000001.rejects.gpkg")).expect("a GeoPackage");
    let mut layer = made.layer(0).expect("a layer");
    assert_eq!(layer.feature_count(), rejected);
    let srs = layer.spatial_ref().expect("a grid");
    assert_eq!(srs.auth_code().ok(), Some(9209), "the grid of the file");
    let extent = layer
        .get_extent()
        .expect("the boundary that crosses itself is there");
    assert!(
        (571_000.0..573_000.0).contains(&extent.MinX),
        "as it came: {extent:?}"
    );
    for feature in layer.features() {
        let text = |name: &str| {
            let index = feature.field_index(name).expect("a field");
            feature
                .field_as_string(index)
                .ok()
                .flatten()
                .unwrap_or_default()
        };
        assert!(!text("ly_do").is_empty() && !text("reason").is_empty());
        assert_clean(&text("khoa"));
    }
}

#[test]
fn rejected_records_go_where_the_operator_says_also_when_nothing_is_imported() {
    let bench = Bench::new();
    let file = bench.path("thua.gpkg");
    let mut rows = parcels(571_883.0, 2_353_345.0, 20.0);
    rows.retain(|(shape, _)| shape.is_none());
    layer().write(&file, &rows);
    let (rejects, report) = (bench.path("loai.gpkg"), bench.path("bao-cao.json"));
    let output = bench
        .command(&file, "land_parcels", &["--dry-run"])
        .arg("--rejects")
        .arg(&rejects)
        .arg("--report")
        .arg(&report)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "nothing can be imported");
    let made = Dataset::open(&rejects).expect("a GeoPackage");
    assert_eq!(
        made.layer(0).expect("a layer").feature_count(),
        rows.len() as u64
    );
    assert!(read(&bench.path("bao-cao.html")).contains("Từ chối"));
    assert!(read(&bench.path("bao-cao.txt")).contains("từ chối"));
    assert!(!bench.data().exists(), "nothing is written into the store");
}

#[test]
fn what_was_found_between_parcels_is_on_the_map_and_in_words() {
    let bench = Bench::new();
    let file = bench.path("thua.gpkg");
    let at = |x: f64, y: f64, side: f64| Some(square(416_000.0 + x, 2_353_000.0 + y, side));
    // 1 and 2 share two metres; 3 and 4 five centimetres.
    let rows: Vec<_> = [
        at(0.0, 0.0, 20.0),
        at(18.0, 0.0, 20.0),
        at(0.0, 100.0, 20.0),
        at(19.95, 100.0, 20.0),
    ]
    .into_iter()
    .zip(1u32..)
    .map(|(shape, n)| (shape, parcel(n, "LUC", 400.0, "lúa")))
    .collect();
    Layer {
        epsg: Some(9214),
        ..layer()
    }
    .write(&file, &rows);
    let outcome = bench.import(&file, "land_parcels", &[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let report = outcome.report;
    assert_eq!(report["findings"]["total"], 2, "{report:#}");
    let papers = bench.folder.path();
    let (page, text) = (
        read(&papers.join("report.html")),
        read(&papers.join("report.txt")),
    );
    for (vi, color) in [
        ("Lỗi hình học phải sửa (1)", "#7b1fa2"),
        ("Hình học cần xem lại (1)", "#00838f"),
    ] {
        assert!(page.contains(vi), "the legend: {vi}");
        let ground = format!(r#"fill="{color}" fill-opacity=".45""#);
        assert!(page.contains(&ground), "the ground is drawn: {color}");
    }
    assert!(page.contains(": chồng lấn 40.00 m², rộng đến 2.00 m</title>"));
    assert!(page.contains("Chồng lấn") && page.contains("Dải hẹp"));
    assert!(
        text.contains("LỖI HÌNH HỌC") && text.contains("40.00 m²"),
        "{text}"
    );
    assert_clean(&page);
    assert_clean(&text);
}

#[test]
fn several_files_have_a_page_over_all_of_them() {
    let bench = Bench::new();
    for (name, x) in [("mot.gpkg", 571_883.0), ("hai.gpkg", 572_383.0)] {
        layer().write(&bench.path(name), &parcels(x, 2_353_345.0, 20.0));
    }
    let output = bench
        .command(&bench.path("mot.gpkg"), "land_parcels", &[])
        .arg(bench.path("hai.gpkg"))
        .output()
        .expect("it runs");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let reports: Vec<_> = std::fs::read_dir(bench.data().join("reports"))
        .expect("a folder of reports")
        .map(|entry| entry.expect("listed").path())
        .collect();
    assert_eq!(reports.len(), 1);
    let page = read(&reports[0]);
    assert_clean(&page);
    for dataset in ["mot", "hai"] {
        let way = format!("../land_parcels/{dataset}/r000001.report.html");
        assert!(page.contains(&way), "{way}");
        assert!(reports[0].parent().expect("a folder").join(&way).exists());
    }
    // The store has no objection to what lies in it.
    let listed = std::process::Command::new(env!("CARGO_BIN_EXE_diaba-import"))
        .args(["list", "--json", "--data"])
        .arg(bench.data())
        .output()
        .expect("it runs");
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    let listed = listed.as_array().expect("a list").iter();
    let parcels = listed.filter(|dataset| dataset["theme"] == "land_parcels");
    assert_eq!(parcels.count(), 2);
}
