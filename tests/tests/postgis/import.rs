//! `diaba-import --database`: a dataset replaced whole or not at all.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diaba_core::feature::{NewFeature, Value};
use diaba_core::shard::{Provenance, Shard};
use diaba_core::store::{PostgisStore, Store, StoreError};
use diaba_core::theme::Theme;
use diaba_tests::database::migrated;
use diaba_tests::{Database, import, import_into_database, repository};

use crate::triggers::OVERLAPS;

fn file() -> PathBuf {
    repository::sample("land_parcels_07522.gpkg")
}

fn import_file(database: &Database) -> serde_json::Value {
    import_into_database(&file(), "land_parcels", &database.url())
        .option("--dataset", "xa")
        .ok()
}

fn count(database: &Database, table: &str) -> u64 {
    database
        .value(&format!("SELECT count(*) FROM diaba.{table}"))
        .parse()
        .unwrap()
}

pub fn parcels(store: &PostgisStore) -> Arc<Theme> {
    Arc::clone(store.catalogue().theme("land_parcels").unwrap())
}

/// A square of ten metres, `i` squares east of the origin, with that number.
pub fn square(theme: &Theme, i: u32) -> NewFeature {
    let mut values = vec![None; theme.fields.len()];
    for (field, value) in [("ma_xa", "07210"), ("so_to", "1")] {
        values[theme.field_index(field).unwrap()] = Some(Value::Text(value.to_owned()));
    }
    values[theme.field_index("so_thua").unwrap()] = Some(Value::Text(i.to_string()));
    let x = f64::from(i) * 10.0;
    NewFeature {
        geometry: geo::Rect::new((x, 0.0), (x + 10.0, 10.0))
            .to_polygon()
            .into(),
        values,
        extra: serde_json::Map::new(),
    }
}

#[test]
fn both_homes_hold_the_same_records() {
    let Some(database) = migrated() else { return };
    let report = import_file(&database);
    assert_eq!(report["revision"], "r000001");
    let folder = tempfile::tempdir().unwrap();
    let of_directory = import(&file(), "land_parcels", folder.path())
        .option("--dataset", "xa")
        .ok();
    assert_eq!(report["counts"], of_directory["counts"]);
    let store = database.store();
    let listing = store.layers().unwrap();
    let shard = listing.shards.iter().find(|s| s.dataset == "xa").unwrap();
    let packed = store.open(shard, &parcels(&store)).unwrap();
    let direct = folder.path().join("land_parcels/xa/r000001");
    for name in ["keys.bin", "drawn-webmercator.bin", "cells.bin"] {
        let (a, b) = (
            std::fs::read(packed.folder().join(name)),
            std::fs::read(direct.join(name)),
        );
        assert!(
            a.unwrap() == b.unwrap(),
            "{name} is the same, byte for byte"
        );
    }
    // Only the database says of each record since when it stands.
    let records = |shard: &Shard| -> Vec<_> {
        (0..shard.index().len() as u32)
            .map(|i| {
                let record = shard.feature(i).unwrap();
                let geometry = record.geometry().unwrap();
                (record.id(), geometry, record.values(), record.extra())
            })
            .collect()
    };
    let direct = Shard::open(&direct, &parcels(&store)).unwrap();
    assert!(!direct.index().is_empty());
    assert_eq!(records(&packed), records(&direct));
    let provenance = database
        .value("SELECT provenance->'sources'->0->>'name' FROM diaba.dataset WHERE dataset = 'xa'");
    assert_eq!(provenance, "land_parcels_07522.gpkg");
    let log = database.rows("SELECT operation, feature, revision FROM diaba.change");
    assert_eq!(log, [["import", "", "1"]]);
}

#[test]
fn the_same_file_again_supersedes_nothing() {
    let Some(database) = migrated() else { return };
    let _ = import_file(&database);
    let before = database.rows("SELECT id, valid_from FROM diaba.land_parcels ORDER BY id");
    let report = import_file(&database);
    assert_eq!(report["revision"], "r000002");
    assert_eq!(
        database.rows("SELECT id, valid_from FROM diaba.land_parcels ORDER BY id"),
        before
    );
    assert_eq!(count(&database, "history"), 0);
    assert_eq!(count(&database, "change"), 2);
}

