//! The real boundaries of the 58 communes that lie on former Bắc Giang, from beside the repository.

use std::collections::BTreeSet;
use std::fs;

use diaba_tests::{Diaba, import, repository, tiles};
use serde_json::Value;

const FILE: &str = "bacgiang_area_post2025_communes.geojson";

#[test]
fn fifty_eight_go_in_and_come_out_with_their_names_found_by_point_and_drawn() {
    let Some(file) = repository::real_data(FILE) else {
        return;
    };
    let source: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let source = source["features"].as_array().unwrap();
    let data = tempfile::tempdir().unwrap();
    let report = import(&file, "admin_units", data.path()).ok();
    assert_eq!(report["counts"]["read"], 58, "{report}");
    assert_eq!(report["counts"]["imported"], 58, "{report}");

    let diaba = Diaba::serve(data.path());
    let served = diaba.all_items("admin_units", "?limit=1000");
    assert_eq!(served.len(), 58);
    let names = |features: &[Value], field: &str| -> BTreeSet<String> {
        features
            .iter()
            .map(|feature| feature["properties"][field].as_str().unwrap().to_owned())
            .collect()
    };
    let (name_in, name_out) = (
        field_of(
            &source[0],
            &["name", "ten", "TenXa", "full_name", "name_vi"],
        ),
        "ten",
    );
    assert_eq!(names(&served, name_out), names(source, name_in));

    // Phủ Lạng Thương's old town, the reference point of the coordinate tests.
    let here = diaba.identify(106.1946, 21.2731, "admin_units");
    assert_eq!(here.len(), 1, "{here:?}");
    for z in [9, 12] {
        let drawn = tiles::covering([106.19, 21.27, 106.2, 21.28], z)
            .iter()
            .any(|(z, x, y)| {
                !diaba
                    .get(&format!("/tiles/admin_units/{z}/{x}/{y}.mvt"))
                    .expect(200)
                    .body
                    .is_empty()
            });
        assert!(drawn, "z{z}");
    }
}

fn field_of<'a>(feature: &Value, names: &[&'a str]) -> &'a str {
    names
        .iter()
        .find(|name| feature["properties"][**name].is_string())
        .unwrap_or_else(|| panic!("{}", feature["properties"]))
}
