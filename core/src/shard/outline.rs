//! The rings of a polygon that lies in no file, laid out as `surveyed.fgb` lays them out, so that the side a place is
//! on is decided by the same code.

use super::rings::{self, Ring, Run};

/// The rings of a geometry's polygons.
#[derive(Debug)]
pub(crate) struct Outline {
    bytes: Vec<u8>,
    rings: Vec<Ring>,
}

impl Outline {
    /// The outline of `geometry`; empty for points and lines.
    pub fn of(geometry: &geo::Geometry<f64>) -> Self {
        let mut lines: Vec<(&geo::LineString<f64>, bool)> = Vec::new();
        collect(geometry, &mut lines);
        let mut bytes = Vec::with_capacity(lines.iter().map(|(l, _)| l.0.len() * 16).sum());
        let mut ends = Vec::with_capacity(lines.len());
        for (line, hole) in lines {
            for c in &line.0 {
                bytes.extend_from_slice(&c.x.to_le_bytes());
                bytes.extend_from_slice(&c.y.to_le_bytes());
            }
            ends.push((bytes.len(), hole));
        }
        let mut start = 0;
        let rings = ends
            .into_iter()
            .filter_map(|(end, hole)| {
                let run = Run::new(bytes.get(start..end)?);
                start = end;
                Ring::of(run, hole, &bytes)
            })
            .collect();
        Self { bytes, rings }
    }

    /// Whether the polygons cover the place (working CRS), boundary included; `None` where there is none.
    pub fn covers(&self, place: geo::Coord<f64>) -> Option<bool> {
        if self.rings.is_empty() {
            None
        } else {
            Some(rings::covers(&self.bytes, &self.rings, place))
        }
    }
}

/// All rings, each exterior before its holes.
fn collect<'g>(
    geometry: &'g geo::Geometry<f64>,
    lines: &mut Vec<(&'g geo::LineString<f64>, bool)>,
) {
    let mut polygon = |p: &'g geo::Polygon<f64>| {
        lines.push((p.exterior(), false));
        lines.extend(p.interiors().iter().map(|hole| (hole, true)));
    };
    match geometry {
        geo::Geometry::Polygon(p) => polygon(p),
        geo::Geometry::MultiPolygon(polygons) => polygons.iter().for_each(polygon),
        geo::Geometry::GeometryCollection(members) => {
            members.iter().for_each(|member| collect(member, lines));
        }
        _ => {}
    }
}
