//! Class cells seen from another grid.

use crate::space::World;

use super::cells::{TILE_CELLS, TILE_CELLS_BITS};
use super::window::Window;

/// From a place on another grid to the Web Mercator square, in units of [`World`], not rounded; `None` where it has no
/// image.
pub trait ToMercator: Fn(World) -> Option<[f64; 2]> {}
impl<F: Fn(World) -> Option<[f64; 2]>> ToMercator for F {}

/// Cells between two places that are carried over exactly; between them a straight line is followed, which at every
/// zoom leaves a fiftieth of a cell.
const STEP: i64 = 32;

/// Where the middles of a window's cells lie on the Web Mercator square.
pub(super) struct Lattice {
    /// By row, then column; in cells of the zoom.
    nodes: Vec<[f64; 2]>,
    /// Nodes in a row.
    columns: usize,
    /// Number of the first node, eastward and southward.
    first: [i64; 2],
}

impl Lattice {
    /// For the window of `side` cells of zoom `z` whose north-west cell is `corner` of the other grid. The nodes are at
    /// fixed places of that grid, so that windows which overlap see the same cells.
    pub fn new(
        z: u8,
        corner: [i64; 2],
        side: usize,
        to_mercator: &impl ToMercator,
    ) -> Option<Self> {
        let bits = 32 - u32::from(z) - TILE_CELLS_BITS;
        let first = corner.map(|cell| cell.div_euclid(STEP));
        let columns = (side as i64 / STEP + 3) as usize;
        let cell = f64::from(bits).exp2();
        let last = (TILE_CELLS as i64) << z;
        let mut nodes = Vec::with_capacity(columns * columns);
        for row in 0..columns as i64 {
            for column in 0..columns as i64 {
                let at = |number: i64| {
                    let cell = (number * STEP).clamp(0, last);
                    ((cell as u64) << bits).min(u64::from(u32::MAX)) as u32
                };
                let [x, y] = to_mercator(World {
                    x: at(first[0] + column),
                    y: at(first[1] + row),
                })?;
                nodes.push([x / cell, y / cell]);
            }
        }
        Some(Self {
            nodes,
            columns,
            first,
        })
    }

    /// The cells of the Web Mercator grid it covers: the first, and one past the last, eastward and southward.
    pub fn bounds(&self) -> [[i64; 2]; 2] {
        let of = |axis: usize, pick: fn(f64, f64) -> f64, from: f64| {
            let numbers = self.nodes.iter().filter_map(|node| node.get(axis));
            numbers.fold(from, |a, b| pick(a, *b)).floor() as i64
        };
        let span = |axis| {
            [
                of(axis, f64::min, f64::MAX),
                of(axis, f64::max, f64::MIN) + 2,
            ]
        };
        let ([left, right], [top, bottom]) = (span(0), span(1));
        [[left, top], [right, bottom]]
    }

    /// The cell of the Web Mercator grid that holds the middle of a cell of the other grid.
    pub fn cell(&self, [x, y]: [i64; 2]) -> Option<[i64; 2]> {
        let (column, row) = (x.div_euclid(STEP), y.div_euclid(STEP));
        let share = |v: i64| (v.rem_euclid(STEP) as f64 + 0.5) / STEP as f64;
        let (u, v) = (share(x), share(y));
        let at = |dx: i64, dy: i64| {
            let (column, row) = (column - self.first[0] + dx, row - self.first[1] + dy);
            self.nodes
                .get(row as usize * self.columns + column as usize)
        };
        let (nw, ne, sw, se) = (at(0, 0)?, at(1, 0)?, at(0, 1)?, at(1, 1)?);
        let mix = |axis: usize| {
            let north = nw[axis] + (ne[axis] - nw[axis]) * u;
            let south = sw[axis] + (se[axis] - sw[axis]) * u;
            (north + (south - north) * v).floor() as i64
        };
        Some([mix(0), mix(1)])
    }
}

/// The window of the other grid with its north-west cell at `corner`: each cell what `mercator`, whose north-west cell is
/// `origin`, holds at its middle.
pub(super) fn resample(
    lattice: &Lattice,
    mercator: &Window,
    origin: [i64; 2],
    corner: [i64; 2],
    side: usize,
) -> Window {
    let mut window = Window::empty(side);
    for (row, cells) in (corner[1]..).zip(window.cells.chunks_exact_mut(side.max(1))) {
        for (column, cell) in (corner[0]..).zip(cells) {
            let Some([x, y]) = lattice.cell([column, row]) else {
                continue;
            };
            let inside = |v: i64| (0..mercator.side as i64).contains(&v);
            let (x, y) = (x - origin[0], y - origin[1]);
            if inside(x) && inside(y) {
                let at = y as usize * mercator.side + x as usize;
                *cell = mercator.cells.get(at).copied().unwrap_or_default();
            }
        }
    }
    window
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_seen_from_itself_is_itself() {
        let same = |p: World| Some([f64::from(p.x), f64::from(p.y)]);
        let corner = [300_000, 170_000];
        let lattice = Lattice::new(10, corner, 100, &same).unwrap();
        assert_eq!(lattice.cell([300_000, 170_000]), Some([300_000, 170_000]));
        assert_eq!(lattice.cell([300_099, 170_063]), Some([300_099, 170_063]));
        let [[left, top], [right, bottom]] = lattice.bounds();
        assert!(left <= 300_000 && top <= 170_000 && right > 300_100 && bottom > 170_100);
        let mut mercator = Window::empty(120);
        for (i, cell) in mercator.cells.iter_mut().enumerate() {
            *cell = (i * 7 % 251) as u8;
        }
        let seen = resample(
            &lattice,
            &mercator,
            [300_000 - 10, 170_000 - 10],
            corner,
            100,
        );
        assert_eq!(seen, mercator.inner(10));
    }

    #[test]
    fn windows_that_overlap_see_the_same_cells() {
        // Turned and stretched a little.
        let other = |p: World| {
            let (x, y) = (f64::from(p.x), f64::from(p.y));
            Some([x * 0.93 + y * 0.002 + 1e6, y * 0.93 - x * 0.002 + 2e6])
        };
        let (a, b) = ([200_000, 100_000], [200_050, 100_017]);
        let (first, second) = (
            Lattice::new(9, a, 200, &other).unwrap(),
            Lattice::new(9, b, 200, &other).unwrap(),
        );
        for at in [[200_050, 100_017], [200_120, 100_100], [200_199, 100_199]] {
            assert!(first.cell(at).is_some());
            assert_eq!(first.cell(at), second.cell(at));
        }
    }
}
