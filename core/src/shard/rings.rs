//! Rings of surveyed polygons read in place: where their coordinates lie in `surveyed.fgb`, and on which side of
//! them a place is.

use geo::kernels::{Kernel, RobustKernel};
use geo::{Coord, LineString, Orientation};

use super::map::prefetch;

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
        self.0.as_chunks::<16>().0.iter().map(coord)
    }

    pub(super) fn line(self) -> LineString<f64> {
        LineString::new(self.coords().collect())
    }
}

fn coord(bytes: &[u8; 16]) -> Coord<f64> {
    let (x, y) = bytes.split_at(8);
    let number = |b: &[u8]| b.try_into().map_or(f64::NAN, f64::from_le_bytes);
    Coord {
        x: number(x),
        y: number(y),
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

/// Where to find the rings of a feature, in one word: most features have one, and it is named here.
///
/// ```text
/// bit 63 | bits 40-62      | bits 0-39
/// 0      | vertices        | where the one ring lies in surveyed.fgb
/// 1      | number of rings | which of the rings kept beside is the first
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct RingsAt(u64);

impl RingsAt {
    const MANY: u64 = 1 << 63;
    const COUNT_AT: u32 = 40;
    const COUNT: u64 = (1 << (63 - Self::COUNT_AT)) - 1;
    const PLACE: u64 = (1 << Self::COUNT_AT) - 1;

    /// Where these rings of a feature are, which go to `beside`, behind `before` others, where a word does not hold them;
    /// `None` where there are more than can be counted.
    pub(super) fn of(rings: &[Ring], before: u64, beside: &mut Vec<Ring>) -> Option<Self> {
        match rings {
            [] => Some(Self(Self::MANY)),
            [one] if !one.is_hole() && one.at <= Self::PLACE && one.vertices <= Self::COUNT => {
                Some(Self((one.vertices << Self::COUNT_AT) | one.at))
            }
            _ => {
                let (first, count) = (before + beside.len() as u64, rings.len() as u64);
                beside.extend_from_slice(rings);
                (first <= Self::PLACE && count <= Self::COUNT)
                    .then_some(Self(Self::MANY | (count << Self::COUNT_AT) | first))
            }
        }
    }

    /// The rings; none where they do not lie in `beside`.
    pub(super) fn rings(self, beside: &[Ring]) -> Rings<'_> {
        let (count, place) = (
            (self.0 >> Self::COUNT_AT) & Self::COUNT,
            self.0 & Self::PLACE,
        );
        if self.0 & Self::MANY == 0 {
            Rings::One([Ring {
                at: place,
                vertices: count,
            }])
        } else {
            let first = usize::try_from(place).unwrap_or(usize::MAX);
            let end = first.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
            Rings::Many(beside.get(first..end).unwrap_or_default())
        }
    }
}

/// The rings of a feature, each exterior before its holes.
#[derive(Debug, Clone, Copy)]
pub enum Rings<'a> {
    /// An exterior without holes.
    One([Ring; 1]),
    /// Any others, none among them.
    Many(&'a [Ring]),
}

impl std::ops::Deref for Rings<'_> {
    type Target = [Ring];

    fn deref(&self) -> &[Ring] {
        match self {
            Self::One(ring) => ring,
            Self::Many(rings) => rings,
        }
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

/// The coordinates of the rings in their order, and whether each is a hole; rings that do not lie in the file are left out.
pub(super) fn runs<'a>(
    file: &'a [u8],
    rings: &'a [Ring],
) -> impl Iterator<Item = (bool, Run<'a>)> + 'a {
    rings
        .iter()
        .filter_map(|ring| ring.run(file).map(|run| (ring.is_hole(), run)))
}

/// Has the coordinates of the rings fetched from memory, beside the work that comes before they are read; of long rings
/// only the first, as the processor sees by itself how it goes on.
pub fn prefetch_rings(file: &[u8], rings: &[Ring]) {
    for run in rings.iter().filter_map(|ring| ring.run(file)) {
        let vertices = run.0.as_chunks::<16>().0;
        // A cache line holds four.
        vertices.iter().step_by(4).take(16).for_each(prefetch);
        vertices.iter().last().into_iter().for_each(prefetch);
    }
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
    let coords = ring.0.as_chunks::<16>().0;
    if coords.len() > u64::BITS as usize {
        return walk(ring, place);
    }
    // First which vertices lie north of the place, without a branch, so that the vertices are fetched from memory
    // together and not one wrong guess after the other.
    let (mut north, mut level) = (0u64, false);
    for (i, c) in ring.coords().enumerate() {
        north |= u64::from(c.y > place.y) << i;
        level |= c.y == place.y;
    }
    if level {
        return walk(ring, place);
    }
    let Some(last) = coords.len().checked_sub(1) else {
        return Side::Outside;
    };
    // Then the few edges that cross the level of the place, each by the number of the vertex it begins at.
    let next = (north >> 1) | ((north & 1) << last);
    let mut crossing = north ^ next;
    let mut inside = false;
    while crossing != 0 {
        let from = crossing.trailing_zeros() as usize;
        crossing &= crossing - 1;
        let to = if from == last { 0 } else { from + 1 };
        let (Some(a), Some(b)) = (coords.get(from), coords.get(to)) else {
            break;
        };
        match crosses(coord(a), coord(b), place) {
            Some(yes) => inside ^= yes,
            None => return Side::Boundary,
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// Whether an edge from one side of the place's level to the other crosses the ray to the east; `None` where the place
/// lies on the edge.
fn crosses(a: Coord<f64>, b: Coord<f64>, place: Coord<f64>) -> Option<bool> {
    if a.x.min(b.x) > place.x {
        return Some(true);
    }
    if a.x.max(b.x) < place.x {
        return Some(false);
    }
    let (low, high) = if a.y < b.y { (a, b) } else { (b, a) };
    match RobustKernel::orient2d(low, high, place) {
        Orientation::Collinear => None,
        Orientation::CounterClockwise => Some(true),
        Orientation::Clockwise => Some(false),
    }
}

/// As [`side`], for rings of any length, and with vertices on the level of the place.
fn walk(ring: Run<'_>, place: Coord<f64>) -> Side {
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
        } else {
            match crosses(a, b, place) {
                Some(yes) => inside ^= yes,
                None => return Side::Boundary,
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

    fn a_ring() -> impl Strategy<Value = Ring> {
        (0..1u64 << 42, 0..1u64 << 24, any::<bool>()).prop_map(|(at, vertices, hole)| Ring {
            at: at | if hole { Ring::HOLE } else { 0 },
            vertices,
        })
    }

    proptest! {
        #[test]
        fn rings_are_given_back(
            features in proptest::collection::vec(proptest::collection::vec(a_ring(), 0..4), 0..20),
        ) {
            let mut beside = Vec::new();
            let words: Vec<RingsAt> =
                features.iter().map(|rings| RingsAt::of(rings, 0, &mut beside).unwrap()).collect();
            for (rings, word) in features.iter().zip(words) {
                prop_assert_eq!(&*word.rings(&beside), rings.as_slice());
            }
        }

        #[test]
        fn any_word_is_read(word in any::<u64>()) {
            let rings = RingsAt(word).rings(&[]);
            prop_assert!(rings.len() <= 1);
            let covered = covers(&[], &rings, Coord { x: 0.0, y: 0.0 });
            prop_assert!(!covered);
        }

        #[test]
        fn the_side_of_a_long_ring_is_the_one_a_walk_finds(
            ring in proptest::collection::vec((-9.0..9.0f64, -9.0..9.0f64), 0..70),
            x in -9.0..9.0f64, y in -9.0..9.0f64,
        ) {
            let coords: Vec<Coord<f64>> = ring.into_iter().map(|(x, y)| Coord { x, y }).collect();
            let (bytes, place) = (bytes(&coords), Coord { x, y });
            prop_assert_eq!(side(Run(&bytes), place), walk(Run(&bytes), place));
        }

        #[test]
        fn the_side_is_the_one_geo_finds(
            ring in proptest::collection::vec((0..8i32, 0..8i32), 3..9),
            x in 0..32i32, y in 0..32i32,
        ) {
            let mut coords: Vec<Coord<f64>> = ring.iter().map(|&(x, y)| Coord { x: f64::from(x), y: f64::from(y) }).collect();
            coords.push(coords[0]);
            let place = Coord { x: f64::from(x) / 4.0, y: f64::from(y) / 4.0 };
            let polygon = geo::Polygon::new(LineString::new(coords.clone()), vec![]);
            let bytes = bytes(&coords);
            prop_assert_eq!(side(Run(&bytes), place), walk(Run(&bytes), place));
            let ours = side(Run(&bytes), place) != Side::Outside;
            // Even-odd and geo's winding test agree on what touches and, for simple rings, on what is inside.
            if geo::Validation::is_valid(&polygon) {
                prop_assert_eq!(ours, polygon.intersects(&geo::Point(place)));
            } else if polygon.exterior().intersects(&geo::Point(place)) {
                prop_assert!(ours);
            }
        }
    }
}
