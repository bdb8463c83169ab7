//! The small committed samples, in the formats and grids offices send: imported by the real importer, served by the
//! real server, found by every way in.

use std::path::Path;

use diaba_tests::{Diaba, import, repository};
use geo::InteriorPoint;
use serde_json::Value;

/// Every committed sample with its theme.
const SAMPLES: [(&str, &str); 13] = [
    ("land_parcels.fgb", "land_parcels"),
    ("land_parcels_07495.shp", "land_parcels"),
    ("land_parcels_07522.gpkg", "land_parcels"),
    ("land_parcels_07579.geojson", "land_parcels"),
    ("admin_units.geojson", "admin_units"),
    ("land_use_plans.gpkg", "land_use_plans"),
    ("urban_plans.geojson", "urban_plans"),
    ("urban_plan_zones.gpkg", "urban_plan_zones"),
    ("crop_zones.geojson", "crop_zones"),
    ("dikes.shp", "dikes"),
    ("irrigation_works.fgb", "irrigation_works"),
    ("roads.fgb", "roads"),
    ("water.gpkg", "water"),
];

fn served(data: &Path, theme: &str) -> Vec<Value> {
    Diaba::serve(data).all_items(theme, "?limit=1000")
}

/// A feature's place on the ground that no other parcel shares: its identifier in the synthetic register.
fn name(feature: &Value) -> String {
    let properties = &feature["properties"];
    properties["ma_thua_dat"]
        .as_str()
        .unwrap_or_else(|| panic!("{properties}"))
        .to_owned()
}

#[test]
fn every_sample_goes_in_whole_and_comes_out_by_page_point_key_and_tile() {
    for (file, theme) in SAMPLES {
        let data = tempfile::tempdir().unwrap();
        let report = import(&repository::sample(file), theme, data.path()).ok();
        let count = |which: &str| report["counts"][which].as_u64().unwrap();
        assert!(count("read") > 0, "{file}");
        assert_eq!(count("rejected"), 0, "{file}: {report}");
        assert_eq!(count("imported"), count("read"), "{file}");

        let diaba = Diaba::serve(data.path());
        let features = diaba.all_items(theme, "?limit=1000");
        assert_eq!(features.len() as u64, count("imported"), "{file}");
        for feature in features.iter().step_by(features.len().div_ceil(10)) {
            let id = &feature["id"];
            let (lon, lat) = place(&feature["geometry"]);
            let there = diaba.json(&format!(
                "/identify?lon={lon}&lat={lat}&themes={theme}&tolerance=1"
            ));
            let found = there["features"]
                .as_array()
                .unwrap()
                .iter()
                .any(|other| other["id"] == *id);
            assert!(found, "{file}: {id} is not at {lon}, {lat}");
            let z = diaba
                .json("/themes")
                .as_array()
                .unwrap()
                .iter()
                .find(|t| t["id"] == theme)
                .unwrap()["zooms"]["max"]
                .as_u64()
                .unwrap() as u8;
            let (z, x, y) = diaba_tests::tiles::covering([lon, lat, lon, lat], z)[0];
            let tile = diaba
                .get(&format!("/tiles/{theme}/{z}/{x}/{y}.mvt"))
                .expect(200);
            let (layers, violations) = diaba_core::tile::validate::read(&tile.body);
            assert!(violations.is_empty(), "{file}: {}", violations[0]);
            let layer = layers.iter().find(|layer| layer.name == theme).unwrap();
            let drawn = layer.features.iter().any(|other| other.id == id.as_u64());
            assert!(drawn, "{file}: {id} is not in {z}/{x}/{y}");
        }
    }
}

#[test]
fn a_commune_is_the_same_from_every_format_and_grid() {
    let all = tempfile::tempdir().unwrap();
    import(
        &repository::sample("land_parcels.fgb"),
        "land_parcels",
        all.path(),
    )
    .ok();
    let all = served(all.path(), "land_parcels");
    for file in [
        "land_parcels_07495.shp",
        "land_parcels_07522.gpkg",
        "land_parcels_07579.geojson",
    ] {
        let data = tempfile::tempdir().unwrap();
        import(&repository::sample(file), "land_parcels", data.path()).ok();
        let part = served(data.path(), "land_parcels");
        assert!(part.len() > 20, "{file}");
        for parcel in &part {
            let same = all.iter().find(|other| name(other) == name(parcel));
            let same =
                same.unwrap_or_else(|| panic!("{file}: {} is not in the whole", name(parcel)));
            for field in [
                "ma_xa",
                "ma_xa_goc",
                "so_to",
                "so_thua",
                "loai_dat",
                "dien_tich",
                "dia_chi_thua_dat",
            ] {
                assert_eq!(
                    parcel["properties"][field],
                    same["properties"][field],
                    "{file} {field} {}",
                    name(parcel)
                );
            }
            let apart = farthest(&parcel["geometry"], &same["geometry"]);
            // 10⁻⁹ degrees are 0.1 mm.
            assert!(
                apart < 1e-9,
                "{file}: {} lies {apart} degrees off",
                name(parcel)
            );
        }
    }
}

/// The largest difference of a coordinate between two geometries with the same structure.
fn farthest(a: &Value, b: &Value) -> f64 {
    fn numbers(value: &Value, into: &mut Vec<f64>) {
        match value {
            Value::Array(inner) => inner.iter().for_each(|value| numbers(value, into)),
            other => into.extend(other.as_f64()),
        }
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    numbers(&a["coordinates"], &mut left);
    numbers(&b["coordinates"], &mut right);
    assert_eq!(left.len(), right.len(), "{a} {b}");
    left.iter()
        .zip(&right)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

/// A place on a feature.
fn place(geometry: &Value) -> (f64, f64) {
    let pair = |p: &Value| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap());
    let line = |points: &Value| -> Vec<(f64, f64)> {
        points.as_array().unwrap().iter().map(pair).collect()
    };
    let polygon = |rings: &Value| {
        let rings: Vec<geo::LineString> = rings
            .as_array()
            .unwrap()
            .iter()
            .map(|ring| line(ring).into())
            .collect();
        let (outer, holes) = rings.split_first().unwrap();
        let point = geo::Polygon::new(outer.clone(), holes.to_vec())
            .interior_point()
            .unwrap();
        (point.x(), point.y())
    };
    let coordinates = &geometry["coordinates"];
    match geometry["type"].as_str().unwrap() {
        "Point" => pair(coordinates),
        "MultiPoint" => pair(&coordinates[0]),
        "LineString" => line(coordinates)[0],
        "MultiLineString" => line(&coordinates[0])[0],
        "Polygon" => polygon(coordinates),
        "MultiPolygon" => polygon(&coordinates[0]),
        other => panic!("{other}"),
    }
}
