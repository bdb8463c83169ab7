//! The tiles of a mosaic, each traced once and kept for as long as no cell it is made from changes.
//!
//! Which tiles a base tile reaches is known before it is burnt; which of its cells an edit changes is known after. So a tile
//! in reach of a changed base tile is asked for its cells again; they are smoothed as far as they are others, and traced
//! again only where that shows: most edits lie in the reach of some thirty tiles and are seen in a few.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::space::TileCoord;

use super::anew::Kept;
use super::cells::{BASE_ZOOM, BaseTile, LOWEST_ZOOM, TILE_CELLS, block_side};
use super::error::LevelsError;
use super::generalise::{ClassShape, TilePolygon};
use super::rules::Rules;

/// What a tile shows, and what it was traced from.
#[derive(Debug, Clone)]
pub(super) struct Traced {
    /// Of its cells, what tells later ones apart from them; nothing where all are empty.
    pub kept: Option<Arc<Kept>>,
    /// The classes.
    pub shapes: Arc<[ClassShape]>,
}

impl Traced {
    /// The polygons of every class that is drawn, by class ascending.
    pub fn polygons(&self) -> Vec<(u8, Vec<TilePolygon>)> {
        let drawn = self
            .shapes
            .iter()
            .filter(|shape| !shape.polygons.is_empty());
        drawn
            .map(|shape| (shape.class, shape.polygons.clone()))
            .collect()
    }
}

/// One tile.
#[derive(Debug, Default)]
struct Tile {
    now: OnceLock<Result<Traced, LevelsError>>,
    /// What it showed before the last change that reached it.
    before: Option<Traced>,
}

impl Tile {
    /// The same address after a change: nothing yet, but for what may turn out to be unchanged.
    fn next(&self) -> Self {
        let now = self.now.get().and_then(|now| now.as_ref().ok());
        Self {
            now: OnceLock::new(),
            before: now.or(self.before.as_ref()).cloned(),
        }
    }
}

/// Every tile that any cell has a say in, coarsest first.
#[derive(Debug, Default)]
pub(super) struct Made(BTreeMap<Address, Arc<Tile>>);

/// Zoom, row, column.
type Address = (u8, u32, u32);

impl Made {
    /// The tiles that `tiles` have a say in. What `before` has made is taken over, but for what any of `changed` has a
    /// say in.
    pub fn of(
        tiles: impl Iterator<Item = BaseTile>,
        changed: impl Iterator<Item = BaseTile>,
        before: Option<&Self>,
    ) -> Self {
        let stale: BTreeSet<Address> = before
            .map(|_| changed.flat_map(reached).collect())
            .unwrap_or_default();
        let mut made = BTreeMap::new();
        for at in tiles.flat_map(reached) {
            made.entry(at)
                .or_insert_with(|| match before.and_then(|before| before.0.get(&at)) {
                    Some(tile) if stale.contains(&at) => Arc::new(tile.next()),
                    Some(tile) => Arc::clone(tile),
                    None => Arc::default(),
                });
        }
        Self(made)
    }

    /// What a tile shows; nothing where no cell has a say in it. `trace` makes it, if it is not made yet, and is given what
    /// it showed before.
    pub fn tile(
        &self,
        coord: TileCoord,
        trace: impl FnOnce(Option<&Traced>) -> Result<Traced, LevelsError>,
    ) -> Result<Arc<[ClassShape]>, LevelsError> {
        let Some(tile) = self.0.get(&(coord.z(), coord.y(), coord.x())) else {
            return Ok(Arc::from([]));
        };
        let now = tile.now.get_or_init(|| trace(tile.before.as_ref()));
        now.as_ref()
            .map(|traced| Arc::clone(&traced.shapes))
            .map_err(Clone::clone)
    }

