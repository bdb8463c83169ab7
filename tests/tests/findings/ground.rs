//! Parcels made up to be wrong, and what the layer of findings says of them.

use std::fs;
use std::path::{Path, PathBuf};

use diaba_tests::{Diaba, Import};
use serde_json::{Value, json};

/// A corner in EPSG:9214, within Bắc Giang town.
const AT: [f64; 2] = [416_226.0, 2_353_402.0];

/// A parcel: its number and its box in metres from [`AT`].
pub type Parcel = (u32, [f64; 4]);

/// Parcels around a square of 10 m nobody has; the second one reaches two metres into the third.
pub const SPOILED: [Parcel; 8] = [
    (1, [0.0, 0.0, 10.0, 10.0]),
    (2, [10.0, 0.0, 22.0, 10.0]),
    (3, [20.0, 0.0, 30.0, 10.0]),
    (4, [0.0, 10.0, 10.0, 20.0]),
    (6, [20.0, 10.0, 30.0, 20.0]),
    (7, [0.0, 20.0, 10.0, 30.0]),
    (8, [10.0, 20.0, 20.0, 30.0]),
    (9, [20.0, 20.0, 30.0, 30.0]),
];

/// The same as they should be.
pub fn corrected() -> Vec<Parcel> {
    let mut parcels = SPOILED.to_vec();
    parcels[1].1[2] = 20.0;
    parcels.push((5, [10.0, 10.0, 20.0, 20.0]));
    parcels
}

/// Writes them as GeoJSON in metres.
pub fn file(folder: &Path, name: &str, parcels: &[Parcel]) -> PathBuf {
    let features: Vec<Value> = parcels
        .iter()
        .map(|(number, [x0, y0, x1, y1])| {
            let at = |x: f64, y: f64| json!([AT[0] + x, AT[1] + y]);
            let ring = [at(*x0, *y0), at(*x1, *y0), at(*x1, *y1), at(*x0, *y1), at(*x0, *y0)];
            json!({
                "type": "Feature",
                "properties": { "MaXa": "07210", "SoHieuToBanDo": "3", "SoThuTuThua": number.to_string() },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            })
        })
        .collect();
    let path = folder.join(format!("{name}.geojson"));
    let collection = json!({ "type": "FeatureCollection", "features": features });
    fs::write(&path, collection.to_string()).unwrap();
    path
}

/// Says what system the file is in.
pub fn in_metres(import: Import) -> Import {
    import.option("--source-crs", "EPSG:9214")
}

/// A finding: kind, severity, dataset, other dataset, area.
pub type Found = (String, String, String, Option<String>, f64);

/// What the layer of findings holds.
pub fn findings(server: &Diaba) -> Vec<Found> {
    let answer = server.get("/collections/quality_findings/items?limit=100");
    if answer.status == 404 {
        return Vec::new();
    }
    let page = answer.json();
    let mut found: Vec<_> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| {
            let p = &feature["properties"];
            let text = |name: &str| p[name].as_str().unwrap_or_default().to_owned();
            (
                text("loai_loi"),
                text("muc_do"),
                text("bo_du_lieu"),
                p["bo_du_lieu_khac"].as_str().map(str::to_owned),
                p["dien_tich"].as_f64().unwrap_or_default(),
            )
        })
        .collect();
    found.sort_by(|a, b| a.partial_cmp(b).unwrap());
    found
}
