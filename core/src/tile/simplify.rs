//! Dropping points that say nothing: repeated ones and those exactly on the line between their neighbours.
//!
//! The outline as a set of points stays what it was, so a neighbour that keeps a point the other side drops
//! (because a third parcel has its corner there) still meets it without a gap.

use super::rings::cross;
use crate::space::TilePx;

/// Makes the ring at the end of `points`, from `start` on, minimal; fewer than three points left means that it
/// covers nothing, and it is taken away altogether. Returns whether anything is left.
///
/// A spike (out and back along one line) covers nothing either and goes.
pub(super) fn ring(points: &mut Vec<TilePx>, start: usize) -> bool {
    let mut len = start;
    for i in start..points.len() {
        let p = points[i];
        loop {
            if len > start && points[len - 1] == p {
                break;
            }
            if len > start + 1 && cross(points[len - 2], points[len - 1], p) == 0 {
                len -= 1;
                continue;
            }
            points[len] = p;
            len += 1;
            break;
        }
    }
    points.truncate(len);
    let mut first = start;
    while points.len() - first >= 3 {
        let end = points.len();
        let (a, b, last) = (points[first], points[first + 1], points[end - 1]);
        if last == a || cross(points[end - 2], last, a) == 0 {
            points.pop();
        } else if cross(last, a, b) == 0 {
            first += 1;
        } else {
            break;
        }
    }
    if points.len() - first < 3 {
        points.truncate(start);
        return false;
    }
    points.drain(start..first);
    true
}

/// Makes the path `points` minimal; fewer than two points left means that it has no length.
///
/// A point where the path turns back stays: it is the end of what is drawn.
pub(super) fn path(points: &mut Vec<TilePx>) {
    let mut len = 0;
    for i in 0..points.len() {
        let p = points[i];
        if len > 0 && points[len - 1] == p {
            continue;
        }
        if len > 1 && straight(points[len - 2], points[len - 1], p) {
            len -= 1;
        }
        points[len] = p;
        len += 1;
    }
    points.truncate(len);
}

/// Whether `b` lies on the way from `a` to `c`.
fn straight(a: TilePx, b: TilePx, c: TilePx) -> bool {
    let along = |d: fn(TilePx) -> i32| i64::from(d(b) - d(a)) * i64::from(d(c) - d(b));
    cross(a, b, c) == 0 && along(|p| p.x) + along(|p| p.y) > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn px(points: &[(i32, i32)]) -> Vec<TilePx> {
        points.iter().map(|&(x, y)| TilePx::new(x, y)).collect()
    }

    fn simplified(points: &[(i32, i32)]) -> Vec<TilePx> {
        let mut points = px(points);
        let any = ring(&mut points, 0);
        assert_eq!(any, !points.is_empty());
        points
    }

    #[test]
    fn repeated_and_collinear_points_go() {
        let square = px(&[(0, 0), (4, 0), (4, 4), (0, 4)]);
        assert_eq!(
            simplified(&[
                (0, 0),
                (0, 0),
                (2, 0),
                (4, 0),
                (4, 4),
                (4, 4),
                (0, 4),
                (0, 2),
                (0, 0)
            ]),
            square
        );
    }

    #[test]
    fn collinear_points_around_the_start_go() {
        assert_eq!(
            simplified(&[(2, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 0)]),
            px(&[(4, 0), (4, 4), (0, 4), (0, 0)])
        );
    }

    #[test]
    fn spikes_go_wherever_the_ring_begins() {
        let ring = [(0, 0), (4, 0), (4, 4), (9, 9), (4, 4), (0, 4)];
        for shift in 0..ring.len() {
            let mut turned = ring;
            turned.rotate_left(shift);
            assert_eq!(simplified(&turned).len(), 4, "begun at {shift}");
        }
    }

    #[test]
    fn a_ring_without_area_vanishes() {
        assert!(simplified(&[]).is_empty());
        assert!(simplified(&[(1, 1), (1, 1), (1, 1)]).is_empty());
        assert!(simplified(&[(0, 0), (5, 5), (9, 9), (2, 2)]).is_empty());
        assert!(simplified(&[(0, 0), (5, 5), (9, 5), (5, 5)]).is_empty());
    }

    #[test]
    fn a_path_keeps_the_point_where_it_turns_back() {
        let mut points = px(&[(0, 0), (0, 0), (2, 2), (5, 5), (3, 3), (3, 3)]);
        path(&mut points);
        assert_eq!(points, px(&[(0, 0), (5, 5), (3, 3)]));
    }
}
