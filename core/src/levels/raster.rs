//! Burning polygons into base tiles.

use rustc_hash::FxHashMap;

use crate::space::{World, WorldBox};

use super::canvas::Canvas;
use super::cells::{BASE_ZOOM, BaseTile, Claim, MAX_CLASS, TILE_CELLS, TILE_CELLS_BITS, Total};
use super::codec;
use super::error::LevelsError;
use super::packed::PackedTile;
use super::scan::Scanner;

/// Most base tiles along a side of one feature's box (a tile of zoom 5: more than the whole country).
const MAX_SIDE: u32 = 256;
/// Most base tiles of one shard, about 40,000 km².
const MAX_TILES: usize = 2048;
/// Tiles whose claims are at hand, half a MiB each.
const OPEN: usize = 96;

/// Turns a shard's drawn polygons into its class cells.
///
/// Several may work side by side on parts of a shard, in any order: [`Rasteriser::merge`] gives the same cells as one
/// rasteriser that saw every feature. See the [module](super) for an example.
#[derive(Debug)]
pub struct Rasteriser {
    tiles: FxHashMap<BaseTile, Canvas>,
    /// How many of them are open, and how many may be.
    open: usize,
    most_open: usize,
    /// Features burnt.
    burnt: u64,
    /// The one tile that is wanted, where not all are.
    only: Option<BaseTile>,
    scanner: Scanner,
}

impl Default for Rasteriser {
    fn default() -> Self {
        Self::new()
    }
}

impl Rasteriser {
    /// A rasteriser that has seen nothing.
    pub fn new() -> Self {
        Self::opening(OPEN)
    }

    /// A rasteriser that has the claims of so many tiles at hand.
    pub(super) fn opening(most_open: usize) -> Self {
        Self {
            tiles: FxHashMap::default(),
            open: 0,
            most_open,
            burnt: 0,
            only: None,
            scanner: Scanner::default(),
        }
    }

    /// A rasteriser of one base tile, which leaves out what lies in others.
    pub(crate) fn only(tile: BaseTile) -> Self {
        Self {
            only: Some(tile),
            ..Self::new()
        }
    }

