//! Whether a ring is simple, by exact predicates.

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, Intersects, Line};
use smallvec::SmallVec;

/// The segments of a ring; those of most parcels are kept without asking for memory.
type Segments = SmallVec<[Line<f64>; 24]>;

/// What the first fault of a ring is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RingState {
    /// Neither touches nor crosses itself.
    Simple,
    /// Turns back on itself at this position.
    Spike(usize),
    /// Comes twice through one of its points.
    Touch,
    /// Crosses itself, or touches itself between two points, near here.
    Crossing(Coord<f64>),
}

/// Examines a closed ring (first point = last) without repeated points.
///
/// Segments are swept by their western ends, so a commune's boundary of many thousand points costs little more than
/// its length. The worst fault is not sought, only whether there is one; a crossing outranks a touch, because only
/// touches can be repaired.
pub fn examine(ring: &[Coord<f64>]) -> RingState {
    let segments: Segments = segments(ring).collect();
    let count = segments.len();
    for (index, (before, after)) in segments
        .iter()
        .zip(segments.iter().cycle().skip(1))
        .take(count)
        .enumerate()
    {
        if turns_back(before.start, before.end, after.end) {
            return RingState::Spike((index + 1) % count);
        }
    }
    let mut touch = false;
    let crossing = sweep(&segments, |i, j, a, b| {
        let neighbours = i.abs_diff(j) == 1 || i.abs_diff(j) == count - 1;
        if neighbours || !a.intersects(b) {
            return false;
        }
        let shared = a.start == b.start || a.start == b.end || a.end == b.start || a.end == b.end;
        touch |= shared;
        // Two segments that share an end may also overlap beyond it.
        !shared || overlap(a, b)
    });
    match crossing {
        Some((a, b)) => RingState::Crossing(meeting_point(&a, &b)),
        None if touch => RingState::Touch,
        None => RingState::Simple,
    }
}

/// Whether any segment of `a` meets any of `b`.
pub fn meet(a: &[Coord<f64>], b: &[Coord<f64>]) -> bool {
    let mut all: Segments = segments(a).collect();
    let first_of_b = all.len();
    all.extend(segments(b));
    sweep(&all, |i, j, a, b| {
        (i < first_of_b) != (j < first_of_b) && a.intersects(b)
    })
    .is_some()
}

fn segments(ring: &[Coord<f64>]) -> impl Iterator<Item = Line<f64>> {
    ring.iter()
        .zip(ring.iter().skip(1))
        .map(|(&start, &end)| Line { start, end })
}

/// Calls `hit` for pairs of segments whose boxes meet, until it says yes; that pair.
pub fn sweep(
    segments: &[Line<f64>],
    mut hit: impl FnMut(usize, usize, &Line<f64>, &Line<f64>) -> bool,
) -> Option<(Line<f64>, Line<f64>)> {
    let west = |l: &Line<f64>| l.start.x.min(l.end.x);
    let east = |l: &Line<f64>| l.start.x.max(l.end.x);
    let mut order: SmallVec<[(f64, usize, &Line<f64>); 24]> = segments
        .iter()
        .enumerate()
        .map(|(i, line)| (west(line), i, line))
        .collect();
    order.sort_unstable_by(|(a, ..), (b, ..)| a.total_cmp(b));
    for (position, (_, i, a)) in order.iter().enumerate() {
        let limit = east(a);
        let (south, north) = (a.start.y.min(a.end.y), a.start.y.max(a.end.y));
        for (west, j, b) in order.iter().skip(position + 1) {
            if *west > limit {
                break;
            }
            let apart = b.start.y.min(b.end.y) > north || b.start.y.max(b.end.y) < south;
            if !apart && hit(*i, *j, a, b) {
                return Some((**a, **b));
            }
        }
    }
    None
}

/// Whether the way a → b → c runs back over itself.
pub fn turns_back(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    let (u, v) = (b - a, c - b);
    u.x * v.x + u.y * v.y < 0.0 && RobustKernel::orient2d(a, b, c) == Orientation::Collinear
}

/// Whether two segments that share an end lie on each other beyond it.
fn overlap(a: &Line<f64>, b: &Line<f64>) -> bool {
    let (end, other, far) = if a.start == b.start {
        (a.start, a.end, b.end)
    } else if a.start == b.end {
        (a.start, a.end, b.start)
    } else if a.end == b.start {
        (a.end, a.start, b.end)
    } else {
        (a.end, a.start, b.start)
    };
    let (u, v) = (other - end, far - end);
    u.x * v.x + u.y * v.y > 0.0 && RobustKernel::orient2d(end, other, far) == Orientation::Collinear
}

fn meeting_point(a: &Line<f64>, b: &Line<f64>) -> Coord<f64> {
    use geo::line_intersection::{LineIntersection, line_intersection};
    match line_intersection(*a, *b) {
        Some(LineIntersection::SinglePoint { intersection, .. }) => intersection,
        Some(LineIntersection::Collinear { intersection }) => intersection.start,
        None => a.start,
    }
}
