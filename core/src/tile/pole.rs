//! The place of a polygon farthest from its outline (the pole of inaccessibility), found by a quadtree.
//!
//! Squares over the polygon are taken in order of how far from the outline a place in them may be, and quartered until
//! none may hold a place that is better by more than the precision: the search of Mapbox's polylabel (Agafonkin 2016),
//! with a precision and an outline that go by the size of the polygon, so that it costs microseconds for a parcel and
//! no more for a province. No circle inside is larger than the largest between the lines that lean against the polygon;
//! most parcels are so nearly convex that one of three middles comes near that, and nothing has to be searched.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use super::inscribed::{Circle, HalfPlane, Point, largest};
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
/// Edges, the longest, that lines lean along; what proves that no place is much better may be a little too large.
const LEANING: usize = 8;
/// Normals of three lines around everything.
const AROUND: [Point; 3] = [
    [1.0, 0.0],
    [-0.5, 0.866_025_403_784_438_6],
    [-0.5, -0.866_025_403_784_438_6],
];

/// A place well inside the rings, even-odd: the first is the exterior, the others are holes in it.
///
/// `None` for what has no area, and where an outline of many vertices has no such place at the precision looked at.
pub(super) fn pole(rings: &[&[World]]) -> Option<World> {
    let outline = Outline::new(rings)?;
    let side = outline.width.min(outline.height);
    let step = side.max(outline.width.max(outline.height) / ACROSS);
    let mut search = Search::new(&outline, side * PRECISION);
    if !search.is_over() {
        let half = step / 2.0;
        let steps = |length: f64| (length / step).ceil() as usize;
        for column in 0..steps(outline.width) {
            for row in 0..steps(outline.height) {
                search.look([column, row].map(|i| i as f64 * step + half), half);
            }
        }
    }
    let best = search.end();
    let place = outline.place(best.at)?;
    (best.distance > 0.0 && inside(rings, place)).then_some(place)
}

/// What is left to be looked at, and the best place so far.
struct Search<'o> {
    outline: &'o Outline,
    precision: f64,
    /// No place lies farther inside.
    most: f64,
    best: Square,
    squares: BinaryHeap<Square>,
}

impl<'o> Search<'o> {
    /// Begins at the middle of the largest circle about the polygon's ground, which is hard to beat for most parcels; else
    /// at those of mass and of the box, too.
    fn new(outline: &'o Outline, precision: f64) -> Self {
        let roomiest = outline.roomiest(precision / 8.0);
        let mut search = Self {
            outline,
            precision,
            most: roomiest.radius,
            best: Square::new(outline, roomiest.at, 0.0),
            squares: BinaryHeap::new(),
        };
        if !search.is_over() {
            for middle in [
                outline.centroid(),
                [outline.width / 2.0, outline.height / 2.0],
            ] {
                search.look(middle, 0.0);
            }
        }
        search
    }

    /// Looks at a square, and keeps it where it may hold a place that is better by more than the precision.
    fn look(&mut self, at: Point, half: f64) {
        let square = Square::new(self.outline, at, half);
        if square.distance > self.best.distance {
            self.best = square;
        }
        if self.may_hold_better(&square) {
            self.squares.push(square);
        }
    }

    /// Whether no place at all is better by more than the precision.
    fn is_over(&self) -> bool {
        self.most - self.best.distance <= self.precision
    }

    fn may_hold_better(&self, square: &Square) -> bool {
        square.most().min(self.most) - self.best.distance > self.precision
    }

    /// Quarters the most promising square until none is left, or there is no end of them.
    fn end(mut self) -> Square {
        for _ in 0..MOST {
            let Some(square) = self.squares.pop().filter(|s| self.may_hold_better(s)) else {
                break;
            };
            let half = square.half / 2.0;
            for [dx, dy] in [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]] {
                self.look([square.at[0] + dx * half, square.at[1] + dy * half], half);
            }
        }
        self.best
    }
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
        self.half * std::f64::consts::SQRT_2 + self.distance
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
    edges: SmallVec<[[Point; 2]; 24]>,
    /// How many of them, the first, are the exterior's.
    exterior: usize,
    lanes: SmallVec<[Lanes; 6]>,
}

