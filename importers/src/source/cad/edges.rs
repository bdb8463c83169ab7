//! Linework noded and polygonised, by GEOS.

use geo::{Geometry, LineString, Polygon};
use geos::Geom;

use crate::source::wkb;

/// The lines of `lines` split wherever they meet, each stretch once; no vertex is moved.
///
/// # Errors
/// What GEOS says where it cannot.
pub fn node(lines: &[LineString<f64>]) -> Result<Vec<LineString<f64>>, String> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let noded = to_geos(lines)?
        .unary_union()
        .map_err(|error| error.to_string())?;
    let mut edges = Vec::new();
    collect(from_geos(&noded)?, &mut edges, &mut Vec::new());
    Ok(edges)
}

/// The ground enclosed by noded `edges`; what lies within another piece of ground is a hole of that.
///
/// # Errors
/// What GEOS says where it cannot.
pub fn polygonise(edges: &[LineString<f64>]) -> Result<Vec<Polygon<f64>>, String> {
    if edges.is_empty() {
        return Ok(Vec::new());
    }
    let ground =
        geos::Geometry::polygonize(&[to_geos(edges)?]).map_err(|error| error.to_string())?;
    let mut polygons = Vec::new();
    collect(from_geos(&ground)?, &mut Vec::new(), &mut polygons);
    Ok(polygons)
}

fn to_geos(lines: &[LineString<f64>]) -> Result<geos::Geometry, String> {
    let mut bytes = Vec::new();
    let count = |n: usize| {
        u32::try_from(n)
            .map(u32::to_le_bytes)
            .map_err(|e| e.to_string())
    };
    bytes.push(1);
    bytes.extend(5_u32.to_le_bytes());
    bytes.extend(count(lines.len())?);
    for line in lines {
        bytes.push(1);
        bytes.extend(2_u32.to_le_bytes());
        bytes.extend(count(line.0.len())?);
        for c in &line.0 {
            bytes.extend(c.x.to_le_bytes());
            bytes.extend(c.y.to_le_bytes());
        }
    }
    geos::Geometry::new_from_wkb(&bytes).map_err(|error| error.to_string())
}

fn from_geos(geometry: &geos::Geometry) -> Result<Geometry<f64>, String> {
    let bytes = geometry.to_wkb().map_err(|error| error.to_string())?;
    let shape = wkb::parse(&bytes).map_err(|error| error.to_string())?;
    Ok(shape.geometry)
}

fn collect(
    geometry: Geometry<f64>,
    lines: &mut Vec<LineString<f64>>,
    polygons: &mut Vec<Polygon<f64>>,
) {
    match geometry {
        Geometry::LineString(line) => lines.push(line),
        Geometry::MultiLineString(many) => lines.extend(many),
        Geometry::Polygon(polygon) => polygons.push(polygon),
        Geometry::MultiPolygon(many) => polygons.extend(many),
        Geometry::GeometryCollection(many) => {
            for part in many {
                collect(part, lines, polygons);
            }
        }
        _ => {}
    }
}
