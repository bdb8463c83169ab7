//! Fewer points in an arc: Douglas-Peucker with exact integers.

use super::trace::Point;

/// How much detail an arc keeps: the index of its tolerance.
pub(super) type Detail = usize;
/// The detail at which an arc keeps every corner; arcs of this detail never meet but at junctions.
pub(super) const FINEST: Detail = TOLERANCES.len() - 1;

/// Squared tolerances in square half cells, as fractions: 0.75 cell, as measured; half of it where that would make
/// arcs meet; none.
const TOLERANCES: [(i64, i64); 3] = [(9, 4), (9, 16), (0, 1)];

/// The arc with fewer points. Its ends stay, and so does every point where it reaches, crosses or leaves a line
/// (`is_line` tells them by one coordinate), for the tile on the other side of the line has the same arc there. What
/// is left out lies within the tolerance. A ring keeps three different points at least.
pub(super) fn simplify(
    points: &[Point],
    is_line: impl Fn(i32) -> bool,
    detail: Detail,
) -> Vec<Point> {
    let fixed = fixed_points(points, is_line);
    for &(num, den) in TOLERANCES.get(detail..).unwrap_or_default() {
        let mut keep = vec![false; points.len()];
        for ends in fixed.windows(2) {
            keep[ends[0]] = true;
            keep[ends[1]] = true;
            split(points, ends[0], ends[1], (num, den), &mut keep);
        }
        let kept: Vec<Point> = points
            .iter()
            .zip(&keep)
            .filter(|(_, keep)| **keep)
            .map(|(p, _)| *p)
            .collect();
        let ring = points.first() == points.last();
        if !ring || kept.len() > 3 {
            return kept;
        }
    }
    points.to_vec()
}

/// The line with fewer points: its ends stay, and what is left out lies within the tolerance (squared).
///
/// Coordinates are at most some 10,000 apart.
pub(crate) fn thin(points: &[Point], tolerance: i64) -> Vec<Point> {
    let mut keep = vec![false; points.len()];
    let last = points.len().saturating_sub(1);
    for end in [0, last] {
        if let Some(keep) = keep.get_mut(end) {
            *keep = true;
        }
    }
    split(points, 0, last, (tolerance, 1), &mut keep);
    let kept = points.iter().zip(&keep).filter(|(_, keep)| **keep);
    kept.map(|(p, _)| *p).collect()
}

/// Positions of the points that must stay, ends included.
fn fixed_points(points: &[Point], is_line: impl Fn(i32) -> bool) -> Vec<usize> {
    let last = points.len().saturating_sub(1);
    let is_fixed = |at: usize| {
        at == 0
            || at == last
            || [0, 1].into_iter().any(|axis| {
                let on = points[at][axis];
                is_line(on) && (points[at - 1][axis] != on || points[at + 1][axis] != on)
            })
    };
    (0..points.len()).filter(|at| is_fixed(*at)).collect()
}

/// Marks what stays between two points that do.
fn split(points: &[Point], from: usize, to: usize, tolerance: (i64, i64), keep: &mut [bool]) {
    let mut stack = vec![(from, to)];
    while let Some((from, to)) = stack.pop() {
        let far = (from + 1..to)
            .map(|at| (Distance::of(points[at], points[from], points[to]), at))
            .reduce(|best, next| {
                if next.0.is_more_than(best.0) {
                    next
                } else {
                    best
                }
            });
        if let Some((distance, at)) = far
            && distance.exceeds(tolerance)
        {
            keep[at] = true;
            stack.push((from, at));
            stack.push((at, to));
        }
    }
}

/// A squared distance from a segment, as a fraction.
#[derive(Clone, Copy)]
struct Distance {
    num: i64,
    den: i64,
}

impl Distance {
    fn of(p: Point, a: Point, b: Point) -> Self {
        let sub = |p: Point, q: Point| (i64::from(p[0] - q[0]), i64::from(p[1] - q[1]));
        let (ax, ay) = sub(p, a);
        let (dx, dy) = sub(b, a);
        let along = ax * dx + ay * dy;
        let length = dx * dx + dy * dy;
        if along <= 0 || length == 0 {
            Self {
                num: ax * ax + ay * ay,
                den: 1,
            }
        } else if along >= length {
            let (bx, by) = sub(p, b);
            Self {
                num: bx * bx + by * by,
                den: 1,
            }
        } else {
            let cross = ax * dy - ay * dx;
            Self {
                num: cross * cross,
                den: length,
            }
        }
    }

    fn is_more_than(self, other: Self) -> bool {
        // Windows are at most some 2,000 half cells wide: num < 2^46, den < 2^23.
        i128::from(self.num) * i128::from(other.den) > i128::from(other.num) * i128::from(self.den)
    }

    fn exceeds(self, (num, den): (i64, i64)) -> bool {
        self.num * den > num * self.den
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_left_out_is_within_the_tolerance(steps in prop::collection::vec((-2i32..3, -2i32..3), 2..80), detail in 0usize..3) {
            let mut at = [50, 50];
            let points: Vec<Point> = steps
                .into_iter()
                .map(|(dx, dy)| {
                    at = [at[0] + dx, at[1] + dy];
                    at
                })
                .collect();
            let kept = simplify(&points, |v| v == 52, detail);
            prop_assert_eq!(kept.first(), points.first());
            prop_assert_eq!(kept.last(), points.last());
            for p in &points {
                let near = kept.windows(2).any(|w| !Distance::of(*p, w[0], w[1]).exceeds(TOLERANCES[detail]));
                prop_assert!(near || kept.len() < 2);
            }
        }
    }

    #[test]
    fn a_point_on_a_line_stays_and_a_stretch_along_it_goes() {
        let straight: Vec<Point> = (0..9).map(|x| [x, 4]).collect();
        assert_eq!(simplify(&straight, |_| false, 0), [[0, 4], [8, 4]]);
        assert_eq!(simplify(&straight, |v| v == 6, 0), [[0, 4], [6, 4], [8, 4]]);
        let along = [[3, 4], [4, 5], [4, 7], [4, 9], [4, 11], [5, 12]];
        assert_eq!(
            simplify(&along, |v| v == 4, 0),
            [[3, 4], [4, 5], [4, 11], [5, 12]]
        );
    }
}
