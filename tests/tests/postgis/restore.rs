//! A backup is good for as much as its restore.

use std::process::Command;

use diaba_core::store::{Store, StoreError};
use diaba_tests::database::{migrated, store};
use diaba_tests::{Database, import_into_database, repository, run};

use crate::triggers::OVERLAPS;

/// `pg_dump -Fc` of one database into another, by the programs operators use.
fn copy(from: &Database, to: &str) {
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("diaba.dump");
    let program = |name: &str| {
        let mut command = Command::new(name);
        command.envs(from.environment());
        command
    };
    let _ = run(program("pg_dump").args(["-Fc", "-f"]).arg(&dump)).ok();
    from.rows(&format!("CREATE DATABASE {to}"));
    let _ = run(program("pg_restore")
        .args(["--no-owner", "--exit-on-error", "-d", to])
        .arg(&dump))
    .ok();
}

#[test]
fn a_restored_database_is_served_after_a_migration_and_not_before() {
    let Some(database) = migrated() else { return };
    let _ = import_into_database(
        &repository::sample("land_parcels_07522.gpkg"),
        "land_parcels",
        &database.url(),
    )
    .option("--dataset", "xa")
    .ok();
    database.rows("UPDATE diaba.land_parcels SET so_to = '99' WHERE id IN (SELECT id FROM diaba.land_parcels LIMIT 3)");
    let key = database.store().add_key("VPĐK").unwrap();
    let restored = format!("{}_restored", database.name());
    copy(&database, &restored);

    let url = database
        .url()
        .replace(&format!("/{}", database.name()), &format!("/{restored}"));
    let value = |sql: &str| database.psql(&url, sql).ok().stdout.trim().to_owned();
    let copied = store(&url);
    // Numbers of transactions are another run's: what was packed of the original is not to be continued with this.
    match copied.layers() {
        Err(StoreError::Database(said)) => assert!(said.contains("diaba migrate"), "{said}"),
        other => panic!("{other:?}"),
    }
    let report = copied.migrate().unwrap();
    assert!(
        report
            .done
            .iter()
            .any(|d| d.contains("copy of another one")),
        "{report:?}"
    );
    assert_ne!(
        value("SELECT diaba.epoch()"),
        database.value("SELECT diaba.epoch()")
    );
    assert_eq!(copied.migrate().unwrap().done, Vec::<String>::new());

    // Every row, its history and the keys are there; the log begins anew and nothing counts as news.
    let rows = "SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM diaba.land_parcels t";
    assert_eq!(value(rows), database.value(rows));
    assert_eq!(value("SELECT count(*) FROM diaba.history"), "3");
    assert_eq!(value("SELECT count(*) FROM diaba.change"), "0");
    assert_eq!(value(OVERLAPS), "0");
    let listing = copied.layers().unwrap();
    let shard = listing.shards.iter().find(|s| s.dataset == "xa").unwrap();
    let theme = copied.catalogue().theme("land_parcels").unwrap();
    let packed = copied.open(shard, theme).unwrap();
    assert_eq!(
        packed.manifest().features.to_string(),
        value("SELECT count(*) FROM diaba.land_parcels")
    );
    let editor = copied.editor().unwrap();
    assert_eq!(
        editor.key_holder(&key.hash()).unwrap().as_deref(),
        Some("VPĐK")
    );
    // Triggers, sequences and roles work as before.
    value(
        "INSERT INTO diaba.land_parcels (ma_xa, geom) SELECT ma_xa, geom FROM diaba.land_parcels LIMIT 1",
    );
    assert_eq!(value("SELECT operation FROM diaba.change"), "insert");
}
