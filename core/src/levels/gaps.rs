//! Closing narrow gaps: lanes, bunds and ditches that no feature covers.

use super::window::Window;

/// How far the closing of a gap looks.
pub(super) const fn reach(gap: usize) -> usize {
    gap + 1
}

/// Gives every empty cell that lies in a gap of at most `gap` cells across, by row or by column, to the class on the
/// gap's nearer side: by the narrower direction, then the nearer side, then the lower class.
pub(super) fn close(window: &mut Window, gap: usize) {
    if !window.cells.contains(&0) {
        return;
    }
    let side = window.side;
    let mut fills = vec![NO_FILL; window.cells.len()];
    let mut columns = vec![Run::default(); side];
    for (row, cells) in window.cells.chunks_exact(side).enumerate() {
        let mut along = Run::default();
        for (column, &class) in cells.iter().enumerate() {
            let at = row * side + column;
            if let Some(run) = along.step(class, gap) {
                run.fill(class, &mut fills, at, 1);
            }
            if let Some(run) = columns[column].step(class, gap) {
                run.fill(class, &mut fills, at, side);
            }
        }
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

/// The empty cells just passed along a row or column.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// How many.
    length: u32,
    /// The class before them, 0 at the window's end.
    before: u8,
}

impl Run {
    /// Takes the next cell; the run that ends before it, if it is a gap to close.
    fn step(&mut self, class: u8, gap: usize) -> Option<Self> {
        if class == 0 {
            self.length += 1;
            return None;
        }
        let run = std::mem::replace(
            self,
            Self {
                length: 0,
                before: class,
            },
        );
        let closes = run.length > 0 && run.length as usize <= gap && run.before != 0;
        closes.then_some(run)
    }

    /// Notes the fills of the run that ends before position `end`; its cells are `step` positions apart.
    fn fill(self, after: u8, fills: &mut [Fill], end: usize, step: usize) {
        for back in 1..=self.length {
            let hole = &mut fills[end - back as usize * step];
            for (distance, class) in [(back, after), (self.length + 1 - back, self.before)] {
                *hole = (*hole).min(self.length << 16 | distance << 8 | Fill::from(class));
            }
        }
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
