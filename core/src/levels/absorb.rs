//! Specks: patches too small to read are given to a neighbour.

use super::window::Window;

/// How far one turn of [`specks`] looks from a cell: across its own patch, then across a neighbouring one.
pub(super) const fn reach(speck: usize) -> usize {
    2 * speck.saturating_sub(1)
}

/// Gives every patch (cells of one class joined by their edges) of fewer than `speck` cells to the class of the
/// neighbours it has the longest border with, all at once, up to `rounds` times.
///
/// Neighbours that are patches of full size count first; among specks only, a speck follows larger ones (then lower
/// classes), so that crowds of them grow together instead of trading places. Empty ground is a class like any other.
/// A patch that reaches the window's end may be larger than it looks and is left as it is.
pub(super) fn specks(window: &mut Window, speck: usize, rounds: usize) {
    for _ in 0..rounds {
        let mut patches = Patches::of(window);
        if !patches.absorb(window, speck) {
            break;
        }
    }
}

/// A stretch of one class along a row.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: u32,
    end: u32,
    class: u8,
}

/// The patches of a window, as runs joined in a forest.
struct Patches {
    runs: Vec<Run>,
    /// First run of every row, and the end.
    rows: Vec<usize>,
    /// A run of the same patch, nearer to the root; the root itself at the root.
    parent: Vec<u32>,
    /// Cells of the patch, at its root; [`FULL`] where it reaches the window's end.
    size: Vec<u32>,
}

const FULL: u32 = u32::MAX;

/// A border between a speck and a neighbour: roots and length.
type Border = (u32, u32, u32);

impl Patches {
    fn of(window: &Window) -> Self {
        let side = window.side;
        let mut runs: Vec<Run> = Vec::new();
        let mut rows = vec![0];
        for row in window.cells.chunks_exact(side.max(1)) {
            let mut start = 0;
            for cells in row.chunk_by(|a, b| a == b) {
                let end = start + cells.len() as u32;
                runs.push(Run {
                    start,
                    end,
                    class: cells[0],
                });
                start = end;
            }
            rows.push(runs.len());
        }
        let parent = (0..runs.len() as u32).collect();
        let mut patches = Self {
            size: vec![0; runs.len()],
            runs,
            rows,
            parent,
        };
        for row in 1..side {
            patches.for_touching(row, |patches, a, b, _| {
                if patches.runs[a].class == patches.runs[b].class {
                    patches.join(a as u32, b as u32);
                }
            });
        }
        for row in 0..side {
            for run in patches.rows[row]..patches.rows[row + 1] {
                let Run { start, end, .. } = patches.runs[run];
                let at_end = row == 0 || row + 1 == side || start == 0 || end as usize == side;
                let root = patches.root(run as u32) as usize;
                patches.size[root] = if at_end {
                    FULL
                } else {
                    patches.size[root].saturating_add(end - start)
                };
            }
        }
        patches
    }

    /// Calls `f` with every run of `row - 1` and run of `row` that lie above one another, and the length they share.
    fn for_touching(&mut self, row: usize, mut f: impl FnMut(&mut Self, usize, usize, u32)) {
        let (mut above, mut below) = (self.rows[row - 1], self.rows[row]);
        let (above_end, below_end) = (self.rows[row], self.rows[row + 1]);
        while above < above_end && below < below_end {
            let (a, b) = (self.runs[above], self.runs[below]);
            f(self, above, below, a.end.min(b.end) - a.start.max(b.start));
            above += usize::from(a.end <= b.end);
            below += usize::from(b.end <= a.end);
        }
    }

    fn root(&mut self, mut run: u32) -> u32 {
        while self.parent[run as usize] != run {
            let up = self.parent[self.parent[run as usize] as usize];
            self.parent[run as usize] = up;
            run = up;
        }
        run
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (first, other) = (a.min(b), a.max(b));
        self.parent[other as usize] = first;
    }

