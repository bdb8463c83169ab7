//! `diaba export` with the real binary: archives that hold what the server sends, byte for byte, made the same however
//! they were made, broken off and taken up again.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diaba_tests::{Diaba, Outcome, binary, need, province, repository, run};
use serde_json::Value;

/// The themes most tests export: a coverage theme, lines and places for labels.
const THEMES: &str = "land_parcels,roads,admin_units";

fn export(data: &Path, out: &Path, options: &[&str]) -> Outcome {
    run(Command::new(binary("diaba"))
        .args(["export", "--data"])
        .arg(data)
        .arg("--out")
        .arg(out)
        .args(options))
}

/// What npm's `pmtiles` reads in an archive: header, metadata, and each tile, decompressed, by address.
fn read(archive: &Path) -> Value {
    let script = repository::root().join("tests/node/pmtiles.mjs");
    let outcome = run(Command::new("node").arg(script).arg(archive)).ok();
    serde_json::from_str(&outcome.stdout).unwrap()
}

fn tiles(read: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(read["tiles"].clone()).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn an_archive_holds_the_tiles_the_server_sends_and_no_others() {
    if !need::node_readers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("tinh.pmtiles");
    let data = province().store();
    let outcome = export(&data, &archive, &["--themes", THEMES, "--zooms", "5-16"]).ok();
    assert!(
        outcome.stdout.contains("phiên bản · version"),
        "{}",
        outcome.stdout
    );
    let found = read(&archive);
    assert_eq!(found["header"]["clustered"], true);
    assert_eq!(found["header"]["minZoom"], 5);
    assert_eq!(found["header"]["maxZoom"], 16);

    let diaba = Diaba::serve(&data);
    let tilejson = diaba.json(&format!("/tiles/{THEMES}.json"));
    assert_eq!(
        found["metadata"]["vector_layers"],
        tilejson["vector_layers"]
    );
    let bounds = tilejson["bounds"].as_array().unwrap();
    let header = &found["header"];
    for (ours, theirs) in bounds.iter().zip(["minLon", "minLat", "maxLon", "maxLat"]) {
        let difference = ours.as_f64().unwrap() - header[theirs].as_f64().unwrap();
        assert!(difference.abs() < 1e-6, "{theirs}");
    }
    // Every tile of the box, in the archive or not: what is not in it is empty.
    let tiles = tiles(&found);
    assert!(tiles.len() > 300, "{}", tiles.len());
    let bounds: [f64; 4] = serde_json::from_value(tilejson["bounds"].clone()).unwrap();
    let mut held = 0;
    for zoom in 5..=16 {
        let all = diaba_tests::tiles::covering(bounds, zoom);
        for (z, x, y) in diaba_tests::tiles::some_of(all, 400) {
            let address = format!("{z}/{x}/{y}");
            let served = diaba
                .get(&format!("/tiles/{THEMES}/{address}.mvt"))
                .expect_either(&[200, 204]);
            let archived = tiles.get(&address).map_or("", String::as_str);
            assert_eq!(archived, hex(&served.body), "{address}");
            held += usize::from(!served.body.is_empty());
        }
    }
    assert!(held > 30, "{held}");
    // And every tile of the archive, also beyond the box, is one the server sends.
    for (address, bytes) in &tiles {
        let served = diaba
            .get(&format!("/tiles/{THEMES}/{address}.mvt"))
            .expect(200);
        assert_eq!(*bytes, hex(&served.body), "{address}");
    }
}

#[test]
fn the_same_data_give_the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let data = province().store();
    for ending in ["pmtiles", "mbtiles"] {
        let archives = ["1", "2", "5"].map(|threads| {
            let archive = folder.path().join(format!("{threads}.{ending}"));
            let options = ["--themes", THEMES, "--zooms", "8-15", "--threads", threads];
            let _ = export(&data, &archive, &options).ok();
            std::fs::read(archive).unwrap()
        });
        assert!(archives[0].len() > 100_000);
        assert!(
            archives[1..].iter().all(|other| *other == archives[0]),
            "{ending}"
        );
    }
}

#[test]
fn a_killed_export_goes_on_and_ends_as_if_it_had_not_been() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (
        folder.path().join("a.pmtiles"),
        folder.path().join("b.pmtiles"),
    );
    let data = province().store();
    let options = ["--zooms", "5-17", "--threads", "1"];
    let _ = export(&data, &whole, &options).ok();

    let part = folder.path().join("b.pmtiles.part");
    let segments = || {
        let entries = std::fs::read_dir(&part).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.ends_with(".tiles")).count()
    };
    let mut child = Command::new(binary("diaba"))
        .args(["export", "--data"])
        .arg(&data)
        .arg("--out")
        .arg(&killed)
        .args(options)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while segments() < 2 {
        assert!(start.elapsed() < Duration::from_mins(1), "no segment came");
        assert_eq!(
            child.try_wait().unwrap(),
            None,
            "it was finished too soon to be killed"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    let _ = child.wait();
    assert!(
        !killed.exists(),
        "nothing stands under the name before it is whole"
    );
    assert!(segments() >= 2);

    let outcome = export(&data, &killed, &options).ok();
    assert!(
        outcome.stderr.contains("going on from tile"),
        "{}",
        outcome.stderr
    );
    assert_eq!(
        std::fs::read(&killed).unwrap(),
        std::fs::read(&whole).unwrap()
    );
    assert!(!part.exists(), "nothing is left over");
}

#[test]
fn what_cannot_be_is_refused_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let data = province().store();
    let refused = |name: &str, options: &[&str], said: &str| {
        let outcome = export(&data, &folder.path().join(name), options);
        assert_eq!(outcome.code, Some(1), "{options:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(
            outcome.stderr.trim().lines().count() >= 2,
            "{}",
            outcome.stderr
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    };
    refused("x.zip", &[], ".pmtiles");
    refused("x.pmtiles", &["--themes", "nha_tho"], "land_parcels");
    refused("x.pmtiles", &["--zooms", "16-5"], "5-16");
    refused("x.pmtiles", &["--bbox", "0,0,1,1"], "no data there");
    refused("x.pmtiles", &["--commune", "99999"], "99999");
    refused("x.pmtiles", &["--since", "abc"], "no archive beside");
}
