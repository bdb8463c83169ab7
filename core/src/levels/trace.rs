//! From cells to boundaries: every stretch of border between two classes becomes one arc, shared by both sides.
//!
//! An arc runs through the middles of cell edges, which cuts the corners of the cells' stairs. It begins and ends at
//! a junction, a corner of the grid where three or four classes meet, or closes on itself. Where two cells of one class
//! touch at a corner only, they are joined through it, so that no ring ever touches itself or another ring of its class;
//! where both pairs would join, the lower class does, and empty ground gives way.

use super::corner::{Corner, HEADINGS, Heading};
use super::window::Window;

/// A place in half cells from the window's north-west corner, x then y.
pub(super) type Point = [i32; 2];

/// What lies beyond the window.
pub(super) const OUTSIDE: u8 = u8::MAX;

/// A boundary between two classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arc {
    /// Its points in walking order; the first is repeated at the end where the arc is a ring.
    pub points: Vec<Point>,
    /// Class on the left when walking.
    pub left: u8,
    /// Class on the right when walking.
    pub right: u8,
}

/// Traces all boundaries of `window`, its outer edge included. `is_line` says which places in half cells lie
/// on a line that a corner of the grid must not be cut from: there an arc gets a point also where it goes straight on.
pub(super) fn trace(window: &Window, is_line: impl Fn(i32) -> bool) -> Vec<Arc> {
    let mut tracer = Tracer::new(window, is_line);
    let mut arcs = Vec::new();
    let side = window.side as i32;
    // Corners where boundaries meet are few: a row's are listed before any is walked from.
    let mut corners = Vec::new();
    for y in 0..=side {
        tracer.list(y, &mut corners, Corner::is_junction);
        for &x in &corners {
            for heading in HEADINGS {
                arcs.extend(tracer.walk(x, y, heading));
            }
        }
    }
    // What is left are rings: each is met first at its northernmost, then westernmost horizontal edge.
    for y in 0..=side {
        tracer.list(y, &mut corners, |c| c.has_edge(Heading::East));
        for &x in &corners {
            arcs.extend(tracer.walk(x, y, Heading::East));
        }
    }
    arcs
}

struct Tracer<F> {
    /// The window's cells with one cell of [`OUTSIDE`] around them.
    cells: Vec<u8>,
    /// Side of `cells`.
    side: usize,
    /// Edges walked, by the corner they leave eastward (bit 0) and southward (bit 1).
    walked: Vec<u8>,
    is_line: F,
}

impl<F: Fn(i32) -> bool> Tracer<F> {
    fn new(window: &Window, is_line: F) -> Self {
        let side = window.side + 2;
        let mut cells = vec![OUTSIDE; side * side];
        for (row, from) in window.cells.chunks_exact(window.side.max(1)).enumerate() {
            let at = (row + 1) * side + 1;
            cells[at..at + window.side].copy_from_slice(from);
        }
        Self {
            walked: vec![0; cells.len()],
            cells,
            side,
            is_line,
        }
    }

    fn corner(&self, x: i32, y: i32) -> Corner {
        let at = y as usize * self.side + x as usize;
        let below = at + self.side;
        Corner {
            nw: self.cells[at],
            ne: self.cells[at + 1],
            sw: self.cells[below],
            se: self.cells[below + 1],
        }
    }

    /// Lists the columns of the corners of a row that are `wanted`; corners inside one class never are.
    fn list(&self, y: i32, columns: &mut Vec<i32>, wanted: impl Fn(Corner) -> bool) {
        columns.clear();
        let at = y as usize * self.side;
        let (above, below) = self.cells[at..at + 2 * self.side].split_at(self.side);
        for (x, (n, s)) in above.windows(2).zip(below.windows(2)).enumerate() {
            let corner = Corner {
                nw: n[0],
                ne: n[1],
                sw: s[0],
                se: s[1],
            };
            if !corner.is_inside() && wanted(corner) {
                columns.push(x as i32);
            }
        }
    }

    /// Marks the edge leaving (`x`, `y`); whether it had not been walked.
    fn mark(&mut self, x: i32, y: i32, heading: Heading) -> bool {
        let (x, y, bit) = match heading {
            Heading::East => (x, y, 1),
            Heading::South => (x, y, 2),
            Heading::West => (x - 1, y, 1),
            Heading::North => (x, y - 1, 2),
        };
        let walked = &mut self.walked[y as usize * self.side + x as usize];
        let fresh = *walked & bit == 0;
        *walked |= bit;
        fresh
    }

