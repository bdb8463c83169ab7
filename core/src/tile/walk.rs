//! From the edges of covered ground to the rings of valid polygons.

use std::ops::Range;

use super::contact::Edge;
use super::rings::{Ring, RingSet, cross, doubled_area};
use super::simplify;
use super::winding::{above, candidates};
use crate::space::TilePx;

/// An edge with covered ground on one side only: the side where a ring of positive area has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub from: TilePx,
    pub to: TilePx,
}

/// Appends to `out` the polygons whose outline `steps` are. The steps must meet at their ends only.
///
/// Where several rings pass a vertex, a walk turns as far toward its own ground as it can, and so follows one
/// connected piece of ground all around; it is then cut where it passes a vertex twice. What runs around the
/// ground is an exterior; what runs around a gap is a hole of the same piece.
pub(super) fn walk(mut steps: Vec<Step>, out: &mut RingSet) {
    steps.sort_unstable();
    let mut taken = vec![false; steps.len()];
    let mut found = Found::default();
    let mut path: Vec<usize> = Vec::new();
    let mut place = vec![None; steps.len()];
    for start in 0..steps.len() {
        let shells = found.shells.len();
        let holes = found.holes.len();
        let mut step = Some(start);
        while let Some(i) = step.filter(|&i| !taken[i]) {
            taken[i] = true;
            let vertex = first_from(&steps, steps[i].from);
            if let Some(at) = place[vertex] {
                found.ring(&steps, path.drain(at..), &mut place);
            }
            place[vertex] = Some(path.len());
            path.push(i);
            step = next(&steps, steps[i]);
        }
        found.ring(&steps, path.drain(..), &mut place);
        if found.shells.len() == shells + 1 {
            found.holes[holes..]
                .iter_mut()
                .for_each(|hole| hole.shell = Some(shells));
        }
    }
    found.write(out);
}

/// The first step that leaves `vertex`; its position stands for the vertex.
fn first_from(steps: &[Step], vertex: TilePx) -> usize {
    steps.partition_point(|s| s.from < vertex)
}

/// The step after `step` around the same ground.
fn next(steps: &[Step], step: Step) -> Option<usize> {
    let at = step.to;
    let first = first_from(steps, at);
    (first..steps.len())
        .take_while(|&i| steps[i].from == at)
        .reduce(|best, other| {
            if sooner(at, step.from, steps[other].to, steps[best].to) {
                other
            } else {
                best
            }
        })
}

/// Whether, turning around `at` from `back` through the ground, `p` comes before `q`.
fn sooner(at: TilePx, back: TilePx, p: TilePx, q: TilePx) -> bool {
    let beyond = |p: TilePx| cross(at, back, p) >= 0 && !opposite(at, back, p);
    match (beyond(p), beyond(q)) {
        (false, true) => true,
        (true, false) => false,
        _ => cross(at, p, q) < 0,
    }
}

/// Whether `p` lies straight on from `back` through `at`.
fn opposite(at: TilePx, back: TilePx, p: TilePx) -> bool {
    let product = |a: i32, b: i32| i64::from(a) * i64::from(b);
    cross(at, back, p) == 0
        && product(back.x - at.x, p.x - at.x) + product(back.y - at.y, p.y - at.y) < 0
}

/// Simple rings, sorted into exteriors and holes.
#[derive(Debug, Default)]
struct Found {
    points: Vec<TilePx>,
    shells: Vec<Range<usize>>,
    holes: Vec<Hole>,
}

#[derive(Debug)]
struct Hole {
    span: Range<usize>,
    /// Position of its exterior, where the walk told it.
    shell: Option<usize>,
}

impl Found {
    fn ring(
        &mut self,
        steps: &[Step],
        path: impl Iterator<Item = usize>,
        place: &mut [Option<usize>],
    ) {
        let start = self.points.len();
        for i in path {
            place[first_from(steps, steps[i].from)] = None;
            self.points.push(steps[i].from);
        }
        if !simplify::ring(&mut self.points, start) {
            return;
        }
        let span = start..self.points.len();
        if doubled_area(&self.points[span.clone()]) > 0 {
            self.shells.push(span);
        } else {
            self.holes.push(Hole { span, shell: None });
        }
    }

    fn write(self, out: &mut RingSet) {
        let Self {
            points,
            shells,
            holes,
        } = self;
        let mut holes_of = vec![Vec::new(); shells.len()];
        for hole in holes {
            let shell = hole
                .shell
                .or_else(|| around(&points, &shells, &points[hole.span.clone()]));
            // A gap that nothing runs around is no gap.
            if let Some(shell) = shell {
                holes_of[shell].push(hole.span);
            }
        }
        let mut push = |span: Range<usize>, hole: bool| {
            let start = out.points.len();
            out.points.extend_from_slice(&points[span]);
            out.rings.push(Ring {
                span: start..out.points.len(),
                hole,
            });
        };
        for (shell, holes) in shells.into_iter().zip(holes_of) {
            push(shell, false);
            for hole in holes {
                push(hole, true);
            }
        }
    }
}

/// The smallest of `shells` that runs around `hole`.
fn around(points: &[TilePx], shells: &[Range<usize>], hole: &[TilePx]) -> Option<usize> {
    candidates(hole).find_map(|p| {
        let mut best: Option<(i64, usize)> = None;
        for (number, shell) in shells.iter().enumerate() {
            let ring = &points[shell.clone()];
            let ends = ring.iter().skip(1).chain(ring.first());
            let mut winding = 0;
            for (&a, &b) in ring.iter().zip(ends) {
                winding += above(&Edge::new(a, b, 0, 0), p)?;
            }
            if winding != 0 {
                let area = doubled_area(ring);
                best = best
                    .filter(|&(smallest, _)| smallest <= area)
                    .or(Some((area, number)));
            }
        }
        best.map(|(_, number)| number)
    })
}
