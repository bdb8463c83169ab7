//! Making the few polygons valid that the grid or the box made invalid.
//!
//! `i_overlay` finds on integers which ground is covered and gives the edges of it; the rings are walked here,
//! because its own rings (version 4.5, option `ogc`) hand out an outer lobe that touches at a point as a hole.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::vector::edge::{CLIP_LEFT, CLIP_RIGHT, SUBJ_LEFT, SUBJ_RIGHT, VectorEdge};

use super::rings::{Ring, RingSet};
use super::walk::{Step, walk};
use crate::space::TilePx;

/// Replaces the rings by valid ones that cover the same ground: per polygon what its exterior encloses less
/// what its holes enclose, then all polygons together. Nothing may be left.
///
/// Crossings become vertices, rounded to the grid; a ring that touches itself is parted; edges run over twice
/// vanish. Exteriors come out with positive area, holes with negative.
pub(super) fn repair(set: &mut RingSet) {
    let mut whole = RingSet::default();
    let mut polygons = 0;
    let mut rings = set.rings.as_slice();
    while let [exterior, rest @ ..] = rings {
        let holes = rest.iter().take_while(|ring| ring.hole).count();
        let mut overlay = overlay();
        overlay.add_path_iter(vertices(set, exterior), ShapeType::Subject);
        for hole in &rest[..holes] {
            overlay.add_path_iter(vertices(set, hole), ShapeType::Clip);
        }
        walk(outline(&mut overlay), &mut whole);
        polygons += 1;
        rings = &rest[holes..];
    }
    if polygons > 1 {
        let mut overlay = overlay();
        for ring in &whole.rings {
            overlay.add_path_iter(vertices(&whole, ring), ShapeType::Subject);
        }
        whole.clear();
        walk(outline(&mut overlay), &mut whole);
    }
    *set = whole;
}

fn vertices(set: &RingSet, ring: &Ring) -> impl Iterator<Item = IntPoint> {
    set.vertices(ring).iter().map(|p| IntPoint::new(p.x, p.y))
}

fn overlay() -> Overlay {
    // One thread: tiles are made side by side, and the same rings must give the same bytes.
    let solver = Solver {
        multithreading: None,
        ..Solver::AUTO
    };
    Overlay::new_custom(64, IntOverlayOptions::default(), solver)
}

/// The edges with ground on one side only, run so that it lies where a positive ring has it.
fn outline(overlay: &mut Overlay) -> Vec<Step> {
    let ground = |fill: u8, subject: u8, clip: u8| fill & subject != 0 && fill & clip == 0;
    let step = |e: &VectorEdge| {
        let (a, b) = (TilePx::new(e.a.x, e.a.y), TilePx::new(e.b.x, e.b.y));
        match (
            ground(e.fill, SUBJ_LEFT, CLIP_LEFT),
            ground(e.fill, SUBJ_RIGHT, CLIP_RIGHT),
        ) {
            (true, false) => Some(Step { from: a, to: b }),
            (false, true) => Some(Step { from: b, to: a }),
            _ => None,
        }
    };
    overlay
        .build_separate_vectors(FillRule::NonZero)
        .iter()
        .filter_map(step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::rings::doubled_area;
    use super::*;

    fn repaired(rings: &[(&[(i32, i32)], bool)]) -> Vec<(bool, i64)> {
        let mut set = RingSet::default();
        for &(ring, hole) in rings {
            let start = set.points.len();
            set.points
                .extend(ring.iter().map(|&(x, y)| TilePx::new(x, y)));
            set.rings.push(Ring {
                span: start..set.points.len(),
                hole,
            });
        }
        repair(&mut set);
        set.iter()
            .map(|(ring, points)| (ring.hole, doubled_area(points)))
            .collect()
    }

    #[test]
    fn lobes_that_touch_at_a_point_become_two_polygons() {
        let bow = [(0, 0), (4, 4), (4, 0), (0, 4)];
        assert_eq!(repaired(&[(&bow, false)]), [(false, 8), (false, 8)]);
    }

    #[test]
    fn a_pocket_closed_by_a_touch_becomes_a_hole() {
        let ring = [(0, 0), (6, 0), (6, 6), (3, 0), (0, 6)];
        let pocket = [
            (0, 0),
            (9, 0),
            (9, 9),
            (0, 9),
            (0, 3),
            (3, 6),
            (6, 3),
            (0, 3),
        ];
        assert_eq!(repaired(&[(&ring, false)]), [(false, 18), (false, 18)]);
        assert_eq!(repaired(&[(&pocket, false)]), [(false, 162), (true, -18)]);
    }

    #[test]
    fn holes_that_touch_in_a_circle_leave_an_island() {
        let square = [(0, 0), (12, 0), (12, 12), (0, 12)];
        let left = [(2, 6), (6, 2), (4, 6), (6, 10)];
        let right = [(10, 6), (6, 10), (8, 6), (6, 2)];
        let found = repaired(&[(&square, false), (&left, true), (&right, true)]);
        assert_eq!(found, [(false, 288), (true, -64), (false, 32)]);
    }

    #[test]
    fn a_hole_that_covers_its_exterior_leaves_nothing() {
        let square = [(0, 0), (4, 0), (4, 4), (0, 4)];
        let larger = [(-1, -1), (5, -1), (5, 5), (-1, 5)];
        assert_eq!(repaired(&[(&square, false), (&larger, true)]), []);
    }
}
