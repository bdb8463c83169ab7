//! What to ask for: places where parcels are.

use anyhow::{Context, Result};
use serde_json::Value;

/// How many points are asked for; tiles are those that hold them.
const POINTS: usize = 500;

/// Points in parcels, longitude and latitude in degrees.
#[derive(Debug)]
pub struct Places(Vec<(f64, f64)>);

impl Places {
    /// A point of each of the first parcels the server at `address` has.
    pub fn of_parcels(address: &str) -> Result<Self> {
        let url = format!("{address}/collections/land_parcels/items?limit={POINTS}");
        let page: Value = reqwest::blocking::get(url)?.error_for_status()?.json()?;
        let features = page["features"]
            .as_array()
            .context("the page has no features")?;
        let points: Vec<_> = features
            .iter()
            .filter_map(|feature| middle(&feature["geometry"]))
            .collect();
        anyhow::ensure!(!points.is_empty(), "the page has no polygon");
        Ok(Self(points))
    }

    /// Paths of the tiles z14 to z16 that hold the points, each once.
    pub fn tiles(&self) -> Vec<String> {
        let mut paths: Vec<String> = (14..=16)
            .flat_map(|z| self.0.iter().map(move |&(lon, lat)| tile(lon, lat, z)))
            .map(|(z, x, y)| format!("/tiles/land_parcels/{z}/{x}/{y}.mvt"))
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Paths that ask what is at each point.
    pub fn points(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|(lon, lat)| format!("/identify?lon={lon:.8}&lat={lat:.8}&themes=land_parcels"))
            .collect()
    }
}

/// The mean of the corners of a polygon's first ring: inside, for what parcels look like.
fn middle(geometry: &Value) -> Option<(f64, f64)> {
    let polygon = match geometry["type"].as_str()? {
        "Polygon" => &geometry["coordinates"],
        "MultiPolygon" => &geometry["coordinates"][0],
        _ => return None,
    };
    let ring = polygon[0].as_array()?.split_last()?.1;
    let sum = ring.iter().try_fold((0.0, 0.0), |(x, y), corner| {
        Some((x + corner[0].as_f64()?, y + corner[1].as_f64()?))
    })?;
    let count = ring.len() as f64;
    Some((sum.0 / count, sum.1 / count))
}

fn tile(lon: f64, lat: f64, z: u8) -> (u8, u32, u32) {
    let side = f64::from(1u32 << z);
    let lat = lat.to_radians();
    let y = 0.5 - (lat.tan() + 1.0 / lat.cos()).ln() / (2.0 * std::f64::consts::PI);
    (z, ((lon + 180.0) / 360.0 * side) as u32, (y * side) as u32)
}
