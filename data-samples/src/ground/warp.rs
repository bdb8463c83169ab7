//! From the drawing board to the ground: one smooth map for every vertex.
//!
//! The layout is drawn with straight lines on a board (metres, `u` along the rivers' general course upstream,
//! `v` across it). [`Warp`] bends the board like a landscape and turns it to its place in EPSG:9214. Since it
//! is a function of the point alone, a vertex two neighbours share stays one vertex to the last bit.

use crate::chance::noise;

/// A place or a step: two numbers, metres.
pub type P = [f64; 2];

/// Where the board's middle lies in EPSG:9214: easting, northing, metres. Between Bắc Giang and Lục Ngạn.
pub const CENTRE: P = [425_000.0, 2_365_000.0];

/// Cosine and sine of the board's turn (16.26°, exact in decimals).
const TURN: P = [0.96, 0.28];

/// The bends: wavelength in metres, and displacement as a share of it. The slopes add up to less than one,
/// so that the map never folds; it is the curl of a potential, so that areas hardly change.
const BENDS: [(f64, f64); 3] = [(8_700.0, 0.068), (2_300.0, 0.052), (640.0, 0.014)];

/// The map from board to ground of one province.
#[derive(Debug, Clone, Copy)]
pub struct Warp {
    seed: u64,
}

impl Warp {
    /// The map of the province with this seed.
    pub const fn new(seed: u64) -> Self {
        Self {
            seed: seed ^ 0x5741_5250,
        }
    }

    /// Easting and northing (EPSG:9214, metres, whole millimetres) of a place on the board.
    pub fn ground(&self, p: P) -> P {
        let (mut u, mut v) = (p[0], p[1]);
        for (k, (wave, share)) in BENDS.iter().enumerate() {
            let n = noise(self.seed.wrapping_add(k as u64), p[0] / wave, p[1] / wave);
            u += n.dy * share * wave;
            v -= n.dx * share * wave;
        }
        [
            millimetres(CENTRE[0] + TURN[0] * u - TURN[1] * v),
            millimetres(CENTRE[1] + TURN[1] * u + TURN[0] * v),
        ]
    }

    /// The place on the board whose ground is `p`, to about a metre. [`Warp::ground`] bends little enough that
    /// stepping back what is missing closes in on it.
    pub fn board(&self, p: P) -> P {
        let back = |q: P| {
            let (e, n) = (q[0], q[1]);
            [TURN[0] * e + TURN[1] * n, TURN[0] * n - TURN[1] * e]
        };
        let mut at = back([p[0] - CENTRE[0], p[1] - CENTRE[1]]);
        for _ in 0..12 {
            let now = self.ground(at);
            let step = back([p[0] - now[0], p[1] - now[1]]);
            at = [at[0] + step[0], at[1] + step[1]];
        }
        at
    }

    /// The ground course of a straight line on the board, with a vertex every `step` metres or closer.
    pub fn course(&self, a: P, b: P, step: f64) -> Vec<P> {
        let n = (distance(a, b) / step.max(0.1)).ceil().max(1.0) as usize;
        (0..=n)
            .map(|k| self.ground(between(a, b, k as f64 / n as f64)))
            .collect()
    }
}

fn millimetres(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}

/// The place a share `t` of the way from `a` to `b`.
pub fn between(a: P, b: P, t: f64) -> P {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// Distance of two places.
pub fn distance(a: P, b: P) -> f64 {
    let (x, y) = (b[0] - a[0], b[1] - a[1]);
    (x * x + y * y).sqrt()
}

/// The step from `a` to `b`, one metre long; eastward where they are the same place.
pub fn direction(a: P, b: P) -> P {
    let d = distance(a, b);
    if d > 0.0 {
        [(b[0] - a[0]) / d, (b[1] - a[1]) / d]
    } else {
        [1.0, 0.0]
    }
}

/// `p` moved by `t` times `dir`.
pub fn along(p: P, dir: P, t: f64) -> P {
    [p[0] + dir[0] * t, p[1] + dir[1] * t]
}

/// `dir` turned by a right angle to the left.
pub fn left_of(dir: P) -> P {
    [-dir[1], dir[0]]
}

/// Twice the area of a ring without its closing vertex, positive where it runs counter-clockwise.
pub fn twice_area(ring: &[P]) -> f64 {
    let Some(&[x0, y0]) = ring.first() else {
        return 0.0;
    };
    let mut previous = ring.last().copied().unwrap_or([x0, y0]);
    let mut sum = 0.0;
    for &[x, y] in ring {
        // Relative to the first vertex: northings of 2.3 million would swallow the small digits.
        sum += (previous[0] - x0) * (y - y0) - (x - x0) * (previous[1] - y0);
        previous = [x, y];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_found() {
        let warp = Warp::new(9);
        for k in 0..500 {
            let p = [
                f64::from(k * 37 % 101) * 380.0 - 19_000.0,
                f64::from(k * 53 % 97) * 370.0 - 18_000.0,
            ];
            assert!(distance(warp.board(warp.ground(p)), p) < 1.0, "{p:?}");
        }
    }

    #[test]
    fn the_map_never_folds() {
        let warp = Warp::new(1);
        for i in -60..60 {
            for j in -60..60 {
                let p = [i as f64 * 331.0, j as f64 * 317.0];
                let ring = [p, [p[0] + 5.0, p[1]], [p[0], p[1] + 5.0]].map(|q| warp.ground(q));
                let area = twice_area(&ring) / 2.0;
                assert!(
                    area > 4.0 && area < 25.0,
                    "a 12.5 m² triangle became {area} m²"
                );
            }
        }
    }
}
