//! The place of a polygon farthest from its outline (the pole of inaccessibility), found by a quadtree.
//!
//! Squares over the polygon are taken in order of how far from the outline a place in them may be, and quartered until
//! none may hold a place that is better by more than the precision: the search of Mapbox's polylabel (Agafonkin 2016),
//! with a precision and an outline that go by the size of the polygon, so that it costs microseconds for a parcel and
//! no more for a province.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::space::World;

/// The place found is at most this share of the box's shorter side nearer to the outline than the pole is.
const PRECISION: f64 = 1.0 / 24.0;
/// Outlines of more vertices are looked at with fewer: none nearer to the one before than this share of the box's
/// longer side.
const MANY: usize = 96;
const COARSE: f64 = 1.0 / 256.0;
/// Squares along the longer side at most to begin with, and squares looked at in all: long thin strips have no end.
const ACROSS: f64 = 64.0;
const MOST: usize = 1024;

type Point = [f64; 2];

/// A place well inside the rings, even-odd: the first is the exterior, the others are holes in it.
///
/// `None` for what has no area, and where an outline of many vertices has no such place at the precision looked at.
pub(super) fn pole(rings: &[&[World]]) -> Option<World> {
    let outline = Outline::new(rings)?;
    let side = outline.width.min(outline.height);
    let precision = side * PRECISION;
    let step = side.max(outline.width.max(outline.height) / ACROSS);
    let mut best = [
        outline.centroid(),
        [outline.width / 2.0, outline.height / 2.0],
    ]
    .map(|at| Square::new(&outline, at, 0.0))
    .into_iter()
    .reduce(|a, b| if b.distance > a.distance { b } else { a })?;
    let mut squares = BinaryHeap::new();
    let half = step / 2.0;
    let steps = |length: f64| (length / step).ceil() as usize;
    for column in 0..steps(outline.width) {
        for row in 0..steps(outline.height) {
            let at = [column, row].map(|i| (i as f64).mul_add(step, half));
            squares.push(Square::new(&outline, at, half));
        }
    }
    for _ in 0..MOST {
        let Some(square) = squares.pop() else { break };
        if square.distance > best.distance {
            best = square;
        }
        if square.most() - best.distance <= precision {
            break;
        }
        let half = square.half / 2.0;
        for [dx, dy] in [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]] {
            let at = [square.at[0] + dx * half, square.at[1] + dy * half];
            squares.push(Square::new(&outline, at, half));
        }
    }
    let place = outline.place(best.at)?;
    (best.distance > 0.0 && inside(rings, place)).then_some(place)
}

/// A square, and how far its middle lies inside the outline; less than nothing outside.
#[derive(Debug, Clone, Copy)]
struct Square {
    at: Point,
    half: f64,
    distance: f64,
}

impl Square {
    fn new(outline: &Outline, at: Point, half: f64) -> Self {
        Self {
            at,
            half,
            distance: outline.distance(at),
        }
    }

    /// No place of the square lies farther inside.
    fn most(&self) -> f64 {
        self.half.mul_add(std::f64::consts::SQRT_2, self.distance)
    }
}

impl Ord for Square {
    fn cmp(&self, other: &Self) -> Ordering {
        self.most()
            .total_cmp(&other.most())
            .then_with(|| self.at[0].total_cmp(&other.at[0]))
            .then_with(|| self.at[1].total_cmp(&other.at[1]))
    }
}

impl PartialOrd for Square {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Square {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Square {}

/// Edges of the rings, seen from the north-west corner of their box.
#[derive(Debug)]
struct Outline {
    origin: World,
    width: f64,
    height: f64,
    edges: Vec<[Point; 2]>,
}

impl Outline {
    fn new(rings: &[&[World]]) -> Option<Self> {
        let exterior = *rings.first()?;
        let first = *exterior.first()?;
        let (low, high) = exterior.iter().fold((first, first), |(low, high), p| {
            let (x, y) = (low.x.min(p.x), low.y.min(p.y));
            let far = (high.x.max(p.x), high.y.max(p.y));
            (World { x, y }, World { x: far.0, y: far.1 })
        });
        let (width, height) = (f64::from(high.x - low.x), f64::from(high.y - low.y));
        if width == 0.0 || height == 0.0 {
            return None;
        }
        let near = |p: &World| [p.x, p.y].map(f64::from);
        let origin = near(&low);
        let vertices: usize = rings.iter().map(|ring| ring.len()).sum();
        let coarse = if vertices > MANY {
            width.max(height) * COARSE
        } else {
            0.0
        };
        let mut edges = Vec::with_capacity(vertices.min(1024));
        for ring in rings {
            let points = ring.iter().map(|p| {
                let [x, y] = near(p);
                [x - origin[0], y - origin[1]]
            });
            let mut kept: Vec<Point> = Vec::with_capacity(ring.len().min(1024));
            for p in points {
                let far = |q: &Point| (p[0] - q[0]).abs().max((p[1] - q[1]).abs()) > coarse;
                if kept.last().is_none_or(far) {
                    kept.push(p);
                }
            }
            let ends = kept.iter().skip(1).chain(kept.first());
            edges.extend(kept.iter().zip(ends).map(|(a, b)| [*a, *b]));
        }
        Some(Self {
            origin: low,
            width,
            height,
            edges,
        })
    }

