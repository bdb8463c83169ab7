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

    /// Distance along the edge, and to its right.
    fn place(&self, c: Coord<f64>) -> (f64, f64) {
        let d = c - self.from;
        (
            d.x * self.along.x + d.y * self.along.y,
            d.x * self.along.y - d.y * self.along.x,
        )
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
        let (s, d) = self.place(Coord {
            x: bbox.min_x + half.x,
            y: bbox.min_y + half.y,
        });
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
        let mut places = coords.iter().map(|c| line.place(*c));
        let Some(mut a) = places.next() else { return };
        let cross = |a: (f64, f64), b: (f64, f64), level: f64| {
            a.0 + (b.0 - a.0) * ((level - a.1) / (b.1 - a.1))
        };
        for b in places {
            if (a.1 > line.off) != (b.1 > line.off) {
                self.right.push(cross(a, b, line.off));
            }
            if (a.1 > -line.off) != (b.1 > -line.off) {
                self.left.push(cross(a, b, -line.off));
            }
            a = b;
        }
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
