//! The small files of `data-samples/files`: one commune's parcels in every format are the same parcels.

use std::path::{Path, PathBuf};

use gdal::vector::LayerAccess;
use geo::Area;

use crate::common::Bench;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../data-samples/files")
        .join(name)
}

/// Number, land use and area of every parcel.
fn parcels(path: &Path) -> Vec<(String, String, f64)> {
    let dataset = gdal::Dataset::open(path).expect("GDAL reads a shard");
    let mut layer = dataset.layer(0).expect("a layer");
    let index = |name: &str| layer.defn().field_index(name).expect("the field");
    let (sheet, number, usage) = (index("so_to"), index("so_thua"), index("loai_dat"));
    let mut found: Vec<(String, String, f64)> = layer
        .features()
        .map(|f| {
            let text = |at| f.field_as_string(at).expect("text").unwrap_or_default();
            let shape = f.geometry().expect("a geometry").to_geo().expect("geo");
            (
                format!("{}/{}", text(sheet), text(number)),
                text(usage),
                shape.unsigned_area(),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn the_sample_commune_is_the_same_in_every_format() {
    let mut expected: Option<Vec<(String, String, f64)>> = None;
    for end in [
        ".gpkg",
        ".tab",
        ".mif",
        ".sqlite",
        ".gdb.zip",
        ".gml",
        ".kml",
        ".kmz",
        ".geojsonl",
        ".csv",
        ".xlsx",
        "_corners.csv",
    ] {
        let bench = Bench::new();
        let file = sample(&format!("land_parcels_07522{end}"));
        let silent = end.ends_with("csv") || end.ends_with("xlsx");
        let crs: &[&str] = if silent {
            &["--source-crs", "EPSG:9214"]
        } else {
            &[]
        };
        let more = [crs, &["--dataset", "xa"]].concat();
        let outcome = bench.import(&file, "land_parcels", &more);
        assert_eq!(outcome.code, Some(0), "{end}: {}", outcome.stderr);
        let found = parcels(&bench.data().join("land_parcels/xa/r000001/surveyed.fgb"));
        let expected = expected.get_or_insert_with(|| found.clone());
        assert_eq!(found.len(), expected.len(), "{end}");
        for (a, b) in expected.iter().zip(&found) {
            assert_eq!((&a.0, &a.1), (&b.0, &b.1), "{end}");
            assert!(
                (a.2 - b.2).abs() < 0.05,
                "{end} {}: {} m² became {}",
                a.0,
                a.2,
                b.2
            );
        }
    }
}
