//! A dataset taken back and taken away under a running server.

use std::path::Path;
use std::process::Command;

use diaba_tests::{Diaba, Outcome, binary, import, province, run};

fn say(data: &Path, words: &[&str]) -> Outcome {
    run(Command::new(binary("diaba-import"))
        .args(words)
        .arg("--data")
        .arg(data))
}

fn count(server: &Diaba) -> usize {
    let answer = server.get("/collections/roads/items?limit=10000");
    if answer.status == 404 {
        return 0;
    }
    answer.json()["features"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_server_sees_a_rollback_and_a_removal() {
    let data = tempfile::tempdir().unwrap();
    let whole = province().file("roads");
    let collection: serde_json::Value = {
        // One road less, as another office would hand in.
        let outcome = run(Command::new("ogr2ogr")
            .args(["-f", "GeoJSON", "/vsistdout/", "-limit", "3"])
            .arg(&whole));
        if outcome.code != Some(0) {
            return;
        }
        serde_json::from_str(&outcome.stdout).unwrap()
    };
    let fewer = data.path().join("fewer.geojson");
    let store = data.path().join("data");
    std::fs::write(&fewer, collection.to_string()).unwrap();
    let _ = import(&whole, "roads", &store)
        .option("--dataset", "d")
        .ok();
    let server = Diaba::serve_with(&store, &["--refresh-ms", "100"]);
    let all = count(&server);
    assert!(all > 3);
    let items = server.json("/collections/roads/items?limit=5");
    let _ = import(&fewer, "roads", &store)
        .option("--dataset", "d")
        .ok();
    server.wait_until("the new revision", |s| count(s) == 3);

    let _ = say(&store, &["rollback", "roads/d"]).ok();
    server.wait_until("the earlier one again", |s| count(s) == all);
    assert_eq!(
        server.json("/collections/roads/items?limit=5")["features"],
        items["features"]
    );
    let _ = say(&store, &["remove", "roads/d", "--yes"]).ok();
    server.wait_until("nothing", |s| count(s) == 0);
    assert_eq!(server.json("/health")["problems"], serde_json::json!([]));
}
