//! `list`, `show`, `rollback`, `remove`, as an operator types them.

use std::process::Command;

use gdal::vector::OGRwkbGeometryType;
use serde_json::Value;

use crate::common::{Bench, Layer, PARCEL_COLUMNS, parcel, square};

/// Imports `count` parcels as the dataset `thua`.
fn import(bench: &Bench, count: u32, more: &[&str]) {
    let rows: Vec<_> = (0..count)
        .map(|i| {
            let x = 416_000.0 + f64::from(i) * 30.0;
            let shape = square(x, 2_353_000.0, 20.0);
            (Some(shape), parcel(i + 1, "LUC", 400.0, "lúa"))
        })
        .collect();
    let file = bench.path("thua.gpkg");
    let _ = std::fs::remove_file(&file);
    let layer = Layer {
        driver: "GPKG",
        epsg: Some(9214),
        kind: OGRwkbGeometryType::wkbPolygon,
        options: &[],
        columns: &PARCEL_COLUMNS,
    };
    layer.write(&file, &rows);
    let outcome = bench.import(&file, "land_parcels", more);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

/// What a command says: exit code, standard output, standard error.
fn say(bench: &Bench, words: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_diaba-import"))
        .args(words)
        .arg("--data")
        .arg(bench.data())
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn listed(bench: &Bench) -> Value {
    let (code, out, err) = say(bench, &["list", "--json"]);
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).expect("JSON")
}

fn folders(bench: &Bench) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(bench.data().join("land_parcels/thua"))
        .expect("there")
        .map(|entry| entry.expect("listed"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_dataset_is_listed_shown_taken_back_and_taken_away() {
    let bench = Bench::new();
    import(&bench, 3, &[]);
    import(&bench, 5, &[]);
    let all = listed(&bench);
    assert_eq!(all[0]["published"], "r000002");
    assert_eq!(all[0]["revisions"][0]["features"], 5);
    assert_eq!(all[0]["revisions"][1]["revision"], "r000001");
    let (_, table, _) = say(&bench, &["list", "--theme", "land_parcels"]);
    assert!(
        table.contains("land_parcels/thua")
            && table.contains("r000002")
            && table.contains("EPSG:9214"),
        "{table}"
    );
    let (_, shown, _) = say(&bench, &["show", "land_parcels/thua", "r000001"]);
    assert!(
        shown.contains("thua.gpkg") && shown.contains("→ r000002"),
        "{shown}"
    );

    let (code, out, err) = say(&bench, &["rollback", "land_parcels/thua"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("r000003") && out.contains("r000001"), "{out}");
    let all = listed(&bench);
    assert_eq!(all[0]["published"], "r000003");
    assert_eq!(all[0]["revisions"][0]["features"], 3);
    assert_eq!(all[0]["revisions"][0]["provenance"]["restores"], "r000001");
    // Back again, and by name.
    assert_eq!(say(&bench, &["rollback", "land_parcels/thua"]).0, Some(0));
    assert_eq!(listed(&bench)[0]["revisions"][0]["features"], 5);
    let (code, _, err) = say(
        &bench,
        &["rollback", "land_parcels/thua", "--to", "r000009"],
    );
    assert_eq!(code, Some(2));
    assert!(err.contains("r000001") && err.contains("r000009"), "{err}");

    let (code, _, err) = say(&bench, &["remove", "land_parcels/thua"]);
    assert_eq!(code, Some(1), "nobody sits at a terminal: {err}");
    assert_eq!(listed(&bench)[0]["published"], "r000004");
    let (code, _, err) = say(&bench, &["remove", "land_parcels/thua", "--yes"]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(listed(&bench), Value::Array(Vec::new()));
    let left = std::fs::read_dir(bench.data().join("land_parcels")).expect("there");
    assert_eq!(left.count(), 0, "nothing is left of it");
    assert_eq!(say(&bench, &["rollback", "land_parcels/thua"]).0, Some(2));
    // And it can come again.
    import(&bench, 2, &[]);
    assert_eq!(listed(&bench)[0]["revisions"][0]["features"], 2);
}

#[test]
fn as_many_revisions_are_kept_as_asked() {
    let bench = Bench::new();
    for count in 1..=5 {
        import(&bench, count, &[]);
    }
    assert_eq!(folders(&bench), ["r000003", "r000004", "r000005"]);
    import(&bench, 6, &["--keep", "5"]);
    import(&bench, 7, &["--keep", "5"]);
    assert_eq!(folders(&bench).len(), 5);
    // The same records again push nothing out.
    import(&bench, 7, &["--keep", "5"]);
    import(&bench, 7, &["--keep", "5"]);
    assert_eq!(
        folders(&bench),
        [
            "r000003", "r000004", "r000005", "r000006", "r000008", "r000009"
        ]
    );
    import(&bench, 8, &["--keep", "2"]);
    assert_eq!(folders(&bench), ["r000009", "r000010"]);
}

#[test]
fn a_damaged_revision_does_not_come_back() {
    let bench = Bench::new();
    import(&bench, 3, &[]);
    import(&bench, 5, &[]);
    let sealed = bench.data().join("land_parcels/thua/r000001/index.bin");
    let mut bytes = std::fs::read(&sealed).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&sealed).expect("removed");
    std::fs::write(&sealed, bytes).expect("written");
    let before = bench.listing();
    let (code, _, err) = say(&bench, &["rollback", "land_parcels/thua"]);
    assert_eq!(code, Some(2), "{err}");
    assert_eq!(listed(&bench)[0]["published"], "r000002");
    assert_eq!(bench.listing(), before);
}

#[test]
fn wrong_usage_is_told_in_plain_words() {
    let bench = Bench::new();
    import(&bench, 1, &[]);
    for words in [
        &["show", "thua"][..],
        &["show", "land_parcels/../thua"],
        &["rollback"],
        &["list", "--theme", "no_such_theme"],
        &["show", "land_parcels/khac"],
    ] {
        let (code, _, err) = say(&bench, words);
        assert!(matches!(code, Some(1 | 2)), "{words:?}: {err}");
        assert!(!err.is_empty() && !err.contains("panicked"), "{err}");
    }
    let help = say(&bench, &["--help"]).1;
    assert!(
        help.contains("rollback") && help.contains("Nhập dữ liệu không gian"),
        "{help}"
    );
}

#[test]
fn an_import_says_what_it_makes_other_than_the_last() {
    let bench = Bench::new();
    let write = |name: &str, rows: &[crate::common::Row]| {
        let file = bench.path(name);
        let layer = Layer {
            driver: "GPKG",
            epsg: Some(9214),
            kind: OGRwkbGeometryType::wkbPolygon,
            options: &[],
            columns: &PARCEL_COLUMNS,
        };
        layer.write(&file, rows);
        file
    };
    let row = |n: u32, side: f64, purpose: &str| {
        let shape = square(416_000.0 + f64::from(n) * 30.0, 2_353_000.0, side);
        (Some(shape), parcel(n, purpose, 400.0, "lúa"))
    };
    let first: Vec<_> = (1..=6).map(|n| row(n, 20.0, "LUC")).collect();
    // 1 moved, 2 with another purpose, 3 both, 4 gone, 5 and 6 as they were, 7 and 8 new.
    let second = [
        row(8, 20.0, "LUC"),
        row(1, 21.0, "LUC"),
        row(2, 20.0, "CLN"),
        row(3, 20.5, "CLN"),
        row(5, 20.0, "LUC"),
        row(6, 20.0, "LUC"),
        row(7, 20.0, "LUC"),
    ];
    let (one, two) = (write("mot.gpkg", &first), write("hai.gpkg", &second));
    let named = ["--dataset", "d"];
    let outcome = bench.import(&one, "land_parcels", &named);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.report["difference"].is_null());
    let before = bench.listing();
    let rehearsed = bench.import(&two, "land_parcels", &["--dataset", "d", "--dry-run"]);
    assert_eq!(bench.listing(), before, "nothing is written");
    let imported = bench.import(&two, "land_parcels", &named);
    assert_eq!(
        rehearsed.report["difference"],
        imported.report["difference"]
    );
    let d = &imported.report["difference"];
    let counts = [
        "added",
        "removed",
        "changed_geometry",
        "changed_attributes",
        "unchanged",
    ]
    .map(|name| d[name].as_u64().expect(name));
    assert_eq!(counts, [2, 1, 2, 2, 2], "{d}");
    assert_eq!(d["before"], "r000001");
    assert_eq!(d["fields"]["loai_dat"], 2);
    let keys = |name: &str| -> Vec<String> {
        let list = d[name].as_array().expect("a list");
        let mut keys: Vec<_> = list.iter().map(|c| c["key"].to_string()).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys("first_removed").len(), 1);
    assert!(
        keys("first_removed")[0].contains("/4/"),
        "{:?}",
        keys("first_removed")
    );
    assert!(keys("first_changed_geometry")[1].contains("/3/"));
    assert!(
        imported.stdout.contains("thêm 2, bớt 1"),
        "{}",
        imported.stdout
    );
    let again = bench.import(&two, "land_parcels", &named);
    assert_eq!(again.report["difference"]["unchanged"], 7);
    assert!(again.stdout.contains("như bản r000002"), "{}", again.stdout);
}
