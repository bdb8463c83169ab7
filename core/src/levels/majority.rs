//! The class of coarser cells: the commonest among the base cells they cover.

use super::cells::{BASE_CELLS, LEVELS, TILE_CELLS, block_side};

/// The blocks of one base tile for levels 1 and up (2 × 2, 4 × 4 … base cells a cell), each by row.
///
/// Every level counts base cells, not the cells of the level before; empty cells count as a class of their own. Where
/// classes are equally common the one met first from the north-west stays: a rule by class number would let one class
/// grow at every tie.
pub(super) fn blocks(base: &[u8]) -> Vec<Vec<u8>> {
    debug_assert_eq!(base.len(), BASE_CELLS);
    let (index, classes) = number_classes(base);
    let k = classes.len();
    let mut out = vec![pairs(base)];
    let mut counts: Vec<u32> = Vec::new();
    for level in 2..LEVELS {
        counts = if level == 2 {
            count_base(base, &index, k)
        } else {
            sum_four(&counts, level, k)
        };
        let side = block_side(level);
        let block = counts.chunks_exact(k).enumerate().map(|(cell, counts)| {
            winner(counts, &classes).unwrap_or_else(|most| {
                let tied = |class: &u8| counts[usize::from(index[usize::from(*class)])] == most;
                covered(base, level, cell % side, cell / side)
                    .find(tied)
                    .unwrap_or(0)
            })
        });
        out.push(block.collect());
    }
    out
}

/// Numbers the classes present: class → number, number → class.
fn number_classes(base: &[u8]) -> ([u8; 256], Vec<u8>) {
    let mut present = [false; 256];
    for &class in base {
        present[usize::from(class)] = true;
    }
    let mut index = [0u8; 256];
    let mut classes = Vec::new();
    for (class, _) in present.iter().enumerate().filter(|(_, present)| **present) {
        index[class] = classes.len() as u8;
        classes.push(class as u8);
    }
    (index, classes)
}

/// Level 1, four cells at a time.
fn pairs(base: &[u8]) -> Vec<u8> {
    let side = block_side(1);
    let mut out = Vec::with_capacity(side * side);
    for rows in base.chunks_exact(2 * TILE_CELLS) {
        let (north, south) = rows.split_at(TILE_CELLS);
        for (n, s) in north.chunks_exact(2).zip(south.chunks_exact(2)) {
            let [a, b, c, d] = [n[0], n[1], s[0], s[1]];
            let class = if a == b || a == c || a == d {
                // a has two at least; only b = c = d (three) could beat that, and then a has one.
                a
            } else if b == c || b == d {
                b
            } else if c == d {
                c
            } else {
                a
            };
            out.push(class);
        }
    }
    out
}

/// Counts per class of every level-2 cell.
fn count_base(base: &[u8], index: &[u8; 256], k: usize) -> Vec<u32> {
    let side = block_side(2);
    let mut counts = vec![0u32; side * side * k];
    for (row, cells) in base.chunks_exact(TILE_CELLS).enumerate() {
        for (column, four) in cells.chunks_exact(4).enumerate() {
            let at = ((row >> 2) * side + column) * k;
            let counts = &mut counts[at..at + k];
            for &class in four {
                counts[usize::from(index[usize::from(class)])] += 1;
            }
        }
    }
    counts
}

/// Counts of `level` from those of the level before.
fn sum_four(finer: &[u32], level: usize, k: usize) -> Vec<u32> {
    let side = block_side(level);
    let wide = 2 * side * k;
    let mut counts = vec![0u32; side * side * k];
    for (row, line) in counts.chunks_exact_mut(side * k).enumerate() {
        for (column, sum) in line.chunks_exact_mut(k).enumerate() {
            for at in [2 * row * wide, (2 * row + 1) * wide].map(|at| at + 2 * column * k) {
                let (west, east) = finer[at..at + 2 * k].split_at(k);
                for ((sum, w), e) in sum.iter_mut().zip(west).zip(east) {
                    *sum += w + e;
                }
            }
        }
    }
    counts
}

/// The class with the most cells, or `Err(most)` where several have as many.
fn winner(counts: &[u32], classes: &[u8]) -> Result<u8, u32> {
    let mut best = (0, 0);
    let mut tie = false;
    for (&count, &class) in counts.iter().zip(classes) {
        if count > best.0 {
            best = (count, class);
            tie = false;
        } else if count == best.0 {
            tie = true;
        }
    }
    if tie { Err(best.0) } else { Ok(best.1) }
}

/// The base cells under cell (`column`, `row`) of `level`, by row.
fn covered(base: &[u8], level: usize, column: usize, row: usize) -> impl Iterator<Item = u8> + '_ {
    let span = 1 << level;
    (0..span).flat_map(move |dy| {
        let at = (row * span + dy) * TILE_CELLS + column * span;
        base[at..at + span].iter().copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, cell by cell.
    fn brute(base: &[u8], level: usize) -> Vec<u8> {
        let side = block_side(level);
        (0..side * side)
            .map(|cell| {
                let all: Vec<u8> = covered(base, level, cell % side, cell / side).collect();
                let mut counts = [0; 256];
                for class in &all {
                    counts[usize::from(*class)] += 1;
                }
                let most = *counts.iter().max().unwrap();
                *all.iter()
                    .find(|c| counts[usize::from(**c)] == most)
                    .unwrap()
            })
            .collect()
    }

    #[test]
    fn every_level_is_the_majority_of_base_cells() {
        for seed in 1..4u32 {
            let mut state = seed;
            let base: Vec<u8> = (0..BASE_CELLS)
                .map(|i| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if (i / 70) % 3 == 0 {
                        (i / 9000) as u8
                    } else {
                        (state >> 24) as u8 % (seed as u8 * 2)
                    }
                })
                .collect();
            let got = blocks(&base);
            assert_eq!(got.len(), LEVELS - 1);
            for level in [1, 2, 3, 4, 8] {
                assert_eq!(got[level - 1], brute(&base, level), "level {level}");
            }
        }
    }
}
