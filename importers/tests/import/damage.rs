//! Files with bytes that are not as they were written: whatever they hold, the program answers.

use std::fs;
use std::path::Path;

use gdal::vector::OGRwkbGeometryType::{wkbPolygon, wkbUnknown};

use crate::common::{Bench, Layer, PARCEL_COLUMNS, parcels};

/// Imports `file` with one byte of `part` after another changed; the places are spread over it, the head more densely.
fn survives(bench: &Bench, file: &Path, part: &Path) {
    let whole = fs::read(part).expect("written");
    let head = (0..whole.len().min(120)).step_by(17);
    let rest = (120..whole.len()).step_by((whole.len() / 9).max(1));
    for at in head.chain(rest) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xFF;
        fs::write(part, &bytes).expect("written");
        let outcome = bench.import(
            file,
            "land_parcels",
            &["--dry-run", "--source-crs", "EPSG:9214"],
        );
        assert!(
            matches!(outcome.code, Some(0 | 2)),
            "byte {at} of {}: {:?} {}",
            part.display(),
            outcome.code,
            outcome.stderr
        );
    }
    fs::write(part, &whole).expect("written");
}

fn written(bench: &Bench, name: &str, driver: &str, options: &[&str]) -> std::path::PathBuf {
    let kind = if driver == "ESRI Shapefile" {
        wkbPolygon
    } else {
        wkbUnknown
    };
    let epsg = (driver != "CSV").then_some(9214);
    let layer = Layer {
        driver,
        epsg,
        kind,
        options,
        columns: &PARCEL_COLUMNS,
    };
    let path = bench.path(name);
    layer.write(&path, &parcels(416_200.0, 2_353_400.0, 20.0));
    path
}

#[test]
fn changed_bytes_of_a_flatgeobuf() {
    let bench = Bench::new();
    let file = written(&bench, "a.fgb", "FlatGeobuf", &["SPATIAL_INDEX=NO"]);
    survives(&bench, &file, &file);
}

#[test]
fn changed_bytes_of_a_geopackage() {
    let bench = Bench::new();
    let file = written(&bench, "a.gpkg", "GPKG", &["SPATIAL_INDEX=NO"]);
    survives(&bench, &file, &file);
}

#[test]
fn changed_bytes_of_a_shapefile() {
    let bench = Bench::new();
    let file = written(&bench, "a.shp", "ESRI Shapefile", &["ENCODING=UTF-8"]);
    for part in ["shp", "dbf", "shx", "prj"] {
        survives(&bench, &file, &file.with_extension(part));
    }
}

#[test]
fn changed_bytes_of_text_formats() {
    let bench = Bench::new();
    for (name, driver, options) in [
        ("a.geojson", "GeoJSON", &[][..]),
        ("a.gml", "GML", &[]),
        ("a.csv", "CSV", &["GEOMETRY=AS_WKT"]),
    ] {
        let file = written(&bench, name, driver, options);
        survives(&bench, &file, &file);
    }
}
