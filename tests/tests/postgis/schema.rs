//! `diaba migrate`.

use std::fs;
use std::sync::Arc;

use diaba_core::store::PostgisStore;
use diaba_core::theme::Catalogue;
use diaba_tests::database::{database, migrated, store};

/// All of the schema that a migration could change, as text.
const SCHEMA: &str = "
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'diaba'::regnamespace AND a.attnum > 0 ORDER BY 1, 2";

/// A theme file `t` in a folder of its own, with these fields.
fn catalogue(fields: &str) -> (tempfile::TempDir, Arc<Catalogue>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("themes")).unwrap();
    let text = format!(
        "title = {{ vi = \"Thử\", en = \"Trial\" }}\ndescription = {{ vi = \"Thử\", en = \"Trial\" }}\n\
         group = \"land\"\norder = 90\ngeometry = \"polygon\"\nkey = [\"a\"]\nzooms = {{ min = 6, detail = 14, max = 16 }}\n{fields}"
    );
    fs::write(folder.path().join("themes/trial.toml"), text).unwrap();
    let catalogue = Arc::new(Catalogue::load(Some(folder.path())).unwrap());
    (folder, catalogue)
}

fn field(name: &str, kind: &str, more: &str) -> String {
    format!(
        "[[fields]]\nname = \"{name}\"\ntype = \"{kind}\"\ntitle = {{ vi = \"{name}\", en = \"{name}\" }}\n{more}\n"
    )
}

#[test]
fn a_second_migration_changes_nothing() {
    let Some(database) = database() else { return };
    let first = database.store().migrate().unwrap();
    assert!(!first.done.is_empty());
    let schema = database.rows(SCHEMA);
    let epoch = database.value("SELECT diaba.epoch()");
    assert_eq!(
        database.store().migrate().unwrap().done,
        Vec::<String>::new()
    );
    assert_eq!(database.rows(SCHEMA), schema);
    assert_eq!(database.value("SELECT diaba.epoch()"), epoch);
    // Every theme has its table, with words in both languages.
    let comment = database.value("SELECT obj_description('diaba.land_parcels'::regclass)");
    assert_eq!(comment, "Thửa đất · Land parcels");
    assert_eq!(
        database.value("SELECT type FROM geometry_columns WHERE f_table_name = 'land_parcels'"),
        "MULTIPOLYGON"
    );
}

#[test]
fn the_grids_have_the_datum_shift_of_the_decision() {
    let Some(database) = migrated() else { return };
    let carried = database.value(
        "SELECT ST_AsText(ST_Transform(ST_SetSRID(ST_MakePoint(106.1946, 21.2731), 4326), 9214), 4)",
    );
    assert_eq!(carried, "POINT(416226.7716 2353402.4531)");
    let carried = database.value(
        "SELECT ST_AsText(ST_Transform(ST_SetSRID(ST_MakePoint(106.1946, 21.2731), 4326), 9209), 4)",
    );
    assert_eq!(carried, "POINT(571883.6736 2353345.9812)");
}

#[test]
fn a_theme_that_grows_adds_columns_renames_them_and_drops_none() {
    let Some(database) = migrated() else { return };
    let migrate = |fields: &str| {
        let (folder, catalogue) = catalogue(fields);
        let cache = folder.path().join("cache");
        PostgisStore::connect(&database.url(), &cache, catalogue)
            .unwrap()
            .migrate()
    };
    migrate(&[field("a", "text", ""), field("b", "text", "")].concat()).unwrap();
    database.rows(
        "INSERT INTO diaba.trial (a, b, geom) VALUES ('1', 'hai', ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', 9214))",
    );
    let grown = migrate(
        &[
            field("a", "text", ""),
            field("c", "text", "was = [\"b\"]"),
            field("d", "real", ""),
        ]
        .concat(),
    )
    .unwrap();
    assert_eq!(
        grown.done,
        ["trial.b was renamed to c", "trial.d was added"]
    );
    assert_eq!(
        database.rows("SELECT a, c, d FROM diaba.trial"),
        [["1", "hai", ""]]
    );
    // A field that is gone from the theme stays in the table.
    let shrunk = migrate(&field("a", "text", "")).unwrap();
    assert!(
        shrunk.left.iter().any(|l| l.contains("trial.c")),
        "{shrunk:?}"
    );
    assert_eq!(database.rows("SELECT c FROM diaba.trial"), [["hai"]]);
}

#[test]
fn a_change_of_type_is_refused_and_leaves_everything_as_it_was() {
    let Some(database) = migrated() else { return };
    let migrate = |fields: &str| {
        let (folder, catalogue) = catalogue(fields);
        let cache = folder.path().join("cache");
        PostgisStore::connect(&database.url(), &cache, catalogue)
            .unwrap()
            .migrate()
    };
    migrate(&[field("a", "text", ""), field("b", "text", "")].concat()).unwrap();
    let before = database.rows(SCHEMA);
    let refused = migrate(
        &[
            field("a", "text", ""),
            field("new", "text", ""),
            field("b", "integer", ""),
        ]
        .concat(),
    );
    let said = refused.unwrap_err().to_string();
    assert!(
        said.contains("trial") && said.contains('b') && said.contains("bigint"),
        "{said}"
    );
    assert_eq!(
        database.rows(SCHEMA),
        before,
        "the new column was rolled back too"
    );
}

#[test]
fn two_migrations_at_once_both_succeed() {
    let Some(database) = database() else { return };
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| database.store().migrate()))
            .collect();
        let done: Vec<_> = runs
            .into_iter()
            .map(|r| r.join().unwrap().unwrap().done.len())
            .collect();
        assert_eq!(done.iter().filter(|n| **n > 0).count(), 1, "{done:?}");
    });
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let Some(database) = migrated() else { return };
    database
        .rows("INSERT INTO diaba._sqlx_migrations VALUES (999, 'later', now(), true, '\\x00', 0)");
    let said = database.store().migrate().unwrap_err().to_string();
    assert!(said.contains("newer version"), "{said}");
}

#[test]
fn a_server_that_is_away_is_said_without_the_password() {
    let store = store("postgres://u:hunter2@127.0.0.1:1,127.0.0.1:2/db");
    let said = store.migrate().unwrap_err().to_string();
    assert!(
        said.contains("127.0.0.1:1/db") && said.contains("127.0.0.1:2/db"),
        "{said}"
    );
    assert!(
        !said.contains("hunter2") && !format!("{store:?}").contains("hunter2"),
        "{said}"
    );
}
