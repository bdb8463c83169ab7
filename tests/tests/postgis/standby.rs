//! A primary and its standby under one URL: which of them is read, and what happens when the standby takes over.

use diaba_tests::database::database_in;
use diaba_tests::{Database, Diaba, PostGis, Standby, live};

fn commits(database: &Database, url: &str) -> u64 {
    let sql = format!(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = '{}'",
        database.name()
    );
    database.psql(url, &sql).ok().stdout.trim().parse().unwrap()
}

#[test]
fn a_standby_is_packed_from_and_takes_over_without_a_lost_edit() {
    let Some(cluster) = PostGis::start() else {
        return;
    };
    let database = database_in(&cluster);
    live::fill(&database, &["land_parcels", "roads"]);
    let standby = Standby::of(&cluster, &database);
    let both = database.url().replacen(
        &format!("@{}:", database.environment()["PGHOST"]),
        &format!("@{},{}:", standby.place(), database.environment()["PGHOST"]),
        1,
    );
    let on_standby = commits(&database, &standby.url(&database));
    let cache = tempfile::tempdir().unwrap();
    let mut server = Diaba::serve_database(&both, cache.path(), &["--refresh-ms", "200"]);
    server.may_lose_its_database();
    let all = server.all_items("land_parcels", "?limit=5000");
    assert_eq!(
        all.len().to_string(),
        database.value("SELECT count(*) FROM diaba.land_parcels")
    );
    // PostgreSQL adds up what a session did when it has been idle for a while.
    server.wait_until("the reading on the standby to be counted", |_| {
        commits(&database, &standby.url(&database)) > on_standby + 3
    });

    let item = |n: usize| live::parcel(&all[n]["id"]);
    let write = |url: &str, n: usize, sheet: &str| {
        let sql = live::set_sheet(&all[n]["id"], sheet);
        let _ = database.psql(url, &sql).ok();
    };
    let sheet = |s: &Diaba, n: usize| s.sheet(&all[n]["id"]);
    write(&database.url(), 3, "may-chu");
    server.wait_until("an edit on the primary", |s| sheet(s, 3) == "may-chu");
    let refused = database.psql(
        &standby.url(&database),
        "UPDATE diaba.land_parcels SET so_to = 'x'",
    );
    assert_ne!(refused.code, Some(0), "a standby takes no edit");

    cluster.kill();
    server.wait_until("the loss of the primary", |s| {
        !s.get(&item(3)).header("diaba-stale").is_empty()
    });
    assert_eq!(
        server.all_items("land_parcels", "?limit=5000").len(),
        all.len()
    );
    standby.promote();
    write(&standby.url(&database), 5, "du-phong");
    server.wait_until("an edit on the new primary", |s| sheet(s, 5) == "du-phong");
    assert_eq!(
        sheet(&server, 3),
        "may-chu",
        "what the old primary had confirmed"
    );
    server.wait_until("the server to be whole again", |s| {
        s.get(&item(3)).header("diaba-stale").is_empty()
    });
    assert_eq!(
        server.all_items("land_parcels", "?limit=5000").len(),
        all.len()
    );
}
