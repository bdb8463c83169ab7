//! What a file holds, as GDAL reads it: a sample, or what an import made of one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gdal::Dataset;
use gdal::vector::LayerAccess;
use geo::MultiPolygon;

use crate::common::Bench;

/// Shapes and values of records, by field.
pub type Rows = Vec<(MultiPolygon<f64>, BTreeMap<String, String>)>;

/// The folder of samples.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/files")
}

/// The records of a file; `filter` as in SQL.
pub fn rows(path: &Path, filter: Option<&str>) -> Rows {
    let dataset = Dataset::open(path).expect("GDAL reads it");
    let mut layer = dataset.layer(0).expect("a layer");
    if let Some(filter) = filter {
        layer.set_attribute_filter(filter).expect("a filter");
    }
    let names: Vec<String> = layer.defn().fields().map(|f| f.name()).collect();
    layer
        .features()
        .map(|feature| {
            let values = names
                .iter()
                .enumerate()
                .filter_map(|(i, name)| Some((name.clone(), feature.field_as_string(i).ok()??)))
                .collect();
            let shape = match feature.geometry().expect("a shape").to_geo().expect("read") {
                geo::Geometry::Polygon(p) => MultiPolygon(vec![p]),
                geo::Geometry::MultiPolygon(m) => m,
                _ => MultiPolygon(vec![]),
            };
            (shape, values)
        })
        .collect()
}

/// The records of the first revision of a dataset.
pub fn stored(bench: &Bench, theme: &str, dataset: &str) -> Rows {
    let path = bench
        .data()
        .join(format!("{theme}/{dataset}/r000001/surveyed.fgb"));
    rows(&path, None)
}
