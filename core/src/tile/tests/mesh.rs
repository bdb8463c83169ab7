//! What is simplified together stays together: in a tile, and from tile to tile.

use proptest::prelude::*;

use super::super::Mesh;
use super::super::rings::doubled_area;
use super::*;
use crate::space::TileCoord;

/// A wobbling line of `steps` from `from` to `to`, the same places from either end.
fn wobble(from: (f64, f64), to: (f64, f64), steps: &[f64]) -> Vec<(f64, f64)> {
    let n = steps.len() as f64 + 1.0;
    let inner = steps.iter().enumerate().map(|(i, off)| {
        let t = (i as f64 + 1.0) / n;
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1.0);
        // At most a tenth of the way off, so that no two lines cross before they are simplified.
        let off = off * 0.1 * length * t.min(1.0 - t);
        (
            from.0 + dx * t - dy / length * off,
            from.1 + dy * t + dx / length * off,
        )
    });
    std::iter::once(from).chain(inner).chain([to]).collect()
}

/// Cells of a bent grid over more than the tile and its neighbour to the east, each a ring of places in tile units.
#[derive(Debug, Clone)]
struct Cells {
    side: f64,
    shift: (f64, f64),
    jitter: Vec<(f64, f64)>,
    wobbles: Vec<f64>,
}

impl Cells {
    fn corner(&self, i: i64, j: i64) -> (f64, f64) {
        let (dx, dy) = self.jitter[(i * 7 + j * 13).rem_euclid(self.jitter.len() as i64) as usize];
        let at = |k: i64, d: f64, s: f64| (k as f64 + d * 0.2) * self.side - 200.0 + s;
        (at(i, dx, self.shift.0), at(j, dy, self.shift.1))
    }

    fn edge(&self, a: (i64, i64), b: (i64, i64)) -> Vec<(f64, f64)> {
        let (p, q) = (a.min(b), a.max(b));
        let start = (p.0 * 11 + p.1 * 5 + (q.0 - p.0) * 3).rem_euclid(17) as usize;
        let steps: Vec<f64> = self
            .wobbles
            .iter()
            .cycle()
            .skip(start)
            .take(23)
            .copied()
            .collect();
        let mut line = wobble(self.corner(p.0, p.1), self.corner(q.0, q.1), &steps);
        if a > b {
            line.reverse();
        }
        line
    }

    fn ring(&self, i: i64, j: i64) -> Vec<(f64, f64)> {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
        let ends = corners.iter().cycle().skip(1);
        let mut ring = Vec::new();
        for (a, b) in corners.iter().zip(ends) {
            let edge = self.edge(*a, *b);
            ring.extend_from_slice(&edge[..edge.len() - 1]);
        }
        ring
    }

    fn across(&self) -> (i64, i64) {
        (
            (8_700.0 / self.side) as i64 + 2,
            (4_700.0 / self.side) as i64 + 2,
        )
    }

    fn shapes(&self) -> Vec<Shape> {
        let (columns, rows) = self.across();
        let cells = (-1..columns).flat_map(|i| (-1..rows).map(move |j| (i, j)));
        cells
            .map(|(i, j)| Shape::new(DrawnKind::Polygon, &[(ring(&self.ring(i, j)), false)]))
            .collect()
    }
}

fn cells() -> impl Strategy<Value = Cells> {
    let unit = -1.0..1.0f64;
    (
        300.0..1500.0f64,
        (-99.0..99.0f64, -99.0..99.0f64),
        prop::collection::vec((unit.clone(), unit.clone()), 31),
        prop::collection::vec(unit, 29),
    )
        .prop_map(|(side, shift, jitter, wobbles)| Cells {
            side,
            shift,
            jitter,
            wobbles,
        })
}

/// The rings of `shapes` simplified together in a tile, and how many vertices they had on its grid.
fn simplified(shapes: &[Shape], spec: TileSpec) -> (Vec<Vec<[i32; 2]>>, usize) {
    let mut mesh = Mesh::new(spec);
    for (id, shape) in shapes.iter().enumerate() {
        mesh.add_rings(&shape.drawn(id as u64));
    }
    let before = mesh.paths.iter().map(|path| path.points.len()).sum();
    (mesh.rings(), before)
}

