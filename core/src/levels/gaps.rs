//! Closing narrow gaps: lanes, bunds and ditches that no feature covers.

use super::window::Window;

/// How far the closing of a gap looks.
pub(super) const fn reach(gap: usize) -> usize {
    gap + 1
}

/// Gives every empty cell that lies in a gap of at most `gap` cells across, by row or by column, to the class on the
/// gap's nearer side: by the narrower direction, then the nearer side, then the lower class.
pub(super) fn close(window: &mut Window, gap: usize) {
    let side = window.side;
    let mut fills = vec![NO_FILL; window.cells.len()];
    for line in 0..side {
        across(
            &window.cells,
            &mut fills,
            gap,
            (0..side).map(|i| line * side + i),
        );
        across(
            &window.cells,
            &mut fills,
            gap,
            (0..side).map(|i| i * side + line),
        );
    }
    for (cell, fill) in window.cells.iter_mut().zip(fills) {
        if fill != NO_FILL {
            *cell = fill as u8;
        }
    }
}

/// Width, distance and class in one number, the best fill being the least.
type Fill = u32;
const NO_FILL: Fill = Fill::MAX;

/// Finds the gaps along one row or column, whose cells lie at `positions`.
fn across(
    cells: &[u8],
    fills: &mut [Fill],
    gap: usize,
    positions: impl Iterator<Item = usize> + Clone,
) {
    let mut run = 0;
    let mut before = 0;
    let mut run_start = positions.clone();
    let mut ahead = positions.clone();
    for at in positions {
        ahead.next();
        let class = cells[at];
        if class == 0 {
            run += 1;
            continue;
        }
        if run > 0 && run <= gap && before != 0 {
            for (i, hole) in run_start.take(run).enumerate() {
                for (distance, class) in [(i + 1, before), (run - i, class)] {
                    let fill = (run << 16 | distance << 8) as Fill | Fill::from(class);
                    fills[hole] = fills[hole].min(fill);
                }
            }
        }
        run = 0;
        before = class;
        run_start = ahead.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[u8], gap: usize) -> Vec<u8> {
        // One row of a window whose other rows are empty, so that only the row itself can close anything.
        let side = cells.len();
        let mut window = Window::empty(side);
        window.cells[side..2 * side].copy_from_slice(cells);
        close(&mut window, gap);
        assert!(window.cells[..side].iter().all(|c| *c == 0));
        window.cells[side..2 * side].to_vec()
    }

    #[test]
    fn a_narrow_gap_closes_from_both_sides_and_a_wide_one_stays() {
        assert_eq!(row(&[0, 2, 0, 0, 0, 1, 0], 3), [0, 2, 2, 1, 1, 1, 0]);
        assert_eq!(row(&[1, 0, 0, 0, 0, 1, 0], 3), [1, 0, 0, 0, 0, 1, 0]);
        assert_eq!(row(&[0, 0, 5, 0, 7, 0, 0], 3), [0, 0, 5, 5, 7, 0, 0]);
        assert_eq!(row(&[0, 0, 0, 0, 0, 0, 4], 3), [0, 0, 0, 0, 0, 0, 4]);
    }

    #[test]
    fn the_narrower_direction_decides() {
        let mut window = Window {
            side: 3,
            cells: vec![9, 3, 9, 0, 0, 5, 9, 4, 9],
        };
        close(&mut window, 3);
        assert_eq!(window.cells, [9, 3, 9, 9, 3, 5, 9, 4, 9]);
    }
}
