//! A whole province with every theme, asked through HTTP.

use std::collections::{BTreeMap, BTreeSet};

use diaba_tests::live::THEMES;
use diaba_tests::{Diaba, province, tiles};
use serde_json::Value;

fn id(feature: &Value) -> u64 {
    feature["id"]
        .as_u64()
        .unwrap_or_else(|| panic!("no number as id: {feature}"))
}

fn text(feature: &Value, field: &str) -> String {
    match &feature["properties"][field] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A place inside a polygon: the middle of its longest horizontal chord through the middle of its box.
fn inside(feature: &Value) -> (f64, f64) {
    use geo::InteriorPoint;
    let geometry = geometry(&feature["geometry"]);
    let point = geometry.interior_point().unwrap();
    (point.x(), point.y())
}

fn geometry(json: &Value) -> geo::MultiPolygon {
    let ring = |ring: &Value| -> geo::LineString {
        ring.as_array()
            .unwrap()
            .iter()
            .map(|p| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap()))
            .collect()
    };
    let polygon = |rings: &Value| {
        let mut rings: Vec<_> = rings.as_array().unwrap().iter().map(ring).collect();
        let outer = rings.remove(0);
        geo::Polygon::new(outer, rings)
    };
    match json["type"].as_str().unwrap() {
        "Polygon" => geo::MultiPolygon::new(vec![polygon(&json["coordinates"])]),
        "MultiPolygon" => json["coordinates"]
            .as_array()
            .unwrap()
            .iter()
            .map(polygon)
            .collect(),
        other => panic!("{other} is no polygon"),
    }
}

#[test]
fn every_theme_is_published_with_as_many_features_as_were_imported() {
    let diaba = Diaba::serve(&province().store());
    let themes = diaba.json("/themes");
    let counts: BTreeMap<_, _> = themes
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["id"].as_str().unwrap(), t["count"].as_u64().unwrap()))
        .collect();
    let reports = province().reports();
    assert_eq!(
        reports.keys().map(String::as_str).collect::<Vec<_>>(),
        THEMES
    );
    for (theme, report) in &reports {
        let imported = report["counts"]["imported"]
            .as_u64()
            .unwrap_or_else(|| panic!("{report}"));
        assert!(imported > 0, "{theme}: {report}");
        assert_eq!(counts[theme.as_str()], imported, "{theme}");
        for language in ["vi", "en"] {
            let theme = themes
                .as_array()
                .unwrap()
                .iter()
                .find(|t| t["id"] == **theme)
                .unwrap();
            assert!(
                theme["title"][language]
                    .as_str()
                    .is_some_and(|title| !title.is_empty())
            );
        }
    }
}

#[test]
fn following_the_links_gives_every_feature_once_whatever_the_page() {
    let diaba = Diaba::serve(&province().store());
    for theme in ["land_parcels", "irrigation_works"] {
        let all: Vec<u64> = diaba
            .all_items(theme, "?limit=1000")
            .iter()
            .map(id)
            .collect();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{theme}");
        let small: Vec<u64> = diaba.all_items(theme, "?limit=97").iter().map(id).collect();
        assert_eq!(small, all, "{theme}");
        let count = diaba
            .json("/themes")
            .as_array()
            .unwrap()
            .iter()
            .find(|t| t["id"] == theme)
            .unwrap()["count"]
            .clone();
        assert_eq!(count, all.len(), "{theme}");
    }
}

#[test]
fn a_feature_is_the_same_by_page_by_id_by_key_and_by_point() {
    let diaba = Diaba::serve(&province().store());
    let parcels = diaba.all_items("land_parcels", "?limit=1000");
    for parcel in parcels.iter().step_by(parcels.len() / 25) {
        let alone = diaba.json(&format!("/collections/land_parcels/items/{}", id(parcel)));
        for member in ["id", "geometry", "properties"] {
            assert_eq!(alone[member], parcel[member], "{member}");
        }
        let key = ["ma_xa", "so_to", "so_thua"]
            .map(|field| text(parcel, field))
            .join("/");
        let found = diaba.json(&format!("/parcels/{key}"));
        let found = found["parcels"].as_array().unwrap();
        assert!(
            found.iter().any(|other| id(other) == id(parcel)),
            "{key} is not found"
        );
        let (lon, lat) = inside(parcel);
        let there = diaba.identify(lon, lat, "land_parcels");
        let same = there.iter().find(|other| id(other) == id(parcel));
        let same = same.unwrap_or_else(|| panic!("{} is not at {lon}, {lat}", id(parcel)));
        assert_eq!(same["theme"], "land_parcels");
        assert_eq!(same["properties"], parcel["properties"]);
    }
}

