//! Defects planted in a clean partition, and what they come to by geo's overlay.

use std::collections::{BTreeSet, HashMap, HashSet};

use diaba_core::quality::FindingKind;
use diaba_core::theme::Topology;
use geo::{Area, BooleanOps, Coord, LineString, Polygon};

/// What must be found.
pub struct Expected {
    /// Kind.
    pub kind: FindingKind,
    /// The parcel that was changed.
    pub parcel: usize,
    /// The one that is overlapped; none for gaps.
    pub other: Option<usize>,
    /// m².
    pub area: f64,
}

/// How many overlaps, gaps and slivers.
pub fn tally(expected: &[Expected]) -> [usize; 3] {
    [FindingKind::Overlap, FindingKind::Gap, FindingKind::Sliver]
        .map(|kind| expected.iter().filter(|e| e.kind == kind).count())
}

type Bits = (u64, u64);

fn bits(c: Coord<f64>) -> Bits {
    (c.x.to_bits(), c.y.to_bits())
}

/// Which parcel has an edge.
struct Edges(HashMap<(Bits, Bits), u32>);

impl Edges {
    fn of(shapes: &[Polygon<f64>]) -> Self {
        let mut edges = HashMap::new();
        for (i, shape) in shapes.iter().enumerate() {
            for ring in std::iter::once(shape.exterior()).chain(shape.interiors()) {
                for line in ring.lines() {
                    edges.insert((bits(line.start), bits(line.end)), i as u32);
                }
            }
        }
        Self(edges)
    }

    /// Parcels across the parcel's edges; none where one of its edges is on the rim of the data.
    fn neighbours(&self, shape: &Polygon<f64>) -> Option<BTreeSet<usize>> {
        std::iter::once(shape.exterior())
            .chain(shape.interiors())
            .flat_map(LineString::lines)
            .map(|line| self.0.get(&(bits(line.end), bits(line.start))))
            .map(|across| across.map(|i| *i as usize))
            .collect()
    }
}

/// The ways a boundary is spoiled.
#[derive(Clone, Copy)]
enum Way {
    /// The middle of an edge is pulled outwards or, negative, inwards, metres.
    Bulge(f64),
    /// Most of an edge is moved outwards or, negative, inwards, metres.
    Strip(f64),
}

const WAYS: [Way; 6] = [
    Way::Bulge(1.5),
    Way::Bulge(-1.5),
    Way::Strip(0.05),
    Way::Strip(-0.05),
    Way::Strip(0.6),
    Way::Strip(-0.6),
];

/// Plants up to `count` defects, spread over all parcels and with two parcels between any two of them.
pub fn plant(shapes: &mut [Polygon<f64>], count: usize, rules: &Topology) -> Vec<Expected> {
    let edges = Edges::of(shapes);
    let mut taken: HashSet<usize> = HashSet::new();
    let mut expected = Vec::new();
    let stride = (shapes.len() / (count * 4)).max(1);
    for start in 0..stride {
        for parcel in (start..shapes.len()).step_by(stride) {
            if expected.len() >= count {
                return expected;
            }
            let Some(shape) = shapes.get(parcel) else {
                continue;
            };
            let Some(beside) = edges.neighbours(shape) else {
                continue;
            };
            let mut around = beside.clone();
            for other in &beside {
                let Some(more) = shapes.get(*other).and_then(|s| edges.neighbours(s)) else {
                    around.clear();
                    break;
                };
                around.extend(more);
            }
            if around.is_empty() || around.iter().any(|p| taken.contains(p)) {
                continue;
            }
            let Some(way) = WAYS.get(expected.len() % WAYS.len()) else {
                continue;
            };
            let Some(spoiled) = spoil(shape, *way) else {
                continue;
            };
            let Some(one) = outcome(shapes, parcel, (*way, &spoiled), &around, rules) else {
                continue;
            };
            taken.extend(around);
            expected.push(one);
            if let Some(place) = shapes.get_mut(parcel) {
                *place = spoiled;
            }
        }
    }
    expected
}

/// The parcel with its longest edge spoiled, if that leaves a sound parcel.
fn spoil(shape: &Polygon<f64>, way: Way) -> Option<Polygon<f64>> {
    let ring = shape.exterior();
    let long = |line: &geo::Line<f64>| line.dx().hypot(line.dy());
    let (at, line) = ring
        .lines()
        .enumerate()
        .max_by(|a, b| long(&a.1).total_cmp(&long(&b.1)))?;
    let length = long(&line);
    if length < 8.0 {
        return None;
    }
    // Outlines run counter-clockwise: outside is to the right.
    let out = Coord {
        x: line.dy() / length,
        y: -line.dx() / length,
    };
    let place = |share: f64, by: f64| line.start + line.delta() * share + out * by;
    let new = match way {
        Way::Bulge(by) => vec![place(0.4, 0.0), place(0.5, by), place(0.6, 0.0)],
        Way::Strip(by) => vec![
            place(0.1, 0.0),
            place(0.1, by),
            place(0.9, by),
            place(0.9, 0.0),
        ],
    };
    let mut coords = ring.0.clone();
    let rest = coords.split_off(at + 1);
    coords.extend(new);
    coords.extend(rest);
    let spoiled = Polygon::new(LineString::new(coords), shape.interiors().to_vec());
    geo::Validation::is_valid(&spoiled).then_some(spoiled)
}

/// What the change comes to; `None` unless it is exactly one finding.
fn outcome(
    shapes: &[Polygon<f64>],
    parcel: usize,
    (way, spoiled): (Way, &Polygon<f64>),
    around: &BTreeSet<usize>,
    rules: &Topology,
) -> Option<Expected> {
    let shape = shapes.get(parcel)?;
    let gained = spoiled.difference(shape).unsigned_area();
    let lost = shape.difference(spoiled).unsigned_area();
    let area = gained.max(lost);
    // Ends of the new vertices lie a rounding off the old edge, so one side has a trifle.
    if area < 2.0 * rules.area_min || gained.min(lost) > rules.area_min / 100.0 {
        return None;
    }
    let narrow = matches!(way, Way::Strip(by) if by.abs() < rules.sliver_width);
    let kind = |wide: FindingKind| if narrow { FindingKind::Sliver } else { wide };
    if lost > gained {
        return Some(Expected {
            kind: kind(FindingKind::Gap),
            parcel,
            other: None,
            area,
        });
    }
    let overlapped: Vec<(usize, f64)> = around
        .iter()
        .filter(|other| **other != parcel)
        .filter_map(|other| {
            let area = shapes.get(*other)?.intersection(spoiled).unsigned_area();
            (area > rules.area_min / 100.0).then_some((*other, area))
        })
        .collect();
    match overlapped.as_slice() {
        [(other, common)] if (common - area).abs() < 0.01 * area => Some(Expected {
            kind: kind(FindingKind::Overlap),
            parcel,
            other: Some(*other),
            area,
        }),
        _ => None,
    }
}