    /// One turn; whether anything changed.
    fn absorb(&mut self, window: &mut Window, speck: usize) -> bool {
        let mut borders = self.borders(window.side, speck as u32);
        borders.sort_unstable();
        let mut taken: Vec<Option<u8>> = vec![None; self.runs.len()];
        for of_one in borders.chunk_by(|a, b| a.0 == b.0) {
            let own = of_one[0].0;
            taken[own as usize] = self.heir(own, of_one, speck as u32);
        }
        let mut changed = false;
        for row in 0..window.side {
            for run in self.rows[row]..self.rows[row + 1] {
                let root = self.root(run as u32);
                if let Some(class) = taken[root as usize] {
                    let Run { start, end, .. } = self.runs[run];
                    let at = row * window.side;
                    window.cells[at + start as usize..at + end as usize].fill(class);
                    changed = true;
                }
            }
        }
        changed
    }

    /// The borders of all specks.
    fn borders(&mut self, side: usize, speck: u32) -> Vec<Border> {
        let mut borders = Vec::new();
        let mut note = |patches: &mut Self, a: usize, b: usize, length: u32| {
            let (a, b) = (patches.root(a as u32), patches.root(b as u32));
            if a != b {
                for (own, other) in [(a, b), (b, a)] {
                    if patches.size[own as usize] < speck {
                        borders.push((own, other, length));
                    }
                }
            }
        };
        for row in 0..side {
            for run in self.rows[row] + 1..self.rows[row + 1] {
                note(self, run - 1, run, 1);
            }
            if row > 0 {
                self.for_touching(row, &mut note);
            }
        }
        borders
    }

    /// The class a speck goes to, given all its borders.
    fn heir(&self, own: u32, borders: &[Border], speck: u32) -> Option<u8> {
        let class = |root: u32| self.runs[root as usize].class;
        let size = |root: u32| self.size[root as usize];
        let full = borders.iter().any(|(_, other, _)| size(*other) >= speck);
        let rank = |root: u32| (size(root), u8::MAX - class(root));
        let may = |other: u32| {
            if full {
                size(other) >= speck
            } else {
                rank(other) > rank(own)
            }
        };
        let mut lengths = [0u32; 256];
        for &(_, other, length) in borders.iter().filter(|(_, other, _)| may(*other)) {
            lengths[usize::from(class(other))] += length;
        }
        let longest = lengths.iter().max().filter(|l| **l > 0)?;
        // At equal lengths a class before the empty ground, then the lower class.
        let order = (1..=u8::MAX).chain([0]);
        order
            .into_iter()
            .find(|class| lengths[usize::from(*class)] == *longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn absorbed(side: usize, cells: &[u8], speck: usize, rounds: usize) -> Vec<u8> {
        let mut window = Window {
            side,
            cells: cells.to_vec(),
        };
        specks(&mut window, speck, rounds);
        window.cells
    }

    #[test]
    fn a_speck_goes_to_the_longest_border() {
        #[rustfmt::skip]
        let cells = [
            1, 1, 1, 2, 2,
            1, 1, 1, 2, 2,
            1, 1, 3, 3, 2,
            1, 1, 1, 2, 2,
            1, 1, 1, 2, 2,
        ];
        #[rustfmt::skip]
        let want = [
            1, 1, 1, 2, 2,
            1, 1, 1, 2, 2,
            1, 1, 1, 1, 2,
            1, 1, 1, 2, 2,
            1, 1, 1, 2, 2,
        ];
        assert_eq!(absorbed(5, &cells, 3, 1), want);
        assert_eq!(absorbed(5, &cells, 2, 1), cells);
    }

    #[test]
    fn a_crowd_of_specks_comes_to_rest() {
        let side = 24;
        let cells: Vec<u8> = (0..side * side)
            .map(|i| {
                if i % 7 == 0 {
                    (i % 11) as u8
                } else {
                    (i * 31 % 5) as u8
                }
            })
            .collect();
        let once = absorbed(side, &cells, 9, 8);
        assert_eq!(absorbed(side, &once, 9, 1), once);
    }

    #[test]
    fn a_ring_of_one_class_and_a_patch_at_the_end_stay() {
        #[rustfmt::skip]
        let cells = [
            2, 2, 2, 2, 2, 5,
            2, 3, 3, 3, 2, 2,
            2, 3, 2, 3, 2, 2,
            2, 3, 3, 3, 2, 2,
            2, 2, 2, 2, 2, 2,
            2, 2, 2, 2, 2, 2,
        ];
        let mut want = cells;
        want[14] = 3;
        assert_eq!(absorbed(6, &cells, 4, 3), want);
    }
}
