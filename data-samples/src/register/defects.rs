//! Breaking a few parcels the way real files are broken.

use super::parcels::Parcel;
use crate::chance::{hash, unit};

/// Share of parcels whose number is given twice: 22 of 9,777 in a real commune.
const DOUBLE: f64 = 22.0 / 9_777.0;
/// Share of parcels whose outline crosses itself: 6 of 9,777.
const CROSSED: f64 = 6.0 / 9_777.0;

/// Gives some parcels their neighbour's number and lets the outline of some cross itself.
pub fn spoil(parcels: &mut [Parcel], seed: u64) {
    for k in 1..parcels.len() {
        let (before, rest) = parcels.split_at_mut(k);
        let (Some(previous), Some(parcel)) = (before.last(), rest.first_mut()) else {
            continue;
        };
        let code = parcel
            .commune
            .code
            .bytes()
            .fold(0i64, |n, b| n * 10 + i64::from(b));
        let h = hash(seed ^ 0x4445, code, k as i64);
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
