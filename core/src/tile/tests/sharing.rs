//! What lies beside one another on the ground lies beside one another in the tile: no gap, no overlap.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::super::rings::{cross, doubled_area};
use super::*;

/// A partition of more than the tile's box into `side` wide four-sided cells with bent edges.
///
/// `corners` and `bends` are drawn from around again; values of -1..1.
#[derive(Debug)]
struct Partition {
    side: f64,
    corners: Vec<(f64, f64)>,
    bends: Vec<f64>,
}

impl Partition {
    fn corner(&self, i: i64, j: i64) -> (f64, f64) {
        let (dx, dy) =
            self.corners[(i * 7 + j * 13).rem_euclid(self.corners.len() as i64) as usize];
        (
            (i as f64 + dx * 0.25) * self.side,
            (j as f64 + dy * 0.25) * self.side,
        )
    }

    /// The vertices from corner `a` to corner `b`, `b` left out; the same places from either side.
    fn edge(&self, a: (i64, i64), b: (i64, i64), out: &mut Vec<World>) {
        let (p, q) = (a.min(b), a.max(b));
        let (from, to) = (self.corner(p.0, p.1), self.corner(q.0, q.1));
        let bend = |k: i64| {
            self.bends[(p.0 * 11 + p.1 * 5 + (q.0 - p.0) * 3 + k)
                .rem_euclid(self.bends.len() as i64) as usize]
        };
        let inner = (bend(0).abs() * 4.0) as i64;
        let mut places = vec![from];
        for k in 1..=inner {
            let t = k as f64 / (inner + 1) as f64;
            // Some vertices lie on the straight line, as they do where a third parcel has its corner.
            let off = if k % 2 == 0 { 0.0 } else { bend(k) * 0.1 };
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            places.push((from.0 + dx * t - dy * off, from.1 + dy * t + dx * off));
        }
        places.push(to);
        if a > b {
            places.reverse();
        }
        places.pop();
        out.extend(ring(&places));
    }

    fn cells(&self) -> Vec<Shape> {
        let first = (-70.0 / self.side).floor() as i64 - 1;
        let last = (4170.0 / self.side).ceil() as i64 + 1;
        let cell = |(i, j): (i64, i64)| {
            let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)];
            let mut places = Vec::new();
            for pair in corners.windows(2) {
                self.edge(pair[0], pair[1], &mut places);
            }
            Shape::new(DrawnKind::Polygon, &[(places, false)])
        };
        (first..last)
            .flat_map(|i| (first..last).map(move |j| (i, j)))
            .map(cell)
            .collect()
    }
}

fn partition(sides: std::ops::Range<f64>) -> impl Strategy<Value = Partition> {
    let value = || -1.0..1.0f64;
    (
        sides,
        prop::collection::vec((value(), value()), 5..60),
        prop::collection::vec(value(), 5..60),
    )
        .prop_map(|(side, corners, bends)| Partition {
            side,
            corners,
            bends,
        })
}

fn doubled(polygons: &[Vec<Vec<Vec<TilePx>>>]) -> i64 {
    polygons
        .iter()
        .flatten()
        .flatten()
        .map(|ring| doubled_area(ring))
        .sum()
}

const WIDTH: i64 = 4096 + 2 * 64;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Parcels that cover the tile on the ground cover its box to the last unit, each unit once.
    #[test]
    fn a_partition_stays_one(partition in partition(60.0..3000.0)) {
        let (layer, counts) = cut(&partition.cells(), spec());
        prop_assume!(counts.repaired == 0);
        prop_assert_eq!(doubled(&polygons(layer.as_ref())), 2 * WIDTH * WIDTH);
    }

    /// Every stretch of outline inside the box is run along once each way.
    #[test]
    fn neighbours_share_their_edges(partition in partition(300.0..2000.0)) {
        let (layer, counts) = cut(&partition.cells(), spec());
        prop_assume!(counts.repaired == 0);
        let rings: Vec<_> = polygons(layer.as_ref()).into_iter().flatten().flatten().collect();
        let vertices: BTreeSet<TilePx> = rings.iter().flatten().copied().collect();
        let mut balance: HashMap<(TilePx, TilePx), i32> = HashMap::new();
        for ring in &rings {
            for (&a, &b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
                for (p, q) in pieces(a, b, &vertices) {
                    let (key, way) = if p < q { ((p, q), 1) } else { ((q, p), -1) };
                    *balance.entry(key).or_default() += way;
                }
            }
        }
        for ((p, q), sum) in balance {
            let at = |v: i32| v == -64 || v == 4160;
            let border = (p.x == q.x && at(p.x)) || (p.y == q.y && at(p.y));
            prop_assert!(border || sum == 0, "{:?} {:?} {}", p, q, sum);
        }
    }

    /// Cells of a few units are torn by the grid; the repairs stay within a unit of their outlines.
    #[test]
    fn a_fine_partition_is_covered_nearly_everywhere(partition in partition(12.0..40.0)) {
        let (layer, counts) = cut(&partition.cells(), spec());
        let off = (doubled(&polygons(layer.as_ref())) - 2 * WIDTH * WIDTH).abs();
        let outline = (partition.side * 6.0) as i64;
        prop_assert!(off <= counts.repaired as i64 * 2 * outline, "{off} {counts:?}");
    }

    /// A polygon over four tiles has the same area in them together as in one that holds it whole.
    #[test]
    fn four_tiles_hold_what_one_holds(
        radii in prop::collection::vec(0.2..1.0f64, 3..40), size in 10.0..1500.0f64,
        x in -300.0..300.0f64, y in -300.0..300.0f64,
    ) {
        let turn = std::f64::consts::TAU / radii.len() as f64;
        let places: Vec<_> = radii.iter().enumerate().map(|(i, r)| {
            let (sin, cos) = (i as f64 * turn).sin_cos();
            (4096.0 + x + r * size * cos, 4096.0 + y + r * size * sin)
        }).collect();
        let shape = [Shape::new(DrawnKind::Polygon, &[(ring(&places), false)])];
        let area = |column: u32, row: u32, buffer: u16| {
            let coord = TileCoord::new(14, TILE.0 + column, TILE.1 + row).unwrap();
            let (layer, counts) = cut(&shape, TileSpec { coord, extent: 4096, buffer });
            (doubled(&polygons(layer.as_ref())), counts.repaired)
        };
        let (whole, repaired) = area(0, 0, 4096);
        prop_assume!(repaired == 0);
        let parts: i64 = [(0, 0), (1, 0), (0, 1), (1, 1)].iter().map(|&(c, r)| area(c, r, 0).0).sum();
        let outline: f64 = (size * 2.0 + 2.0) * radii.len() as f64;
        prop_assert!((whole - parts).abs() as f64 <= outline, "{} {}", whole, parts);
    }
}

/// The edge `a b`, cut at every one of `vertices` that lies on it.
fn pieces(a: TilePx, b: TilePx, vertices: &BTreeSet<TilePx>) -> Vec<(TilePx, TilePx)> {
    let (low, high) = (a.min(b), a.max(b));
    let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
    let on = |p: &&TilePx| cross(a, b, **p) == 0 && (top..=bottom).contains(&p.y);
    let mut along: Vec<_> = vertices.range(low..=high).filter(on).copied().collect();
    if a > b {
        along.reverse();
    }
    along.windows(2).map(|w| (w[0], w[1])).collect()
}
