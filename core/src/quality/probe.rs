//! The two lines beside an edge, and which parts of them lie in a feature.

use geo::Coord;
use smallvec::SmallVec;

use crate::shard::Box2;

/// An edge and the lines one tolerance to its right and left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    from: Coord<f64>,
    along: Coord<f64>,
    /// Metres.
    pub length: f64,
    /// Distance of the two lines from the edge, metres.
    off: f64,
}

impl Line {
    /// Of the edge from `a` to `b`; `None` where it has no length.
    pub fn of(a: Coord<f64>, b: Coord<f64>, off: f64) -> Option<Self> {
        let d = b - a;
        let length = d.x.hypot(d.y);
        (length > 0.0).then(|| Self {
            from: a,
            along: d / length,
            length,
            off,
        })
    }

    /// Distance along the edge.
    fn along(&self, c: Coord<f64>) -> f64 {
        let d = c - self.from;
        d.x * self.along.x + d.y * self.along.y
    }

    /// Distance to the right of the edge.
    fn beside(&self, c: Coord<f64>) -> f64 {
        let d = c - self.from;
        d.x * self.along.y - d.y * self.along.x
    }

    /// The place at this distance along the edge.
    pub fn at(&self, distance: f64) -> Coord<f64> {
        self.from + self.along * distance
    }

    /// Whether edges in the box may cross one of the two lines before the edge's end.
    pub fn may_cross(&self, bbox: &Box2) -> bool {
        let half = Coord {
            x: (bbox.max_x - bbox.min_x) / 2.0,
            y: (bbox.max_y - bbox.min_y) / 2.0,
        };
        let middle = Coord {
            x: bbox.min_x + half.x,
            y: bbox.min_y + half.y,
        };
        let (s, d) = (self.along(middle), self.beside(middle));
        let (ax, ay) = (self.along.x.abs(), self.along.y.abs());
        d.abs() - (half.x * ay + half.y * ax) <= self.off
            && s - (half.x * ax + half.y * ay) <= self.length
    }
}

/// Where the outline of a feature crosses the two lines, as distances along the edge.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    pub right: SmallVec<[f64; 16]>,
    pub left: SmallVec<[f64; 16]>,
}

impl Crossings {
    pub fn clear(&mut self) {
        self.right.clear();
        self.left.clear();
    }

    /// Adds the crossings of a run of edges.
    pub fn take(&mut self, line: &Line, coords: &[Coord<f64>]) {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for c in coords {
            let d = line.beside(*c);
            least = if d < least { d } else { least };
            most = if d > most { d } else { most };
        }
        // Most runs lie on one side of either line.
        let sides = [(line.off, &mut self.right), (-line.off, &mut self.left)];
        for (level, found) in sides {
            if least <= level && most > level {
                cross(line, level, coords, found);
            }
        }
    }
}

/// Where a run of edges crosses the line `level` metres to the right of `line`.
fn cross(line: &Line, level: f64, coords: &[Coord<f64>], found: &mut SmallVec<[f64; 16]>) {
    let mut places = coords.iter().map(|c| (*c, line.beside(*c)));
    let Some((mut a, mut from)) = places.next() else {
        return;
    };
    for (b, to) in places {
        if (from > level) != (to > level) {
            let (start, end) = (line.along(a), line.along(b));
            found.push(start + (end - start) * ((level - from) / (to - from)));
        }
        (a, from) = (b, to);
    }
}

/// The parts of the edge beside which the probed line lies inside: from the first crossing to the second, and so on.
pub(super) fn inside(crossings: &mut [f64], length: f64) -> impl Iterator<Item = (f64, f64)> + '_ {
    crossings.sort_unstable_by(f64::total_cmp);
    crossings.chunks(2).filter_map(move |pair| {
        let from = pair.first()?.max(0.0);
        let to = pair.get(1).map_or(length, |t| t.min(length));
        (from < to).then_some((from, to))
    })
}

/// The parts of an edge that none of `covered` holds and that are longer than `least`.
pub(super) fn uncovered(
    covered: &mut [(f64, f64)],
    length: f64,
    least: f64,
) -> SmallVec<[(f64, f64); 4]> {
    covered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut open = SmallVec::new();
    let mut at = 0.0;
    for &(from, to) in covered.iter() {
        if from - at > least {
            open.push((at, from));
        }
        at = to.max(at);
    }
    if length - at > least.min(length / 2.0) {
        open.push((at, length));
    }
    open
}
