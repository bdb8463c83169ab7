//! How wide a piece of ground is: the diameter of the largest circle that lies in it.
//!
//! Area and boundary alone do not tell: an overlay leaves seams of no width along edges its inputs share, and each adds
//! to the boundary what it does not add to the ground. A circle does not see them.

use geo::{Area, Coord, Line, LineString, Polygon};
use rstar::primitives::{GeomWithData, Line as Segment};
use rstar::{PointDistance, RTree};

/// Points of the outline circles are laid against besides one an edge, spread evenly.
const SPREAD: f64 = 128.0;
/// Most edges circles are laid against; of longer outlines every second, third … edge.
const EDGES: usize = 2048;
/// Edges that are searched one by one; more go into a tree.
const FEW: usize = 48;
/// Share of a circle's radius that is not worth a further step.
const ENOUGH: f64 = 0.002;

/// Diameter in metres of the largest circle inside `polygon`, rarely more than some hundredths of it too small.
///
/// Circles are laid against the outline from inside, each shrunk until nothing of the outline is in it (the shrinking
/// ball of Ma, Bae and Choi, "3D medial axis point approximation using nearest neighbors and the normal field", 2012);
/// the largest one's centre is then moved to where the outline is farthest.
pub(super) fn width(polygon: &Polygon<f64>) -> f64 {
    let Some(origin) = polygon.exterior().0.first().copied() else {
        return 0.0;
    };
    // No circle is larger than the ground.
    let most = (polygon.unsigned_area() / std::f64::consts::PI).sqrt();
    let outline = Outline::of(polygon, origin);
    let mut best = Circle {
        centre: Coord::zero(),
        radius: 0.0,
    };
    let each = outline.edges.len().div_ceil(EDGES).max(1);
    for edge in outline.edges.iter().step_by(each) {
        let (way, long) = (edge.delta(), length(edge.delta()));
        let inward = Coord {
            x: -way.y / long,
            y: way.x / long,
        };
        let points = (long / outline.length * SPREAD).ceil().max(1.0);
        for i in 0..points as u32 {
            let at = edge.start + way * ((f64::from(i) + 0.5) / points);
            if let Some(found) = outline.laid_against(at, inward, most, best.radius) {
                best = found;
            }
        }
    }
    2.0 * outline.grown(best).radius
}

fn length(c: Coord<f64>) -> f64 {
    c.x.hypot(c.y)
}

#[derive(Debug, Clone, Copy)]
struct Circle {
    centre: Coord<f64>,
    radius: f64,
}

/// A polygon's edges, its ground to the left of each.
struct Outline {
    edges: Vec<Line<f64>>,
    /// Of all of them.
    length: f64,
    tree: Option<RTree<GeomWithData<Segment<[f64; 2]>, ()>>>,
}

impl Outline {
    fn of(polygon: &Polygon<f64>, origin: Coord<f64>) -> Self {
        let mut edges = Vec::new();
        let mut take = |ring: &LineString<f64>, hole: bool| {
            let from = edges.len();
            edges.extend(
                ring.lines()
                    .map(|line| Line::new(line.start - origin, line.end - origin))
                    .filter(|line| length(line.delta()) > 0.0),
            );
            let own = edges.get_mut(from..).unwrap_or_default();
            let twice: f64 = own.iter().map(Line::determinant).sum();
            if (twice < 0.0) != hole {
                for edge in own {
                    *edge = Line::new(edge.end, edge.start);
                }
            }
        };
        take(polygon.exterior(), false);
        for hole in polygon.interiors() {
            take(hole, true);
        }
        let tree = (edges.len() > FEW).then(|| {
            let segment = |line: &Line<f64>| {
                GeomWithData::new(Segment::new(line.start.into(), line.end.into()), ())
            };
            RTree::bulk_load(edges.iter().map(segment).collect())
        });
        Self {
            length: edges.iter().map(|edge| length(edge.delta())).sum(),
            edges,
            tree,
        }
    }

    /// The point of the outline nearest to `c`.
    fn nearest(&self, c: Coord<f64>) -> Option<Coord<f64>> {
        let segment = |line: &Line<f64>| Segment::new(line.start.into(), line.end.into());
        let point = [c.x, c.y];
        let nearest = match &self.tree {
            Some(tree) => *tree.nearest_neighbor(&point)?.geom(),
            None => self
                .edges
                .iter()
                .map(segment)
                .min_by(|a, b| a.distance_2(&point).total_cmp(&b.distance_2(&point)))?,
        };
        let [x, y] = nearest.nearest_point(&point);
        Some(Coord { x, y })
    }

    /// The circle around `c` that just touches the outline.
    fn around(&self, centre: Coord<f64>) -> Circle {
        let radius = self.nearest(centre).map_or(0.0, |q| length(q - centre));
        Circle { centre, radius }
    }

    /// Whether `c` is on the polygon's ground: a line from it westwards crosses the outline an odd number of times.
    fn holds(&self, c: Coord<f64>) -> bool {
        let crossed = |edge: &&Line<f64>| {
            (edge.start.y > c.y) != (edge.end.y > c.y)
                && edge.start.x + (c.y - edge.start.y) / edge.dy() * edge.dx() < c.x
        };
        self.edges.iter().filter(crossed).count() % 2 == 1
    }

