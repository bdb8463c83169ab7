//! Areas: what smoothing took from a class is given back to it where it still stands.
//!
//! Threads and specks are small pieces of the classes that lie in small fields, and what closes over them is the class
//! around: each rule by itself is right, and together they make the commonest class grow and the scattered ones shrink
//! (rice by a sixth and annual crops by a fifth at zoom 11). Keeping the small pieces would make confetti. So patches
//! that stayed grow at their edges instead, by what their class is owed.
//!
//! The ground is parted into blocks of [`BLOCK`] × [`BLOCK`] cells at fixed places of the grid, each a ledger of its own.
//! With `n(c)` the cells of class `c` before smoothing and `m(c)` those after it, the class is owed `n(c) - m(c)`; a cell
//! may pass from a class that has too many to one beside it that has too few. Every passing moves both towards what they
//! had, so the sum of all `|n(c) - m(c)|` falls by two each time, and nothing is ever given beyond what is owed. It is a
//! constrained cellular automaton (White, Engelen and Uljee 1997, Environment and Planning B 24, 323-343): how
//! much of a class there shall be is given, what lies around a cell says where.

use super::window::Window;

/// Cells along a block's side. Smaller blocks hold fewer patches that could take what is owed; larger ones make the
/// windows of tiles wider. Measured at zoom 11: with 32 annual crops stay at 0.88 of their area, with 64 at 0.91, with
/// 128 at 0.94 for nearly twice the cells.
pub(super) const BLOCK: usize = 64;
/// How far beyond its block a ledger looks: whether the neighbours of a cell at its edge stay broad.
const RING: usize = 3;
/// How far [`restore`] looks from a cell, at most `buffer` cells outside the tile.
pub(super) const fn reach(buffer: usize) -> usize {
    buffer.next_multiple_of(BLOCK) + RING
}

/// A block and its ring.
const WIDE: usize = BLOCK + 2 * RING;
/// How many cells a boundary can move.
const TURNS: usize = 3;
/// Neighbours, of eight, a cell must have of the class it passes to: three is a straight boundary that moves, less would
/// let a boundary fray.
const SUPPORT: usize = 3;
/// Neighbours across an edge, and all of them, as steps in a block.
const EDGES: [isize; 4] = [-(WIDE as isize), -1, 1, WIDE as isize];
const AROUND: [isize; 8] = [
    -(WIDE as isize) - 1,
    -(WIDE as isize),
    -(WIDE as isize) + 1,
    -1,
    1,
    WIDE as isize - 1,
    WIDE as isize,
    WIDE as isize + 1,
];

/// Gives back, block by block, what the classes had in `before`. Blocks begin at cell `first` of the window, eastward and
/// southward, and end as far from its other ends; what lies outside them stays.
///
/// Blocks see each other as they were when this began, so that none depends on which others are in the window.
pub(super) fn restore(window: &mut Window, before: &[u8], first: usize) {
    let side = window.side;
    if before.len() != window.cells.len() {
        return;
    }
    let last = side
        .saturating_sub(BLOCK + RING)
        .min(side.saturating_sub(first + 1));
    let starts = || (first.max(RING)..=last).step_by(BLOCK);
    let mut out: Vec<(usize, u8)> = Vec::new();
    for y in starts() {
        for x in starts() {
            if let Some(mut block) = Block::of(&window.cells, before, side, [x, y]) {
                block.settle();
                out.extend(block.changed.iter().map(|&at| {
                    let (row, column) = (at / WIDE - RING, at % WIDE - RING);
                    ((y + row) * side + x + column, block.cells[at])
                }));
            }
        }
    }
    for (at, class) in out {
        window.cells[at] = class;
    }
}

/// One ledger.
struct Block {
    /// The block and its ring, by row.
    cells: [u8; WIDE * WIDE],
    /// What they held before smoothing.
    before: [u8; WIDE * WIDE],
    /// Cells that each class is owed; negative where it has too many.
    owed: [i32; 256],
    /// Cells that have passed, some of them more than once.
    changed: Vec<usize>,
}

