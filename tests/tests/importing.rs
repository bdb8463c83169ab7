//! `diaba-import` as a command: what it takes, what it refuses, and that a refusal changes nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use diaba_tests::{Diaba, binary, import, province, run};

/// Everything below a folder: paths with their sizes.
fn listing(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push((path.clone(), fs::metadata(&path).unwrap().len()));
            }
        }
    }
    found.sort();
    found
}

fn geojson(folder: &Path, name: &str, features: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(
        &path,
        format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#),
    )
    .unwrap();
    path
}

/// A square parcel of about 20 m near Bắc Giang town.
fn parcel(so_thua: u32, lon: f64, lat: f64, more: &str) -> String {
    let (e, n) = (lon + 0.0002, lat + 0.0002);
    format!(
        r#"{{"type":"Feature","properties":{{"MaXa":"07210","SoHieuToBanDo":"12","SoThuTuThua":"{so_thua}","KyHieuMucDichSuDung":"LUC"{more}}},
        "geometry":{{"type":"Polygon","coordinates":[[[{lon},{lat}],[{e},{lat}],[{e},{n}],[{lon},{n}],[{lon},{lat}]]]}}}}"#
    )
}

#[test]
fn wrong_usage_is_exit_code_one() {
    let data = tempfile::tempdir().unwrap();
    let file = province().file("roads");
    for arguments in [
        vec![],
        vec!["--no-such-option"],
        vec![file.to_str().unwrap(), "--theme", "roads"],
        vec![file.to_str().unwrap(), "--data", "x"],
        vec![
            file.to_str().unwrap(),
            "--theme",
            "roads",
            "--data",
            "x",
            "--encoding",
            "ebcdic",
        ],
        vec![
            file.to_str().unwrap(),
            "--theme",
            "roads",
            "--data",
            "x",
            "--source-crs",
            "somewhere",
        ],
    ] {
        let outcome = run(Command::new(binary("diaba-import"))
            .current_dir(data.path())
            .args(&arguments));
        assert_eq!(
            outcome.code,
            Some(1),
            "{arguments:?}: {}{}",
            outcome.stdout,
            outcome.stderr
        );
        assert!(!outcome.stderr.is_empty(), "{arguments:?}");
    }
    assert!(listing(data.path()).is_empty());
}

#[test]
fn a_refusal_is_exit_code_two_and_changes_nothing() {
    let data = province().copy();
    let before = listing(data.path());
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let good = geojson(folder.path(), "good.geojson", &parcel(1, 106.19, 21.27, ""));
    let roads = fs::read(province().file("roads")).unwrap();
    let refused = [
        (
            import(&folder.path().join("absent.shp"), "roads", data.path()),
            "a file that is not there",
        ),
        (
            import(&write("empty.gpkg", b""), "roads", data.path()),
            "an empty file",
        ),
        (
            import(
                &write("cut.fgb", &roads[..roads.len() / 2]),
                "roads",
                data.path(),
            ),
            "a truncated file",
        ),
        (
            import(&write("text.geojson", b"{\"type\":"), "roads", data.path()),
            "broken JSON",
        ),
        (
            import(&write("noise.shp", &[7u8; 4096]), "roads", data.path()),
            "noise",
        ),
        (
            import(&good, "no_such_theme", data.path()),
            "a theme nobody knows",
        ),
        (
            import(&good, "land_parcels", data.path()).option("--source-crs", "EPSG:6956"),
            "a deprecated grid",
        ),
        (
            import(&good, "land_parcels", data.path()).option("--dataset", "../away"),
            "a dataset that leaves the folder",
        ),
    ];
    for (call, what) in refused {
        let (outcome, _) = call.run();
        assert!(
            matches!(outcome.code, Some(1 | 2)),
            "{what}: {:?} {}",
            outcome.code,
            outcome.stderr
        );
        assert!(!outcome.stderr.trim().is_empty(), "{what} says nothing");
        assert!(
            !outcome.stderr.contains("panicked"),
            "{what}: {}",
            outcome.stderr
        );
        assert_eq!(listing(data.path()), before, "{what}");
    }
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let report = import(&province().file("roads"), "roads", data.path())
        .flag("--dry-run")
        .ok();
    assert_eq!(
        report["counts"]["imported"],
        province().reports()["roads"]["counts"]["imported"],
        "{report}"
    );
    assert!(
        listing(data.path()).is_empty(),
        "{:?}",
        listing(data.path())
    );
}

