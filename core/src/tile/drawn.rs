//! The *as drawn* form of a feature, borrowed from the shard it is mapped from.

use super::Stencil;
use crate::space::{World, WorldBox};

/// Which geometry a feature is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DrawnKind {
    /// Points: one part with all of them.
    Point,
    /// Lines: a part a path.
    Line,
    /// Polygons: a part a ring, without a repeated closing vertex; each exterior is followed by its holes.
    Polygon,
}

/// One path or ring of a feature, as the index its vertices end at and whether it is a hole.
///
/// Bit 31 marks a hole; the rest is the end (exclusive) in [`Drawn::coords`]. A part begins where the one
/// before it ends, the first at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(transparent)]
pub struct Part(u32);

impl Part {
    const HOLE: u32 = 1 << 31;

    /// The number of vertices a feature may have.
    pub const MAX_VERTICES: u32 = Self::HOLE - 1;

    /// The part that ends before vertex `end`; `None` where `end` is above [`Part::MAX_VERTICES`].
    pub const fn new(end: u32, hole: bool) -> Option<Self> {
        if end > Self::MAX_VERTICES {
            return None;
        }
        Some(Self(if hole { end | Self::HOLE } else { end }))
    }

    /// One past the part's last vertex.
    pub const fn end(self) -> usize {
        (self.0 & !Self::HOLE) as usize
    }

    /// Whether the part is a hole in the exterior before it.
    pub const fn is_hole(self) -> bool {
        self.0 & Self::HOLE != 0
    }
}

/// What was made of a feature ahead of the tiles; what was not is made when it is needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ready<'a> {
    /// For the tile about to be cut.
    pub stencil: Stencil<'a>,
    /// Where its label stands, see [`super::label_point`].
    pub label: Option<World>,
}

/// One feature as it is drawn on the Web Mercator square.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'a> {
    /// The feature's id, see [`crate::feature::FeatureId`].
    pub id: u64,
    /// What its parts are.
    pub kind: DrawnKind,
    /// The box of `coords`.
    pub bbox: WorldBox,
    /// Its paths or rings.
    pub parts: &'a [Part],
    /// The vertices of all parts, one after the other.
    pub coords: &'a [World],
    /// What was made of it ahead.
    pub ready: Ready<'a>,
}

impl<'a> Drawn<'a> {
    /// The parts with their vertices; a part that names vertices outside `coords` is empty.
    pub fn paths(&self) -> impl Iterator<Item = (&'a [World], bool)> + use<'a> {
        let coords = self.coords;
        let mut start = 0;
        self.parts.iter().map(move |part| {
            let path = coords.get(start..part.end()).unwrap_or_default();
            start = part.end();
            (path, part.is_hole())
        })
    }
}
