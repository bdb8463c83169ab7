//! The rings of one feature in tile units, in one flat buffer that is used again for every feature.

use std::ops::Range;

use super::simplify;
use crate::space::TilePx;

/// One ring of a [`RingSet`].
#[derive(Debug, Clone)]
pub(super) struct Ring {
    /// Its vertices, without a closing one.
    pub span: Range<usize>,
    /// Whether it is a hole in the nearest exterior before it.
    pub hole: bool,
}

/// Rings of a feature: each exterior followed by its holes.
#[derive(Debug, Clone, Default)]
pub(super) struct RingSet {
    /// The vertices of all rings, one after the other.
    pub points: Vec<TilePx>,
    /// The rings.
    pub rings: Vec<Ring>,
}

impl RingSet {
    pub fn clear(&mut self) {
        self.points.clear();
        self.rings.clear();
    }

    /// Vertices of `ring`.
    pub fn vertices(&self, ring: &Ring) -> &[TilePx] {
        self.points.get(ring.span.clone()).unwrap_or_default()
    }

    /// Rings with their vertices.
    pub fn iter(&self) -> impl Iterator<Item = (&Ring, &[TilePx])> {
        self.rings.iter().map(|ring| (ring, self.vertices(ring)))
    }
}

/// Takes rings into a [`RingSet`]: simplified, wound as a tile wants them, those that cover nothing left out.
pub(super) struct Taker<'s> {
    set: &'s mut RingSet,
    /// Whether the exterior the next holes belong to is in the set.
    shell: bool,
    /// Whether any ring had a vertex.
    pub any: bool,
}

impl<'s> Taker<'s> {
    pub const fn new(set: &'s mut RingSet) -> Self {
        Self {
            set,
            shell: false,
            any: false,
        }
    }

    /// Takes one ring; the holes of an exterior follow it.
    pub fn take(&mut self, hole: bool, vertices: impl Iterator<Item = TilePx>) {
        if hole && !self.shell {
            return;
        }
        let start = self.set.points.len();
        self.set.points.extend(vertices);
        self.any |= self.set.points.len() > start;
        let kept = simplify::ring(&mut self.set.points, start);
        if !hole {
            self.shell = kept;
        }
        if kept {
            let ring = &mut self.set.points[start..];
            if (doubled_area(ring) < 0) != hole {
                ring.reverse();
            }
            self.set.rings.push(Ring {
                span: start..self.set.points.len(),
                hole,
            });
        }
    }
}

/// No coordinate a [`RingSet`] holds is further from the origin, so that no product of differences overflows.
/// Extents and buffers of 16 bits stay far below.
pub(super) const FARTHEST: i32 = 1 << 20;

/// `(b - a) × (c - a)`: positive where `a b c` turns clockwise on the screen (y grows downward).
#[inline]
pub(super) fn cross(a: TilePx, b: TilePx, c: TilePx) -> i64 {
    i64::from(b.x - a.x) * i64::from(c.y - a.y) - i64::from(b.y - a.y) * i64::from(c.x - a.x)
}

/// Twice the area of a ring by the surveyor's formula on tile coordinates: positive for exteriors in a tile.
pub(super) fn doubled_area(ring: &[TilePx]) -> i64 {
    let Some(&first) = ring.first() else { return 0 };
    ring.windows(2).fold(0, |sum: i64, w| {
        sum.saturating_add(cross(first, w[0], w[1]))
    })
}