#[test]
fn personal_columns_never_arrive() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let personal = r#","TenChu":"Nguyễn Văn Ất","CMND":"121234567","namsinh":1970,"GhiChuRieng":"024080001234""#;
    let features: Vec<_> = (1..=20)
        .map(|i| parcel(i, 106.19 + f64::from(i) * 0.0003, 21.27, personal))
        .collect();
    let file = geojson(folder.path(), "parcels.geojson", &features.join(","));
    let report = import(&file, "land_parcels", data.path()).ok();
    assert_eq!(report["counts"]["imported"], 20, "{report}");
    let diaba = Diaba::serve(data.path());
    let served = diaba
        .get("/collections/land_parcels/items?f=json")
        .expect(200)
        .text();
    for secret in ["Nguyễn Văn Ất", "121234567", "1970", "024080001234"] {
        assert!(!served.contains(secret), "{secret} is served");
        let stored = listing(data.path()).iter().any(|(path, _)| {
            let bytes = fs::read(path).unwrap();
            bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        });
        assert!(!stored, "{secret} is stored");
        assert!(
            !report.to_string().contains(secret),
            "{secret} is in the report"
        );
    }
}

#[test]
fn a_bad_record_is_counted_with_its_reason_and_the_others_arrive() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let no_geometry = r#"{"type":"Feature","properties":{"MaXa":"07210","SoHieuToBanDo":"1","SoThuTuThua":"9"},"geometry":null}"#;
    let bow_tie = r#"{"type":"Feature","properties":{"MaXa":"07210","SoHieuToBanDo":"1","SoThuTuThua":"8"},"geometry":
        {"type":"Polygon","coordinates":[[[106.20,21.28],[106.2002,21.2802],[106.2002,21.28],[106.20,21.2802],[106.20,21.28]]]}}"#;
    let line = r#"{"type":"Feature","properties":{"MaXa":"07210","SoHieuToBanDo":"1","SoThuTuThua":"7"},"geometry":
        {"type":"LineString","coordinates":[[106.2,21.28],[106.21,21.28]]}}"#;
    let repeated_point = r#"{"type":"Feature","properties":{"MaXa":"07210","SoHieuToBanDo":"1","SoThuTuThua":"6"},"geometry":
        {"type":"Polygon","coordinates":[[[106.21,21.28],[106.2102,21.28],[106.2102,21.28],[106.2102,21.2802],[106.21,21.2802],[106.21,21.28]]]}}"#;
    let features = [
        &parcel(1, 106.19, 21.27, ""),
        no_geometry,
        bow_tie,
        line,
        repeated_point,
        &parcel(2, 106.191, 21.27, ""),
    ];
    let file = geojson(
        folder.path(),
        "mixed.geojson",
        &features.map(str::to_owned).join(","),
    );
    let report = import(&file, "land_parcels", data.path()).ok();
    // What a boundary that crosses itself was meant to be nobody can say; a point written twice is certain.
    assert_eq!(report["counts"]["read"], 6, "{report}");
    assert_eq!(report["counts"]["rejected"], 3, "{report}");
    assert_eq!(report["counts"]["repaired"], 1, "{report}");
    assert_eq!(report["counts"]["imported"], 3, "{report}");
    let diaba = Diaba::serve(data.path());
    assert_eq!(diaba.all_items("land_parcels", "").len(), 3);
}

#[test]
fn the_same_file_again_gives_the_same_ids_and_tiles() {
    let first = tempfile::tempdir().unwrap();
    let second = tempfile::tempdir().unwrap();
    let file = province().file("irrigation_works");
    let items = |data: &Path| Diaba::serve(data).all_items("irrigation_works", "?limit=1000");
    import(&file, "irrigation_works", first.path())
        .option("--dataset", "a")
        .ok();
    let once = items(first.path());
    import(&file, "irrigation_works", first.path())
        .option("--dataset", "a")
        .ok();
    import(&file, "irrigation_works", second.path())
        .option("--dataset", "a")
        .ok();
    assert_eq!(items(first.path()), once);
    assert_eq!(items(second.path()), once);
}
