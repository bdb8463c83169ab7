//! Points below the detail zoom: one in each cell of a grid that is fixed to the world.

use std::collections::BTreeMap;

use super::rank::Weight;
use super::source::{Source, Tags};
use crate::space::{TileCoord, World, WorldBox};
use crate::tile::{Drawn, DrawnKind, Part, Ready};

/// A point that is best in its cell.
struct Best<'v> {
    rank: u32,
    id: u64,
    place: World,
    source: Source<'v>,
}

/// The points of a tile and of the cells around it.
pub(super) struct Points<'v> {
    coord: TileCoord,
    /// Side of a cell, as a power of two of world units.
    bits: u32,
    best: BTreeMap<(u32, u32), Best<'v>>,
    seen: u64,
}

impl<'v> Points<'v> {
    /// `cells` to a tile's side, a power of two.
    pub fn new(coord: TileCoord, cells: u8) -> Self {
        Self {
            coord,
            bits: coord
                .bits()
                .saturating_sub(u32::from(cells).trailing_zeros()),
            best: BTreeMap::new(),
            seen: 0,
        }
    }

    /// Takes the points of a feature: where several fall into one cell, the one of the first rank and the least id stays.
    pub fn add(&mut self, feature: &Drawn<'_>, rank: u32, source: Source<'v>) {
        for place in feature.coords {
            let cell = (place.x >> self.bits, place.y >> self.bits);
            let next = Best {
                rank,
                id: feature.id,
                place: *place,
                source,
            };
            self.seen += u64::from(self.is_here(*place));
            let order = |b: &Best<'_>| (b.rank, b.id, b.place.x, b.place.y);
            match self.best.get(&cell) {
                Some(best) if order(best) <= order(&next) => {}
                _ => {
                    self.best.insert(cell, next);
                }
            }
        }
    }

    fn is_here(&self, place: World) -> bool {
        TileCoord::holding(self.coord.z(), place) == Ok(self.coord)
    }

    /// Hands on what stays, feature by feature; how many points of the tile itself stay, and how many there are. Those
    /// beside the tile are drawn where its buffer shows them.
    pub fn finish(self, mut draw: impl FnMut(&Drawn<'_>, Weight, Tags<'v>)) -> (u64, u64) {
        let mut all: Vec<&Best<'v>> = self.best.values().collect();
        all.sort_by_key(|best| (best.id, best.place.x, best.place.y));
        let stay = all.iter().filter(|best| self.is_here(best.place)).count();
        for same in all.chunk_by(|a, b| a.id == b.id) {
            let coords: Vec<World> = same.iter().map(|best| best.place).collect();
            let (Some(part), [first, ..]) = (Part::new(coords.len() as u32, false), same) else {
                continue;
            };
            let mut bbox = WorldBox::EMPTY;
            for place in &coords {
                bbox.extend(*place);
            }
            let points = Drawn {
                id: first.id,
                kind: DrawnKind::Point,
                bbox,
                parts: &[part],
                coords: &coords,
                ready: Ready::default(),
            };
            draw(
                &points,
                Weight::feature(first.rank, 0),
                first.source.tags().collect(),
            );
        }
        (stay as u64, self.seen)
    }
}
