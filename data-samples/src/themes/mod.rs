//! The themes' files: which columns each has and what goes into them.

pub mod admin_units;
pub mod cadastral_sheet;
pub mod crop_zones;
pub mod dikes;
pub mod hydrological_stations;
pub mod irrigation_works;
pub mod land_parcels;
pub mod land_use_plans;
pub mod pest_observations;
pub mod plan_drawing;
pub mod roads;
pub mod urban_plans;
pub mod water;
pub mod write;

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

/// Length of a line, metres.
pub fn length(course: &[P]) -> f64 {
    course
        .windows(2)
        .map(|w| {
            if let [a, b] = w {
                crate::ground::warp::distance(*a, *b)
            } else {
                0.0
            }
        })
        .sum()
}

/// A number rounded to `digits` decimals.
pub fn rounded(x: f64, digits: i32) -> f64 {
    let k = 10f64.powi(digits);
    (x * k).round() / k
}