impl Block {
    /// The block whose north-west cell is at a column and row of the window; `None` where nothing is owed in it.
    fn of(cells: &[u8], before: &[u8], side: usize, [x, y]: [usize; 2]) -> Option<Self> {
        let mut owed = [0i32; 256];
        for row in y..y + BLOCK {
            let span = row * side + x..row * side + x + BLOCK;
            let (had, has) = (&before[span.clone()], &cells[span]);
            if had != has {
                for (had, has) in had.iter().zip(has) {
                    owed[usize::from(*had)] += 1;
                    owed[usize::from(*has)] -= 1;
                }
            }
        }
        // Empty ground neither gives nor takes: the outline of the land stays.
        owed[0] = 0;
        if !owed.iter().any(|o| *o > 0) || !owed.iter().any(|o| *o < 0) {
            return None;
        }
        let copy = |from: &[u8]| {
            let mut to = [0; WIDE * WIDE];
            for (row, to) in to.chunks_exact_mut(WIDE).enumerate() {
                let at = (y - RING + row) * side + x - RING;
                to.copy_from_slice(&from[at..at + WIDE]);
            }
            to
        };
        Some(Self {
            cells: copy(cells),
            before: copy(before),
            owed,
            changed: Vec::new(),
        })
    }

    /// Lets cells pass until all is given back, or nothing is left that may be.
    fn settle(&mut self) {
        let mut asked = self.edges();
        for turn in 0..TURNS {
            let willing = asked.iter().filter_map(|&at| Some((at, self.heir(at)?)));
            let (mut own, other): (Vec<_>, Vec<_>) =
                willing.partition(|(at, class)| self.before[*at] == *class);
            // First what was the class's own.
            own.extend(other);
            let before = self.changed.len();
            for (at, class) in own {
                self.pass(at, class);
            }
            let changed = &self.changed[before..];
            if changed.is_empty() {
                break;
            }
            asked.extend(
                changed
                    .iter()
                    .flat_map(|&at| EDGES.map(|step| moved(at, step))),
            );
            asked.retain(|at| is_inside(*at));
            // From the other end every second time, so that patches do not all grow on the same side.
            asked.sort_unstable();
            asked.dedup();
            if turn % 2 == 0 {
                asked.reverse();
            }
        }
    }

    /// Positions of the block's own cells beside another class.
    fn edges(&self) -> Vec<usize> {
        let mut found = Vec::new();
        for row in RING..RING + BLOCK {
            let from = row * WIDE + RING;
            let span = |from: usize| self.cells[from..from + BLOCK].iter();
            let beside = span(from - WIDE)
                .zip(span(from + WIDE))
                .zip(span(from - 1).zip(span(from + 1)));
            let differs = |own: &u8, ((n, s), (w, e)): ((&u8, &u8), (&u8, &u8))| {
                (own ^ n) | (own ^ s) | (own ^ w) | (own ^ e)
            };
            let mut marks = [0; BLOCK];
            for ((mark, own), beside) in marks.iter_mut().zip(span(from)).zip(beside) {
                *mark = differs(own, beside);
            }
            found.extend(
                (from..)
                    .zip(marks)
                    .filter(|(_, mark)| *mark != 0)
                    .map(|(at, _)| at),
            );
        }
        found
    }

    /// The class a cell may pass to: that which is owed most of those beside it, then the lower.
    fn heir(&self, at: usize) -> Option<u8> {
        if self.owed[usize::from(self.cells[at])] >= 0 {
            return None;
        }
        let beside = EDGES.iter().map(|step| self.near(at, *step));
        let heirs = beside.filter(|class| {
            let like = |step: &&isize| self.near(at, **step) == *class;
            self.owed[usize::from(*class)] > 0 && AROUND.iter().filter(like).count() >= SUPPORT
        });
        heirs.max_by_key(|class| (self.owed[usize::from(*class)], u8::MAX - class))
    }

