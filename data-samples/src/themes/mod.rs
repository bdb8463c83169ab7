//! The themes' files: which columns each has and what goes into them.

pub mod admin_units;
pub mod land_parcels;

use geo_types::{Coord, LineString, Polygon};

use crate::ground::warp::P;

/// A ring or line as geometry; `close` repeats the first vertex.
pub fn line(places: &[P], close: bool) -> LineString<f64> {
    let mut coords: Vec<Coord<f64>> = places.iter().map(|p| Coord { x: p[0], y: p[1] }).collect();
    if close && let Some(&first) = coords.first() {
        coords.push(first);
    }
    LineString::new(coords)
}

/// Rings (outline first) as a polygon.
pub fn polygon(rings: &[Vec<P>]) -> Polygon<f64> {
    let mut rings = rings.iter().map(|r| line(r, true));
    let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Polygon::new(outer, rings.collect())
}
