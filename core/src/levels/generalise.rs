//! A tile from its window of cells.

use std::collections::BTreeMap;

use crate::space::TileCoord;

use super::cells::TILE_CELLS;
use super::rules::{BUFFER, Rules};
use super::shapes::{Shape, assemble};
use super::simplify::{self, FINEST};
use super::trace::{self, Arc, Point};
use super::window::Window;
use super::{absorb, balance, clash, gaps, threads};

/// Units along a tile's side.
pub const EXTENT: i32 = 4096;
/// Units of half a cell: every point of a traced boundary is a whole number of them, so nothing needs snapping.
const HALF_CELL: i32 = EXTENT / (2 * TILE_CELLS as i32);
/// Where the tile's north and west edges lie, in half cells of the buffered window.
pub(super) const NEAR: i32 = 2 * BUFFER as i32;
/// Where the tile's south and east edges lie.
pub(super) const FAR: i32 = NEAR + 2 * TILE_CELLS as i32;

/// A polygon in tile units, x eastward and y southward, [`EXTENT`] a side, with a buffer of 64 units around the tile.
///
/// Rings do not repeat their first point. As MVT 2.1 asks, the exterior's signed area is positive and the holes' is
/// negative. No ring touches another one or itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TilePolygon {
    /// Outer boundary.
    pub exterior: Vec<[i32; 2]>,
    /// Holes.
    pub holes: Vec<Vec<[i32; 2]>>,
}

/// One class in a generalised tile.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassShape {
    /// The class, 1..=250.
    pub class: u8,
    /// Where it shows, as one multipolygon; nothing where it is too rare to be drawn.
    pub polygons: Vec<TilePolygon>,
    /// Number of features of the class anchored in the tile, drawn or not.
    pub count: u64,
    /// Their area in m², as given when they were burnt: the true area, not the picture's.
    pub area: f64,
}

/// Side of the window a tile of zoom `coord.z()` needs, in cells.
pub(super) fn window_side(rules: Rules) -> usize {
    TILE_CELLS + 2 * rules.margin()
}

/// The polygons of every class in the window of a tile, by class ascending.
pub(super) fn generalise(coord: TileCoord, mut window: Window) -> Vec<(u8, Vec<TilePolygon>)> {
    let rules = Rules::at(coord.z());
    smooth(&mut window, rules);
    polygons(&window.inner(rules.margin() - BUFFER))
}

/// The polygons of every class in a tile with its buffer, whose cells are smoothed, by class ascending.
pub(super) fn polygons(smoothed: &Window) -> Vec<(u8, Vec<TilePolygon>)> {
    shapes(smoothed)
        .into_iter()
        .map(|(class, shapes)| {
            (
                class,
                shapes
                    .into_iter()
                    .filter(is_seen)
                    .map(to_tile)
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, polygons)| !polygons.is_empty())
        .collect()
}

/// Closes gaps and threads, absorbs specks, and gives back what classes lost by that; right except in the outer
/// `rules.margin() - BUFFER` cells.
pub(super) fn smooth(window: &mut Window, rules: Rules) {
    gaps::close(window, rules.gap);
    let before = window.cells.clone();
    if rules.threads {
        threads::remove(window);
    }
    absorb::specks(window, rules.speck, rules.rounds);
    balance::restore(window, &before, rules.first_block());
}

/// The polygons of a buffered window by class.
pub(super) fn shapes(window: &Window) -> BTreeMap<u8, Vec<Shape>> {
    let extent = 2 * window.side as i32;
    // The edges of the tile and of the window.
    let is_line = |v: i32| v == NEAR || v == FAR || v == 0 || v == extent;
    let arcs = trace::trace(window, is_line);
    simplified(&arcs, is_line, extent)
}

/// The arcs' polygons with as few points as the tolerance allows without arcs meeting or jumping over one another:
/// those that do get more detail, until none does.
fn simplified(
    arcs: &[Arc],
    is_line: impl Fn(i32) -> bool,
    extent: i32,
) -> BTreeMap<u8, Vec<Shape>> {
    let line = |arc: &Arc, detail| simplify::simplify(&arc.points, &is_line, detail);
    let mut details = vec![0; arcs.len()];
    let mut lines: Vec<Vec<Point>> = arcs.iter().map(|arc| line(arc, 0)).collect();
    loop {
        let mut refine = clash::find(&lines, extent);
        refine.retain(|arc| details[*arc] < FINEST);
        if refine.is_empty() {
            match assemble(arcs, &lines) {
                Ok(shapes) => return shapes,
                Err(class) => {
                    let concerned = |arc: &Arc| arc.left == class || arc.right == class;
                    refine = (0..arcs.len())
                        .filter(|i| concerned(&arcs[*i]) && details[*i] < FINEST)
                        .collect();
                }
            }
            if refine.is_empty() {
                // Arcs with every corner are the cells' own boundaries and always form polygons.
                return BTreeMap::new();
            }
        }
        for arc in refine {
            details[arc] += 1;
            lines[arc] = line(&arcs[arc], details[arc]);
        }
    }
}

/// Whether any of the polygon may lie inside the tile, and not in its buffer only.
fn is_seen(shape: &Shape) -> bool {
    (0..2).all(|axis| {
        shape.exterior.iter().any(|p| p[axis] > NEAR)
            && shape.exterior.iter().any(|p| p[axis] < FAR)
    })
}

fn to_tile(shape: Shape) -> TilePolygon {
    let ring = |ring: Vec<Point>| {
        ring.into_iter()
            .map(|p| p.map(|v| (v - NEAR) * HALF_CELL))
            .collect()
    };
    TilePolygon {
        exterior: ring(shape.exterior),
        holes: shape.holes.into_iter().map(ring).collect(),
    }
}
