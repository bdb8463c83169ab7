//! Smoothing only what a change reaches.
//!
//! Most of a tile's time goes into smoothing its window, and an edit changes a few cells of it. So what a window held is
//! kept as a mixed number of each small square of it, and what became of the tile's own cells is kept, packed. Where the
//! numbers differ, cells have changed; every step of smoothing looks only so far, and giving back is done in blocks at
//! fixed places, so blocks farther from a changed cell than that are as they were. The others are smoothed in a window of
//! their own, which is a smaller tile's: what comes out is to the cell what smoothing the whole window would have given.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::balance::BLOCK;
use super::generalise::smooth;
use super::packed::{compress, decompress};
use super::rules::{BUFFER, Rules};
use super::window::Window;

/// Cells along the side of a square that is told apart from others.
const SQUARE: usize = 16;

/// What is kept of a tile's cells.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// A mixed number of each square of the window, by row.
    squares: Vec<u64>,
    /// Side of the tile with its buffer, in cells.
    side: usize,
    /// Its cells after smoothing, packed.
    smoothed: Vec<u8>,
}

/// Smooths what of `window` is not as it was `before`: what is to be kept, and the cells of the tile and its buffer;
/// no cells where they are those of before.
pub(super) fn smoothed(
    window: Window,
    rules: Rules,
    before: Option<&Kept>,
) -> (Kept, Option<Window>) {
    let squares = squares(&window);
    let known = before.and_then(|before| {
        let changed = before.changed(&squares, window.side)?;
        Some((before, changed, before.unpacked()?))
    });
    let Some((before, changed, was)) = known else {
        let cells = whole(window, rules);
        return (Kept::of(squares, &cells), Some(cells));
    };
    let mut cells = was.clone();
    renew(&mut cells, &window, rules, changed);
    if cells == was {
        let kept = Kept {
            squares,
            ..before.clone()
        };
        return (kept, None);
    }
    (Kept::of(squares, &cells), Some(cells))
}

/// The tile with its buffer, all of it smoothed.
fn whole(mut window: Window, rules: Rules) -> Window {
    smooth(&mut window, rules);
    window.inner(rules.margin() - BUFFER)
}

/// Columns and rows of a window.
type Area = [Range<usize>; 2];

/// Smooths the blocks of `window` that a change within `changed` reaches, and puts them into `cells`, the tile with its
/// buffer.
fn renew(cells: &mut Window, window: &Window, rules: Rules, changed: Area) {
    // A block's own first cell in the window it is smoothed in, and so how far from it cells have a say.
    let first = rules.first_block();
    let blocks = window.side.saturating_sub(2 * first) / BLOCK;
    let reached = changed.map(|cells| {
        let from = cells.start.saturating_sub(2 * first) / BLOCK;
        from..cells.end.div_ceil(BLOCK).min(blocks)
    });
    let [columns, rows] = &reached;
    let many = columns.len().max(rows.len());
    if many == 0 {
        return;
    }
    let [x, y] = reached.map(|span| span.start.min(blocks - many) * BLOCK);
    let mut part = window.part(x, y, many * BLOCK + 2 * first);
    smooth(&mut part, rules);
    let part = part.inner(first);
    let at = |block: usize| (block + first + BUFFER) as i64 - rules.margin() as i64;
    cells.paste(&part.cells, part.side, at(x), at(y));
}

impl Kept {
    fn of(squares: Vec<u64>, cells: &Window) -> Self {
        Self {
            squares,
            side: cells.side,
            smoothed: compress(&cells.cells, cells.side),
        }
    }

    fn unpacked(&self) -> Option<Window> {
        let mut window = Window::empty(self.side);
        decompress(&self.smoothed, self.side, &mut window.cells).ok()?;
        Some(window)
    }

    /// Where a window of `side` may differ from the one kept: the least area of squares, an empty one where nowhere; `None`
    /// where they cannot be compared.
    fn changed(&self, squares: &[u64], side: usize) -> Option<Area> {
        if squares.len() != self.squares.len() {
            return None;
        }
        let across = side.div_ceil(SQUARE).max(1);
        let differ = squares.iter().zip(&self.squares).enumerate();
        let places = differ.filter(|(_, (now, was))| now != was);
        let places = places.map(|(at, _)| [at % across, at / across]);
        let areas = places.map(|place| place.map(|at| at * SQUARE..((at + 1) * SQUARE).min(side)));
        let both = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
        let joined = areas.reduce(|[x, y], [column, row]| [both(x, column), both(y, row)]);
        Some(joined.unwrap_or_default())
    }
}

/// A mixed number of each square of a window, by row; those at its east and south end may be narrower.
fn squares(window: &Window) -> Vec<u64> {
    let side = window.side.max(1);
    let mut found = Vec::with_capacity(side.div_ceil(SQUARE).pow(2));
    let mut square = Vec::with_capacity(SQUARE * SQUARE);
    for rows in window.cells.chunks(SQUARE * side) {
        for from in (0..side).step_by(SQUARE) {
            square.clear();
            for row in rows.chunks_exact(side) {
                square.extend_from_slice(&row[from..(from + SQUARE).min(side)]);
            }
            found.push(xxh3_64(&square));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::generalise::window_side;
    use super::*;

    /// A window of fields, lanes, gaps and specks, every class of it below `classes`.
    fn ground(side: usize, seed: u64, classes: u64) -> (Window, impl FnMut(u64) -> u64) {
        let mut state = seed;
        let mut below = move |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut window = Window::empty(side);
        window.cells.fill(1);
        for _ in 0..4000 {
            let block = 1 + below(24) as usize;
            let (x, y) = (below(side as u64) as i64, below(side as u64) as i64);
            let class = below(classes) as u8;
            let thin = [block, 1, 2][below(3) as usize];
            for row in 0..thin as i64 {
                window.paste(&vec![class; block], block, x, y + row);
            }
        }
        (window, below)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_a_change_leaves_and_what_it_renews_are_the_whole_smoothed_anew(
            seed in any::<u64>(), z in 5u8..=13, classes in 2u64..9, changes in 0usize..4, wide in 1u64..40,
        ) {
            let rules = Rules::at(z);
            let side = window_side(rules);
            let (mut window, mut below) = ground(side, seed, classes);
            let (mut kept, first) = smoothed(window.clone(), rules, None);
            let mut shown = first.unwrap();
            prop_assert_eq!(&shown, &whole(window.clone(), rules));
            for _ in 0..changes {
                let block = 1 + below(wide) as usize;
                let (x, y) = (below(side as u64) as i64, below(side as u64) as i64);
                let class = below(classes) as u8;
                window.paste(&vec![class; block * block], block, x, y);
                let (next, cells) = smoothed(window.clone(), rules, Some(&kept));
                let want = whole(window.clone(), rules);
                prop_assert_eq!(cells.is_none(), want == shown, "said to be the same");
                if let Some(cells) = cells {
                    shown = cells;
                }
                prop_assert_eq!(&shown, &want);
                kept = next;
            }
        }
    }

    #[test]
    fn a_change_is_found_to_the_square() {
        let rules = Rules::at(13);
        let (mut window, _) = ground(window_side(rules), 7, 5);
        let (kept, _) = smoothed(window.clone(), rules, None);
        let (before, side) = (squares(&window), window.side);
        assert_eq!(kept.changed(&before, side), Some([0..0, 0..0]));
        window.cells[40 * side + 21] ^= 64;
        window.cells[41 * side + side - 1] ^= 64;
        let found = kept.changed(&squares(&window), side);
        assert_eq!(found, Some([16..side, 32..48]));
        assert_eq!(kept.changed(&before[1..], side), None);
    }
}
