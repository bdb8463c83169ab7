//! The real boundaries of the 58 communes on former Bắc Giang, where they lie beside the repository.

use std::collections::BTreeSet;

use gdal::vector::LayerAccess;

use crate::common::{Bench, shared};

#[test]
fn fifty_eight_communes_go_in_and_come_out_with_their_names() {
    let Some(file) = shared("bacgiang_area_post2025_communes.geojson") else {
        return;
    };
    let bench = Bench::new();
    let outcome = bench.import(&file, "admin_units", &["--dataset", "xa-2025"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let counts = &outcome.report["counts"];
    assert_eq!(
        (&counts["read"], &counts["imported"]),
        (&58.into(), &58.into()),
        "{}",
        outcome.report
    );
    let source: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).expect("read")).expect("JSON");
    let names: BTreeSet<String> = source["features"]
        .as_array()
        .expect("features")
        .iter()
        .flat_map(|f| f["properties"].as_object().expect("properties").values())
        .filter_map(|v| v.as_str().map(str::to_owned))
        .filter(|v| v.starts_with("Xã ") || v.starts_with("Phường "))
        .collect();
    assert_eq!(names.len(), 58);
    let path = bench
        .data()
        .join("admin_units/xa-2025/r000001/surveyed.fgb");
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = layer.defn().field_index("ten_day_du").expect("the name");
    let arrived: BTreeSet<String> = layer
        .features()
        .filter_map(|f| f.field_as_string(index).expect("text"))
        .collect();
    assert_eq!(arrived, names);
}