#[test]
fn a_filter_and_a_box_leave_what_they_say() {
    let diaba = Diaba::serve(&province().store());
    let all = diaba.all_items("land_parcels", "?limit=1000");
    let code = text(&all[all.len() / 2], "loai_dat");
    let of_code: BTreeSet<_> = all
        .iter()
        .filter(|f| text(f, "loai_dat") == code)
        .map(id)
        .collect();
    let filtered = diaba.all_items("land_parcels", &format!("?limit=1000&loai_dat={code}"));
    assert_eq!(filtered.iter().map(id).collect::<BTreeSet<_>>(), of_code);

    let (lon, lat) = inside(&all[all.len() / 3]);
    let half = 0.003;
    let boxed = format!(
        "?limit=1000&bbox={},{},{},{}",
        lon - half,
        lat - half,
        lon + half,
        lat + half
    );
    let inside_box: BTreeSet<_> = diaba
        .all_items("land_parcels", &boxed)
        .iter()
        .map(id)
        .collect();
    let rectangle = geo::Rect::new((lon - half, lat - half), (lon + half, lat + half));
    let expected: BTreeSet<_> = all
        .iter()
        .filter(|feature| geo::Intersects::intersects(&geometry(&feature["geometry"]), &rectangle))
        .map(id)
        .collect();
    assert!(!expected.is_empty() && expected.len() < all.len());
    assert_eq!(inside_box, expected);
}

#[test]
fn every_theme_is_in_a_tile_of_its_own_zooms() {
    let diaba = Diaba::serve(&province().store());
    let themes = diaba.json("/themes");
    for theme in themes.as_array().unwrap() {
        let name = theme["id"].as_str().unwrap();
        if name == "quality_findings" {
            assert_eq!(theme["count"], 0, "nothing is wrong with the province");
            continue;
        }
        let bounds: Vec<f64> = theme["bounds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_f64().unwrap())
            .collect();
        let bounds: [f64; 4] = bounds.try_into().unwrap();
        for zoom in ["min", "detail", "max"] {
            let z = theme["zooms"][zoom].as_u64().unwrap() as u8;
            let addresses = tiles::some_of(tiles::covering(bounds, z), 400);
            let drawn = addresses.iter().any(|(z, x, y)| {
                let tile = diaba
                    .get(&format!("/tiles/{name}/{z}/{x}/{y}.mvt"))
                    .expect_either(&[200, 204]);
                !tile.body.is_empty()
            });
            assert!(drawn, "{name} is in no tile of z{z}");
        }
    }
}

#[test]
fn an_answer_known_already_is_not_sent_again() {
    let diaba = Diaba::serve(&province().store());
    let parcel = &diaba.all_items("land_parcels", "?limit=1000")[0];
    let (lon, lat) = inside(parcel);
    let (z, x, y) = tiles::covering([lon, lat, lon, lat], 15)[0];
    let path = format!("/tiles/land_parcels/{z}/{x}/{y}.mvt");
    let first = diaba
        .get_with(&path, &[("accept-encoding", "gzip")])
        .expect(200);
    assert_eq!(first.header("content-encoding"), "gzip");
    assert_eq!(
        first.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    let again = diaba.get_with(
        &path,
        &[
            ("accept-encoding", "gzip"),
            ("if-none-match", first.header("etag")),
        ],
    );
    assert_eq!(again.status, 304);
    assert!(again.body.is_empty());
    // The tag outlives the server.
    let tag = first.header("etag").to_owned();
    drop(diaba);
    let diaba = Diaba::serve(&province().store());
    assert_eq!(
        diaba
            .get_with(&path, &[("accept-encoding", "gzip")])
            .header("etag"),
        tag
    );
}