#[test]
fn edits_keep_an_import_out_until_it_is_told_to_go_over_them() {
    let Some(database) = migrated() else { return };
    let _ = import_file(&database);
    let before =
        database.rows("SELECT id, so_thua, ST_AsText(geom) FROM diaba.land_parcels ORDER BY id");
    let ids: Vec<String> = before.iter().map(|row| row[0].clone()).collect();
    database.rows(&format!(
        "UPDATE diaba.land_parcels SET so_thua = 'x' WHERE id IN ({}, {})",
        ids[0], ids[1]
    ));
    database.rows(&format!(
        "DELETE FROM diaba.land_parcels WHERE id = {}",
        ids[2]
    ));
    database.rows("INSERT INTO diaba.land_parcels (dataset, ma_xa, geom) SELECT 'xa', '07522', geom FROM diaba.land_parcels LIMIT 1");
    let edited = database.rows("SELECT id, so_thua FROM diaba.land_parcels ORDER BY id");
    let (outcome, report) = import_into_database(&file(), "land_parcels", &database.url())
        .option("--dataset", "xa")
        .run();
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(&ids[0])
            && outcome.stderr.contains("4 rows")
            && outcome.stderr.contains("--over-edits"),
        "{}",
        outcome.stderr
    );
    assert_eq!(report["counts"]["imported"], 0);
    assert_eq!(
        database.rows("SELECT id, so_thua FROM diaba.land_parcels ORDER BY id"),
        edited
    );
    let _ = import_into_database(&file(), "land_parcels", &database.url())
        .option("--dataset", "xa")
        .flag("--over-edits")
        .ok();
    assert_eq!(
        database.rows("SELECT id, so_thua, ST_AsText(geom) FROM diaba.land_parcels ORDER BY id"),
        before
    );
    let history =
        database.rows("SELECT operation, count(*) FROM diaba.history GROUP BY 1 ORDER BY 1");
    assert_eq!(history, [["delete", "1"], ["import", "3"], ["update", "2"]]);
    assert_eq!(database.value(OVERLAPS), "0");
    // A third time nobody has edited anything.
    let _ = import_file(&database);
}

#[test]
fn rows_made_by_hand_are_not_imported_over() {
    let Some(database) = migrated() else { return };
    let (outcome, _) = import_into_database(&file(), "land_parcels", &database.url())
        .option("--dataset", "manual")
        .run();
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("manual"), "{}", outcome.stderr);
}

