//! Geometry of a FlatGeobuf feature: rings and lines as runs of coordinates in the mapped file.

use flatgeobuf::{Geometry, GeometryType};

use super::rings::{Ring, Run};

/// Deepest nesting of parts that is read; a multipolygon has one.
const MAX_DEPTH: u8 = 4;

/// The geometry of a surveyed feature.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    inner: Geometry<'a>,
    kind: GeometryType,
}

impl<'a> Shape<'a> {
    pub(super) fn new(geometry: Geometry<'a>, of_file: GeometryType) -> Self {
        let own = geometry.type_();
        Self {
            inner: geometry,
            kind: if own == GeometryType::Unknown {
                of_file
            } else {
                own
            },
        }
    }

    /// Its runs: the paths of lines, the rings of polygons (exterior first), the points.
    fn runs(&self) -> impl Iterator<Item = Run<'a>> + use<'a> {
        let bytes = self.inner.xy().map(|v| v.bytes()).unwrap_or_default();
        let ends = self.inner.ends();
        let count = ends.map_or(1, |e| e.len().max(1));
        let mut start = 0;
        (0..count).map(move |i| {
            let end = match ends {
                Some(ends) if i < ends.len() => (ends.get(i) as usize).saturating_mul(16),
                _ => bytes.len(),
            };
            let run = bytes.get(start..end).unwrap_or_default();
            start = end;
            Run::new(run)
        })
    }

    fn parts(&self) -> impl Iterator<Item = Shape<'a>> + use<'a> {
        let inner = match self.kind {
            GeometryType::MultiPolygon => GeometryType::Polygon,
            GeometryType::MultiLineString => GeometryType::LineString,
            GeometryType::MultiPoint => GeometryType::Point,
            _ => GeometryType::Unknown,
        };
        self.inner
            .parts()
            .into_iter()
            .flat_map(move |p| p.iter().map(move |g| Shape::new(g, inner)))
    }

    /// Where the rings of its polygons lie in `file`, each exterior before its holes; none for points and lines.
    pub(super) fn rings(&self, file: &[u8]) -> Vec<Ring> {
        let mut rings = Vec::new();
        self.collect_rings(file, MAX_DEPTH, &mut rings);
        rings
    }

    fn collect_rings(&self, file: &[u8], depth: u8, rings: &mut Vec<Ring>) {
        match self.kind {
            GeometryType::Polygon => {
                let polygon = self
                    .runs()
                    .enumerate()
                    .map(|(i, run)| Ring::of(run, i > 0, file));
                rings.extend(polygon.flatten());
            }
            GeometryType::MultiPolygon | GeometryType::GeometryCollection if depth > 0 => {
                for part in self.parts() {
                    part.collect_rings(file, depth - 1, rings);
                }
            }
            _ => {}
        }
    }

    /// The geometry as `geo` has it; `None` where runs do not fit or the type is none of simple features.
    pub fn geometry(&self) -> Option<geo::Geometry<f64>> {
        self.build(MAX_DEPTH)
    }

    fn build(&self, depth: u8) -> Option<geo::Geometry<f64>> {
        Some(match self.kind {
            GeometryType::Point => geo::Point(self.runs().next()?.coords().next()?).into(),
            GeometryType::MultiPoint => {
                let points = self.runs().flat_map(Run::coords).map(geo::Point).collect();
                geo::MultiPoint::new(points).into()
            }
            GeometryType::LineString => self.runs().next()?.line().into(),
            GeometryType::MultiLineString if self.inner.parts().is_none_or(|p| p.is_empty()) => {
                geo::MultiLineString::new(self.runs().map(Run::line).collect()).into()
            }
            GeometryType::MultiLineString => {
                let lines = self
                    .parts()
                    .map(|p| p.runs().next().map(Run::line))
                    .collect::<Option<_>>()?;
                geo::MultiLineString::new(lines).into()
            }
            GeometryType::Polygon => self.polygon()?.into(),
            GeometryType::MultiPolygon => {
                geo::MultiPolygon::new(self.parts().map(|p| p.polygon()).collect::<Option<_>>()?)
                    .into()
            }
            GeometryType::GeometryCollection if depth > 0 => {
                let parts: Option<Vec<_>> = self.parts().map(|p| p.build(depth - 1)).collect();
                geo::Geometry::GeometryCollection(geo::GeometryCollection::new_from(parts?))
            }
            _ => return None,
        })
    }

    fn polygon(&self) -> Option<geo::Polygon<f64>> {
        let mut rings = self.runs().map(Run::line);
        let exterior = rings.next()?;
        Some(geo::Polygon::new(exterior, rings.collect()))
    }
}