/// Edges, [`LANES`] at a time and each number beside its like, so that the processor takes them together. What is missing
/// from the last is an edge without length where its last one begins.
#[derive(Debug, Clone, Copy)]
struct Lanes {
    /// Where an edge begins, and the height it ends at.
    x: [f32; LANES],
    y: [f32; LANES],
    end_y: [f32; LANES],
    /// Where it goes from there.
    dx: [f32; LANES],
    dy: [f32; LANES],
    /// One by its squared length; 0 without any.
    by_length: [f32; LANES],
    /// Way east on the way down; 0 on a level one.
    slope: [f32; LANES],
}

/// Single precision is a ten-thousandth of the precision looked for.
const LANES: usize = 4;

impl Lanes {
    fn new(edges: &[[Point; 2]]) -> Self {
        let [x, y] = edges.last().map_or([0.0; 2], |[a, _]| a.map(|v| v as f32));
        let mut lanes = Self {
            x: [x; LANES],
            y: [y; LANES],
            end_y: [y; LANES],
            dx: [0.0; LANES],
            dy: [0.0; LANES],
            by_length: [0.0; LANES],
            slope: [0.0; LANES],
        };
        for (i, [a, b]) in edges.iter().take(LANES).enumerate() {
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length = dx * dx + dy * dy;
            lanes.x[i] = a[0] as f32;
            lanes.y[i] = a[1] as f32;
            lanes.end_y[i] = b[1] as f32;
            lanes.dx[i] = dx as f32;
            lanes.dy[i] = dy as f32;
            lanes.by_length[i] = if length > 0.0 {
                length.recip() as f32
            } else {
                0.0
            };
            lanes.slope[i] = if dy == 0.0 { 0.0 } else { (dx / dy) as f32 };
        }
        lanes
    }
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
        let mut edges = SmallVec::new();
        let mut exterior = 0;
        for ring in rings {
            let points = ring.iter().map(|p| {
                let [x, y] = near(p);
                [x - origin[0], y - origin[1]]
            });
            let mut kept: SmallVec<[Point; 24]> = SmallVec::new();
            for p in points {
                let far = |q: &Point| (p[0] - q[0]).abs().max((p[1] - q[1]).abs()) > coarse;
                if kept.last().is_none_or(far) {
                    kept.push(p);
                }
            }
            let ends = kept.iter().skip(1).chain(kept.first());
            edges.extend(kept.iter().zip(ends).map(|(a, b)| [*a, *b]));
            if exterior == 0 {
                exterior = edges.len();
            }
        }
        let lanes = edges.chunks(LANES).map(Lanes::new).collect();
        Some(Self {
            origin: low,
            width,
            height,
            edges,
            exterior,
            lanes,
        })
    }

    /// The largest circle between lines that lean against the outline along the longest edges of the exterior, and along the
    /// longest from the other side, too: no circle inside the outline is larger. It need not lie between the lines more
    /// closely than by `slack`.
    fn roomiest(&self, slack: f64) -> Circle {
        let exterior = self.edges.get(..self.exterior).unwrap_or_default();
        let turned: f64 = exterior
            .iter()
            .map(|[a, b]| a[0] * b[1] - b[0] * a[1])
            .sum();
        let outward = turned.signum();
        let mut normals: SmallVec<[(f64, Point); 32]> = exterior
            .iter()
            .map(|[a, b]| [b[0] - a[0], b[1] - a[1]])
            .map(|[dx, dy]| (dx * dx + dy * dy, [dy * outward, -dx * outward]))
            .filter(|(square, _)| *square > 0.0)
            .collect();
        if normals.len() > LEANING {
            normals.select_nth_unstable_by(LEANING, |a, b| b.0.total_cmp(&a.0));
            normals.truncate(LEANING);
        }
        let longest = normals.iter().copied().max_by(|a, b| a.0.total_cmp(&b.0));
        normals.extend(longest.map(|(square, [x, y])| (square, [-x, -y])));
        let planes: SmallVec<[HalfPlane; LEANING + 1]> = normals
            .into_iter()
            .map(|(square, [x, y])| {
                let by = square.sqrt().recip();
                self.leaning([x * by, y * by])
            })
            .collect();
        largest(AROUND.map(|normal| self.leaning(normal)), &planes, slack)
    }

    /// What lies on the near side of the line that leans against the outline across `normal`.
    fn leaning(&self, normal: Point) -> HalfPlane {
        let [nx, ny] = normal.map(|v| v as f32);
        let mut most = [f32::NEG_INFINITY; LANES];
        for edges in &self.lanes {
            for (most, (x, y)) in most.iter_mut().zip(edges.x.iter().zip(&edges.y)) {
                let along = x * nx + y * ny;
                *most = if along > *most { along } else { *most };
            }
        }
        let reach = f64::from(most.into_iter().fold(f32::NEG_INFINITY, f32::max));
        HalfPlane { normal, reach }
    }

    /// How far inside the outline a point lies; less than nothing outside.
    fn distance(&self, at: Point) -> f64 {
        let [x, y] = at.map(|v| v as f32);
        let (mut within, mut least) = ([false; LANES], [f32::INFINITY; LANES]);
        for edges in &self.lanes {
            for i in 0..LANES {
                let (px, py) = (x - edges.x[i], y - edges.y[i]);
                let passes = (edges.y[i] > y) != (edges.end_y[i] > y);
                within[i] ^= passes && px < edges.slope[i] * py;
                let along = (px * edges.dx[i] + py * edges.dy[i]) * edges.by_length[i];
                let along = along.clamp(0.0, 1.0);
                let (ex, ey) = (px - along * edges.dx[i], py - along * edges.dy[i]);
                let square = ex * ex + ey * ey;
                least[i] = if square < least[i] { square } else { least[i] };
            }
        }
        let distance = f64::from(least.into_iter().fold(f32::INFINITY, f32::min).sqrt());
        let within = within.into_iter().fold(false, std::ops::BitXor::bitxor);
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
        fn parcels_are_named_nearer_to_their_middle_than_the_precision_asks(seed in any::<u64>()) {
            // Forty quadrilaterals as crooked as parcels are, turned any way.
            let mut noise = seed;
            let mut next = |most: u64| {
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((noise >> 33) % most) as u32
            };
            let (mut short, mut count) = (0.0, 0.0);
            for _ in 0..40 {
                let (width, height) = (20_000 + next(80_000), 20_000 + next(80_000));
                let (sin, cos) = (f64::from(next(628)) / 100.0).sin_cos();
                let mut corner = |x: u32, y: u32| {
                    let [x, y] = [x + next(8_000), y + next(8_000)].map(f64::from);
                    let [x, y] = [x * cos - y * sin, x * sin + y * cos];
                    World { x: (1e6 + x) as u32, y: (1e6 + y) as u32 }
                };
                let ring = [corner(0, 0), corner(width, 0), corner(width, height), corner(0, height)];
                let outline = Outline::new(&[&ring]).unwrap();
                let at = pole(&[&ring]).unwrap();
                let found = outline.distance([f64::from(at.x - outline.origin.x), f64::from(at.y - outline.origin.y)]);
                let places = (0..64 * 64).map(|i| [i % 64, i / 64].map(|i| f64::from(i) / 64.0));
                let depths = places.map(|[x, y]| outline.distance([outline.width * x, outline.height * y]));
                let best = depths.fold(0.0, f64::max);
                short += (best - found).max(0.0) / outline.width.min(outline.height);
                count += 1.0;
            }
            prop_assert!(short / count < 1.0 / 60.0, "{}", short / count);
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
