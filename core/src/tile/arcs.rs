//! Simplifying a [`Mesh`]: pins, the arcs between them, and fewer points for each.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use rustc_hash::FxBuildHasher;

use super::chains;
use super::mesh::{Mesh, Point};
use crate::levels::{clashes, thin};

/// How far what is left out of an arc may lie from what is left, in tile units, squared: half a pixel of a tile drawn
/// at 256 pixels, half of that where arcs would meet, nothing.
const TOLERANCES: [i64; 3] = [64, 16, 0];

/// What is known of a vertex.
#[derive(Debug, Clone, Copy)]
pub(super) struct Vertex {
    /// Its first two different neighbours.
    neighbours: [Option<Point>; 2],
    /// Whether it has other than two.
    many: bool,
    /// How many lines end here.
    ends: u32,
    /// What their keys are, where they agree.
    key: Option<u32>,
}

impl Vertex {
    const NEW: Self = Self {
        neighbours: [None; 2],
        many: false,
        ends: 0,
        key: None,
    };

    fn meet(&mut self, other: Point) {
        for slot in &mut self.neighbours {
            match slot {
                Some(known) if *known == other => return,
                Some(_) => {}
                None => {
                    *slot = Some(other);
                    return;
                }
            }
        }
        self.many = true;
    }

    fn end(&mut self, key: u32) {
        self.key = if self.ends == 0 || self.key == Some(key) {
            Some(key)
        } else {
            None
        };
        self.ends += 1;
    }

    const fn passes(&self) -> bool {
        self.neighbours[1].is_some() && !self.many
    }

    /// Whether two lines of one key, and nothing else, meet here.
    pub const fn joins(&self) -> bool {
        self.passes() && self.ends == 2 && self.key.is_some()
    }

    /// Whether it must stay.
    const fn is_fixed(&self) -> bool {
        !self.passes() || (self.ends > 0 && !self.joins())
    }
}

/// The vertices of a mesh, by place.
pub(super) type Vertices = HashMap<Point, Vertex, FxBuildHasher>;

impl Mesh {
    /// The lines, joined and with fewer vertices, each with its key. Ends, junctions, and places where keys change stay;
    /// what is left out lies within half a pixel.
    pub fn lines(self) -> Vec<(u32, Vec<Point>)> {
        let vertices = self.vertices();
        let joined = chains::join(&self.paths, &vertices, |p| self.on_line(p));
        let pinned = |p: Point| self.is_pinned(&vertices, p);
        let thinned = joined.into_iter().map(|(key, points)| {
            let mut kept = Vec::new();
            for arc in split(&points, pinned) {
                let (arc, turned) = canonical(arc);
                let mut thinned = thin(&arc, TOLERANCES[0]);
                if turned {
                    thinned.reverse();
                }
                kept.extend_from_slice(&thinned);
            }
            kept.dedup();
            (key, kept)
        });
        thinned.filter(|(_, points)| points.len() > 1).collect()
    }

    /// The rings, in the order they were taken, with fewer vertices; what has no ground left has fewer than three.
    pub fn rings(self) -> Vec<Vec<Point>> {
        let vertices = self.vertices();
        let mut arcs = Arcs::default();
        let parted: Vec<Vec<(usize, bool)>> = self
            .paths
            .iter()
            .map(|path| self.part_ring(&path.points, &vertices, &mut arcs))
            .collect();
        let thinned = arcs.thinned(self.window);
        parted
            .into_iter()
            .map(|ring| {
                let mut out: Vec<Point> = Vec::new();
                for (arc, turned) in ring {
                    let points = thinned.get(arc).map(Vec::as_slice).unwrap_or_default();
                    if turned {
                        out.extend(points.iter().rev().skip(1).copied());
                    } else {
                        out.extend(points.iter().skip(1).copied());
                    }
                }
                out.dedup();
                out
            })
            .collect()
    }

    /// A ring as arcs between pins, each with whether the ring runs against it.
    fn part_ring(
        &self,
        ring: &[Point],
        vertices: &Vertices,
        arcs: &mut Arcs,
    ) -> Vec<(usize, bool)> {
        if ring.len() < 3 {
            return Vec::new();
        }
        let pinned = |p: Point| self.is_pinned(vertices, p);
        // A ring without a pin begins at its least vertex, wherever it was begun before.
        let first = ring.iter().position(|p| pinned(*p)).or_else(|| {
            let least = ring.iter().min()?;
            ring.iter().position(|p| p == least)
        });
        let Some(first) = first else {
            return Vec::new();
        };
        let turned = ring.iter().cycle().skip(first).take(ring.len() + 1);
        let points: Vec<Point> = turned.copied().collect();
        split(&points, pinned)
            .map(|arc| arcs.number(canonical(arc)))
            .collect()
    }

