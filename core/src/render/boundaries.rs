//! Polygons below the detail zoom, simplified together so that neighbours keep their common edges.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::rank::Weight;
use super::source::Tags;
use crate::space::TileCoord;
use crate::theme::Theme;
use crate::tile::{Added, Drawn, Mesh, TileSpec};

/// A polygon on its way into the tile.
struct Waiting<'v> {
    id: u64,
    tags: Tags<'v>,
    weight: Weight,
    /// Which of its rings are holes.
    holes: Vec<bool>,
}

/// Polygons that are simplified together.
struct Together<'v> {
    mesh: Mesh,
    polygons: Vec<Waiting<'v>>,
}

/// The polygons of a tile.
pub(super) struct Boundaries<'v> {
    coord: TileCoord,
    /// Position among the tile's fields of the one whose values are simplified apart.
    apart: Option<u32>,
    groups: BTreeMap<&'v [u8], Together<'v>>,
}

impl<'v> Boundaries<'v> {
    /// `None` where the theme does not say that its polygons are simplified together.
    pub fn new(theme: &Theme, coord: TileCoord) -> Option<Self> {
        let by = theme.generalise.boundaries_by.as_deref();
        let apart = by.and_then(|by| theme.tile_fields().position(|(_, f)| f.name == by));
        theme.generalise.boundaries.then(|| Self {
            coord,
            apart: apart.map(|at| at as u32),
            groups: BTreeMap::new(),
        })
    }

    /// Takes a polygon, with all that is known of it.
    pub fn add(&mut self, polygon: &Drawn<'_>, weight: Weight, tags: Tags<'v>) {
        let kind = tags.iter().find(|(field, _)| Some(*field) == self.apart);
        let kind = kind.map_or(&[][..], |(_, value)| value);
        let coord = self.coord;
        let group = self.groups.entry(kind).or_insert_with(|| Together {
            mesh: Mesh::new(TileSpec::new(coord)),
            polygons: Vec::new(),
        });
        group.mesh.add_rings(polygon);
        group.polygons.push(Waiting {
            id: polygon.id,
            tags,
            weight,
            holes: polygon.paths().map(|(_, hole)| hole).collect(),
        });
    }

    /// Draws them with the fields that the tile `carries`; how many are drawn, and how many belong to the tile.
    pub fn finish(self, draft: &mut Draft, carries: impl Fn(u32) -> bool) -> (u64, u64) {
        let (mut shown, mut total) = (0, 0);
        for group in self.groups.into_values() {
            let mut rings = group.mesh.rings().into_iter();
            for polygon in group.polygons {
                let rings: Vec<_> = rings.by_ref().take(polygon.holes.len()).collect();
                let mut polygons: Vec<Vec<Vec<[i32; 2]>>> = Vec::new();
                for (ring, hole) in rings.into_iter().zip(&polygon.holes) {
                    match polygons.last_mut() {
                        Some(polygon) if *hole => polygon.push(ring),
                        _ => polygons.push(vec![ring]),
                    }
                }
                let tags = polygon.tags.iter().copied();
                let tags = tags.filter(|(field, _)| carries(*field));
                match draft.add_rings(polygon.id, polygons, tags, polygon.weight) {
                    Added::Drawn => {
                        shown += 1;
                        total += 1;
                    }
                    Added::Degenerate => total += 1,
                    Added::Empty => {}
                }
            }
        }
        (shown, total)
    }
}