    /// Walks the arc that leaves corner (`x`, `y`), unless there is none or it has been walked.
    fn walk(&mut self, mut x: i32, mut y: i32, mut heading: Heading) -> Option<Arc> {
        let start = self.corner(x, y);
        if !start.has_edge(heading) || !self.mark(x, y, heading) {
            return None;
        }
        let (left, right) = start.sides(heading);
        let mut points = Vec::new();
        if start.is_junction() {
            points.push([2 * x, 2 * y]);
        }
        loop {
            let (dx, dy) = heading.step();
            points.push([2 * x + dx, 2 * y + dy]);
            (x, y) = (x + dx, y + dy);
            let Some(next) = self.corner(x, y).onward(heading) else {
                points.push([2 * x, 2 * y]);
                break;
            };
            let along = if dx == 0 { y } else { x };
            if next == heading && (self.is_line)(2 * along) {
                points.push([2 * x, 2 * y]);
            }
            heading = next;
            if !self.mark(x, y, heading) {
                points.extend(points.first().copied());
                break;
            }
        }
        Some(Arc {
            points,
            left,
            right,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Twice the area on the right of the arcs of `class`, in square half cells.
    fn doubled_area(arcs: &[Arc], class: u8) -> i64 {
        let shoelace = |points: &[Point]| -> i64 {
            points
                .windows(2)
                .map(|w| {
                    i64::from(w[0][0]) * i64::from(w[1][1])
                        - i64::from(w[1][0]) * i64::from(w[0][1])
                })
                .sum()
        };
        arcs.iter()
            .map(|arc| {
                shoelace(&arc.points)
                    * (i64::from(arc.right == class) - i64::from(arc.left == class))
            })
            .sum()
    }

    #[test]
    fn one_cell_is_a_diamond() {
        let mut window = Window::empty(3);
        window.cells[4] = 7;
        let arcs = trace(&window, |_| false);
        let diamond = arcs.iter().find(|a| a.right == 7 || a.left == 7).unwrap();
        assert_eq!(diamond.points, [[3, 2], [4, 3], [3, 4], [2, 3], [3, 2]]);
        assert_eq!((diamond.left, diamond.right), (0, 7));
        assert_eq!(arcs.len(), 2);
    }

    #[test]
    fn cells_of_one_class_join_through_a_corner_and_the_lower_class_does_first() {
        let ring_count = |cells: [u8; 16], class: u8| {
            let arcs = trace(
                &Window {
                    side: 4,
                    cells: cells.to_vec(),
                },
                |_| false,
            );
            arcs.iter()
                .filter(|a| a.left == class || a.right == class)
                .count()
        };
        #[rustfmt::skip]
        let board = |bg: u8, a: u8| [
            bg, bg, bg, bg,
            bg, a, bg, bg,
            bg, bg, a, bg,
            bg, bg, bg, bg,
        ];
        assert_eq!(ring_count(board(2, 1), 1), 1);
        assert_eq!(ring_count(board(1, 2), 2), 2);
        assert_eq!(ring_count(board(0, 2), 2), 1);
    }

    proptest! {
        #[test]
        fn boundaries_balance(side in 1usize..12, seed in prop::collection::vec(0u8..4, 144)) {
            let window = Window { side, cells: seed[..side * side].to_vec() };
            let arcs = trace(&window, |v| v == 4);
            // All classes together are the window's square with its four corners cut.
            let total: i64 = (0..4).map(|c| doubled_area(&arcs, c)).sum();
            prop_assert_eq!(total, 8 * (side * side) as i64 - 4);
            for arc in &arcs {
                prop_assert!(arc.points.len() >= 3 && arc.left != arc.right);
                for pair in arc.points.windows(2) {
                    let step = (pair[1][0] - pair[0][0]).abs() + (pair[1][1] - pair[0][1]).abs();
                    prop_assert!(step == 1 || step == 2);
                }
            }
        }

        #[test]
        fn area_is_kept_up_to_the_cut_corners(side in 3usize..14, seed in prop::collection::vec(0u8..3, 196)) {
            // Two classes in a field of a third: no junctions, so every ring loses exactly half a cell and every hole
            // wins as much.
            let mut window = Window::empty(side);
            for y in 1..side - 1 {
                for x in 1..side - 1 {
                    window.cells[y * side + x] = u8::from(seed[y * side + x] == 2);
                }
            }
            let arcs = trace(&window, |_| false);
            let cells: i64 = window.cells.iter().map(|c| i64::from(*c)).sum();
            let turns: i64 = arcs
                .iter()
                .filter(|a| a.left != OUTSIDE && a.right != OUTSIDE)
                .map(|a| if doubled_area(std::slice::from_ref(a), 1) > 0 { 1 } else { -1 })
                .sum();
            // In doubled square half cells a cell is 8 and half a cell 4.
            prop_assert_eq!(doubled_area(&arcs, 1), 8 * cells - 4 * turns);
        }
    }
}
