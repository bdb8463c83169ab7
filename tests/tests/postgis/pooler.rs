//! Everything behind PgBouncer in transaction mode, where two statements in a row meet two server processes.

use std::time::{Duration, Instant};

use diaba_tests::{Database, Diaba, PgBouncer, binary, database, live, province, run};
use serde_json::json;

/// A database filled through its pooler, and the pooler.
fn pooled(themes: &[&str]) -> Option<(Database, PgBouncer)> {
    let database = database::migrated()?;
    let pooler = PgBouncer::start(&database)?;
    for theme in themes {
        let _ = diaba_tests::import_into_database(
            &province().file(theme),
            theme,
            &pooler.url(&database),
        )
        .ok();
    }
    Some((database, pooler))
}

#[test]
fn a_server_behind_a_pooler_reads_follows_and_edits() {
    let Some((database, pooler)) = pooled(&["land_parcels", "roads"]) else {
        return;
    };
    let key = run(std::process::Command::new(binary("diaba"))
        .args(["key", "add", "Phòng Đăng ký", "--database"])
        .arg(pooler.url(&database)))
    .ok()
    .stdout;
    let cache = tempfile::tempdir().unwrap();
    let direct = database.url();
    let server = Diaba::serve_database(
        &pooler.url(&database),
        cache.path(),
        &[
            "--database-direct",
            &direct,
            "--editing",
            "--refresh-ms",
            "20000",
        ],
    );
    let straight = live::serve(&database, &[]);
    let all = server.all_items("land_parcels", "?limit=5000");
    assert_eq!(
        all,
        straight.server.all_items("land_parcels", "?limit=5000"),
        "through the pooler and past it"
    );

    // Many edits at once through two connections, by people and by SQL.
    let ids: Vec<u64> = all
        .iter()
        .take(40)
        .map(|f| f["id"].as_u64().unwrap())
        .collect();
    std::thread::scope(|scope| {
        for part in ids.chunks(10) {
            let (server, key, database) = (&server, key.trim(), &database);
            scope.spawn(move || {
                let client = reqwest::blocking::Client::new();
                for (n, id) in part.iter().enumerate() {
                    if n % 2 == 0 {
                        database.rows(&live::set_sheet(id, "qua"));
                        continue;
                    }
                    let path = live::parcel(id);
                    let etag = server.get(&path).header("etag").to_owned();
                    let answer = client
                        .patch(format!("{}{path}", server.address()))
                        .header("authorization", format!("Bearer {key}"))
                        .header("if-match", etag)
                        .header("content-type", "application/merge-patch+json")
                        .body(json!({ "properties": { "so_to": "qua" } }).to_string())
                        .send()
                        .unwrap();
                    assert!(answer.status().is_success(), "{}", answer.text().unwrap());
                }
            });
        }
    });
    // The slow look comes every twenty seconds here: what is seen sooner was heard.
    let started = Instant::now();
    for server in [&server, &straight.server] {
        server.wait_until("all edits", |s| ids.iter().all(|id| s.sheet(id) == "qua"));
    }
    assert!(started.elapsed() < Duration::from_secs(15));
}
