//! Cutting rings and paths at the tile's box, one axis at a time.
//!
//! Where an edge meets the box is computed exactly and rounded half up to the grid. The result depends on
//! the edge alone, not on the way it runs, so both neighbours of a shared edge get the same point.

/// A point of the tile grid far outside the tile, perhaps.
pub(super) type Wide = [i64; 2];

/// Cuts the ring `points` (without a closing vertex) to `lo..=hi` on both axes; `scratch` is overwritten.
///
/// As with every cut of this kind (Sutherland and Hodgman) the pieces of a ring that leaves the box and comes
/// back stay joined by edges along the box; [`super::check`] finds them and [`super::repair`] parts them.
pub(super) fn ring(points: &mut Vec<Wide>, scratch: &mut Vec<Wide>, lo: i64, hi: i64) {
    scratch.clear();
    ring_axis::<0>(points, scratch, lo, hi);
    points.clear();
    ring_axis::<1>(scratch, points, lo, hi);
}

fn ring_axis<const AXIS: usize>(ring: &[Wide], out: &mut Vec<Wide>, lo: i64, hi: i64) {
    let Some(&last) = ring.last() else { return };
    let mut a = last;
    for &b in ring {
        if let Some(p) = entry::<AXIS>(a, b, lo, hi) {
            out.push(p);
        }
        if (lo..=hi).contains(&b[AXIS]) {
            out.push(b);
        } else if let Some(p) = exit::<AXIS>(a, b, lo, hi) {
            out.push(p);
        }
        a = b;
    }
}

/// Cuts the path `points` to `lo..=hi` on both axes and hands on each piece; `scratch` is overwritten.
pub(super) fn path(
    points: &[Wide],
    scratch: &mut [Vec<Wide>; 2],
    lo: i64,
    hi: i64,
    mut piece: impl FnMut(&[Wide]),
) {
    let [first, second] = scratch;
    path_axis::<0>(points, first, lo, hi, |half| {
        path_axis::<1>(half, second, lo, hi, &mut piece);
    });
}

fn path_axis<const AXIS: usize>(
    path: &[Wide],
    open: &mut Vec<Wide>,
    lo: i64,
    hi: i64,
    mut piece: impl FnMut(&[Wide]),
) {
    open.clear();
    let Some(&first) = path.first() else { return };
    let mut a = first;
    // The first point stands for an edge of no length: it enters and leaves nowhere.
    for &b in path {
        if let Some(p) = entry::<AXIS>(a, b, lo, hi) {
            open.push(p);
        }
        if (lo..=hi).contains(&b[AXIS]) {
            open.push(b);
        } else {
            if let Some(p) = exit::<AXIS>(a, b, lo, hi) {
                open.push(p);
            }
            if !open.is_empty() {
                piece(open);
                open.clear();
            }
        }
        a = b;
    }
    if !open.is_empty() {
        piece(open);
    }
}

/// Where the edge from `a` to `b` comes in, unless `a` is in already or `b` is that very point.
#[inline]
fn entry<const AXIS: usize>(a: Wide, b: Wide, lo: i64, hi: i64) -> Option<Wide> {
    if a[AXIS] < lo && b[AXIS] > lo {
        Some(cut::<AXIS>(a, b, lo))
    } else if a[AXIS] > hi && b[AXIS] < hi {
        Some(cut::<AXIS>(a, b, hi))
    } else {
        None
    }
}

/// Where the edge from `a` to `b`, which ends outside, goes out, unless `a` is that very point.
#[inline]
fn exit<const AXIS: usize>(a: Wide, b: Wide, lo: i64, hi: i64) -> Option<Wide> {
    if b[AXIS] > hi && a[AXIS] < hi {
        Some(cut::<AXIS>(a, b, hi))
    } else if b[AXIS] < lo && a[AXIS] > lo {
        Some(cut::<AXIS>(a, b, lo))
    } else {
        None
    }
}

/// The point of the edge `a b`, which crosses `at` on the axis, there; the other coordinate rounded half up.
pub(super) fn cut<const AXIS: usize>(a: Wide, b: Wide, at: i64) -> Wide {
    let other = 1 - AXIS;
    let run = i128::from(b[AXIS] - a[AXIS]);
    let rise = i128::from(b[other] - a[other]);
    let along = i128::from(at - a[AXIS]);
    // Callers have a and b on different sides of `at`, so `run` is not zero.
    let (run, rise) = if run < 0 {
        (-run, -rise)
    } else {
        (run.max(1), rise)
    };
    let value = i128::from(a[other]) + (2 * rise * along + run).div_euclid(2 * run);
    let mut p = [0; 2];
    p[AXIS] = at;
    p[other] = value as i64;
    p
}