fn east_of(spec: TileSpec) -> TileSpec {
    let coord = spec.coord;
    let coord = TileCoord::new(coord.z(), coord.x() + 1, coord.y()).unwrap();
    TileSpec { coord, ..spec }
}

/// Where a ring crosses the column `x`, within the tile's height.
fn crossings(ring: &[[i32; 2]], x: i32) -> Vec<i64> {
    let ends = ring.iter().cycle().skip(1);
    let mut out: Vec<i64> = ring
        .iter()
        .zip(ends)
        .filter(|(a, b)| (a[0] < x) != (b[0] < x))
        .filter_map(|(a, b)| {
            let [ax, ay, bx, by] = [a[0], a[1], b[0], b[1]].map(f64::from);
            let y = ay + (f64::from(x) - ax) / (bx - ax) * (by - ay);
            (0.0..=4096.0)
                .contains(&y)
                .then_some((y * 1000.0).round() as i64)
        })
        .collect();
    out.sort_unstable();
    out
}

fn holds(ring: &[[i32; 2]], x: f64, y: f64) -> bool {
    let ends = ring.iter().cycle().skip(1);
    ring.iter().zip(ends).fold(false, |inside, (a, b)| {
        let [ax, ay, bx, by] = [a[0], a[1], b[0], b[1]].map(f64::from);
        let crosses = (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax;
        inside != crosses
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn neighbours_share_their_edges_and_tiles_their_border(cells in cells(), samples in prop::collection::vec((0i32..4096, 0i32..4096), 40)) {
        let shapes = cells.shapes();
        let (rings, before) = simplified(&shapes, spec());
        let after: usize = rings.iter().map(Vec::len).sum();
        prop_assert!(after < before, "{after} of {before}");
        // The window is covered once: by area, and wherever one looks.
        let area: i64 = rings
            .iter()
            .map(|ring| doubled_area(&ring.iter().map(|[x, y]| TilePx::new(*x, *y)).collect::<Vec<_>>()).abs())
            .sum();
        prop_assert_eq!(area, 2 * 4224 * 4224);
        for (x, y) in samples {
            let (x, y) = (f64::from(x) + 0.47, f64::from(y) + 0.53);
            let over = rings.iter().filter(|ring| holds(ring, x, y)).count();
            prop_assert_eq!(over, 1, "at {} {}", x, y);
        }
        let (other, _) = simplified(&shapes, east_of(spec()));
        for (a, b) in rings.iter().zip(&other) {
            prop_assert_eq!(crossings(a, 4096), crossings(b, 0));
        }
        // Whichever way round, and wherever begun, a ring is drawn the same.
        let turned: Vec<Shape> = shapes
            .iter()
            .map(|shape| {
                let mut coords = shape.coords.clone();
                coords.reverse();
                coords.rotate_left(5);
                Shape::new(DrawnKind::Polygon, &[(coords, false)])
            })
            .collect();
        let places = |rings: &[Vec<[i32; 2]>]| -> Vec<Vec<[i32; 2]>> {
            rings.iter().map(|ring| { let mut ring = ring.clone(); ring.sort_unstable(); ring }).collect()
        };
        prop_assert_eq!(places(&simplified(&turned, spec()).0), places(&rings));
    }

    #[test]
    fn rings_come_out_valid(cells in cells()) {
        let shapes = cells.shapes();
        let (rings, _) = simplified(&shapes, spec());
        let mut layer = LayerBuilder::new("a", &[], spec());
        // What leaves the box and comes back is parted there; all else is valid as it is.
        let whole = |ring: &Vec<[i32; 2]>| ring.iter().flatten().all(|v| (-63..4160).contains(v));
        let (whole, parted): (Vec<_>, Vec<_>) = rings.into_iter().partition(whole);
        for (id, ring) in whole.into_iter().enumerate() {
            layer.add_rings(id as u64, [[ring]], []);
        }
        prop_assert_eq!(layer.counts().repaired, 0);
        for (id, ring) in parted.into_iter().enumerate() {
            layer.add_rings(1000 + id as u64, [[ring]], []);
        }
        strictly(&layer.finish().unwrap());
    }

    /// Streets of a grid in short pieces: they come out joined, within half a pixel of where they were, and every
    /// crossing is a vertex of all that meet there.
    #[test]
    fn a_network_stays_connected(cells in cells(), kinds in prop::collection::vec(0u32..3, 23)) {
        let mut mesh = Mesh::new(spec());
        let mut east = Mesh::new(east_of(spec()));
        let (columns, rows) = cells.across();
        let mut corners = Vec::new();
        let mut pieces = 0;
        for i in 0..columns {
            for j in 0..rows {
                // Two streets of one kind meet at the first corner of all: a bend of one line, and no crossing.
                corners.push((cells.corner(i, j), if (i, j) == (0, 0) { 1 } else { 2 }));
                for to in [(i + 1, j), (i, j + 1)] {
                    let places = cells.edge((i, j), to);
                    let kind = kinds[(i * 5 + j * 3).rem_euclid(23) as usize];
                    for piece in places.windows(4).step_by(3) {
                        let shape = Shape::new(DrawnKind::Line, &[(super::ring(piece), false)]);
                        pieces += mesh.add_lines(&shape.drawn(1), kind);
                        east.add_lines(&shape.drawn(1), kind);
                    }
                }
            }
        }
        let before: Vec<[i32; 2]> = mesh.paths.iter().flat_map(|path| path.points.clone()).collect();
        let (lines, beside) = (mesh.lines(), east.lines());
        prop_assert!(lines.len() * 3 < pieces || pieces < 12, "{} of {pieces}", lines.len());
        let near = |p: [i32; 2]| {
            lines.iter().flat_map(|(_, line)| line.windows(2)).any(|w| {
                let [[px, py], [ax, ay], [bx, by]] = [p, w[0], w[1]].map(|p| p.map(f64::from));
                let (dx, dy) = (bx - ax, by - ay);
                let t = (((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                (px - ax - t * dx).hypot(py - ay - t * dy) <= 8.0 + 1e-9
            })
        };
        for p in before {
            prop_assert!(near(p), "{p:?}");
        }
        // Whoever comes to a crossing comes to its very place.
        for ((x, y), come) in corners {
            let [x, y] = [x, y].map(|v| v.round() as i32);
            if (64..4032).contains(&x) && (64..4032).contains(&y) {
                let at = lines.iter().flat_map(|(_, line)| line).filter(|p| (p[0] - x).abs() <= 1 && (p[1] - y).abs() <= 1);
                prop_assert!(at.clone().count() >= come, "{x} {y}");
                prop_assert!(at.clone().all(|p| Some(p) == at.clone().next()));
            }
        }
        let on = |lines: &[(u32, Vec<[i32; 2]>)], x: i32| {
            let mut all: Vec<(u32, i64)> = lines
                .iter()
                .flat_map(|(kind, line)| line.iter().filter(|p| p[0] == x && (0..=4096).contains(&p[1])).map(|p| (*kind, i64::from(p[1]))))
                .collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        prop_assert_eq!(on(&lines, 4096), on(&beside, 0));
    }
}

/// A land that two others run around is drawn by all three alike, and does not vanish while it can be seen.
#[test]
fn an_island_keeps_its_hole() {
    let around: Vec<(f64, f64)> = (0..60)
        .map(|i| f64::from(i) * std::f64::consts::TAU / 60.0)
        .map(|a| (2000.0 + 40.0 * a.cos(), 2000.0 + 40.0 * a.sin()))
        .collect();
    let square = [
        (500.0, 500.0),
        (3500.0, 500.0),
        (3500.0, 3500.0),
        (500.0, 3500.0),
    ];
    let mut turned = around.clone();
    turned.reverse();
    turned.rotate_left(17);
    let shapes = [
        Shape::new(
            DrawnKind::Polygon,
            &[(ring(&square), false), (ring(&around), true)],
        ),
        Shape::new(DrawnKind::Polygon, &[(ring(&turned), false)]),
    ];
    let (rings, _) = simplified(&shapes, spec());
    let sorted = |ring: &Vec<[i32; 2]>| {
        let mut ring = ring.clone();
        ring.sort_unstable();
        ring
    };
    assert_eq!(sorted(&rings[1]), sorted(&rings[2]));
    assert!((4..20).contains(&rings[1].len()), "{:?}", rings[1]);
}
