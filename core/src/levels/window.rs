//! A square of cells around a tile.

/// Cells of one zoom around a tile, by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// Cells along a side.
    pub side: usize,
    /// Classes by row, 0 where empty.
    pub cells: Vec<u8>,
}

impl Window {
    /// A window of empty cells.
    pub fn empty(side: usize) -> Self {
        Self {
            side,
            cells: vec![0; side * side],
        }
    }

    /// Copies a block of `block_side`² cells whose north-west cell lies at (`x`, `y`) of the window, which may be
    /// outside it: only the common part is copied.
    pub fn paste(&mut self, block: &[u8], block_side: usize, x: i64, y: i64) {
        let side = self.side as i64;
        let (from, to) = (x.clamp(0, side), (x + block_side as i64).clamp(0, side));
        if from >= to {
            return;
        }
        for (row, cells) in (y..).zip(block.chunks_exact(block_side)) {
            if (0..side).contains(&row) {
                let target = row as usize * self.side;
                self.cells[target + from as usize..target + to as usize]
                    .copy_from_slice(&cells[(from - x) as usize..(to - x) as usize]);
            }
        }
    }

    /// The window without its outer `margin` cells.
    pub fn inner(&self, margin: usize) -> Self {
        self.part(margin, margin, self.side.saturating_sub(2 * margin))
    }

    /// The square of `side` cells, all of them in the window, from a column and row on.
    pub fn part(&self, x: usize, y: usize, side: usize) -> Self {
        let mut cells = Vec::with_capacity(side * side);
        for row in self.cells.chunks_exact(self.side).skip(y).take(side) {
            cells.extend_from_slice(&row[x..x + side]);
        }
        Self { side, cells }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_pasted_where_they_overlap_the_window() {
        let mut window = Window::empty(4);
        window.paste(&[1, 2, 3, 4], 2, -1, -1);
        window.paste(&[5, 6, 7, 8], 2, 3, 2);
        window.paste(&[9; 4], 2, 4, 0);
        window.paste(&[9; 4], 2, 0, -9);
        assert_eq!(
            window.cells,
            [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 7]
        );
        assert_eq!(window.inner(1).cells, [0; 4]);
        window.paste(&[1; 36], 6, -1, -1);
        assert_eq!(window.cells, [1; 16]);
    }
}
