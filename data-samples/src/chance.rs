//! Chance without state: hashes, smooth noise and the spread of parcel sizes.
//!
//! Only additions, multiplications and square roots are used, which IEEE 754 rounds the same way on every
//! machine; logarithms and sines differ between C libraries and would change the bytes.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Scrambles `x` so that neighbouring inputs give unrelated outputs (the finaliser of SplitMix64).
pub const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// A hash of two whole numbers under a seed.
pub const fn hash(seed: u64, a: i64, b: i64) -> u64 {
    mix(mix(mix(seed) ^ a as u64) ^ b as u64)
}

/// The hash as a number in `[0, 1)`.
pub const fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 / 9_007_199_254_740_992.0
}

/// The hash as a number in `[-1, 1)`.
pub const fn signed(hash: u64) -> f64 {
    unit(hash) * 2.0 - 1.0
}

/// A random stream of its own for job `(a, b)` under `seed`.
pub fn stream(seed: u64, a: i64, b: i64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(hash(seed, a, b))
}

/// Smooth noise at a place: its value and its slope.
#[derive(Debug, Clone, Copy)]
pub struct Noise {
    /// Value in `[0, 1]`.
    pub value: f64,
    /// Change of the value along x.
    pub dx: f64,
    /// Change of the value along y.
    pub dy: f64,
}

/// Value noise on the unit lattice with quintic weights, so that value, slope and curvature are continuous.
pub fn noise(seed: u64, x: f64, y: f64) -> Noise {
    let (i, j) = (x.floor(), y.floor());
    let (fx, fy) = (x - i, y - j);
    let (i, j) = (i as i64, j as i64);
    let at = |di: i64, dj: i64| unit(hash(seed, i + di, j + dj));
    let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
    let weight = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let slope = |t: f64| 30.0 * t * t * (t * (t - 2.0) + 1.0);
    let (wx, wy) = (weight(fx), weight(fy));
    let k = a - b - c + d;
    Noise {
        value: a + (b - a) * wx + (c - a) * wy + k * wx * wy,
        dx: ((b - a) + k * wy) * slope(fx),
        dy: ((c - a) + k * wx) * slope(fy),
    }
}

/// Noise summed over octaves, each half as wide and half as strong as the one before; in `[0, 1]`, middle 0.5.
pub fn octaves(seed: u64, x: f64, y: f64, count: u32) -> f64 {
    let (mut sum, mut weight, mut scale, mut total) = (0.0, 1.0, 1.0, 0.0);
    for k in 0..count {
        sum += weight * noise(seed.wrapping_add(u64::from(k)), x * scale, y * scale).value;
        total += weight;
        weight *= 0.5;
        scale *= 2.0;
    }
    if total > 0.0 { sum / total } else { 0.5 }
}

/// Quantiles of `exp(z)`, z standard normal, at 1/20 steps, the ends at 0.5 % and 99.5 %.
const SPREAD: [f64; 21] = [
    0.0761, 0.1930, 0.2776, 0.3547, 0.4310, 0.5094, 0.5919, 0.6802, 0.7762, 0.8818, 1.0, 1.1340,
    1.2883, 1.4701, 1.6895, 1.9630, 2.3202, 2.8191, 3.6022, 5.1807, 13.137,
];

/// A factor with median 1 spread like a log-normal of sigma 1, for a number in `[0, 1)`.
pub fn spread(p: f64) -> f64 {
    let x = p.clamp(0.0, 0.999_999) * 20.0;
    let k = x as usize;
    let t = x - k as f64;
    match (SPREAD.get(k), SPREAD.get(k + 1)) {
        (Some(a), Some(b)) => a + (b - a) * t,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_smooth_and_its_slope_is_right() {
        for k in 0..200 {
            let (x, y) = (k as f64 * 0.37 - 20.0, k as f64 * 0.11 + 3.0);
            let n = noise(7, x, y);
            assert!((0.0..=1.0).contains(&n.value));
            let h = 1e-6;
            let dx = (noise(7, x + h, y).value - noise(7, x - h, y).value) / (2.0 * h);
            let dy = (noise(7, x, y + h).value - noise(7, x, y - h).value) / (2.0 * h);
            assert!((dx - n.dx).abs() < 1e-5 && (dy - n.dy).abs() < 1e-5);
        }
    }

    #[test]
    fn half_of_the_spread_lies_below_one() {
        assert!((spread(0.5) - 1.0).abs() < 1e-12);
        assert!(spread(0.05) < 0.2 && spread(0.95) > 5.0 && spread(1.0).is_finite());
    }
}