    /// The tiles of `zooms` that are not made yet, coarsest first.
    pub fn missing(&self, zooms: std::ops::RangeInclusive<u8>) -> Vec<TileCoord> {
        let missing = self
            .0
            .iter()
            .filter(|(at, made)| zooms.contains(&at.0) && made.now.get().is_none());
        missing
            .filter_map(|(&(z, y, x), _)| TileCoord::new(z, x, y).ok())
            .collect()
    }
}

/// The tiles of all zooms whose windows of cells hold any of a base tile.
fn reached(tile: BaseTile) -> impl Iterator<Item = Address> {
    (LOWEST_ZOOM..=BASE_ZOOM).flat_map(move |z| {
        let block = block_side(usize::from(BASE_ZOOM - z)) as i64;
        let margin = Rules::at(z).margin() as i64;
        let last = (1i64 << z) - 1;
        let span = move |at: u16| {
            let from = i64::from(at) * block;
            let cut = |cell: i64| cell.div_euclid(TILE_CELLS as i64).clamp(0, last) as u32;
            cut(from - margin)..=cut(from + block - 1 + margin)
        };
        span(tile.y).flat_map(move |y| span(tile.x).map(move |x| (z, y, x)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_tile_reaches_its_own_tiles_and_the_neighbours_whose_windows_it_lies_in() {
        let tile = BaseTile { y: 3600, x: 6500 };
        let of = |z: u8| reached(tile).filter(|at| at.0 == z).collect::<Vec<_>>();
        assert_eq!(of(13).len(), 9);
        assert!(of(13).contains(&(13, 3600, 6500)) && of(13).contains(&(13, 3601, 6499)));
        // Half a tile of zoom 12: near three sides' corner, not the far ones.
        assert_eq!(of(12).len(), 4);
        // Two cells of zoom 5, 32 from the tile to the north, which looks further than that.
        assert_eq!(of(5), [(5, 13, 25), (5, 14, 25)]);
    }

    /// A tile that counts `count` features.
    fn traced(count: u64) -> Traced {
        let shapes = Arc::from([ClassShape {
            class: 1,
            polygons: Vec::new(),
            count,
            area: 1.0,
        }]);
        Traced { kept: None, shapes }
    }

    #[test]
    fn what_was_shown_before_is_handed_on_until_it_is_made_again() {
        let here = BaseTile { y: 3600, x: 6500 };
        let next = |before: Option<&Made>| Made::of([here].into_iter(), [here].into_iter(), before);
        let coord = TileCoord::new(13, 6500, 3600).unwrap();
        let first = next(None);
        let asked = |made: &Made, count| {
            let mut was = None;
            let ask = |before: Option<&Traced>| {
                was = Some(before.map(|before| before.shapes[0].count));
                Ok(traced(count))
            };
            made.tile(coord, ask).unwrap();
            was
        };
        assert_eq!(asked(&first, 1), Some(None));
        assert_eq!(asked(&first, 2), None);
        let second = next(Some(&first));
        let third = next(Some(&second));
        assert_eq!(asked(&third, 3), Some(Some(1)));
        assert_eq!(asked(&next(Some(&third)), 4), Some(Some(3)));
    }

    #[test]
    fn what_no_change_reaches_is_kept() {
        let (here, far) = (BaseTile { y: 3600, x: 6500 }, BaseTile { y: 3600, x: 6600 });
        let both = || [here, far].into_iter();
        let first = Made::of(both(), both(), None);
        let all = LOWEST_ZOOM..=BASE_ZOOM;
        for coord in first.missing(all.clone()) {
            first.tile(coord, |_| Ok(traced(1))).unwrap();
        }
        assert!(first.missing(all.clone()).is_empty());
        let next = Made::of(both(), [far].into_iter(), Some(&first));
        let missing = next.missing(all);
        assert!(missing.contains(&TileCoord::new(13, 6600, 3600).unwrap()));
        assert!(!missing.contains(&TileCoord::new(13, 6500, 3600).unwrap()));
        assert!(missing.contains(&TileCoord::new(5, 6500 >> 8, 3600 >> 8).unwrap()));
    }
}
