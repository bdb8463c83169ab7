//! The shards of a layer on the one grid.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use crate::space::{TileCoord, World};

use super::anew;
use super::cells::{
    BASE_CELLS, BASE_TILES, BASE_ZOOM, BaseTile, Claim, LOWEST_ZOOM, TILE_CELLS, Total, base_range,
    block_side,
};
use super::codec::{Cells, Entry};
use super::error::LevelsError;
use super::generalise::{ClassShape, TilePolygon, generalise, polygons, window_side};
use super::made::{Made, Traced};
use super::packed::{PackedTile, STRENGTHS, decompress, plane_side};
use super::rules::Rules;
use super::sample::{Lattice, ToMercator, resample};
use super::window::Window;

/// The class cells of several shards as one, and the tiles drawn from them.
///
/// A base tile of one shard is read from it as it is. Where several shards touch a base tile they are merged cell by
/// cell (the larger area stays, then the lower class) when it is first needed, and the result is kept, compressed. The
/// cells are those of one shard that holds all features, whatever the order of the shards. A base tile that edits touch
/// is burnt anew when it is first needed, and kept for as long as no further edit touches it. So is every tile drawn from
/// them; what changed cells reach of it is smoothed again, and it is traced again only where that shows.
#[derive(Debug)]
pub struct Mosaic<B> {
    /// By row, then column.
    slots: Vec<Slot<B>>,
    made: Made,
}

/// Most cells a window of another grid may span: where it spans more, its places have no likeness to these.
const WIDEST: i64 = 4 * TILE_CELLS as i64;

/// Base tiles of a shard that edits touch.
pub(crate) type Renewals = BTreeMap<BaseTile, Arc<Renewal>>;

/// A base tile of one shard that is burnt anew.
#[derive(Debug, Default)]
pub(crate) struct Renewal(OnceLock<Result<PackedTile, LevelsError>>);

/// A base tile that some shard touches.
#[derive(Debug)]
struct Slot<B> {
    tile: BaseTile,
    sources: SmallVec<[Source<B>; 2]>,
    merged: Arc<OnceLock<Result<PackedTile, LevelsError>>>,
}

/// What a shard has of a base tile.
#[derive(Debug)]
enum Source<B> {
    /// This entry of its file.
    Stored(Arc<Cells<B>>, u32),
    /// Burnt anew, for the shard at this position.
    Renewed(usize, Arc<Renewal>),
}