    /// The circle that touches the outline in `at`, its centre to the side of `inward`, with nothing of the outline in
    /// it; `None` unless it is larger than `than`.
    fn laid_against(
        &self,
        at: Coord<f64>,
        inward: Coord<f64>,
        most: f64,
        than: f64,
    ) -> Option<Circle> {
        let mut radius = most;
        while radius > than * (1.0 + ENOUGH) {
            let centre = at + inward * radius;
            let touched = self.nearest(centre)?;
            let (off, chord) = (touched - centre, touched - at);
            let ahead = inward.x * chord.x + inward.y * chord.y;
            let smaller = if ahead > 0.0 {
                (chord.x * chord.x + chord.y * chord.y) / (2.0 * ahead)
            } else {
                radius
            };
            if length(off) >= radius * (1.0 - ENOUGH) || smaller >= radius {
                let radius = length(off);
                // Seams run into each other: what is inward of one may be the open.
                return (radius > than && self.holds(centre)).then_some(Circle { centre, radius });
            }
            radius = smaller;
        }
        None
    }

    /// The circle moved, by ever smaller steps, to where it can be larger.
    fn grown(&self, mut circle: Circle) -> Circle {
        const WAYS: u32 = 12;
        let mut step = circle.radius / 2.0;
        while step > circle.radius * ENOUGH {
            let next = (0..WAYS)
                .map(|i| {
                    let (sin, cos) =
                        (f64::from(i) / f64::from(WAYS) * std::f64::consts::TAU).sin_cos();
                    self.around(circle.centre + Coord { x: cos, y: sin } * step)
                })
                .max_by(|a, b| a.radius.total_cmp(&b.radius))
                .filter(|next| next.radius > circle.radius);
            // A step is shorter than the radius: it cannot leave the ground.
            match next {
                Some(next) => circle = next,
                None => step /= 2.0,
            }
        }
        circle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(corners: &[(f64, f64)]) -> Polygon<f64> {
        let moved = corners.iter().map(|(x, y)| (x + 4.2e5, y + 2.3e6));
        Polygon::new(moved.collect(), Vec::new())
    }

    fn close(polygon: &Polygon<f64>, expected: f64) {
        let width = width(polygon);
        assert!(
            width > expected * 0.97 && width < expected * (1.0 + 1e-6) + 1e-6,
            "{width} for {expected}"
        );
    }

    #[test]
    fn a_rectangle_is_as_wide_as_it_is() {
        for (w, h) in [(0.02, 500.0), (3.0, 4.0), (2.0, 2.0), (0.002, 9.0)] {
            let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)];
            close(&polygon(&corners), w);
            let mut backwards = corners;
            backwards.reverse();
            close(&polygon(&backwards), w);
        }
    }

    #[test]
    fn a_triangle_is_as_wide_as_the_circle_in_it() {
        close(&polygon(&[(0.0, 0.0), (3.0, 0.0), (0.0, 4.0)]), 2.0);
        // Four times the area by the boundary.
        let flat = 4.0 * (0.3 * 20.0 / 2.0) / (20.0 + 2.0 * 10f64.hypot(0.3));
        close(&polygon(&[(0.0, 0.0), (20.0, 0.0), (10.0, 0.3)]), flat);
    }

    #[test]
    fn seams_and_tails_make_no_ground_narrower() {
        for seam in [0.0f64, 1e-9, -1e-9, 1e-6, -1e-6, 0.002] {
            let mut corners = vec![(0.0, 0.0), (60.0, 0.0), (60.0, seam), (3.0, seam)];
            corners.extend([(2.0, 1.5), (1.0, seam)]);
            let alone = width(&polygon(&[(1.0, 0.0), (3.0, 0.0), (2.0, 1.5)]));
            let found = width(&polygon(&corners));
            assert!(
                (found - alone).abs() < 0.01 * alone + 2.0 * seam.abs(),
                "{seam}: {found} for {alone}"
            );
        }
    }

    #[test]
    fn a_hole_takes_from_the_width() {
        let ring = |a: f64, b: f64| LineString::from(vec![(a, a), (b, a), (b, b), (a, b), (a, a)]);
        let frame = Polygon::new(ring(0.0, 10.0), vec![ring(0.5, 9.5)]);
        // Widest where the corner of the hole looks into the corner of the frame.
        let corner = 2.0 * 0.5 * (2.0 - 2f64.sqrt());
        close(&frame, corner.max(0.5));
    }

    #[test]
    fn a_long_outline_is_searched_as_well() {
        let mut corners: Vec<(f64, f64)> = (0..3000)
            .map(|i| (f64::from(i), 0.1 * f64::from(i % 7)))
            .collect();
        let back: Vec<_> = corners.iter().rev().map(|(x, y)| (*x, y + 0.05)).collect();
        corners.extend(back);
        let width = width(&polygon(&corners));
        assert!((0.03..0.06).contains(&width), "{width}");
    }

    #[test]
    fn what_has_no_ground_has_no_width() {
        assert_eq!(width(&polygon(&[])), 0.0);
        assert_eq!(width(&polygon(&[(0.0, 0.0), (9.0, 0.0), (0.0, 0.0)])), 0.0);
    }
}
