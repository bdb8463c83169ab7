//! Lines and rings of a tile that are simplified together, so that what they have in common stays common.
//!
//! ```text
//! World --snap--> tile units --part at the tile's border--> --clip--> in the box
//!       --pins--> arcs between them --Douglas-Peucker, each arc once--> fewer points --clash?--> back to more
//! ```
//!
//! **Why neighbours stay neighbours.** A vertex with other than two different neighbours is a junction and stays. What
//! runs from one to the next is an arc; it is simplified in one direction, whichever way the lines run along it, so
//! all of them get the same points.
//!
//! **Why tiles meet.** A vertex is put where an edge crosses the border of a tile, computed from the edge alone, and
//! vertices on the border stay. So an arc lies within one tile, and what is left of it does too: nothing that happens
//! in a tile is seen beyond its border.

use super::clip::{self, Wide, cut};
use super::snap::{Grid, TileSpec};
use super::{Drawn, DrawnKind};
use crate::space::World;

/// A place in tile units.
pub(crate) type Point = [i32; 2];

/// One line or ring of a [`Mesh`], in the tile's box.
#[derive(Debug, Clone)]
pub(super) struct Path {
    /// Its vertices, none twice in a row; of a ring without a closing one.
    pub points: Vec<Point>,
    /// Whether it is a ring.
    pub closed: bool,
    /// Lines are joined where theirs agree.
    pub key: u32,
}

/// Lines and rings on their way to fewer vertices.
#[derive(Debug)]
pub struct Mesh {
    grid: Grid,
    /// Units along the tile's side.
    pub(super) extent: i32,
    /// The box of the tile, both axes.
    pub(super) window: [i32; 2],
    pub(super) paths: Vec<Path>,
    wide: Vec<Wide>,
    scratch: [Vec<Wide>; 2],
}

impl Mesh {
    /// An empty mesh of a tile.
    pub fn new(spec: TileSpec) -> Self {
        let grid = Grid::new(&spec);
        Self {
            extent: i32::from(spec.extent.max(1)),
            window: [grid.lo as i32, grid.hi as i32],
            grid,
            paths: Vec::new(),
            wide: Vec::new(),
            scratch: [Vec::new(), Vec::new()],
        }
    }

    /// Takes the lines of a feature; those of the same `key` are joined where they meet. How many pieces lie in the
    /// tile's box.
    pub fn add_lines(&mut self, feature: &Drawn<'_>, key: u32) -> usize {
        let before = self.paths.len();
        if feature.kind != DrawnKind::Line {
            return 0;
        }
        for (path, _) in feature.paths() {
            self.part(path, false);
            let Self {
                grid,
                paths,
                wide,
                scratch,
                ..
            } = self;
            clip::path(wide, scratch, grid.lo, grid.hi, |piece| {
                let points = narrow(piece);
                if points.len() > 1 {
                    paths.push(Path {
                        points,
                        closed: false,
                        key,
                    });
                }
            });
        }
        self.paths.len() - before
    }

    /// Takes the rings of a polygon, one path each, in their order; what lies outside the tile's box has no points.
    pub fn add_rings(&mut self, feature: &Drawn<'_>) {
        for (ring, _) in feature.paths() {
            self.part(ring, true);
            let Self {
                grid,
                wide,
                scratch,
                ..
            } = self;
            clip::ring(wide, &mut scratch[0], grid.lo, grid.hi);
            let mut points = narrow(wide);
            while points.len() > 1 && points.first() == points.last() {
                points.pop();
            }
            self.paths.push(Path {
                points,
                closed: true,
                key: 0,
            });
        }
    }

    /// Snaps a path into `wide`, with a vertex wherever it crosses the lines of the tile's border.
    fn part(&mut self, path: &[World], closed: bool) {
        let Self { grid, wide, .. } = self;
        let extent = i64::from(self.extent);
        wide.clear();
        let mut before = None;
        let closing = path.first().filter(|_| closed);
        for place in path.iter().chain(closing) {
            let b = grid.wide(*place);
            if let Some(a) = before.filter(|a| *a != b) {
                crossings(a, b, extent, wide);
            }
            if before != Some(b) {
                wide.push(b);
            }
            before = Some(b);
        }
        if closed && wide.len() > 1 {
            wide.pop();
        }
    }
}

/// Points of the edge from `a` to `b` on the lines of the tile's border, in order.
fn crossings(a: Wide, b: Wide, extent: i64, out: &mut Vec<Wide>) {
    let beyond = |v: i64| (v >= 0) as i8 + (v > 0) as i8 + (v >= extent) as i8 + (v > extent) as i8;
    if beyond(a[0]) == beyond(b[0]) && beyond(a[1]) == beyond(b[1]) {
        return;
    }
    let start = out.len();
    for line in [0, extent] {
        let between =
            |axis: usize| (a[axis] < line && line < b[axis]) || (b[axis] < line && line < a[axis]);
        if between(0) {
            out.push(cut::<0>(a, b, line));
        }
        if between(1) {
            out.push(cut::<1>(a, b, line));
        }
    }
    // Along the edge: by the longer of its two ways.
    let axis = usize::from((b[1] - a[1]).abs() > (b[0] - a[0]).abs());
    let forward = b[axis] >= a[axis];
    let along = |p: &Wide| {
        let (way, side) = (p[axis] - a[axis], p[1 - axis] - a[1 - axis]);
        let side = if b[1 - axis] >= a[1 - axis] {
            side
        } else {
            -side
        };
        (if forward { way } else { -way }, side)
    };
    if let Some(found) = out.get_mut(start..) {
        found.sort_by_key(along);
    }
    let mut last = (start > 0).then(|| out.get(start - 1).copied()).flatten();
    let mut kept = start;
    for i in start..out.len() {
        let p = out[i];
        if last != Some(p) && p != b {
            out[kept] = p;
            kept += 1;
            last = Some(p);
        }
    }
    out.truncate(kept);
}

/// Points in the tile's box, none twice in a row.
fn narrow(points: &[Wide]) -> Vec<Point> {
    let mut out: Vec<Point> = points.iter().map(|&[x, y]| [x as i32, y as i32]).collect();
    out.dedup();
    out
}