    /// How far inside the outline a point lies; less than nothing outside.
    fn distance(&self, [x, y]: Point) -> f64 {
        let (mut within, mut least) = (false, f64::INFINITY);
        for [a, b] in &self.edges {
            if (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] {
                within = !within;
            }
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length = dx * dx + dy * dy;
            let along = if length > 0.0 {
                (((x - a[0]) * dx + (y - a[1]) * dy) / length).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let (ex, ey) = (x - a[0] - along * dx, y - a[1] - along * dy);
            least = least.min(ex * ex + ey * ey);
        }
        let distance = least.sqrt();
        if within { distance } else { -distance }
    }

    /// The middle of mass of the edges' ground; the middle of the box where that has none.
    fn centroid(&self) -> Point {
        let (mut area, mut sum) = (0.0, [0.0; 2]);
        for [a, b] in &self.edges {
            let cross = a[0] * b[1] - b[0] * a[1];
            area += cross * 3.0;
            sum[0] += (a[0] + b[0]) * cross;
            sum[1] += (a[1] + b[1]) * cross;
        }
        if area == 0.0 {
            return [self.width / 2.0, self.height / 2.0];
        }
        sum.map(|s| s / area)
    }

    fn place(&self, at: Point) -> Option<World> {
        let on = |origin: u32, offset: f64| origin.checked_add(offset.max(0.0) as u32);
        Some(World {
            x: on(self.origin.x, at[0])?,
            y: on(self.origin.y, at[1])?,
        })
    }
}

/// Whether a place lies inside the rings, even-odd, exactly; on the outline it does not.
pub(super) fn inside(rings: &[&[World]], p: World) -> bool {
    let mut within = false;
    for ring in rings {
        let ends = ring.iter().skip(1).chain(ring.first());
        for (a, b) in ring.iter().zip(ends) {
            let side = turn(*a, *b, p);
            let between = |a: u32, b: u32, v: u32| (a.min(b)..=a.max(b)).contains(&v);
            if side == 0 && between(a.x, b.x, p.x) && between(a.y, b.y, p.y) {
                return false;
            }
            if (a.y > p.y) != (b.y > p.y) && (side > 0) == (b.y > a.y) {
                within = !within;
            }
        }
    }
    within
}

/// Positive where `p` lies to the right of the way from `a` to `b`, on a map whose rows count southward.
fn turn(a: World, b: World, p: World) -> i128 {
    let d = |v: u32, w: u32| i128::from(i64::from(v) - i64::from(w));
    d(b.x, a.x) * d(p.y, a.y) - d(b.y, a.y) * d(p.x, a.x)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A star around (10^6, 10^6): any radii make a simple ring.
    fn star(radii: &[u32]) -> Vec<World> {
        let turn = std::f64::consts::TAU / radii.len() as f64;
        let vertex = |(i, r): (usize, &u32)| {
            let (sin, cos) = (turn * i as f64).sin_cos();
            let at = |v: f64| (1e6 + f64::from(*r) * v) as u32;
            World {
                x: at(cos),
                y: at(sin),
            }
        };
        radii.iter().enumerate().map(vertex).collect()
    }

    proptest! {
        #[test]
        fn no_place_of_a_grid_is_much_better(radii in prop::collection::vec(2_000u32..100_000, 3..90)) {
            let ring = star(&radii);
            let rings = [ring.as_slice()];
            let outline = Outline::new(&rings).unwrap();
            if let Some(at) = pole(&rings) {
                prop_assert!(inside(&rings, at));
                let depth = |x: f64, y: f64| outline.distance([x, y]);
                let found = depth(f64::from(at.x - outline.origin.x), f64::from(at.y - outline.origin.y));
                let near = outline.width.min(outline.height) * PRECISION + 2.0;
                for i in 0..40 {
                    for j in 0..40 {
                        let better = depth(outline.width * f64::from(i) / 40.0, outline.height * f64::from(j) / 40.0);
                        prop_assert!(better <= found + near, "{better} {found}");
                    }
                }
            } else {
                // A triangle whose sides nearly meet has no room on the grid of places.
                let area: f64 = outline.edges.iter().map(|[a, b]| a[0] * b[1] - b[0] * a[1]).sum();
                prop_assert!(area.abs() < 1e9, "{area}");
            }
        }

        #[test]
        fn many_vertices_give_a_place_inside_too(radii in prop::collection::vec(60_000u32..100_000, 200..900)) {
            let ring = star(&radii);
            let at = pole(&[ring.as_slice()]).unwrap();
            prop_assert!(inside(&[ring.as_slice()], at));
        }

        #[test]
        fn any_ring_is_taken(ring in prop::collection::vec((any::<u32>(), any::<u32>()), 0..12)) {
            let ring: Vec<World> = ring.into_iter().map(|(x, y)| World { x, y }).collect();
            if let Some(at) = pole(&[ring.as_slice()]) {
                prop_assert!(inside(&[ring.as_slice()], at));
            }
        }
    }
}