    /// Lets a cell pass, if it is still to be given and all neighbours it leaves behind stay broad.
    fn pass(&mut self, at: usize, class: u8) {
        let giver = self.cells[at];
        let (gives, takes) = (usize::from(giver), usize::from(class));
        if self.owed[gives] >= 0 || self.owed[takes] <= 0 {
            return;
        }
        self.cells[at] = class;
        let worn = |step: &isize| self.near(at, *step) == giver && !self.is_broad(moved(at, *step));
        if AROUND.iter().any(worn) {
            self.cells[at] = giver;
            return;
        }
        self.owed[gives] += 1;
        self.owed[takes] -= 1;
        self.changed.push(at);
    }

    /// Whether a cell belongs to 3 × 3 cells of its class: rivers do not give, and nothing is worn down to a thread.
    fn is_broad(&self, at: usize) -> bool {
        let class = self.cells[at];
        let square =
            |nw: usize| [nw, nw + WIDE, nw + 2 * WIDE].map(|row| &self.cells[row..row + 3]);
        let corners = [0, WIDE, 2 * WIDE]
            .into_iter()
            .flat_map(|rows| [rows, rows + 1, rows + 2]);
        corners
            .map(|back| square(at - back))
            .any(|rows| rows.into_iter().flatten().all(|cell| *cell == class))
    }

    fn near(&self, at: usize, step: isize) -> u8 {
        self.cells[moved(at, step)]
    }
}

/// Whether a position is one of the block's own, not of its ring.
const fn is_inside(at: usize) -> bool {
    let (row, column) = (at / WIDE, at % WIDE);
    RING <= row && row < RING + BLOCK && RING <= column && column < RING + BLOCK
}

