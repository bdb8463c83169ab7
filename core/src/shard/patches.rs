//! From the working plane to the drawing grid by patches: PROJ says where sixteen places of a patch lie, and every
//! vertex in it is interpolated between them.
//!
//! On 8 km a cubic in each direction follows the projection to a thousandth of a unit of the grid (0.01 mm), at a
//! fiftieth of what the projection costs. A patch depends on its place alone, so a vertex is drawn on the same spot
//! whatever was drawn before. Drawings are never an answer; what is asked for goes through PROJ.

use std::cell::RefCell;

use geo::Coord;
use rustc_hash::FxHashMap;

use crate::crs::{CrsError, Transform};
use crate::space::{LonLat, World};

/// Side of a patch, metres.
const SIDE: f64 = 8192.0;
/// Nodes along a side.
const NODES: usize = 4;
/// Eastings and northings where every grid of the country is smooth: west, south, east, north, metres.
const SMOOTH: [f64; 4] = [-500_000.0, 0.0, 1_500_000.0, 4_000_000.0];
/// Patches one thread keeps, 256 bytes each: twice the province.
const KEPT: usize = 4096;

/// Chebyshev coefficients of both coordinates over one patch.
struct Patch {
    x: [[f64; NODES]; NODES],
    y: [[f64; NODES]; NODES],
}

/// Number of a patch, eastward and northward, of the system with this EPSG code.
type Number = (u32, i32, i32);

thread_local! {
    static PATCHES: RefCell<FxHashMap<Number, Patch>> = RefCell::default();
}

/// Gives the place of every coordinate of the plane `to_lonlat` starts from to `each`, in order.
///
/// # Errors
/// [`CrsError`] where a coordinate has no image.
pub(super) fn places(
    to_lonlat: &Transform,
    coords: &[Coord<f64>],
    mut each: impl FnMut(World),
) -> Result<(), CrsError> {
    PATCHES.with_borrow_mut(|patches| {
        for &c in coords {
            each(place(to_lonlat, c, patches)?);
        }
        Ok(())
    })
}

fn place(
    to_lonlat: &Transform,
    c: Coord<f64>,
    patches: &mut FxHashMap<Number, Patch>,
) -> Result<World, CrsError> {
    let [west, south, east, north] = SMOOTH;
    let smooth = (west..=east).contains(&c.x)
        && (south..=north).contains(&c.y)
        && !to_lonlat.from().is_geographic();
    if !smooth {
        let [lon, lat] = to_lonlat.point([c.x, c.y])?;
        return Ok(World::from_lonlat(LonLat { lon, lat }));
    }
    let (column, row) = ((c.x / SIDE).floor(), (c.y / SIDE).floor());
    let (u, v) = (
        2.0 * (c.x / SIDE - column) - 1.0,
        2.0 * (c.y / SIDE - row) - 1.0,
    );
    let number = (to_lonlat.from().epsg(), column as i32, row as i32);
    if let Some(patch) = patches.get(&number) {
        return Ok(patch.place(u, v));
    }
    let patch = Patch::new(to_lonlat, column, row)?;
    let place = patch.place(u, v);
    // Whoever draws half the country does not need to keep all of it.
    if patches.len() >= KEPT {
        patches.clear();
    }
    patches.insert(number, patch);
    Ok(place)
}

impl Patch {
    fn new(to_lonlat: &Transform, column: f64, row: f64) -> Result<Self, CrsError> {
        let nodes = nodes();
        let mut coords = [[0.0; 2]; NODES * NODES];
        for (i, coord) in coords.iter_mut().enumerate() {
            let at = |number: f64, node: usize| {
                (number + 0.5 + 0.5 * nodes.get(node).copied().unwrap_or_default()) * SIDE
            };
            *coord = [at(column, i / NODES), at(row, i % NODES)];
        }
        to_lonlat.apply(&mut coords)?;
        let mut images = [[0.0; 2]; NODES * NODES];
        for (image, [lon, lat]) in images.iter_mut().zip(coords) {
            *image = World::unrounded(LonLat { lon, lat });
        }
        Ok(Self {
            x: coefficients(&images.map(|[x, _]| x)),
            y: coefficients(&images.map(|[_, y]| y)),
        })
    }

