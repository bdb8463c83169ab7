//! The largest circle between lines (the Chebyshev centre of what they enclose), by the dual simplex method.
//!
//! Three lines around the ground have a circle between them, and no smaller one is proven while a fourth line cuts into
//! it: that one then takes the place of one of the three, so that the circle shrinks and still has all of the best
//! circle's room (Boyd & Vandenberghe, Convex Optimization, 8.5.1, of its dual). In the plane the dual's numbers are
//! barycentric coordinates in the triangle of the three normals: those of the origin weigh the lines, those of the new
//! normal say which line may go.

pub(super) type Point = [f64; 2];

/// Ground on one side of a line: the places `p` with `normal · p ≤ reach`. The normal has length 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct HalfPlane {
    pub normal: Point,
    pub reach: f64,
}

/// A circle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circle {
    pub at: Point,
    pub radius: f64,
}

/// Lines exchanged at most; the circle is then only larger than it need be.
const MOST: usize = 16;
/// Normals whose triangle is flatter than this tell no place.
const FLAT: f64 = 1e-6;

/// A circle no smaller than any that lies within `around` and `others`; where it reaches beyond one of `others`, it does by
/// `slack` at most, unless lines would have to be exchanged without end. The three of `around` enclose a triangle, their
/// normals in the order they turn.
pub(super) fn largest(around: [HalfPlane; 3], others: &[HalfPlane], slack: f64) -> Circle {
    let mut three = around;
    let mut circle = between(&three);
    for _ in 0..MOST {
        let Some((cut, by)) = most_cut(&circle, others) else {
            break;
        };
        if by <= slack {
            break;
        }
        let Some(next) = exchanged(&three, cut) else {
            break;
        };
        three = next;
        circle = between(&three);
    }
    circle
}

/// The half-plane a circle reaches farthest beyond, and by how much.
fn most_cut<'p>(circle: &Circle, planes: &'p [HalfPlane]) -> Option<(&'p HalfPlane, f64)> {
    let beyond = |plane: &HalfPlane| dot(plane.normal, circle.at) + circle.radius - plane.reach;
    planes
        .iter()
        .map(|plane| (plane, beyond(plane)))
        .reduce(|most, next| if next.1 > most.1 { next } else { most })
}

/// The three with `cut` in place of the one whose weight would be the first to fall below nothing.
fn exchanged(three: &[HalfPlane; 3], cut: &HalfPlane) -> Option<[HalfPlane; 3]> {
    let normals = three.map(|plane| plane.normal);
    let (weights, shares) = (areas(normals, [0.0; 2]), areas(normals, cut.normal));
    let leaves = (0..3)
        .filter(|&i| shares[i] > FLAT)
        .min_by(|&i, &j| (weights[i] * shares[j]).total_cmp(&(weights[j] * shares[i])))?;
    let mut next = *three;
    next[leaves] = *cut;
    Some(next)
}

/// The circle that touches the lines of all three.
fn between(three: &[HalfPlane; 3]) -> Circle {
    let normals = three.map(|plane| plane.normal);
    let weights = areas(normals, [0.0; 2]);
    let all: f64 = weights.iter().sum();
    let radius = (0..3).map(|i| weights[i] * three[i].reach).sum::<f64>() / all;
    // Of the three corners the one whose lines cross most squarely, moved inward by the radius.
    let corner = |i: usize| [&three[(i + 1) % 3], &three[(i + 2) % 3]];
    let square = |i: &usize| {
        let [a, b] = corner(*i);
        cross(a.normal, b.normal).abs()
    };
    let best = (0..3).max_by(|i, j| square(i).total_cmp(&square(j)));
    let [a, b] = corner(best.unwrap_or_default());
    let [to_a, to_b] = [a.reach - radius, b.reach - radius];
    let by = cross(a.normal, b.normal);
    Circle {
        at: [
            (to_a * b.normal[1] - to_b * a.normal[1]) / by,
            (to_b * a.normal[0] - to_a * b.normal[0]) / by,
        ],
        radius,
    }
}

/// Doubled areas of the triangles of `p` and two corners, each beside the third: barycentric coordinates, but for a factor.
fn areas([a, b, c]: [Point; 3], p: Point) -> [f64; 3] {
    let from = |q: Point| [q[0] - p[0], q[1] - p[1]];
    let [a, b, c] = [from(a), from(b), from(c)];
    [cross(b, c), cross(c, a), cross(a, b)]
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

fn cross(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AROUND: [f64; 3] = [0.0, 120.0, 240.0];

    /// The half-plane that leans against `points` in the direction of so many degrees.
    fn leaning(points: &[Point], degrees: f64) -> HalfPlane {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let normal = [cos, sin];
        let reach = points.iter().map(|&p| dot(p, normal));
        HalfPlane {
            normal,
            reach: reach.fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn room(planes: &[HalfPlane], at: Point) -> f64 {
        let room = planes.iter().map(|p| p.reach - dot(p.normal, at));
        room.fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn the_circle_of_a_rectangle_is_as_wide_as_its_shorter_side() {
        let corners = [[0.0, 0.0], [30.0, 0.0], [30.0, 8.0], [0.0, 8.0]];
        let sides = [0.0, 90.0, 180.0, 270.0].map(|degrees| leaning(&corners, degrees));
        let circle = largest(AROUND.map(|d| leaning(&corners, d)), &sides, 1e-9);
        assert!((circle.radius - 4.0).abs() < 1e-6, "{circle:?}");
        assert!((circle.at[1] - 4.0).abs() < 1e-6, "{circle:?}");
    }

    proptest! {
        #[test]
        fn no_place_has_more_room_and_the_middle_has_as_much(
            points in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64), 3..9),
            directions in prop::collection::vec(0.0..360.0_f64, 3..14),
        ) {
            let points: Vec<Point> = points.into_iter().map(|(x, y)| [x, y]).collect();
            let around = AROUND.map(|degrees| leaning(&points, degrees));
            let planes: Vec<HalfPlane> = directions.iter().map(|&d| leaning(&points, d)).collect();
            let circle = largest(around, &planes, 1e-6);
            let all = [around.as_slice(), &planes].concat();
            for i in 0..41 {
                for j in 0..41 {
                    let at = [i, j].map(|k| f64::from(k) * 5.0 - 50.0);
                    prop_assert!(room(&all, at) <= circle.radius + 1e-6);
                }
            }
            prop_assert!(room(&planes, circle.at) >= circle.radius - 1e-3, "{circle:?} {}", room(&planes, circle.at));
        }
    }
}