    fn vertices(&self) -> Vertices {
        let count = self.paths.iter().map(|path| path.points.len()).sum();
        let mut vertices = Vertices::with_capacity_and_hasher(count, FxBuildHasher);
        for path in &self.paths {
            let closing = path.points.first().filter(|_| path.closed);
            let mut before: Option<Point> = None;
            for point in path.points.iter().chain(closing) {
                if let Some(before) = before {
                    vertices.entry(before).or_insert(Vertex::NEW).meet(*point);
                    vertices.entry(*point).or_insert(Vertex::NEW).meet(before);
                }
                before = Some(*point);
            }
            if !path.closed {
                for end in [path.points.first(), path.points.last()]
                    .into_iter()
                    .flatten()
                {
                    vertices.entry(*end).or_insert(Vertex::NEW).end(path.key);
                }
            }
        }
        vertices
    }

    fn is_pinned(&self, vertices: &Vertices, p: Point) -> bool {
        self.on_line(p) || vertices.get(&p).is_none_or(Vertex::is_fixed)
    }

    /// Whether a place lies on the tile's border, or on the edge of its box.
    fn on_line(&self, p: Point) -> bool {
        let [lo, hi] = self.window;
        p.iter().any(|v| [0, self.extent, lo, hi].contains(v))
    }
}

/// The stretches of a path from pin to pin, its ends being pins.
fn split(points: &[Point], pinned: impl Fn(Point) -> bool) -> impl Iterator<Item = &[Point]> {
    let last = points.len().saturating_sub(1);
    let mut from = 0;
    (1..points.len()).filter_map(move |at| {
        if at < last && !pinned(points[at]) {
            return None;
        }
        let arc = points.get(from..=at);
        from = at;
        arc
    })
}

/// An arc in the one direction all who share it agree on, and whether that is not its own.
fn canonical(arc: &[Point]) -> (Vec<Point>, bool) {
    let turned = arc.iter().rev().lt(arc.iter());
    let mut points = arc.to_vec();
    if turned {
        points.reverse();
    }
    (points, turned)
}

/// Arcs, each once.
#[derive(Debug, Default)]
struct Arcs {
    numbers: HashMap<Vec<Point>, usize, FxBuildHasher>,
    all: Vec<Vec<Point>>,
}

impl Arcs {
    fn number(&mut self, (arc, turned): (Vec<Point>, bool)) -> (usize, bool) {
        let number = match self.numbers.entry(arc) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.all.push(new.key().clone());
                *new.insert(self.all.len() - 1)
            }
        };
        (number, turned)
    }

    /// The arcs with fewer points; those that would meet another one but at their ends keep more.
    fn thinned(&self, window: [i32; 2]) -> Vec<Vec<Point>> {
        let mut details = vec![0; self.all.len()];
        let mut thinned: Vec<Vec<Point>> = self
            .all
            .iter()
            .zip(&mut details)
            .map(|(arc, detail)| coarse(arc, detail))
            .collect();
        while let Some(finer) = Self::finer(&thinned, &mut details, window) {
            for arc in finer {
                if let (Some(points), Some(detail)) = (self.all.get(arc), details.get_mut(arc)) {
                    thinned[arc] = coarse(points, detail);
                }
            }
        }
        thinned
    }

    /// The arcs that meet others and can be drawn in more detail, which is what they are given.
    fn finer(
        thinned: &[Vec<Point>],
        details: &mut [usize],
        window: [i32; 2],
    ) -> Option<Vec<usize>> {
        let mut finer = clashes(thinned, window);
        finer.retain(|arc| {
            details
                .get(*arc)
                .is_some_and(|detail| *detail + 1 < TOLERANCES.len())
        });
        for arc in &finer {
            details[*arc] += 1;
        }
        (!finer.is_empty()).then_some(finer)
    }
}

/// The arc at the first detail, from `detail` on, at which a loop keeps three different points.
fn coarse(arc: &[Point], detail: &mut usize) -> Vec<Point> {
    while let Some(tolerance) = TOLERANCES.get(*detail) {
        let thinned = thin(arc, *tolerance);
        if arc.first() != arc.last() || thinned.len() > 3 || *detail + 1 == TOLERANCES.len() {
            return thinned;
        }
        *detail += 1;
    }
    arc.to_vec()
}
