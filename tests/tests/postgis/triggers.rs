//! What a row written by plain SQL leaves behind, whoever writes it.

use diaba_tests::Database;
use diaba_tests::database::migrated;

const SQUARE: &str = "ST_Multi(ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 10,0 0))', 9214))";

fn insert(database: &Database) -> String {
    database.value(&format!(
        "INSERT INTO diaba.land_parcels (ma_xa, so_to, so_thua, dien_tich, muc_dich, extra, geom)
         VALUES ('07210', '1', '2', 100.1, '[{{\"z\": 1.50, \"a\": 2}}]', '{{ }}', {SQUARE}) RETURNING id"
    ))
}

#[test]
fn an_insert_an_update_and_a_delete_are_logged_and_kept() {
    let Some(database) = migrated() else { return };
    let id = insert(&database);
    assert_eq!(id, "4503599627370496");
    database.rows(&format!(
        "BEGIN; SELECT set_config('diaba.who', 'Văn thư', true), set_config('diaba.origin', '10.0.0.1', true);
         UPDATE diaba.land_parcels SET so_thua = '3', geom = ST_Translate(geom, 100, 0) WHERE id = {id}; COMMIT"
    ));
    // An update that changes nothing is none.
    database.rows(&format!(
        "UPDATE diaba.land_parcels SET so_thua = '3' WHERE id = {id}"
    ));
    database.rows(&format!("DELETE FROM diaba.land_parcels WHERE id = {id}"));
    let log = database.rows(
        "SELECT operation, dataset, revision, feature, old_box, new_box, who = session_user, who, login = session_user
         FROM diaba.change ORDER BY serial",
    );
    let user = log[0][7].clone();
    assert_eq!(
        log,
        [
            [
                "insert",
                "manual",
                "0",
                &id,
                "",
                "{0,0,10,10}",
                "t",
                &user,
                "t"
            ],
            [
                "update",
                "manual",
                "0",
                &id,
                "{0,0,10,10}",
                "{100,0,110,10}",
                "f",
                "Văn thư",
                "t"
            ],
            [
                "delete",
                "manual",
                "0",
                &id,
                "{100,0,110,10}",
                "",
                "t",
                &user,
                "t"
            ],
        ]
    );
    let history = database.rows(
        "SELECT operation, \"row\"->>'so_thua', \"row\"->'muc_dich', \"row\"->'dien_tich', valid_from < valid_to,
                valid_to = lead(valid_from, 1, valid_to) OVER (ORDER BY serial), ST_XMin(geom) FROM diaba.history ORDER BY serial",
    );
    assert_eq!(
        history,
        [
            [
                "update",
                "2",
                "[{\"z\": 1.50, \"a\": 2}]",
                "100.1",
                "t",
                "t",
                "0"
            ],
            [
                "delete",
                "3",
                "[{\"z\": 1.50, \"a\": 2}]",
                "100.1",
                "t",
                "t",
                "100"
            ],
        ]
    );
}

#[test]
fn a_notice_follows_every_commit() {
    let Some(database) = migrated() else { return };
    let outcome = database.psql(
        &database.url(),
        &format!("LISTEN diaba; INSERT INTO diaba.land_parcels (ma_xa, geom) VALUES ('1', {SQUARE}), ('2', {SQUARE}); SELECT 1"),
    );
    let said = outcome.ok().stdout;
    assert_eq!(
        said.matches("\"diaba\" with payload \"land_parcels\"")
            .count(),
        1,
        "{said}"
    );
}

