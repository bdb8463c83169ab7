//! Geometry of a FlatGeobuf feature in place: rings and lines as runs of coordinates in the mapped file.

use flatgeobuf::{Geometry, GeometryType};
use geo::kernels::{Kernel, RobustKernel};
use geo::{Coord, LineString, Orientation};

/// Deepest nesting of parts that is read; a multipolygon has one.
const MAX_DEPTH: u8 = 4;

/// The geometry of a surveyed feature.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    inner: Geometry<'a>,
    kind: GeometryType,
}

/// A run of coordinates in the working CRS: easting and northing, eight bytes each.
#[derive(Clone, Copy)]
pub struct Run<'a>(&'a [u8]);

impl<'a> Run<'a> {
    /// The coordinates.
    pub fn coords(
        self,
    ) -> impl DoubleEndedIterator<Item = Coord<f64>> + ExactSizeIterator + Clone + use<'a> {
        self.0.as_chunks::<16>().0.iter().map(|c| {
            let (x, y) = c.split_at(8);
            let number = |b: &[u8]| b.try_into().map_or(f64::NAN, f64::from_le_bytes);
            Coord {
                x: number(x),
                y: number(y),
            }
        })
    }

    fn line(self) -> LineString<f64> {
        LineString::new(self.coords().collect())
    }
}

/// Where a place lies to a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Boundary,
    Outside,
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
            Run(run)
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

    /// Whether it is made of polygons.
    pub fn is_areal(&self) -> bool {
        match self.kind {
            GeometryType::Polygon | GeometryType::MultiPolygon => true,
            GeometryType::GeometryCollection => self
                .parts()
                .any(|p| matches!(p.kind, GeometryType::Polygon | GeometryType::MultiPolygon)),
            _ => false,
        }
    }

    /// Whether the place, in the working CRS, belongs to the polygons of this geometry, boundary included.
    ///
    /// Exact: the side of an edge is decided by an adaptive-precision orientation test (Shewchuk 1997).
    pub fn covers(&self, place: Coord<f64>) -> bool {
        self.covers_within(place, MAX_DEPTH)
    }

    fn covers_within(&self, place: Coord<f64>, depth: u8) -> bool {
        match self.kind {
            GeometryType::Polygon => {
                for (i, ring) in self.runs().enumerate() {
                    match (side(ring, place), i) {
                        (Side::Boundary, _) => return true,
                        (Side::Outside, 0) | (Side::Inside, 1..) => return false,
                        (Side::Inside, 0) | (Side::Outside, _) => {}
                    }
                }
                self.inner.xy().is_some()
            }
            GeometryType::MultiPolygon | GeometryType::GeometryCollection if depth > 0 => {
                self.parts().any(|p| p.covers_within(place, depth - 1))
            }
            _ => false,
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

/// Crossings of a ray to the east, each decided exactly.
fn side(ring: Run<'_>, place: Coord<f64>) -> Side {
    let mut coords = ring.coords();
    let Some(mut a) = coords.next_back() else {
        return Side::Outside;
    };
    let mut inside = false;
    for b in ring.coords() {
        if b == place {
            return Side::Boundary;
        }
        if (a.y > place.y) == (b.y > place.y) {
            // The edge does not cross the ray; it may still lie along it.
            if a.y == place.y && b.y == place.y && (a.x > place.x) != (b.x > place.x) {
                return Side::Boundary;
            }
        } else if a.x.min(b.x) > place.x {
            inside = !inside;
        } else if a.x.max(b.x) >= place.x {
            let (low, high) = if a.y < b.y { (a, b) } else { (b, a) };
            match RobustKernel::orient2d(low, high, place) {
                Orientation::Collinear => return Side::Boundary,
                Orientation::CounterClockwise => inside = !inside,
                Orientation::Clockwise => {}
            }
        }
        a = b;
    }
    if inside { Side::Inside } else { Side::Outside }
}

#[cfg(test)]
mod tests {
    use geo::Intersects;
    use proptest::prelude::*;

    use super::*;

    fn bytes(ring: &[Coord<f64>]) -> Vec<u8> {
        ring.iter()
            .flat_map(|c| [c.x.to_le_bytes(), c.y.to_le_bytes()].concat())
            .collect()
    }

    proptest! {
        #[test]
        fn the_side_is_the_one_geo_finds(
            ring in proptest::collection::vec((0..8i32, 0..8i32), 3..9),
            x in 0..32i32, y in 0..32i32,
        ) {
            let mut coords: Vec<Coord<f64>> = ring.iter().map(|&(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect();
            coords.push(coords[0]);
            let place = Coord { x: f64::from(x) / 4.0, y: f64::from(y) / 4.0 };
            let polygon = geo::Polygon::new(LineString::new(coords.clone()), vec![]);
            let ours = side(Run(&bytes(&coords)), place) != Side::Outside;
            // Even-odd and geo's winding test agree on what touches and, for simple rings, on what is inside.
            if geo::Validation::is_valid(&polygon) {
                prop_assert_eq!(ours, polygon.intersects(&geo::Point(place)));
            } else if polygon.exterior().intersects(&geo::Point(place)) {
                prop_assert!(ours);
            }
        }
    }
}
