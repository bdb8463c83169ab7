//! Joining lines end to end.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use super::arcs::Vertices;
use super::mesh::{Path, Point};

/// Paths that end at a place, and whether it is their last vertex.
type Ends = HashMap<Point, [Option<(usize, bool)>; 2], FxBuildHasher>;

/// The paths, joined where two of one key and nothing else meet; not where `barred`. Each runs the way of the first of
/// its paths, in the order given.
pub(super) fn join(
    paths: &[Path],
    vertices: &Vertices,
    barred: impl Fn(Point) -> bool,
) -> Vec<(u32, Vec<Point>)> {
    let mut ends = Ends::default();
    for (number, path) in paths.iter().enumerate() {
        for (last, end) in [(false, path.points.first()), (true, path.points.last())] {
            if let Some(end) = end
                && vertices.get(end).is_some_and(super::arcs::Vertex::joins)
                && !barred(*end)
            {
                let slots = ends.entry(*end).or_default();
                let free = slots.iter_mut().find(|slot| slot.is_none());
                if let Some(slot) = free {
                    *slot = Some((number, last));
                }
            }
        }
    }
    let beyond = |number: usize, last: bool| -> Option<(usize, bool)> {
        let points = &paths.get(number)?.points;
        let end = if last { points.last() } else { points.first() }?;
        let others = ends.get(end)?.iter().flatten();
        others.copied().find(|other| *other != (number, last))
    };
    let mut taken = vec![false; paths.len()];
    let mut out = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        if std::mem::replace(&mut taken[number], true) {
            continue;
        }
        let mut points = path.points.clone();
        for forward in [true, false] {
            let mut at = (number, forward);
            while let Some((next, last)) = beyond(at.0, at.1) {
                if std::mem::replace(&mut taken[next], true) {
                    break;
                }
                let mut more = paths[next].points.clone();
                if last {
                    more.reverse();
                }
                points.extend(more.into_iter().skip(1));
                at = (next, !last);
            }
            // What is added next goes before the first vertex.
            points.reverse();
        }
        out.push((path.key, points));
    }
    out
}