#[test]
fn a_row_moved_to_another_dataset_is_a_delete_and_an_insert() {
    let Some(database) = migrated() else { return };
    database.rows(
        "INSERT INTO diaba.dataset (theme, dataset, revision) VALUES ('land_parcels', 'other', 7)",
    );
    let id = insert(&database);
    database.rows(&format!(
        "UPDATE diaba.land_parcels SET dataset = 'other' WHERE id = {id}"
    ));
    assert_eq!(
        database.rows("SELECT operation, dataset, revision FROM diaba.change ORDER BY serial"),
        [
            ["insert", "manual", "0"],
            ["delete", "manual", "0"],
            ["insert", "other", "7"]
        ]
    );
    let outcome = database.psql(
        &database.url(),
        "UPDATE diaba.land_parcels SET dataset = 'nowhere'",
    );
    assert!(
        outcome.stderr.contains("no dataset nowhere"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn what_is_no_geometry_of_the_theme_and_what_leaves_no_trace_is_refused() {
    let Some(database) = migrated() else { return };
    insert(&database);
    for (sql, reason) in [
        ("TRUNCATE diaba.land_parcels", "would leave no trace"),
        (
            "INSERT INTO diaba.land_parcels (geom) VALUES (ST_SetSRID('MULTIPOLYGON EMPTY'::geometry, 9214))",
            "check constraint",
        ),
        (
            "INSERT INTO diaba.land_parcels (geom) VALUES (ST_SetSRID(ST_MakePoint(1, 2), 9214))",
            "MultiPolygon",
        ),
        (
            "INSERT INTO diaba.land_parcels (geom) VALUES (ST_SetSRID('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))'::geometry, 3405))",
            "SRID",
        ),
        (
            "UPDATE diaba.land_parcels SET extra = '[]'",
            "check constraint",
        ),
        (
            "UPDATE diaba.land_parcels SET id = 9007199254740992",
            "check constraint",
        ),
    ] {
        let outcome = database.psql(&database.url(), sql);
        assert!(outcome.stderr.contains(reason), "{sql}: {}", outcome.stderr);
    }
}

#[test]
fn a_transaction_that_began_earlier_and_wrote_later_makes_no_overlap() {
    let Some(database) = migrated() else { return };
    let id = insert(&database);
    let url = database.url();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            database.psql(
                &url,
                &format!("BEGIN; SELECT now(); SELECT pg_sleep(1); UPDATE diaba.land_parcels SET so_thua = 'slow' WHERE id = {id}; COMMIT"),
            )
        });
        std::thread::sleep(std::time::Duration::from_millis(300));
        database.rows(&format!(
            "UPDATE diaba.land_parcels SET so_thua = 'fast' WHERE id = {id}"
        ));
        let _ = slow.join().unwrap().ok();
    });
    assert_eq!(
        database.value("SELECT so_thua FROM diaba.land_parcels"),
        "slow"
    );
    assert_eq!(database.value(OVERLAPS), "0");
}

/// Periods of one feature that share an instant.
pub const OVERLAPS: &str = "
    WITH periods AS (
        SELECT theme, feature, serial, tstzrange(valid_from, valid_to) period FROM diaba.history
        UNION ALL SELECT 'land_parcels', id, -1, tstzrange(valid_from, NULL) FROM diaba.land_parcels)
    SELECT count(*) FROM periods a JOIN periods b USING (theme, feature)
    WHERE a.serial <> b.serial AND a.period && b.period";

#[test]
fn roles_can_do_what_they_are_for_and_nothing_else() {
    let Some(database) = migrated() else { return };
    let id = insert(&database);
    let server = database.login("server", &["diaba_server"]);
    let editor = database.login("editor", &["diaba_editor"]);
    let importer = database.login("importer", &["diaba_importer"]);
    let nobody = database.login("nobody", &[]);
    let change = format!("UPDATE diaba.land_parcels SET so_thua = so_thua || 'x' WHERE id = {id}");
    let no = |url: &str, sql: &str| {
        let outcome = database.psql(url, sql);
        assert!(
            outcome.stderr.contains("permission denied"),
            "{sql}: {outcome:?}"
        );
    };
    let yes = |url: &str, sql: &str| {
        let _ = database.psql(url, sql).ok();
    };
    yes(
        &server,
        "SELECT count(*) FROM diaba.land_parcels, diaba.change, diaba.history, diaba.api_key, diaba.dataset",
    );
    yes(&server, "SELECT diaba.epoch()");
    no(&server, &change);
    no(&server, "DELETE FROM diaba.change");
    yes(&editor, &change);
    yes(
        &editor,
        &format!("INSERT INTO diaba.land_parcels (ma_xa, geom) VALUES ('1', {SQUARE})"),
    );
    for table in [
        "dataset", "change", "history", "instance", "api_key", "code",
    ] {
        no(&editor, &format!("DELETE FROM diaba.{table}"));
    }
    no(
        &editor,
        "INSERT INTO diaba.change (theme, dataset, revision, operation, who) VALUES ('a', 'b', 1, 'insert', 'c')",
    );
    no(&editor, "UPDATE diaba.dataset SET revision = 9");
    no(&editor, "SELECT * FROM diaba.api_key");
    no(&editor, "TRUNCATE diaba.change");
    // The setting of the importer is not for everybody to evade the log with.
    let logged = || database.value("SELECT count(*) FROM diaba.change");
    let before = logged();
    yes(
        &editor,
        &format!("BEGIN; SET LOCAL diaba.import = 'on'; {change}; COMMIT"),
    );
    assert_ne!(logged(), before);
    yes(&importer, "UPDATE diaba.dataset SET features = 0");
    no(&importer, "DELETE FROM diaba.change");
    no(&importer, "UPDATE diaba.history SET who = 'x'");
    no(&importer, "SELECT * FROM diaba.api_key");
    no(&nobody, "SELECT * FROM diaba.land_parcels");
    // The one who is logged in stands in the log, whoever it says it is.
    yes(
        &editor,
        &format!("BEGIN; SET LOCAL diaba.who = 'somebody else'; {change}; COMMIT"),
    );
    let last = database.rows("SELECT who, login FROM diaba.change ORDER BY serial DESC LIMIT 1");
    assert_eq!(
        last,
        [[
            "somebody else".to_owned(),
            format!("{}_editor", database.name())
        ]]
    );
}
