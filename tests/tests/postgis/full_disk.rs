//! A disk that is full, under the cache and under the database.

use diaba_tests::database::{database, database_in};
use diaba_tests::{Database, Diaba, PostGis, import_into_database, live, province, room};

/// Imports the survey again, over what people wrote since.
fn new_revision(database: &Database) -> (diaba_tests::Outcome, serde_json::Value) {
    import_into_database(
        &province().file("land_parcels"),
        "land_parcels",
        &database.url(),
    )
    .option("--dataset", "tong-hop")
    .flag("--over-edits")
    .run()
}

#[test]
fn a_full_disk_under_the_cache_keeps_the_old_shards_in_service() {
    let Some(database) = database() else {
        return;
    };
    live::fill(&database, &["land_parcels"]);
    let cache = tempfile::tempdir().unwrap();
    let mut server = Diaba::serve_database_in_little_room(&database.url(), cache.path());
    server.may_warn("cannot be");
    server.may_warn("File too large");
    let all = server.all_items("land_parcels", "?limit=5000");
    let before = server.json("/collections/land_parcels");

    room::limit(server.pid(), Some(64 << 10));
    let _ = new_revision(&database).0.ok();
    let id = all[0]["id"].as_u64().unwrap();
    server.wait_until("health to say what is wrong", |s| {
        let health = s.json("/health");
        health["status"] == "degraded" && health["problems"].to_string().contains("File too large")
    });
    assert_eq!(server.all_items("land_parcels", "?limit=5000"), all);
    assert_eq!(server.json("/collections/land_parcels"), before);

    room::limit(server.pid(), None);
    server.wait_until("the new revision once there is room", |s| {
        s.json("/health")["status"] == "ok"
    });
    assert_eq!(server.all_items("land_parcels", "?limit=5000"), all);
    database.rows(&live::set_sheet(id, "sau"));
    server.wait_until("an edit after it", |s| s.sheet(id) == "sau");
    drop(server);
    let left: Vec<_> = walk(cache.path())
        .into_iter()
        .filter(|name| name.contains(".staging-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        names.push(entry.path().display().to_string());
        if entry.path().is_dir() {
            names.extend(walk(&entry.path()));
        }
    }
    names
}

#[test]
fn a_full_disk_under_the_database_leaves_the_last_revision() {
    // Segments of the log are written whole; small ones let a small limit meet the tables alone.
    let Some(cluster) = PostGis::start_with(&["-i", "--wal-segsize=1"]) else {
        return;
    };
    let database = database_in(&cluster);
    live::fill(&database, &["land_parcels"]);
    let rows = || {
        database.rows(
            "SELECT md5(string_agg(t::text, '|' ORDER BY id)), count(*) FROM diaba.land_parcels t",
        )
    };
    database.rows("UPDATE diaba.land_parcels SET ghi_chu = 'sửa tay'");
    let before = rows();
    cluster.limit_room(Some(1200 << 10));
    let (refused, report) = new_revision(&database);
    cluster.limit_room(None);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("File too large"),
        "{}",
        refused.stderr
    );
    assert_eq!(report["outcome"], "refused");
    assert_eq!(rows(), before);
    let superseded = || database.value("SELECT count(*) FROM diaba.history");
    let edited = superseded();

    let (done, _) = new_revision(&database);
    let _ = done.ok();
    assert_eq!(rows()[0][1], before[0][1]);
    assert_ne!(superseded(), edited, "what people wrote is in the history");
}