    /// The place at `u` eastward and `v` northward, both from -1 to 1.
    fn place(&self, u: f64, v: f64) -> World {
        let (east, north) = (polynomials(u), polynomials(v));
        World::rounded(sum(&self.x, &east, &north), sum(&self.y, &east, &north))
    }
}

/// Where the polynomial one degree higher is zero.
fn nodes() -> [f64; NODES] {
    std::array::from_fn(|k| ((2 * k + 1) as f64 * std::f64::consts::PI / (2 * NODES) as f64).cos())
}

/// The first Chebyshev polynomials at `t`.
fn polynomials(t: f64) -> [f64; NODES] {
    let square = t * t;
    [1.0, t, 2.0 * square - 1.0, (4.0 * square - 3.0) * t]
}

/// The coefficients that give `values` at the nodes, eastward first.
fn coefficients(values: &[f64; NODES * NODES]) -> [[f64; NODES]; NODES] {
    let at_nodes = nodes().map(polynomials);
    let share = |degree: usize| if degree == 0 { 1.0 } else { 2.0 } / NODES as f64;
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let weighed = values.iter().enumerate().map(|(n, value)| {
                let of = |node: usize, degree: usize| {
                    at_nodes
                        .get(node)
                        .and_then(|p| p.get(degree))
                        .copied()
                        .unwrap_or_default()
                };
                value * of(n / NODES, i) * of(n % NODES, j)
            });
            share(i) * share(j) * weighed.sum::<f64>()
        })
    })
}

fn sum(coefficients: &[[f64; NODES]; NODES], east: &[f64; NODES], north: &[f64; NODES]) -> f64 {
    let mut total = 0.0;
    for (row, e) in coefficients.iter().zip(east) {
        let inner: f64 = row.iter().zip(north).map(|(c, n)| c * n).sum();
        total += e * inner;
    }
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crs::Crs;

    fn to_lonlat() -> Transform {
        Transform::new(Crs::WORKING, Crs::LONLAT).unwrap()
    }

    fn both(t: &Transform, c: Coord<f64>) -> ([f64; 2], [f64; 2]) {
        let [lon, lat] = t.point([c.x, c.y]).unwrap();
        let exact = World::unrounded(LonLat { lon, lat });
        let (column, row) = ((c.x / SIDE).floor(), (c.y / SIDE).floor());
        let patch = Patch::new(t, column, row).unwrap();
        let east = polynomials(2.0 * (c.x / SIDE - column) - 1.0);
        let north = polynomials(2.0 * (c.y / SIDE - row) - 1.0);
        (
            exact,
            [sum(&patch.x, &east, &north), sum(&patch.y, &east, &north)],
        )
    }

    proptest! {
        #[test]
        fn a_patch_lies_where_proj_says(x in 300_000.0..700_000.0f64, y in 2_200_000.0..2_500_000.0f64) {
            let (exact, patched) = both(&to_lonlat(), Coord { x, y });
            prop_assert!((exact[0] - patched[0]).abs() < 1e-3 && (exact[1] - patched[1]).abs() < 1e-3, "{exact:?} {patched:?}");
        }

        #[test]
        fn far_from_the_province_it_still_does(x in -500_000.0..1_500_000.0f64, y in 0.0..4_000_000.0f64) {
            let (exact, patched) = both(&to_lonlat(), Coord { x, y });
            prop_assert!((exact[0] - patched[0]).abs() < 0.05 && (exact[1] - patched[1]).abs() < 0.05, "{exact:?} {patched:?}");
        }

        #[test]
        fn what_was_drawn_before_changes_nothing(x in 380_000.0..510_000.0f64, y in 2_310_000.0..2_400_000.0f64) {
            let t = to_lonlat();
            let mut patches = FxHashMap::default();
            let alone = place(&t, Coord { x, y }, &mut patches).unwrap();
            for i in 0..KEPT + 3 {
                let east = 400_000.0 + (i % 100) as f64 * SIDE;
                let north = (i / 100) as f64 * SIDE;
                place(&t, Coord { x: east, y: north }, &mut patches).unwrap();
            }
            prop_assert!(patches.len() <= KEPT);
            prop_assert_eq!(place(&t, Coord { x, y }, &mut patches).unwrap(), alone);
        }
    }

    #[test]
    fn a_coordinate_without_an_image_is_an_error() {
        let c = Coord {
            x: f64::NAN,
            y: 0.0,
        };
        assert!(places(&to_lonlat(), &[c], |_| ()).is_err());
    }
}
