//! The tiles of a mosaic, each traced once and kept for as long as no cell it is made from changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::space::TileCoord;

use super::cells::{BASE_ZOOM, BaseTile, LOWEST_ZOOM, TILE_CELLS, block_side};
use super::error::LevelsError;
use super::generalise::ClassShape;
use super::rules::Rules;

/// What a tile shows, or why it cannot be made.
pub(super) type Shapes = Result<Arc<[ClassShape]>, LevelsError>;

/// Every tile that any cell has a say in, coarsest first.
#[derive(Debug, Default)]
pub(super) struct Made(BTreeMap<Address, Arc<OnceLock<Shapes>>>);

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
        let kept = |at: &Address| before?.0.get(at).filter(|_| !stale.contains(at));
        let mut made = BTreeMap::new();
        for at in tiles.flat_map(reached) {
            made.entry(at)
                .or_insert_with(|| kept(&at).map(Arc::clone).unwrap_or_default());
        }
        Self(made)
    }

    /// Where a tile is kept; `None` where no cell has a say in it.
    pub fn tile(&self, coord: TileCoord) -> Option<&OnceLock<Shapes>> {
        let at = (coord.z(), coord.y(), coord.x());
        self.0.get(&at).map(AsRef::as_ref)
    }

    /// The tiles of `zooms` that are not made yet, coarsest first.
    pub fn missing(&self, zooms: std::ops::RangeInclusive<u8>) -> Vec<TileCoord> {
        let missing = self
            .0
            .iter()
            .filter(|(at, made)| zooms.contains(&at.0) && made.get().is_none());
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
        assert_eq!(of(5), [(5, 3600 >> 8, 6500 >> 8)]);
    }

    #[test]
    fn what_no_change_reaches_is_kept() {
        let (here, far) = (BaseTile { y: 3600, x: 6500 }, BaseTile { y: 3600, x: 6600 });
        let both = || [here, far].into_iter();
        let first = Made::of(both(), both(), None);
        let all = LOWEST_ZOOM..=BASE_ZOOM;
        for coord in first.missing(all.clone()) {
            first.tile(coord).unwrap().set(Ok(Arc::from([]))).unwrap();
        }
        assert!(first.missing(all.clone()).is_empty());
        let next = Made::of(both(), [far].into_iter(), Some(&first));
        let missing = next.missing(all);
        assert!(missing.contains(&TileCoord::new(13, 6600, 3600).unwrap()));
        assert!(!missing.contains(&TileCoord::new(13, 6500, 3600).unwrap()));
        assert!(missing.contains(&TileCoord::new(5, 6500 >> 8, 3600 >> 8).unwrap()));
    }
}