#[test]
fn two_imports_of_one_dataset_do_not_meet() {
    let Some(database) = migrated() else { return };
    let store = Arc::new(database.store());
    let theme = parcels(&store);
    let first = store.stage(&theme, "xa").unwrap();
    assert!(matches!(
        store.stage(&theme, "xa"),
        Err(StoreError::Busy { .. })
    ));
    drop(store.stage(&theme, "other").unwrap());
    drop(first);
    let deadline = Instant::now() + Duration::from_secs(5);
    while store.stage(&theme, "xa").is_err() {
        assert!(
            Instant::now() < deadline,
            "the lock goes with the connection"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a query answers that.
fn until(database: &Database, sql: &str, wanted: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while database.value(sql) != wanted {
        assert!(Instant::now() < deadline, "{sql}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_import_that_is_killed_at_any_step_leaves_nothing() {
    let Some(database) = migrated() else { return };
    let store = Arc::new(database.store());
    let theme = parcels(&store);
    // A row that is there already, so that the indexes stay while rows are copied in.
    let by_hand = |id: &str| {
        format!(
            "INSERT INTO diaba.land_parcels (id, geom) VALUES ({id},
             ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', 9214))"
        )
    };
    database.rows(&by_hand("1"));
    let kill = |whom: &str| {
        format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND {whom}"
        )
    };
    let nothing_left = || {
        assert_eq!(database.rows("SELECT id FROM diaba.land_parcels"), [["1"]]);
        assert_eq!(count(&database, "change"), 1);
        let left = "SELECT (SELECT count(*) FROM diaba.dataset WHERE dataset = 'xa')
                         + (SELECT count(*) FROM pg_class WHERE relname LIKE 'diaba_%')";
        assert_eq!(database.value(left), "0");
    };
    let begun = || {
        let mut staging = store.stage(&theme, "xa").unwrap();
        let mut writer = staging.writer().unwrap();
        let ids: Vec<_> = (0..20_000)
            .map(|i| writer.push(&square(&theme, i)).unwrap())
            .collect();
        (staging, writer, ids)
    };

    // While the file is still being read.
    let (staging, writer, _) = begun();
    until(&database, &kill("query LIKE 'COPY%'"), "1");
    assert!(staging.seal(writer, &Provenance::default(), false).is_err());
    nothing_left();

    // In the midst of the rows: one of them waits for somebody who has inserted that very id and not committed.
    let (staging, writer, ids) = begun();
    let hold = format!(
        "BEGIN; {}; SELECT pg_sleep(60)",
        by_hand(&ids[10_000].to_string())
    );
    let mut holder = database
        .psql_command(&database.url(), &hold)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let asleep = "wait_event = 'PgSleep'";
    until(
        &database,
        &format!(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {asleep}"
        ),
        "1",
    );
    std::thread::scope(|scope| {
        let sealed = scope.spawn(|| staging.seal(writer, &Provenance::default(), false));
        until(
            &database,
            &kill("wait_event_type = 'Lock' AND query LIKE 'COPY%'"),
            "1",
        );
        assert!(sealed.join().unwrap().is_err());
    });
    assert_eq!(database.value(&kill(asleep)), "1");
    let _ended = holder.wait().unwrap();
    nothing_left();

    let (staging, writer, ids) = begun();
    let imported = staging.seal(writer, &Provenance::default(), false).unwrap();
    assert_eq!(imported.features, ids.len() as u64);
}

#[test]
fn triggers_set_aside_for_an_import_are_back_however_it_ends() {
    let Some(database) = migrated() else { return };
    let states = || {
        database.rows(
            "SELECT tgname, tgenabled FROM pg_trigger
             WHERE tgrelid = 'diaba.land_parcels'::regclass AND NOT tgisinternal ORDER BY 1",
        )
    };
    let before = states();
    assert!(before.iter().all(|state| state[1] == "O"), "{before:?}");

    let meanwhile = |import: &str| {
        database.rows(&format!(
            "BEGIN; SET LOCAL diaba.import = '{import}'; SELECT diaba.set_indexes_aside('land_parcels');
             SELECT tgname FROM pg_trigger
             WHERE tgrelid = 'diaba.land_parcels'::regclass AND tgenabled = 'D' ORDER BY 1; ROLLBACK"
        ))
    };
    assert_eq!(meanwhile("on"), [["t"], ["diaba_log"], ["diaba_stamp"]]);
    assert_eq!(meanwhile("off"), [["t"]], "of an import only");

    let store = Arc::new(database.store());
    let theme = parcels(&store);
    let mut staging = store.stage(&theme, "bo").unwrap();
    let mut writer = staging.writer().unwrap();
    writer.push(&square(&theme, 1)).unwrap();
    drop((writer, staging));
    assert_eq!(states(), before);

    let _ = import_file(&database);
    assert_eq!(states(), before);
    let logged = count(&database, "change");
    database.rows(
        "UPDATE diaba.land_parcels SET so_thua = 'x' WHERE id = (SELECT min(id) FROM diaba.land_parcels)",
    );
    assert_eq!(count(&database, "change"), logged + 1);
    assert_eq!(count(&database, "history"), 1);
}

#[test]
fn an_import_waits_for_who_is_editing_and_sees_what_was_edited() {
    let Some(database) = migrated() else { return };
    let _ = import_file(&database);
    std::thread::scope(|scope| {
        let editor = scope.spawn(|| {
            database.rows("BEGIN; UPDATE diaba.land_parcels SET so_thua = 'x' WHERE id = (SELECT min(id) FROM diaba.land_parcels); SELECT pg_sleep(2); COMMIT")
        });
        std::thread::sleep(Duration::from_millis(500));
        let (outcome, _) = import_into_database(&file(), "land_parcels", &database.url())
            .option("--dataset", "xa")
            .run();
        assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("1 rows"), "{}", outcome.stderr);
        let _ = editor.join().unwrap();
    });
}

#[test]
fn an_importer_needs_no_more_than_its_role() {
    let Some(database) = migrated() else { return };
    let url = database.login("importer", &["diaba_importer"]);
    for _ in 0..2 {
        let _ = import_into_database(&file(), "land_parcels", &url)
            .option("--dataset", "xa")
            .ok();
    }
    let editor = database.login("editor", &["diaba_editor"]);
    let (outcome, _) = import_into_database(&file(), "land_parcels", &editor)
        .option("--dataset", "xa")
        .run();
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("permission denied") && !outcome.stderr.contains("mat-khau"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn only_what_is_other_is_superseded() {
    let Some(database) = migrated() else { return };
    let store = Arc::new(database.store());
    let theme = parcels(&store);
    let import = |numbers: &mut dyn Iterator<Item = (u32, f64)>| {
        let mut staging = store.stage(&theme, "xa").unwrap();
        let mut writer = staging.writer().unwrap();
        for (i, area) in numbers {
            let mut feature = square(&theme, i);
            feature.values[theme.field_index("dien_tich").unwrap()] = Some(Value::Real(area));
            writer.push(&feature).unwrap();
        }
        staging.seal(writer, &Provenance::default(), false).unwrap()
    };
    let first = import(&mut (0..100).map(|i| (i, 100.0)));
    assert_eq!(
        (first.features, first.unchanged, first.superseded),
        (100, 0, 0)
    );
    // Ten are gone, five are other, twenty are new.
    let second = import(&mut (10..120).map(|i| {
        (
            i,
            if i < 15 {
                100.000_000_000_000_01
            } else {
                100.0
            },
        )
    }));
    assert_eq!(
        (second.features, second.unchanged, second.superseded),
        (110, 85, 15)
    );
    assert_eq!(database.value(OVERLAPS), "0");
    assert_eq!(
        database.value("SELECT count(DISTINCT valid_from) FROM diaba.land_parcels"),
        "2"
    );
}
