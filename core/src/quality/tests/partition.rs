//! Parcels that part their ground cleanly, but for the noise of a grid transform; and the same parcels dented.

use geo::{Coord, LineString, Polygon, coord};

use crate::crs::{Crs, Transform, transform_geometry};

/// Numbers from a seed.
pub struct Chance(pub u64);

impl Chance {
    pub fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }
}

/// Rectangles that tile 600 m × 400 m, cut again and again: most corners are T-junctions.
fn tiles(chance: &mut Chance, cuts: usize) -> Vec<[f64; 4]> {
    let mut tiles = vec![[0.0, 0.0, 600.0, 400.0]];
    for _ in 0..cuts {
        let at = chance.below(tiles.len());
        let [x0, y0, x1, y1] = tiles[at];
        let share = 0.25 + chance.unit() / 2.0;
        if f64::max(x1 - x0, y1 - y0) < 16.0 {
            continue;
        }
        let (a, b) = if x1 - x0 > y1 - y0 {
            let x = x0 + (x1 - x0) * share;
            ([x0, y0, x, y1], [x, y0, x1, y1])
        } else {
            let y = y0 + (y1 - y0) * share;
            ([x0, y0, x1, y], [x0, y, x1, y1])
        };
        tiles[at] = a;
        tiles.push(b);
    }
    tiles
}

/// The tiles as parcels: corners of others on their edges are vertices of theirs or not, some have a parcel within,
/// they are turned, laid down in a commune surveyed in EPSG:9209, and carried to EPSG:9214 with noise on top.
pub fn partition(seed: u64, cuts: usize) -> Vec<Polygon<f64>> {
    let mut chance = Chance(seed);
    let tiles = tiles(&mut chance, cuts);
    let corners: Vec<Coord<f64>> = tiles
        .iter()
        .flat_map(|[x0, y0, x1, y1]| {
            [(*x0, *y0), (*x1, *y0), (*x1, *y1), (*x0, *y1)].map(Coord::from)
        })
        .collect();
    let mut features = Vec::new();
    for &[x0, y0, x1, y1] in &tiles {
        let mut ring = Vec::new();
        let round: [Coord<f64>; 4] = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(Coord::from);
        for (i, a) in round.iter().enumerate() {
            let b = round[(i + 1) % 4];
            ring.push(*a);
            let on = |c: &Coord<f64>| {
                (c.x - a.x) * (b.y - a.y) == (c.y - a.y) * (b.x - a.x)
                    && (c.x - a.x) * (c.x - b.x) + (c.y - a.y) * (c.y - b.y) < 0.0
            };
            let mut between: Vec<Coord<f64>> = corners.iter().copied().filter(on).collect();
            between.sort_by(|c, d| {
                let far = |c: &Coord<f64>| (c.x - a.x).abs() + (c.y - a.y).abs();
                far(c).total_cmp(&far(d))
            });
            between.dedup();
            ring.extend(between.into_iter().filter(|_| chance.unit() < 0.5));
        }
        ring.push(ring[0]);
        let mut holes = Vec::new();
        if x1 - x0 > 20.0 && y1 - y0 > 20.0 && chance.unit() < 0.3 {
            let (x, y) = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
            let hole: LineString<f64> = vec![
                (x - 4.0, y),
                (x, y - 5.0),
                (x + 6.0, y),
                (x, y + 3.0),
                (x - 4.0, y),
            ]
            .into();
            features.push(Polygon::new(hole.clone(), Vec::new()));
            holes.push(hole);
        }
        features.push(Polygon::new(LineString::new(ring), holes));
    }
    let (sin, cos) = (chance.unit() * 6.0).sin_cos();
    let carry = Transform::new(Crs::from_epsg(9209).unwrap(), Crs::WORKING).unwrap();
    features
        .into_iter()
        .map(|f| {
            let mut there: geo::Geometry<f64> = geo::MapCoords::map_coords(&f, |c| {
                coord! {
                    x: 571_883.0 + c.x * cos - c.y * sin,
                    y: 2_353_345.0 + c.x * sin + c.y * cos,
                }
            })
            .into();
            transform_geometry(&carry, &mut there).unwrap();
            let polygon: Polygon<f64> = there.try_into().unwrap();
            // Each parcel's own, and the same wherever its ring comes by again.
            let own = chance.unit().to_bits();
            let noise = |x: f64, y: f64, salt: u64| {
                let mixed = Chance(own ^ salt ^ x.to_bits() ^ y.to_bits().rotate_left(17)).unit();
                (mixed - 0.5) * 2e-9
            };
            geo::MapCoords::map_coords(&polygon, |c| {
                coord! {
                    x: c.x + noise(c.x, c.y, 1),
                    y: c.y + noise(c.x, c.y, 2),
                }
            })
        })
        .collect()
}

/// Moves a vertex of a feature.
pub fn dent(feature: &mut Polygon<f64>, chance: &mut Chance, by: f64) {
    let turn = chance.unit() * std::f64::consts::TAU;
    let at = chance.below(feature.exterior().0.len() - 1);
    feature.exterior_mut(|ring| {
        let old = ring.0[at];
        let new = coord! { x: old.x + by * turn.cos(), y: old.y + by * turn.sin() };
        for c in &mut ring.0 {
            if *c == old {
                *c = new;
            }
        }
    });
}
