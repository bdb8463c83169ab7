//! Breaking a few parcels the way real files are broken.

use super::parcels::Parcel;
use crate::chance::{hash, mix, signed, unit};

/// Share of parcels whose number is given twice: 22 of 9,777 in a real commune.
const DOUBLE: f64 = 22.0 / 9_777.0;
/// Share of parcels whose outline crosses itself: 6 of 9,777.
const CROSSED: f64 = 6.0 / 9_777.0;

/// Parcels that do not lie where their neighbours' corners are, as sheets do that were surveyed apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jitter {
    /// How far, metres.
    pub metres: f64,
    /// How many of all, from 0 to 1.
    pub share: f64,
}

/// The number a commune's code is.
fn number(code: &str) -> i64 {
    code.bytes().fold(0i64, |n, b| n * 10 + i64::from(b))
}

/// Moves a share of the parcels by the same distance, each in a direction of its own; their shapes and areas stay.
pub fn shift(parcels: &mut [Parcel], jitter: Jitter, seed: u64) {
    for (k, parcel) in parcels.iter_mut().enumerate() {
        let h = hash(seed ^ 0x4a49, number(parcel.commune.code), k as i64);
        if unit(h) >= jitter.share {
            continue;
        }
        // Towards a place in the square around: its corners are somewhat likelier than its sides.
        let (x, y) = (signed(mix(h)), signed(mix(h ^ 1)));
        let scale = jitter.metres / (x * x + y * y).sqrt().max(f64::MIN_POSITIVE);
        for p in parcel.rings.iter_mut().flatten() {
            *p = [p[0] + x * scale, p[1] + y * scale];
        }
    }
}

/// Gives some parcels their neighbour's number and lets the outline of some cross itself.
pub fn spoil(parcels: &mut [Parcel], seed: u64) {
    for k in 1..parcels.len() {
        let (before, rest) = parcels.split_at_mut(k);
        let (Some(previous), Some(parcel)) = (before.last(), rest.first_mut()) else {
            continue;
        };
        let h = hash(seed ^ 0x4445, number(parcel.commune.code), k as i64);
        if unit(h) < DOUBLE && previous.sheet == parcel.sheet {
            parcel.number = previous.number;
        }
        if unit(h.rotate_left(33)) < CROSSED
            && let Some(outline) = parcel.rings.first_mut()
            && outline.len() >= 4
        {
            // Two corners in the wrong order: a bow-tie.
            let n = outline.len();
            outline.swap(n / 4, 3 * n / 4);
        }
    }
}