impl<B> Source<B> {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stored(a, i), Self::Stored(b, j)) => i == j && Arc::ptr_eq(a, b),
            (Self::Renewed(_, a), Self::Renewed(_, b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// Burns a base tile of the shard at a position.
pub(crate) trait Burn: Fn(usize, BaseTile) -> Result<PackedTile, LevelsError> {}
impl<F: Fn(usize, BaseTile) -> Result<PackedTile, LevelsError>> Burn for F {}

/// Stands where no tile is renewed.
pub(super) fn nothing(_: usize, _: BaseTile) -> Result<PackedTile, LevelsError> {
    Err(LevelsError::Corrupt("a base tile has no shard"))
}

impl<B: AsRef<[u8]>> Mosaic<B> {
    /// Puts shards on the one grid; reads none of their cells yet.
    pub fn new(shards: Vec<Arc<Cells<B>>>) -> Self {
        let none = Renewals::new();
        let shards = shards.into_iter().map(|cells| (Some(cells), &none));
        Self::renewed(shards, None)
    }

    /// Puts shards on the one grid, those of their base tiles apart that edits touch. Merged tiles none of whose
    /// sources is another are taken over from `before`.
    pub(crate) fn renewed<'r>(
        shards: impl Iterator<Item = (Option<Arc<Cells<B>>>, &'r Renewals)>,
        before: Option<&Self>,
    ) -> Self {
        let mut sources: BTreeMap<BaseTile, SmallVec<[Source<B>; 2]>> = BTreeMap::new();
        for (shard, (cells, renewals)) in shards.enumerate() {
            let entries = cells.iter().flat_map(|cells| {
                let entries = cells.entries().iter().zip(0u32..);
                entries.map(move |(entry, at)| (entry.tile, Source::Stored(Arc::clone(cells), at)))
            });
            let stored = entries.filter(|(tile, _)| !renewals.contains_key(tile));
            let renewed = renewals
                .iter()
                .map(|(tile, renewal)| (*tile, Source::Renewed(shard, Arc::clone(renewal))));
            for (tile, source) in stored.chain(renewed) {
                sources.entry(tile).or_default().push(source);
            }
        }
        let mut changed: BTreeSet<BaseTile> = before
            .map(|before| before.slots.iter().map(|slot| slot.tile).collect())
            .unwrap_or_default();
        let mut slots = Vec::with_capacity(sources.len());
        for (tile, sources) in sources {
            let merged = before.and_then(|before| before.merged_of(tile, &sources));
            if merged.is_some() {
                changed.remove(&tile);
            } else {
                changed.insert(tile);
            }
            slots.push(Slot {
                tile,
                merged: merged.unwrap_or_default(),
                sources,
            });
        }
        let made = Made::of(
            slots.iter().map(|slot| slot.tile),
            changed.into_iter(),
            before.map(|before| &before.made),
        );
        Self { slots, made }
    }

    /// What was merged of these sources, if they are those of the base tile here.
    fn merged_of(
        &self,
        tile: BaseTile,
        sources: &[Source<B>],
    ) -> Option<Arc<OnceLock<Result<PackedTile, LevelsError>>>> {
        let at = self.slots.binary_search_by_key(&tile, |slot| slot.tile);
        let slot = self.slots.get(at.ok()?)?;
        let same = slot.sources.len() == sources.len()
            && slot.sources.iter().zip(sources).all(|(a, b)| a.is(b));
        same.then(|| Arc::clone(&slot.merged))
    }

    /// Whether any feature or cell lies in the base tiles of `coord`; `false` above [`BASE_ZOOM`].
    pub fn touches(&self, coord: TileCoord) -> bool {
        coord.z() <= BASE_ZOOM && self.slots_of(coord).next().is_some()
    }

    /// The generalised tile `coord`: every class that is drawn or counted in it, ascending.
    ///
    /// The polygons of all classes share every vertex of their common boundaries, are valid in the OGC sense, and meet
    /// those of the neighbouring tiles exactly at the tile's edge. They depend on the cells around the tile only, not
    /// on which tiles were made before.
    ///
    /// # Errors
    /// [`LevelsError::Zoom`] outside zooms [`LOWEST_ZOOM`] to [`BASE_ZOOM`]; [`LevelsError::Corrupt`] where a shard's
    /// cells are damaged.
    pub fn tile(&self, coord: TileCoord) -> Result<Arc<[ClassShape]>, LevelsError> {
        self.tile_with(coord, &nothing)
    }

    /// As [`Mosaic::tile`]; `burn` makes the base tiles that edits touch.
    pub(crate) fn tile_with(
        &self,
        coord: TileCoord,
        burn: &impl Burn,
    ) -> Result<Arc<[ClassShape]>, LevelsError> {
        if !(LOWEST_ZOOM..=BASE_ZOOM).contains(&coord.z()) {
            return Err(LevelsError::Zoom(coord.z()));
        }
        self.made
            .tile(coord, |before| self.trace(coord, before, burn))
    }

    /// The tiles of `zooms` that nobody has asked for yet, coarsest first.
    pub(crate) fn missing(&self, zooms: std::ops::RangeInclusive<u8>) -> Vec<TileCoord> {
        self.made.missing(zooms)
    }

    /// The tile from its cells; from what it showed `before` as far as they are the same.
    fn trace(
        &self,
        coord: TileCoord,
        before: Option<&Traced>,
        burn: &impl Burn,
    ) -> Result<Traced, LevelsError> {
        let (polygons, kept) = match self.window(coord, burn)? {
            None => (Vec::new(), None),
            Some(window) => {
                let was = before.and_then(|before| before.kept.as_ref().map(|kept| (before, kept)));
                let rules = Rules::at(coord.z());
                let (kept, cells) = anew::smoothed(window, rules, was.map(|(_, kept)| &**kept));
                let polygons = match (cells, was) {
                    (Some(cells), _) => polygons(&cells),
                    (None, Some((before, _))) => before.polygons(),
                    (None, None) => Vec::new(),
                };
                (polygons, Some(Arc::new(kept)))
            }
        };
        let shapes = shapes_of(polygons, self.slots_of(coord), burn)?;
        Ok(Traced { kept, shapes })
    }

    /// The generalised tile `coord` of another grid, whose places `to_mercator` carries to this one and `from_mercator`
    /// back. Its cells are those of this grid at their middles; a base tile's count and area go to the tile its middle
    /// lies in, so that over all tiles of a zoom the sums are true.
    ///
    /// # Errors
    /// As [`Mosaic::tile`].
    pub(crate) fn tile_of(
        &self,
        coord: TileCoord,
        to_mercator: &impl ToMercator,
        from_mercator: &impl Fn(World) -> Option<World>,
        burn: &impl Burn,
    ) -> Result<Arc<[ClassShape]>, LevelsError> {
        if !(LOWEST_ZOOM..=BASE_ZOOM).contains(&coord.z()) {
            return Err(LevelsError::Zoom(coord.z()));
        }
        let Some(lattice) = lattice(coord, to_mercator) else {
            return Ok(Arc::from([]));
        };
        let window = self.window_of(coord, &lattice, burn)?;
        let [first, end] = lattice.bounds();
        let wide = (end[0] - first[0]).max(end[1] - first[1]);
        let (columns, rows) = base_tiles(coord.z(), first, wide);
        let within = self.slots_in(columns, rows).filter(|slot| {
            from_mercator(slot.tile.middle())
                .is_some_and(|middle| TileCoord::holding(coord.z(), middle) == Ok(coord))
        });
        let polygons = window.map(|window| generalise(coord, window));
        shapes_of(polygons.unwrap_or_default(), within, burn)
    }

    /// The cells a tile of another grid is made from, or `None` where they are all empty.
    pub(super) fn window_of(
        &self,
        coord: TileCoord,
        lattice: &Lattice,
        burn: &impl Burn,
    ) -> Result<Option<Window>, LevelsError> {
        let [first, end] = lattice.bounds();
        let wide = (end[0] - first[0]).max(end[1] - first[1]);
        let Ok(side) = usize::try_from(wide.min(WIDEST)) else {
            return Ok(None);
        };
        let rules = Rules::at(coord.z());
        let mercator = self.cells(coord.z(), first, side, burn)?;
        let seen = |cells: Window| {
            let (corner, side) = (corner(coord, rules), window_side(rules));
            resample(lattice, &cells, first, corner, side)
        };
        Ok(mercator.map(seen))
    }

    /// The cells a tile is made from, or `None` where they are all empty.
    pub(super) fn window(
        &self,
        coord: TileCoord,
        burn: &impl Burn,
    ) -> Result<Option<Window>, LevelsError> {
        let rules = Rules::at(coord.z());
        self.cells(coord.z(), corner(coord, rules), window_side(rules), burn)
    }

    /// The square of `side` cells of zoom `z` with its north-west cell at `origin`, or `None` where they are all empty.
    fn cells(
        &self,
        z: u8,
        origin: [i64; 2],
        side: usize,
        burn: &impl Burn,
    ) -> Result<Option<Window>, LevelsError> {
        let level = usize::from(BASE_ZOOM - z);
        let block = block_side(level);
        let mut window = Window::empty(side);
        let (columns, rows) = base_tiles(z, origin, side as i64);
        let mut cells = vec![0; block * block];
        let mut any = false;
        for slot in self.slots_in(columns, rows) {
            slot.read(level, &mut cells, burn)?;
            if cells.iter().any(|c| *c != 0) {
                any = true;
                let at = |tile: u16, from: i64| i64::from(tile) * block as i64 - from;
                let (x, y) = (at(slot.tile.x, origin[0]), at(slot.tile.y, origin[1]));
                window.paste(&cells, block, x, y);
            }
        }
        Ok(any.then_some(window))
    }

    /// The slots within columns and rows of base tiles (first, one past the last).
    fn slots_in(&self, columns: [u32; 2], rows: [u32; 2]) -> impl Iterator<Item = &Slot<B>> {
        let first_of = move |y: u32, x: u32| {
            self.slots
                .partition_point(|slot| (u32::from(slot.tile.y), u32::from(slot.tile.x)) < (y, x))
        };
        (rows[0]..rows[1])
            .flat_map(move |y| &self.slots[first_of(y, columns[0])..first_of(y, columns[1])])
    }

    fn slots_of(&self, coord: TileCoord) -> impl Iterator<Item = &Slot<B>> {
        let (columns, rows) = base_range(coord);
        self.slots_in(columns, rows)
    }
}

/// What a tile shows, and what stands behind it in the base tiles that count as its own.
fn shapes_of<'s, B: AsRef<[u8]> + 's>(
    polygons: Vec<(u8, Vec<TilePolygon>)>,
    own: impl Iterator<Item = &'s Slot<B>>,
    burn: &impl Burn,
) -> Result<Arc<[ClassShape]>, LevelsError> {
    let mut classes: BTreeMap<u8, (Vec<TilePolygon>, Total)> = BTreeMap::new();
    for (class, polygons) in polygons {
        classes.entry(class).or_default().0 = polygons;
    }
    for slot in own {
        for source in &slot.sources {
            for (class, total) in source.totals(slot.tile, burn)? {
                classes.entry(*class).or_default().1.add(*total);
            }
        }
    }
    let shape = |(class, (polygons, total)): (u8, (Vec<TilePolygon>, Total))| ClassShape {
        class,
        polygons,
        count: total.count,
        area: total.area_m2(),
    };
    Ok(classes.into_iter().map(shape).collect())
}

/// The north-west cell of a tile's window.
fn corner(coord: TileCoord, rules: Rules) -> [i64; 2] {
    [coord.x(), coord.y()].map(|tile| i64::from(tile) * TILE_CELLS as i64 - rules.margin() as i64)
}

/// Where the cells of the window of a tile of another grid lie on this one.
pub(super) fn lattice(coord: TileCoord, to_mercator: &impl ToMercator) -> Option<Lattice> {
    let rules = Rules::at(coord.z());
    Lattice::new(
        coord.z(),
        corner(coord, rules),
        window_side(rules),
        to_mercator,
    )
}

/// The columns and rows of base tiles (first, one past the last) a square of cells touches.
fn base_tiles(z: u8, origin: [i64; 2], side: i64) -> ([u32; 2], [u32; 2]) {
    let block = block_side(usize::from(BASE_ZOOM - z)) as i64;
    let range = |from: i64| {
        let cut = |cell: i64| cell.div_euclid(block).clamp(0, i64::from(BASE_TILES)) as u32;
        [cut(from), cut(from + side + block - 1)]
    };
    (range(origin[0]), range(origin[1]))
}

impl<B: AsRef<[u8]>> Source<B> {
    /// Decompresses a plane of a base tile into `out`.
    fn plane(
        &self,
        tile: BaseTile,
        plane: usize,
        out: &mut [u8],
        burn: &impl Burn,
    ) -> Result<(), LevelsError> {
        match self {
            Self::Stored(cells, at) => cells.plane(entry(cells, *at)?, plane, out),
            Self::Renewed(shard, renewal) => {
                let packed = renewal.get(|| burn(*shard, tile))?;
                decompress(&packed.planes[plane], plane_side(plane), out)
            }
        }
    }

    fn totals(&self, tile: BaseTile, burn: &impl Burn) -> Result<&[(u8, Total)], LevelsError> {
        match self {
            Self::Stored(cells, at) => Ok(&entry(cells, *at)?.totals),
            Self::Renewed(shard, renewal) => Ok(&renewal.get(|| burn(*shard, tile))?.totals),
        }
    }
}

fn entry<B: AsRef<[u8]>>(cells: &Cells<B>, at: u32) -> Result<&Entry, LevelsError> {
    let entry = cells.entries().get(at as usize);
    entry.ok_or(LevelsError::Corrupt("a base tile has no shard"))
}

impl Renewal {
    fn get(
        &self,
        burn: impl FnOnce() -> Result<PackedTile, LevelsError>,
    ) -> Result<&PackedTile, LevelsError> {
        self.0.get_or_init(burn).as_ref().map_err(Clone::clone)
    }
}

impl<B: AsRef<[u8]>> Slot<B> {
    /// Reads the classes of a level.
    fn read(&self, level: usize, out: &mut [u8], burn: &impl Burn) -> Result<(), LevelsError> {
        if let [only] = self.sources.as_slice() {
            return only.plane(self.tile, level, out, burn);
        }
        let merged = self.merged(burn).as_ref().map_err(Clone::clone)?;
        decompress(&merged.planes[level], plane_side(level), out)
    }

    fn merged(&self, burn: &impl Burn) -> &Result<PackedTile, LevelsError> {
        self.merged.get_or_init(|| {
            let mut claims = vec![Claim::EMPTY; BASE_CELLS];
            let (mut classes, mut strengths) = (vec![0; BASE_CELLS], vec![0; BASE_CELLS]);
            for source in &self.sources {
                source.plane(self.tile, 0, &mut classes, burn)?;
                source.plane(self.tile, STRENGTHS, &mut strengths, burn)?;
                for ((claim, class), strength) in claims.iter_mut().zip(&classes).zip(&strengths) {
                    *claim = Claim::from_parts(*class, *strength).max(*claim);
                }
            }
            Ok(PackedTile::from_claims(self.tile, &claims))
        })
    }
}