/// The position a step away; a block's own cells have a ring around them, so that it is always one.
const fn moved(at: usize, step: isize) -> usize {
    at.wrapping_add_signed(step)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cells::TILE_CELLS;
    use super::super::generalise::smooth;
    use super::super::rules::Rules;
    use super::*;

    const FIRST: usize = RING;
    const SIDE: usize = 2 * BLOCK + 2 * RING;

    /// Cells of blobs and strips, and what is left of them: in places another class.
    fn worn(seed: u64, classes: u8, share: u64) -> (Vec<u8>, Window) {
        let mut state = seed;
        let mut below = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut before = vec![1; SIDE * SIDE];
        for _ in 0..120 {
            let (x, y) = (below(SIDE as u64) as usize, below(SIDE as u64) as usize);
            let (w, h) = (1 + below(14) as usize, 1 + below(14) as usize);
            let class = below(u64::from(classes)) as u8;
            for row in y..(y + h).min(SIDE) {
                before[row * SIDE + x..row * SIDE + (x + w).min(SIDE)].fill(class);
            }
        }
        let cells = before.iter().map(|c| {
            if below(100) < share {
                below(u64::from(classes)) as u8
            } else {
                *c
            }
        });
        let cells = cells.collect();
        (before, Window { side: SIDE, cells })
    }

    fn owed(before: &[u8], cells: &[u8], [x, y]: [usize; 2]) -> [i32; 256] {
        let mut owed = [0; 256];
        for row in y..y + BLOCK {
            for at in row * SIDE + x..row * SIDE + x + BLOCK {
                owed[usize::from(before[at])] += 1;
                owed[usize::from(cells[at])] -= 1;
            }
        }
        owed
    }

    proptest! {
        #[test]
        fn every_class_comes_nearer_to_its_area_in_every_block(seed in any::<u64>(), classes in 2u8..7, share in 1u64..30) {
            let (before, from) = worn(seed, classes, share);
            let mut window = from.clone();
            restore(&mut window, &before, FIRST);
            for corner in [[0, 0], [1, 0], [0, 1], [1, 1]].map(|c| c.map(|i: usize| FIRST + i * BLOCK)) {
                let (was, is) = (owed(&before, &from.cells, corner), owed(&before, &window.cells, corner));
                prop_assert_eq!(was[0], is[0], "empty ground");
                for (was, is) in was.into_iter().zip(is).skip(1) {
                    prop_assert!(is.abs() <= was.abs() && is * was >= 0, "{} became {}", was, is);
                }
            }
        }

        #[test]
        fn a_class_grows_only_where_it_stands(seed in any::<u64>(), classes in 2u8..7, share in 1u64..30) {
            let (before, from) = worn(seed, classes, share);
            let mut window = from.clone();
            restore(&mut window, &before, FIRST);
            for at in (0..SIDE * SIDE).filter(|at| window.cells[*at] != from.cells[*at]) {
                let beside = [at - SIDE, at - 1, at + 1, at + SIDE];
                let class = window.cells[at];
                prop_assert!(beside.into_iter().any(|n| window.cells[n] == class || from.cells[n] == class));
            }
        }

        #[test]
        fn a_block_is_the_same_in_every_window(seed in any::<u64>(), classes in 2u8..7) {
            let (before, from) = worn(seed, classes, 12);
            let mut whole = from.clone();
            restore(&mut whole, &before, FIRST);
            // The south-east block alone.
            let cut = |cells: &[u8]| {
                let window = Window { side: SIDE, cells: cells.to_vec() };
                let rows = window.cells.chunks_exact(SIDE).skip(BLOCK);
                let cells: Vec<u8> = rows.flat_map(|row| row[BLOCK..].to_vec()).collect();
                Window { side: BLOCK + 2 * RING, cells }
            };
            let mut alone = cut(&from.cells);
            restore(&mut alone, &cut(&before).cells, FIRST);
            prop_assert_eq!(alone.inner(RING), cut(&whole.cells).inner(RING));
        }
    }

    #[test]
    fn small_fields_that_are_closed_over_are_given_to_those_that_stand() {
        let rules = Rules::at(11);
        let side = TILE_CELLS + 2 * rules.margin();
        let mut window = Window {
            side,
            cells: vec![1; side * side],
        };
        // Every 32 cells a patch of annual crops and as much again in strips one cell wide, in a sea of rice.
        for (y, x) in (0..side - 32)
            .step_by(32)
            .flat_map(|y| (0..side - 32).step_by(32).map(move |x| (y, x)))
        {
            for row in 4..12 {
                let at = (y + row) * side + x;
                window.cells[at + 4..at + 12].fill(2);
                if row % 2 == 0 {
                    window.cells[at + 15..at + 31].fill(2);
                }
            }
        }
        let count = |window: &Window| {
            let seen = window.inner(rules.margin());
            seen.cells
                .iter()
                .map(|c| usize::from(*c == 2))
                .sum::<usize>()
        };
        let before = count(&window);
        let mut smoothed = window.clone();
        smooth(&mut smoothed, rules);
        assert_eq!(count(&smoothed), before);
        // In whole patches: as many as stood, and no strip.
        let seen = smoothed.inner(rules.margin());
        let alone = |at: usize| {
            let near = |step: usize| seen.cells[at - step] == 2 || seen.cells[at + step] == 2;
            seen.cells[at] == 2 && !(near(1) && near(TILE_CELLS))
        };
        let inner =
            (1..TILE_CELLS - 1).flat_map(|row| row * TILE_CELLS + 1..(row + 1) * TILE_CELLS - 1);
        assert_eq!(inner.filter(|at| alone(*at)).count(), 0);
    }

    #[test]
    fn rivers_do_not_give() {
        // A strip three cells wide beside a class that is owed much.
        let mut before = vec![3; SIDE * SIDE];
        let mut cells = vec![2; SIDE * SIDE];
        for row in 0..SIDE {
            cells[row * SIDE..row * SIDE + 30].fill(3);
            before[row * SIDE + 30..row * SIDE + 33].fill(1);
            cells[row * SIDE + 30..row * SIDE + 33].fill(1);
            cells[row * SIDE + 33..row * SIDE + 60].fill(3);
        }
        // The strip has too many as well.
        before[..SIDE * SIDE]
            .iter_mut()
            .filter(|c| **c == 1)
            .for_each(|c| *c = 3);
        let mut window = Window { side: SIDE, cells };
        restore(&mut window, &before, FIRST);
        for row in FIRST..SIDE - FIRST {
            assert_eq!(
                window.cells[row * SIDE + 30..row * SIDE + 33],
                [1, 1, 1],
                "row {row}"
            );
        }
        assert!(
            window.cells[SIDE * 40 + 60..SIDE * 40 + 63]
                .iter()
                .all(|c| *c == 3)
        );
    }
}
