//! `diaba export` with the real binary: archives that hold what the server sends, byte for byte, made the same however
//! they were made, broken off and taken up again.

use std::collections::BTreeMap;
use std::fmt::Write;
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
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn an_archive_holds_the_tiles_the_server_sends_and_no_others() {
    if !need::node_readers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("tinh.pmtiles");
    let data = province().store();
    let outcome = export(&data, &archive, &["--themes", THEMES, "--zooms", "5-18"]).ok();
    assert!(
        outcome.stdout.contains("phiên bản · version"),
        "{}",
        outcome.stdout
    );
    let found = read(&archive);
    assert_eq!(found["header"]["clustered"], true);
    assert_eq!(found["header"]["minZoom"], 5);
    assert_eq!(found["header"]["maxZoom"], 18);

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
    assert!(tiles.len() > 100, "{}", tiles.len());
    let bounds: [f64; 4] = serde_json::from_value(tilejson["bounds"].clone()).unwrap();
    let mut held = 0;
    for zoom in 5..=18 {
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
        let endings = entries.filter_map(|entry| Some(entry.path().extension()?.to_owned()));
        endings.filter(|ending| ending == "tiles").count()
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

/// Rows of an SQLite file.
fn sqlite(file: &Path, query: &str) -> Vec<String> {
    let outcome = run(Command::new("sqlite3").arg(file).arg(query)).ok();
    outcome.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn an_mbtiles_holds_the_same_tiles_and_gdal_reads_it() {
    if !need::node_readers() || !need::program("sqlite3") || !need::program("ogrinfo") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (
        folder.path().join("a.pmtiles"),
        folder.path().join("a.mbtiles"),
    );
    let options = ["--themes", "land_parcels,roads", "--zooms", "10-16"];
    for out in [&one, &other] {
        let _ = export(&province().store(), out, &options).ok();
    }
    let rows = sqlite(
        &other,
        "SELECT zoom_level || '/' || tile_column || '/' || ((1 << zoom_level) - 1 - tile_row) FROM tiles",
    );
    let mut rows: Vec<_> = rows.iter().map(String::as_str).collect();
    rows.sort_unstable();
    let found = read(&one);
    let tiles = tiles(&found);
    assert_eq!(rows, tiles.keys().map(String::as_str).collect::<Vec<_>>());
    let value = |name: &str| {
        sqlite(
            &other,
            &format!("SELECT value FROM metadata WHERE name = '{name}'"),
        )
        .join("\n")
    };
    assert_eq!(
        (value("format"), value("minzoom"), value("maxzoom")),
        ("pbf".into(), "10".into(), "16".into())
    );
    let json: Value = serde_json::from_str(&value("json")).unwrap();
    assert_eq!(json["vector_layers"], found["metadata"]["vector_layers"]);
    let said = run(Command::new("ogrinfo")
        .args(["-ro", "-so"])
        .arg(&other)
        .arg("land_parcels"))
    .ok();
    assert!(
        said.stdout.contains("so_thua: String"),
        "{}{}",
        said.stdout,
        said.stderr
    );
    assert!(said.stdout.contains("Feature Count: 4"), "{}", said.stdout);
}

#[test]
fn since_a_version_only_what_has_changed_is_written() {
    if !need::node_readers() || !need::program("sqlite3") {
        return;
    }
    let data = province().copy();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let options = [
        "--themes",
        "land_parcels,irrigation_works",
        "--zooms",
        "8-18",
    ];
    // A sluice far from everything else, which goes again.
    let table = at("xa.csv");
    std::fs::write(&table, "ten,loai,lon,lat\nCống thử,cong,106.40,21.50\n").unwrap();
    let _ = diaba_tests::import(&table, "irrigation_works", data.path())
        .option("--source-crs", "EPSG:4326")
        .ok();
    let _ = export(data.path(), &at("cu.pmtiles"), &options).ok();
    let before = read(&at("cu.pmtiles"));
    let version = before["metadata"]["diaba"]["version"]
        .as_str()
        .unwrap()
        .to_owned();

    let nothing = |out: &str, since: &str| {
        let options = [&options[..], &["--since", since]].concat();
        let outcome = export(data.path(), &at(out), &options).ok();
        assert!(outcome.stdout.contains("tiles  0,"), "{}", outcome.stdout);
    };
    nothing("khong.pmtiles", at("cu.pmtiles").to_str().unwrap());
    nothing("khong2.pmtiles", &version);

    let removed = run(Command::new(binary("diaba-import"))
        .args(["remove", "irrigation_works/xa", "--yes", "--data"])
        .arg(data.path()));
    assert_eq!(
        removed.code,
        Some(0),
        "{}{}",
        removed.stdout,
        removed.stderr
    );
    let _ = export(data.path(), &at("moi.pmtiles"), &options).ok();
    let since = [&options[..], &["--since", &version]].concat();
    for ending in ["pmtiles", "mbtiles"] {
        let _ = export(data.path(), &at(&format!("khac.{ending}")), &since).ok();
    }
    let (after, difference) = (read(&at("moi.pmtiles")), read(&at("khac.pmtiles")));
    assert_eq!(difference["metadata"]["diaba"]["since"], version.as_str());
    assert_eq!(
        difference["metadata"]["diaba"]["version"],
        after["metadata"]["diaba"]["version"]
    );
    // What the difference makes of the old tiles are the new ones.
    let mut patched = tiles(&before);
    let (changed, whole) = (tiles(&difference), tiles(&after));
    assert!(!changed.is_empty() && changed.len() * 4 < whole.len());
    patched.extend(changed.clone());
    let gone = difference["metadata"]["diaba"]["removed"]
        .as_array()
        .unwrap();
    for tile in gone {
        assert!(patched.remove(tile.as_str().unwrap()).is_some(), "{tile}");
    }
    assert_eq!(patched, whole);
    let rows = sqlite(
        &at("khac.mbtiles"),
        "SELECT count(tile_data), count(*) FROM tiles",
    );
    assert_eq!(
        rows,
        [format!("{}|{}", changed.len(), changed.len() + gone.len())]
    );
}

#[test]
fn an_archive_is_served_beside_the_register_and_replaced_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("goi-2026.pmtiles");
    let data = province().store();
    let options = ["--themes", "land_parcels,roads", "--zooms", "10-16"];
    let _ = export(&data, &archive, &options).ok();
    let mut diaba = Diaba::serve_with(&data, &["--archive", archive.to_str().unwrap()]);

    let list = diaba.json("/archives");
    assert_eq!(list["archives"][0]["id"], "goi-2026");
    let held = list["archives"][0]["tiles"].as_u64().unwrap();
    let tilejson = diaba.json("/tiles/goi-2026.json");
    let of_themes = diaba.json("/tiles/land_parcels,roads.json");
    assert_eq!(tilejson["vector_layers"], of_themes["vector_layers"]);
    assert_eq!(
        (&tilejson["minzoom"], &tilejson["maxzoom"]),
        (&Value::from(10), &Value::from(16))
    );

    let bounds: [f64; 4] = serde_json::from_value(of_themes["bounds"].clone()).unwrap();
    let mut found = 0;
    for (z, x, y) in diaba_tests::tiles::covering(bounds, 14) {
        let ours = diaba.get(&format!("/tiles/goi-2026/{z}/{x}/{y}.mvt"));
        let same = diaba.get(&format!("/tiles/land_parcels,roads/{z}/{x}/{y}.mvt"));
        assert_eq!(
            (ours.status, &ours.body),
            (same.status, &same.body),
            "{z}/{x}/{y}"
        );
        if ours.status == 200 {
            found += 1;
            let path = format!("/tiles/goi-2026/{z}/{x}/{y}.mvt");
            let packed = diaba
                .get_with(&path, &[("accept-encoding", "gzip")])
                .expect(200);
            assert_eq!(packed.header("content-encoding"), "gzip");
            assert!(packed.body.len() < ours.body.len());
            let tag = packed.header("etag").to_owned();
            let again = [("accept-encoding", "gzip"), ("if-none-match", tag.as_str())];
            let _ = diaba.get_with(&path, &again).expect(304);
        }
    }
    assert!(found > 0 && held > found);
    let _ = diaba.get("/tiles/goi-2026/14/0/0.mvt").expect(204);
    let _ = diaba.get("/tiles/goi-2026/14/0/0.png").expect(400);
    let _ = diaba.get("/tiles/goi-2027.json").expect(404);

    // Another one takes its place by a rename, as exports do.
    let _ = export(&data, &archive, &["--themes", "roads", "--zooms", "10-12"]).ok();
    diaba.wait_until("the archive that was put there", |diaba| {
        diaba.json("/tiles/goi-2026.json")["maxzoom"] == 12
    });
    // A damaged one does not: what was served stays, and it is told what is wrong and where.
    diaba.may_warn("an archive is not served");
    let whole = std::fs::read(&archive).unwrap();
    let damaged = folder.path().join("hong");
    std::fs::write(&damaged, &whole[..whole.len() - 100]).unwrap();
    std::fs::rename(&damaged, &archive).unwrap();
    diaba.wait_until("the damage to be told", |diaba| {
        let problems = diaba.json("/health")["problems"].to_string();
        problems.contains("goi-2026.pmtiles") && problems.contains("cut off")
    });
    assert_eq!(diaba.json("/tiles/goi-2026.json")["maxzoom"], 12);
}

#[test]
fn a_pack_is_the_map_and_the_records_of_a_commune() {
    if !need::node_readers() || !need::program("ogrinfo") || !need::program("sqlite3") {
        return;
    }
    let data = province().store();
    let diaba = Diaba::serve(&data);
    // The commune in force that has the most parcels.
    let parcels = diaba.all_items("land_parcels", "?limit=1000");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for parcel in &parcels {
        *counts
            .entry(parcel["properties"]["ma_xa"].as_str().unwrap())
            .or_default() += 1;
    }
    let (code, count) = counts.iter().max_by_key(|(_, count)| **count).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(Command::new(binary("diaba"))
        .args(["pack", "--commune", code, "--date", "2026-11-22", "--data"])
        .arg(&data)
        .arg("--out")
        .arg(folder.path()))
    .ok();
    let name = format!("{code}-2026-11-22");
    let pack = folder.path().join(&name);
    let file = |ending: &str| pack.join(format!("{name}.{ending}"));
    let mut found: Vec<_> = std::fs::read_dir(&pack)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    assert_eq!(found, ["gpkg", "json", "pmtiles", "txt"].map(file));
    assert!(
        outcome.stdout.contains("GÓI DỮ LIỆU XÃ"),
        "{}",
        outcome.stdout
    );

    let map = read(&file("pmtiles"));
    assert_eq!(map["metadata"]["diaba"]["area"], format!("commune {code}"));
    assert!(!tiles(&map).is_empty());
    let sheet: Value = serde_json::from_slice(&std::fs::read(file("json")).unwrap()).unwrap();
    assert_eq!(sheet["date"], "2026-11-22");
    let mut layers = 0;
    for theme in sheet["themes"].as_array().unwrap() {
        let layer = theme["theme"].as_str().unwrap();
        let said = run(Command::new("ogrinfo")
            .args(["-ro", "-so"])
            .arg(file("gpkg"))
            .arg(layer))
        .ok();
        assert!(said.stderr.is_empty(), "{layer}: {}", said.stderr);
        let line = format!("Feature Count: {}", theme["records"]);
        assert!(
            said.stdout.lines().any(|l| l == line),
            "{layer}: {}",
            said.stdout
        );
        assert!(
            said.stdout.contains("ID[\"EPSG\",9214]]"),
            "{layer}: {}",
            said.stdout
        );
        layers += usize::from(theme["records"].as_u64().unwrap() > 0);
        if layer == "land_parcels" {
            assert!(theme["records"].as_u64().unwrap() as usize >= *count);
            let titles = "SELECT name, title, description FROM gpkg_data_columns \
                          WHERE table_name = 'land_parcels' AND column_name = 'so_thua'";
            let titles = sqlite(&file("gpkg"), titles);
            assert_eq!(titles, ["Số thửa|Số thửa|Parcel number"]);
        }
    }
    assert!(layers > 3, "{sheet}");

    // Every record is the surveyed one: coordinates to the last digit, and the search tree finds it.
    let geojson = folder.path().join("thua.geojson");
    let _ = run(Command::new("ogr2ogr")
        .args([
            "-f",
            "GeoJSON",
            "-lco",
            "COORDINATE_PRECISION=10",
            "-preserve_fid",
        ])
        .args(["-t_srs", "EPSG:9214"])
        .arg(&geojson)
        .arg(file("gpkg"))
        .arg("land_parcels"))
    .ok();
    let records: Value = serde_json::from_slice(&std::fs::read(&geojson).unwrap()).unwrap();
    let record = &records["features"][0];
    let served = parcels.iter().find(|parcel| parcel["id"] == record["id"]);
    let served = served.unwrap_or_else(|| panic!("{record}"));
    for field in ["ma_xa", "so_to", "so_thua", "loai_dat", "dien_tich"] {
        assert_eq!(
            record["properties"][field], served["properties"][field],
            "{field}"
        );
    }
}

#[test]
fn a_part_of_the_ground_has_the_tiles_that_touch_it() {
    if !need::node_readers() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = province().store();
    let at = |name: &str| folder.path().join(name);
    let options = ["--themes", "land_parcels", "--zooms", "6-17"];
    let _ = export(&data, &at("all.pmtiles"), &options).ok();
    let found = read(&at("all.pmtiles"));
    let side = |name: &str| found["header"][name].as_f64().unwrap();
    let [west, south] = [side("minLon"), side("minLat")];
    let [east, north] = [
        f64::midpoint(west, side("maxLon")),
        f64::midpoint(south, side("maxLat")),
    ];
    let bbox = format!("{west},{south},{east},{north}");
    let _ = export(
        &data,
        &at("part.pmtiles"),
        &[&options[..], &["--bbox", &bbox]].concat(),
    )
    .ok();
    let (all, part) = (tiles(&found), tiles(&read(&at("part.pmtiles"))));
    let expected: BTreeMap<_, _> = (6..=17)
        .flat_map(|zoom| diaba_tests::tiles::covering([west, south, east, north], zoom))
        .map(|(z, x, y)| format!("{z}/{x}/{y}"))
        .filter_map(|address| Some((address.clone(), all.get(&address)?.clone())))
        .collect();
    assert!(part.len() < all.len() && !part.is_empty());
    assert_eq!(part, expected);
}
