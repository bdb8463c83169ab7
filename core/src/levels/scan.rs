//! Which cell centres a polygon covers: exact scan conversion on the base grid.

use crate::space::World;

use super::cells::CELL_BITS;

const CELL: i64 = 1 << CELL_BITS;
const HALF: i64 = CELL / 2;

/// A row of cell centres met by an edge: the row, and the first column whose centre is not west of the crossing.
///
/// Ordered by row, then column; packed because sorting them is most of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Crossing(u64);

impl Crossing {
    fn new(row: i64, column: i64) -> Self {
        Self((row as u64) << 32 | column as u64)
    }

    fn row(self) -> u32 {
        (self.0 >> 32) as u32
    }

    fn column(self) -> u32 {
        self.0 as u32
    }
}

/// Finds the cells of polygons; keeps its buffer between them.
#[derive(Debug, Default)]
pub(super) struct Scanner {
    crossings: Vec<Crossing>,
}

impl Scanner {
    /// Calls `span(row, first column, one past the last column)` for every run of base cells whose centres lie inside
    /// `rings` by the even-odd rule, row by row.
    ///
    /// Every edge is met by the rows whose centre line lies in [its upper end, its lower end), and its crossing is
    /// computed exactly, the same whichever way the edge is walked. So polygons that share an edge never both claim
    /// nor both miss a centre, also where a vertex or an edge runs through it. The rings' box must be narrower than
    /// 2^28 units on both sides, which keeps the products within 64 bits.
    pub fn scan<'r>(
        &mut self,
        rings: impl IntoIterator<Item = &'r [World]>,
        mut span: impl FnMut(u32, u32, u32),
    ) {
        self.crossings.clear();
        for ring in rings {
            let Some(&last) = ring.last() else { continue };
            let mut a = last;
            for &b in ring {
                self.edge(a, b);
                a = b;
            }
        }
        self.crossings.sort_unstable();
        for pair in self.crossings.chunks_exact(2) {
            let [from, to] = [pair[0], pair[1]];
            if from.column() < to.column() {
                span(from.row(), from.column(), to.column());
            }
        }
    }

    fn edge(&mut self, a: World, b: World) {
        let (top, low) = if (a.y, a.x) <= (b.y, b.x) {
            (a, b)
        } else {
            (b, a)
        };
        let first = rows_above(top.y);
        let end = rows_above(low.y);
        if first == end {
            return;
        }
        let (x, y) = (i64::from(top.x), i64::from(top.y));
        let (dx, dy) = (i64::from(low.x) - x, i64::from(low.y) - y);
        for row in first..end {
            let down = row * CELL + HALF - y;
            // The crossing lies at x + down·dx/dy; the centre of column c at c·CELL + HALF.
            let column = div_ceil((x - HALF) * dy + down * dx, CELL * dy);
            self.crossings.push(Crossing::new(row, column.max(0)));
        }
    }
}

/// Number of rows whose centre line lies above `y` (north of it).
fn rows_above(y: u32) -> i64 {
    (i64::from(y) + HALF - 1) >> CELL_BITS
}

/// `n / d` rounded up, `d > 0`.
fn div_ceil(n: i64, d: i64) -> i64 {
    -(-n).div_euclid(d)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(ring: &[World]) -> Vec<(u32, u32)> {
        let mut out = Vec::new();
        Scanner::default().scan([ring], |row, from, to| {
            out.extend((from..to).map(|c| (row, c)));
        });
        out
    }

    /// Even-odd by a ray to the west, in wide integers, with the same half-open rules.
    fn inside(ring: &[World], px: i128, py: i128) -> bool {
        let mut inside = false;
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let (a, b) = if a.y <= b.y { (*a, b) } else { (b, *a) };
            let (ax, ay, bx, by) = (
                i128::from(a.x),
                i128::from(a.y),
                i128::from(b.x),
                i128::from(b.y),
            );
            if ay <= py && py < by && (px - ax) * (by - ay) >= (py - ay) * (bx - ax) {
                inside = !inside;
            }
        }
        inside
    }

    proptest! {
        #[test]
        fn a_centre_is_covered_as_the_definition_says(
            points in prop::collection::vec((0u32..20_000, 0u32..20_000), 3..9),
            (ox, oy) in (0u32..4_000_000_000, 0u32..4_000_000_000),
        ) {
            // A corner on a centre line now and then.
            let ring: Vec<World> = points
                .iter()
                .map(|&(x, y)| World { x: ox + x, y: if y % 3 == 0 { (oy + y) & !1023 | 512 } else { oy + y } })
                .collect();
            let got = cells(&ring);
            let mut want = Vec::new();
            for row in (oy >> 10)..=((oy + 21_000) >> 10) {
                for column in (ox >> 10)..=((ox + 21_000) >> 10) {
                    if inside(&ring, i128::from(column) * 1024 + 512, i128::from(row) * 1024 + 512) {
                        want.push((row, column));
                    }
                }
            }
            prop_assert_eq!(got, want);
        }
    }

    #[test]
    fn the_whole_square_s_edge_is_no_trap() {
        let m = u32::MAX;
        let ring = [
            World {
                x: m - 4096,
                y: m - 4096,
            },
            World { x: m, y: m - 4096 },
            World { x: m, y: m },
            World { x: m - 4096, y: m },
        ];
        assert_eq!(cells(&ring).len(), 16);
        assert!(cells(&[]).is_empty());
        assert!(cells(&[World { x: 5, y: 5 }]).is_empty());
    }
}
