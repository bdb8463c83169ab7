//! Threads: strips one cell wide, which would show as broken hair lines.
//!
//! Lanes and ditches that are parcels of their own are narrower than a cell or about as wide: the grid catches them
//! here and misses them there. They have themes of their own to be drawn from; in the picture of classes the ground on
//! their two sides closes over them.

use super::window::Window;

/// Turns a crowd of threads may need to be filled from its rim.
const ROUNDS: usize = 3;

/// How far [`remove`] looks.
pub(super) const REACH: usize = ROUNDS + 1;

/// Gives every cell that belongs to no 2 × 2 cells of its class to the class most of its eight neighbours have,
/// neighbours across an edge counting twice; at equal counts to the lower class. Threads themselves do not count, nor
/// does empty ground, so a lone strip stays.
pub(super) fn remove(window: &mut Window) {
    let side = window.side;
    if side < 3 {
        return;
    }
    let mut thread = find(&window.cells, side);
    let mut pending: Vec<usize> = inner(side).filter(|at| thread[*at]).collect();
    for _ in 0..ROUNDS {
        let settled: Vec<(usize, u8)> = pending
            .iter()
            .filter_map(|&at| Some((at, commonest(&window.cells, &thread, side, at)?)))
            .collect();
        for &(at, class) in &settled {
            window.cells[at] = class;
            thread[at] = false;
        }
        if settled.is_empty() {
            break;
        }
        pending.retain(|at| thread[*at]);
    }
}

/// Positions of the cells that are not at the window's end.
fn inner(side: usize) -> impl Iterator<Item = usize> {
    (1..side - 1).flat_map(move |row| row * side + 1..row * side + side - 1)
}

/// Which cells are part of no 2 × 2 cells of one class.
fn find(cells: &[u8], side: usize) -> Vec<bool> {
    let mut thread = vec![true; cells.len()];
    // Whether the 2 × 2 cells from this column on are of one class; the last column has none.
    let mut whole = vec![false; side];
    for (row, two) in cells.windows(2 * side).step_by(side).enumerate() {
        let (above, below) = two.split_at(side);
        let right = above
            .iter()
            .zip(&above[1..])
            .zip(below.iter().zip(&below[1..]));
        for (whole, ((nw, ne), (sw, se))) in whole.iter_mut().zip(right) {
            *whole = (nw ^ ne) | (sw ^ se) | (nw ^ sw) == 0;
        }
        for marks in thread[row * side..(row + 2) * side].chunks_exact_mut(side) {
            for (mark, whole) in marks.iter_mut().zip(&whole) {
                *mark &= !whole;
            }
            for (mark, whole) in marks[1..].iter_mut().zip(&whole) {
                *mark &= !whole;
            }
        }
    }
    thread
}

/// The class around a cell.
fn commonest(cells: &[u8], thread: &[bool], side: usize, at: usize) -> Option<u8> {
    let (above, below) = (at - side, at + side);
    let edges = [above, at - 1, at + 1, below].map(|n| (n, 2));
    let corners = [above - 1, above + 1, below - 1, below + 1].map(|n| (n, 1));
    let mut weights = [(0u8, 0u32); 8];
    let mut found = 0;
    for (n, weight) in edges.into_iter().chain(corners) {
        let class = cells[n];
        if thread[n] || class == 0 {
            continue;
        }
        if let Some(known) = weights[..found].iter_mut().find(|(c, _)| *c == class) {
            known.1 += weight;
        } else {
            weights[found] = (class, weight);
            found += 1;
        }
    }
    let best = weights[..found]
        .iter()
        .max_by_key(|(class, weight)| (*weight, u8::MAX - class));
    best.map(|(class, _)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_threads(side: usize, cells: &[u8]) -> Vec<u8> {
        let mut window = Window {
            side,
            cells: cells.to_vec(),
        };
        remove(&mut window);
        window.cells
    }

    #[test]
    fn a_lane_closes_and_a_wide_strip_stays() {
        #[rustfmt::skip]
        let cells = [
            2, 2, 2, 2, 2, 2,
            2, 2, 8, 8, 2, 2,
            8, 8, 8, 2, 2, 2,
            2, 2, 2, 2, 5, 5,
            2, 2, 2, 2, 5, 5,
            2, 2, 2, 2, 2, 2,
        ];
        let mut want = cells;
        for at in [8, 9, 13, 14] {
            want[at] = 2;
        }
        assert_eq!(without_threads(6, &cells), want);
    }

    #[test]
    fn a_lane_between_two_classes_goes_to_one_of_them_and_a_lone_one_stays() {
        let between: Vec<u8> = [[3; 5], [3; 5], [8; 5], [1; 5], [1; 5]].concat();
        let closed = without_threads(5, &between);
        assert_eq!(closed[11..14], [1; 3]);
        let alone: Vec<u8> = [[0; 5], [0; 5], [8; 5], [0; 5], [0; 5]].concat();
        assert_eq!(without_threads(5, &alone), alone);
    }
}