    /// Burns one feature.
    ///
    /// `rings` are all the rings of all its polygons, exterior and holes in any order and orientation, closed or not;
    /// a cell belongs to the feature when its centre lies inside by the even-odd rule. `area` (m²) decides where
    /// two features cover one centre: the larger one stays, then the lower class. The feature is
    /// counted once, with `area`, in the base tile that holds `anchor`, also where it is too small to cover a centre.
    ///
    /// # Errors
    /// A class outside 1..=[`MAX_CLASS`], or a feature or a set of features of impossible extent. Nothing of the
    /// feature is burnt or counted then, except with [`LevelsError::ManyTiles`], after which the cells are incomplete.
    pub fn burn<'r, I>(
        &mut self,
        class: u8,
        area: f64,
        anchor: World,
        rings: I,
    ) -> Result<(), LevelsError>
    where
        I: IntoIterator<Item = &'r [World]> + Clone,
    {
        if class == 0 || class > MAX_CLASS {
            return Err(LevelsError::Class(class));
        }
        check_extent(rings.clone())?;
        let claim = Claim::new(class, area);
        let (tiles, only) = (&mut self.tiles, self.only);
        self.burnt += 1;
        let (open, burnt) = (&mut self.open, self.burnt);
        let (mut full, mut lost) = (false, None);
        self.scanner.scan(rings, |row, from, to| {
            let mut column = from;
            while column < to {
                let tile = BaseTile {
                    y: (row >> TILE_CELLS_BITS) as u16,
                    x: (column >> TILE_CELLS_BITS) as u16,
                };
                let end = to.min((u32::from(tile.x) + 1) << TILE_CELLS_BITS);
                if only.is_some_and(|only| only != tile) {
                    column = end;
                    continue;
                }
                if tiles.len() >= MAX_TILES && !tiles.contains_key(&tile) {
                    full = true;
                    return;
                }
                let canvas = tiles.entry(tile).or_default();
                *open += usize::from(!canvas.is_open());
                canvas.burnt = burnt;
                let claims = match canvas.claims_mut() {
                    Ok(claims) => claims,
                    Err(error) => {
                        lost = Some(error);
                        return;
                    }
                };
                let start = (row as usize % TILE_CELLS) * TILE_CELLS + column as usize % TILE_CELLS;
                for cell in &mut claims[start..start + (end - column) as usize] {
                    *cell = claim.max(*cell);
                }
                column = end;
            }
        });
        if let Some(lost) = lost {
            return Err(lost);
        }
        if self.open > self.most_open {
            self.lay_by();
        }
        let home = BaseTile::holding(anchor);
        if full
            || (only.is_none() && self.tiles.len() >= MAX_TILES && !self.tiles.contains_key(&home))
        {
            return Err(LevelsError::ManyTiles(MAX_TILES));
        }
        if only.is_some_and(|only| only != home) {
            return Ok(());
        }
        self.tiles
            .entry(home)
            .or_default()
            .totals
            .entry(class)
            .or_default()
            .add(Total::one(area));
        Ok(())
    }

    /// Takes over everything `other` has burnt.
    ///
    /// # Errors
    /// [`LevelsError::ManyTiles`] where both together touch too many tiles; [`LevelsError::Corrupt`] where cells that were
    /// laid by do not come back.
    pub fn merge(mut self, mut other: Self) -> Result<Self, LevelsError> {
        if self.tiles.len() < other.tiles.len() {
            std::mem::swap(&mut self, &mut other);
        }
        for (tile, theirs) in other.tiles {
            if self.tiles.len() >= MAX_TILES && !self.tiles.contains_key(&tile) {
                return Err(LevelsError::ManyTiles(MAX_TILES));
            }
            self.tiles.entry(tile).or_default().merge(theirs)?;
        }
        self.open = self.tiles.values().filter(|c| c.is_open()).count();
        Ok(self)
    }

    /// Lays by the half of the open tiles that were burnt into longest ago.
    fn lay_by(&mut self) {
        let mut open: Vec<&mut Canvas> = self.tiles.values_mut().filter(|c| c.is_open()).collect();
        open.sort_unstable_by_key(|canvas| canvas.burnt);
        self.open = open.len().div_ceil(2);
        let longest_ago = open.len() - self.open;
        for canvas in open.into_iter().take(longest_ago) {
            canvas.lay_by();
        }
    }

    /// One base tile as it is stored.
    ///
    /// # Errors
    /// [`LevelsError::Corrupt`] where cells that were laid by do not come back.
    pub(crate) fn into_tile(mut self, tile: BaseTile) -> Result<PackedTile, LevelsError> {
        PackedTile::new(tile, self.tiles.remove(&tile).unwrap_or_default())
    }

    /// The shard's class cells as the bytes of its `cells.bin`: base cells, the majorities of every level, and the
    /// totals. Uses all threads of the current rayon pool; the bytes depend on the features only.
    ///
    /// # Errors
    /// [`LevelsError::Corrupt`] where cells that were laid by do not come back.
    pub fn into_bytes(self) -> Result<Vec<u8>, LevelsError> {
        let mut tiles: Vec<_> = self.tiles.into_iter().collect();
        tiles.sort_unstable_by_key(|(tile, _)| *tile);
        codec::write(tiles)
    }
}

/// Refuses a feature whose box no coverage of a province can have.
fn check_extent<'r>(rings: impl IntoIterator<Item = &'r [World]>) -> Result<(), LevelsError> {
    let mut bounds = WorldBox::EMPTY;
    for &p in rings.into_iter().flatten() {
        bounds.extend(p);
    }
    let tiles = |min: u32, max: u32| {
        let shift = 32 - u32::from(BASE_ZOOM);
        (max >> shift).saturating_sub(min >> shift) + 1
    };
    let (width, height) = (
        tiles(bounds.min_x, bounds.max_x),
        tiles(bounds.min_y, bounds.max_y),
    );
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(LevelsError::Wide {
            width,
            height,
            limit: MAX_SIDE,
        });
    }
    Ok(())
}

/// The base tiles a box touches; none where it is wider than what can be burnt.
pub(crate) fn tiles_of(bbox: &WorldBox) -> impl Iterator<Item = BaseTile> + use<> {
    let corner = |x, y| BaseTile::holding(World { x, y });
    let (from, to) = (
        corner(bbox.min_x, bbox.min_y),
        corner(bbox.max_x, bbox.max_y),
    );
    let span = |from: u16, to: u16| u32::from(to.saturating_sub(from)) < MAX_SIDE;
    let some = bbox.min_x <= bbox.max_x && span(from.x, to.x) && span(from.y, to.y);
    let rows = some.then_some(from.y..=to.y).into_iter().flatten();
    rows.flat_map(move |y| (from.x..=to.x).map(move |x| BaseTile { y, x }))
}
