//! The order features lie in: along a Hilbert curve, as FlatGeobuf has it, so that what is near in the plane is near in
//! the file.

use super::packed_rtree::Box2;

/// Cells along a side of the curve, less one.
const LAST: u32 = (1 << 16) - 1;

/// A Hilbert curve laid over an extent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Curve {
    extent: Box2,
}

impl Curve {
    /// One over `extent`.
    pub fn over(extent: Box2) -> Self {
        Self { extent }
    }

    /// How far along the curve a place of the extent lies.
    pub fn at(&self, [x, y]: [f64; 2]) -> u32 {
        let Box2 {
            min_x,
            min_y,
            max_x,
            max_y,
        } = self.extent;
        // An extent without a width gives no number, and that becomes 0.
        let cell = |at: f64, width: f64| (f64::from(LAST) * at / width).floor() as u32;
        hilbert(
            cell(x - min_x, max_x - min_x).min(LAST),
            cell(y - min_y, max_y - min_y).min(LAST),
        )
    }
}

/// How far along the curve of 2^16 cells a side the cell lies: a quadrant a step, from the largest, each turned so that
/// it begins where the one before it ended.
fn hilbert(x: u32, y: u32) -> u32 {
    let (mut x, mut y, mut along) = (x, y, 0);
    for bit in (0..16).rev() {
        let (right, up) = ((x >> bit) & 1, (y >> bit) & 1);
        along = (along << 2) | ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = !x;
                y = !y;
            }
            std::mem::swap(&mut x, &mut y);
        }
    }
    along
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn neighbours_on_the_curve_are_neighbours_in_the_plane() {
        let mut cells: Vec<(u32, u32, u32)> = (0..64)
            .flat_map(|x| (0..64).map(move |y| (hilbert(x, y), x, y)))
            .collect();
        cells.sort_unstable();
        assert_eq!(
            cells.iter().map(|c| c.0).collect::<HashSet<_>>().len(),
            4096
        );
        for pair in cells.windows(2) {
            let ((_, ax, ay), (_, bx, by)) = (pair[0], pair[1]);
            assert_eq!(ax.abs_diff(bx) + ay.abs_diff(by), 1);
        }
    }
}
