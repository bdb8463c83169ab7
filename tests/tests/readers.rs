//! Somebody else's readers on what the real server sends: GDAL's OAPIF and MVT drivers, @mapbox/vector-tile, the style
//! validator of MapLibre, and our own strict one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use diaba_tests::{Diaba, need, province, repository, run, tiles};
use serde_json::Value;

/// Tiles of one zoom that are looked at; a few hundred hold the whole sample up to z16.
const TILES_A_ZOOM: usize = 250;

#[test]
fn gdal_reads_every_collection_through_its_oapif_driver() {
    if !need::program("ogrinfo") {
        return;
    }
    let diaba = Diaba::serve(&province().store());
    let themes = diaba.json("/themes");
    for theme in themes.as_array().unwrap() {
        let name = theme["id"].as_str().unwrap();
        if name == "quality_findings" {
            assert_eq!(theme["count"], 0, "nothing is wrong with the province");
            continue;
        }
        let source = format!("OAPIF:{}", diaba.address());
        let summary = run(Command::new("ogrinfo").args(["-ro", "-so", &source, name])).ok();
        assert!(summary.stderr.is_empty(), "{}", summary.stderr);
        let count = format!("Feature Count: {}", theme["count"]);
        assert!(
            summary.stdout.lines().any(|line| line == count),
            "{count}: {}",
            summary.stdout
        );
        // Every feature, page by page.
        let all =
            run(Command::new("ogrinfo").args(["-ro", "-al", "-q", "-geom=SUMMARY", &source, name]))
                .ok();
        let read = all
            .stdout
            .lines()
            .filter(|line| line.starts_with("OGRFeature("))
            .count();
        assert_eq!(theme["count"], read, "{name}");
    }
}

/// Writes a sweep over every theme from z5 to z18 as `z/x/y.mvt` below `folder`; the tiles with the layers' names in it.
fn sweep(diaba: &Diaba, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let themes = diaba.json("/themes");
    let parcels = themes
        .as_array()
        .unwrap()
        .iter()
        .find(|theme| theme["id"] == "land_parcels")
        .unwrap();
    let names: Vec<_> = themes
        .as_array()
        .unwrap()
        .iter()
        .map(|theme| theme["id"].as_str().unwrap())
        .collect();
    let bounds: Vec<f64> = parcels["bounds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect();
    let bounds: [f64; 4] = bounds.try_into().unwrap();
    let mut found = BTreeMap::new();
    for zoom in 5..=18 {
        for (z, x, y) in tiles::some_of(tiles::covering(bounds, zoom), TILES_A_ZOOM) {
            let tile = diaba
                .get(&format!("/tiles/{}/{z}/{x}/{y}.mvt", names.join(",")))
                .expect_either(&[200, 204]);
            let path = folder.join(format!("{z}/{x}"));
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join(format!("{y}.mvt")), &tile.body).unwrap();
            let columns = diaba
                .get(&format!("/tiles/{}/{z}/{x}/{y}.mlt", names.join(",")))
                .expect_either(&[200, 204]);
            fs::write(path.join(format!("{y}.mlt")), &columns.body).unwrap();
            found.insert(format!("{z}/{x}/{y}"), tile.body);
        }
    }
    found
}

#[test]
fn every_tile_of_a_zoom_sweep_is_sound_for_three_readers_alike() {
    let diaba = Diaba::serve(&province().store());
    let folder = tempfile::tempdir().unwrap();
    let tiles = sweep(&diaba, folder.path());
    assert!(tiles.len() > 300 && tiles.values().filter(|body| !body.is_empty()).count() > 150);

    let mut ours: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (address, body) in &tiles {
        let (layers, violations) = diaba_core::tile::validate::read(body);
        assert!(violations.is_empty(), "{address}: {}", violations[0]);
        let layers = layers
            .into_iter()
            .map(|layer| (layer.name, layer.features.len()))
            .collect();
        ours.insert(address.clone(), layers);
    }
    assert!(ours.values().flat_map(BTreeMap::values).sum::<usize>() > 10_000);

    if need::node_readers() {
        let script = repository::root().join("tests/node/tiles.mjs");
        let outcome = run(Command::new("node").arg(script).arg(folder.path())).ok();
        let theirs: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(counts(&theirs, |layer| &layer["features"]), ours);
    }
    if need::python_gdal() {
        let script = repository::root().join("tests/gdal/tiles.py");
        let outcome = run(Command::new("/usr/bin/python3")
            .arg(script)
            .arg(folder.path()))
        .ok();
        let theirs: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(counts(&theirs, |layer| layer), ours);
    }
}

/// Features by layer by tile, from a reader's report.
fn counts(
    report: &Value,
    features: impl Fn(&Value) -> &Value,
) -> BTreeMap<String, BTreeMap<String, usize>> {
    let layers = |tile: &Value| -> BTreeMap<String, usize> {
        let layers = tile.as_object().unwrap().iter();
        layers
            .map(|(name, layer)| (name.clone(), features(layer).as_u64().unwrap() as usize))
            .collect()
    };
    report
        .as_object()
        .unwrap()
        .iter()
        .map(|(address, tile)| (address.clone(), layers(tile)))
        .collect()
}

#[test]
fn every_style_is_valid_and_asks_nothing_of_another_host() {
    let diaba = Diaba::serve(&province().store());
    let folder = tempfile::tempdir().unwrap();
    let styles = diaba.json("/styles");
    let styles = styles["styles"]
        .as_array()
        .unwrap_or_else(|| panic!("{styles}"));
    assert!(!styles.is_empty());
    for style in styles {
        let id = style["id"].as_str().unwrap();
        let text = diaba.get(&format!("/styles/{id}")).expect(200).text();
        for url in text.split('"').filter(|part| part.contains("://")) {
            assert!(url.starts_with(diaba.address()), "{id} asks {url}");
        }
        if need::node_readers() {
            let file = folder.path().join(format!("{id}.json"));
            fs::write(&file, &text).unwrap();
            let validator =
                repository::root().join("tests/node/node_modules/.bin/gl-style-validate");
            let outcome = run(Command::new(validator).arg(&file));
            assert_eq!(
                outcome.code,
                Some(0),
                "{id}: {}{}",
                outcome.stdout,
                outcome.stderr
            );
        }
    }
}
