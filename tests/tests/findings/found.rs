//! Found at import, served like any theme, gone once corrected, refused where the import is strict.

use std::fs;

use diaba_tests::database::migrated;
use diaba_tests::live::serve;
use diaba_tests::{Diaba, import, import_into_database, tiles};
use serde_json::{Value, json};

use crate::ground::{Found, Parcel, SPOILED, corrected, file, findings, in_metres};

fn expected() -> Vec<Found> {
    [("gap", 100.0), ("overlap", 20.0)]
        .map(|(kind, area)| {
            (
                kind.to_owned(),
                "error".to_owned(),
                "xa".to_owned(),
                None,
                area,
            )
        })
        .to_vec()
}

fn counted(report: &Value) -> u64 {
    report["findings"]["total"].as_u64().unwrap_or_default()
}

#[test]
fn a_directory_serves_what_is_wrong_until_it_is_corrected() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let spoiled = file(folder.path(), "xa", &SPOILED);
    let report = in_metres(import(&spoiled, "land_parcels", &data)).ok();
    assert_eq!(counted(&report), 2, "{report:#}");
    let first = &report["findings"]["records"][0];
    assert_eq!(
        first["keys"],
        json!(["07210/3/3/07210", "07210/3/2/07210"]),
        "{first}"
    );
    assert!(
        first["detail"]["vi"].as_str().unwrap().contains("20.00 m²"),
        "{first}"
    );
    {
        let server = Diaba::serve(&data);
        assert_eq!(findings(&server), expected());
        let item = server.json("/collections/quality_findings/items?loai_loi=overlap");
        let overlap = &item["features"][0]["properties"];
        assert_eq!(
            overlap["thua_lien_quan"],
            json!(["07210/3/3/07210", "07210/3/2/07210"])
        );
        let collection = server.json("/collections/quality_findings");
        let bounds: [f64; 4] =
            serde_json::from_value(collection["extent"]["spatial"]["bbox"][0].clone()).unwrap();
        let drawn = tiles::covering(bounds, 16).into_iter().any(|(z, x, y)| {
            let tile = server.get(&format!("/tiles/quality_findings/{z}/{x}/{y}.mvt"));
            tile.status == 200 && tile.body.windows(7).any(|w| w == b"overlap")
        });
        assert!(drawn, "the overlap is in no tile");
    }
    let right = file(folder.path(), "dung", &corrected());
    let report = in_metres(import(&right, "land_parcels", &data))
        .option("--dataset", "xa")
        .ok();
    assert_eq!(counted(&report), 0, "{report:#}");
    let server = Diaba::serve(&data);
    assert_eq!(findings(&server), []);
}

#[test]
fn a_strict_import_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let right = file(folder.path(), "dung", &corrected());
    let before = in_metres(import(&right, "land_parcels", &data))
        .option("--dataset", "xa")
        .flag("--strict")
        .ok();
    let spoiled = file(folder.path(), "xa", &SPOILED);
    let (outcome, report) = in_metres(import(&spoiled, "land_parcels", &data))
        .flag("--strict")
        .run();
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("2 lỗi phải sửa"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("07210/3/2/07210"),
        "{}",
        outcome.stderr
    );
    assert_eq!(report["outcome"], "refused");
    assert_eq!(counted(&report), 2);
    let current = fs::read_to_string(data.join("land_parcels/xa/current.json")).unwrap();
    assert!(current.contains(before["revision"].as_str().unwrap()));
    assert!(!data.join("quality_findings").exists());
}

#[test]
fn a_dry_run_counts_what_is_wrong_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let spoiled = file(folder.path(), "xa", &SPOILED);
    let report = in_metres(import(&spoiled, "land_parcels", &data))
        .flag("--dry-run")
        .ok();
    assert_eq!(report["outcome"], "dry_run");
    assert_eq!(counted(&report), 2, "{report:#}");
    assert!(!data.exists());
}

#[test]
fn neighbours_of_other_datasets_are_looked_at_and_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let put = |name: &str, parcels: &[Parcel]| {
        in_metres(import(
            &file(folder.path(), name, parcels),
            "land_parcels",
            &data,
        ))
        .ok()
    };
    put("a", &[(1, [0.0, 0.0, 10.0, 10.0])]);
    let report = put("b", &[(2, [9.0, 0.0, 20.0, 10.0])]);
    assert_eq!(counted(&report), 1);
    assert_eq!(report["findings"]["records"][0]["other"], "a");
    // The other one is corrected: what was said of it by its neighbour is not true any more.
    assert_eq!(counted(&put("a", &[(1, [0.0, 0.0, 9.0, 10.0])])), 0);
    assert!(
        !data
            .join("quality_findings/land_parcels-b/current.json")
            .exists()
    );
}

#[test]
fn a_database_serves_the_same() {
    let Some(database) = migrated() else { return };
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, parcels: &[Parcel]| {
        in_metres(import_into_database(
            &file(folder.path(), name, parcels),
            "land_parcels",
            &database.url(),
        ))
        .option("--dataset", "xa")
    };
    let report = put("xa", &SPOILED).ok();
    assert_eq!(counted(&report), 2, "{report:#}");
    {
        let live = serve(&database, &[]);
        assert_eq!(findings(&live.server), expected());
    }
    let (outcome, _) = put("xa", &SPOILED).flag("--strict").run();
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert_eq!(
        database.value("SELECT count(*) FROM diaba.quality_findings"),
        "2"
    );
    // A second neighbour overlaps; then both are corrected.
    let beside = in_metres(import_into_database(
        &file(folder.path(), "ben", &[(1, [29.0, 0.0, 40.0, 10.0])]),
        "land_parcels",
        &database.url(),
    ))
    .ok();
    assert_eq!(counted(&beside), 1, "{beside:#}");
    let mut right = corrected();
    right[2].1[2] = 29.0;
    right[4].1[2] = 30.0;
    let report = put("dung", &right).flag("--strict").ok();
    assert_eq!(counted(&report), 0, "{report:#}");
    assert_eq!(
        database.value("SELECT count(*) FROM diaba.quality_findings"),
        "0"
    );
    let live = serve(&database, &[]);
    assert_eq!(findings(&live.server), []);
}
