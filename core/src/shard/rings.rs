//! Rings of surveyed polygons read in place: where their coordinates lie in `surveyed.fgb`, and on which side of
//! them a place is.

use geo::kernels::{Kernel, RobustKernel};
use geo::{Coord, LineString, Orientation};

/// A run of coordinates in the working CRS: easting and northing, eight bytes each.
#[derive(Clone, Copy)]
pub struct Run<'a>(&'a [u8]);

impl<'a> Run<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

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

    pub(super) fn line(self) -> LineString<f64> {
        LineString::new(self.coords().collect())
    }
}

/// Where the coordinates of a ring lie in `surveyed.fgb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Ring {
    /// Offset of the first byte; bit 63 marks a hole in the exterior before it.
    at: u64,
    vertices: u64,
}

impl Ring {
    const HOLE: u64 = 1 << 63;

    /// The ring whose coordinates are `run`, which is a part of `file`; `None` where it is not.
    pub(super) fn of(run: Run<'_>, hole: bool, file: &[u8]) -> Option<Self> {
        let at = (run.0.as_ptr() as usize).checked_sub(file.as_ptr() as usize)?;
        let vertices = run.0.len() / 16;
        (at + run.0.len() <= file.len()).then_some(Self {
            at: at as u64 | if hole { Self::HOLE } else { 0 },
            vertices: vertices as u64,
        })
    }

    const fn is_hole(self) -> bool {
        self.at & Self::HOLE != 0
    }

    fn run(self, file: &[u8]) -> Option<Run<'_>> {
        let start = usize::try_from(self.at & !Self::HOLE).ok()?;
        let len = usize::try_from(self.vertices).ok()?.checked_mul(16)?;
        file.get(start..start.checked_add(len)?).map(Run)
    }
}

/// Whether the place, in the working CRS, belongs to the polygons of these rings, boundary included; rings that do
/// not lie in the file hold nothing.
///
/// Exact: the side of an edge is decided by an adaptive-precision orientation test (Shewchuk 1997).
pub fn covers(file: &[u8], rings: &[Ring], place: Coord<f64>) -> bool {
    let mut inside = false;
    for ring in rings {
        if !ring.is_hole() && inside {
            return true;
        }
        if ring.is_hole() && !inside {
            continue;
        }
        match ring.run(file).map_or(Side::Outside, |run| side(run, place)) {
            Side::Boundary => return true,
            Side::Inside => inside = !ring.is_hole(),
            Side::Outside => inside = ring.is_hole(),
        }
    }
    inside
}

/// Where a place lies to a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Boundary,
    Outside,
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
