//! The shards of a layer on the one grid.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use smallvec::SmallVec;

use crate::space::TileCoord;

use super::cells::{
    BASE_CELLS, BASE_TILES, BASE_ZOOM, BaseTile, Claim, LOWEST_ZOOM, TILE_CELLS, Total, base_range,
    block_side,
};
use super::codec::{Cells, Entry};
use super::error::LevelsError;
use super::generalise::{ClassShape, TilePolygon, generalise, window_side};
use super::packed::{PackedTile, STRENGTHS, decompress, plane_side};
use super::rules::Rules;
use super::window::Window;

/// The class cells of several shards as one, and the tiles drawn from them.
///
/// A base tile of one shard is read from it as it is. Where several shards touch a base tile they are merged cell by
/// cell (the larger area stays, then the lower class) when it is first needed, and the result is kept, compressed. The
/// cells are those of one shard that holds all features, whatever the order of the shards.
#[derive(Debug)]
pub struct Mosaic<B> {
    shards: Vec<Arc<Cells<B>>>,
    /// By row, then column.
    slots: Vec<Slot>,
}

/// A base tile that some shard touches.
#[derive(Debug)]
struct Slot {
    tile: BaseTile,
    /// Shard and entry in it.
    sources: SmallVec<[(u32, u32); 2]>,
    merged: OnceLock<Result<PackedTile, LevelsError>>,
}

impl<B: AsRef<[u8]>> Mosaic<B> {
    /// Puts shards on the one grid; reads none of their cells yet.
    pub fn new(shards: Vec<Arc<Cells<B>>>) -> Self {
        let mut sources: BTreeMap<BaseTile, SmallVec<[(u32, u32); 2]>> = BTreeMap::new();
        for (shard, cells) in shards.iter().enumerate() {
            for (at, entry) in cells.entries().iter().enumerate() {
                sources
                    .entry(entry.tile)
                    .or_default()
                    .push((shard as u32, at as u32));
            }
        }
        let slots = sources
            .into_iter()
            .map(|(tile, sources)| Slot {
                tile,
                sources,
                merged: OnceLock::new(),
            })
            .collect();
        Self { shards, slots }
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
    pub fn tile(&self, coord: TileCoord) -> Result<Vec<ClassShape>, LevelsError> {
        if !(LOWEST_ZOOM..=BASE_ZOOM).contains(&coord.z()) {
            return Err(LevelsError::Zoom(coord.z()));
        }
        let mut classes: BTreeMap<u8, (Vec<TilePolygon>, Total)> = BTreeMap::new();
        if let Some(window) = self.window(coord)? {
            for (class, polygons) in generalise(coord, window) {
                classes.entry(class).or_default().0 = polygons;
            }
        }
        for slot in self.slots_of(coord) {
            for (class, total) in self.entries(slot).flat_map(|(_, entry)| &entry.totals) {
                classes.entry(*class).or_default().1.add(*total);
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

    /// Merges all base tiles that several shards touch now, on all threads of the rayon pool, instead of when each is
    /// first needed.
    pub fn prepare(&self)
    where
        B: Send + Sync,
    {
        self.slots
            .par_iter()
            .filter(|slot| slot.sources.len() > 1)
            .for_each(|slot| {
                self.merged(slot);
            });
    }

    /// The cells a tile is made from, or `None` where they are all empty.
    pub(super) fn window(&self, coord: TileCoord) -> Result<Option<Window>, LevelsError> {
        let rules = Rules::at(coord.z());
        let level = usize::from(BASE_ZOOM - coord.z());
        let block = block_side(level);
        let mut window = Window::empty(window_side(rules));
        let origin = |tile: u32| i64::from(tile) * TILE_CELLS as i64 - rules.margin() as i64;
        let (x, y) = (origin(coord.x()), origin(coord.y()));
        let range = |from: i64| {
            let cut = |cell: i64| {
                cell.div_euclid(block as i64)
                    .clamp(0, i64::from(BASE_TILES)) as u32
            };
            [cut(from), cut(from + window.side as i64 + block as i64 - 1)]
        };
        let (columns, rows) = (range(x), range(y));
        let mut cells = vec![0; block * block];
        let mut any = false;
        for slot in self.slots_in(columns, rows) {
            self.read(slot, level, &mut cells)?;
            if cells.iter().any(|c| *c != 0) {
                any = true;
                let at = |tile: u16, from: i64| i64::from(tile) * block as i64 - from;
                window.paste(&cells, block, at(slot.tile.x, x), at(slot.tile.y, y));
            }
        }
        Ok(any.then_some(window))
    }

    /// The slots within columns and rows of base tiles (first, one past the last).
    fn slots_in(&self, columns: [u32; 2], rows: [u32; 2]) -> impl Iterator<Item = &Slot> {
        let first_of = move |y: u32, x: u32| {
            self.slots
                .partition_point(|slot| (u32::from(slot.tile.y), u32::from(slot.tile.x)) < (y, x))
        };
        (rows[0]..rows[1])
            .flat_map(move |y| &self.slots[first_of(y, columns[0])..first_of(y, columns[1])])
    }

    fn slots_of(&self, coord: TileCoord) -> impl Iterator<Item = &Slot> {
        let (columns, rows) = base_range(coord);
        self.slots_in(columns, rows)
    }

    fn entries<'a>(&'a self, slot: &'a Slot) -> impl Iterator<Item = (&'a Cells<B>, &'a Entry)> {
        slot.sources.iter().filter_map(|&(shard, at)| {
            let cells = self.shards.get(shard as usize)?;
            Some((cells.as_ref(), cells.entries().get(at as usize)?))
        })
    }

    /// Reads the classes of a level of a slot.
    fn read(&self, slot: &Slot, level: usize, out: &mut [u8]) -> Result<(), LevelsError> {
        if slot.sources.len() > 1 {
            let merged = self.merged(slot).as_ref().map_err(Clone::clone)?;
            return decompress(&merged.planes[level], plane_side(level), out);
        }
        match self.entries(slot).next() {
            Some((cells, entry)) => cells.plane(entry, level, out),
            None => Err(LevelsError::Corrupt("a base tile has no shard")),
        }
    }

    fn merged<'a>(&self, slot: &'a Slot) -> &'a Result<PackedTile, LevelsError> {
        slot.merged.get_or_init(|| {
            let mut claims = vec![Claim::EMPTY; BASE_CELLS];
            let (mut classes, mut strengths) = (vec![0; BASE_CELLS], vec![0; BASE_CELLS]);
            for (cells, entry) in self.entries(slot) {
                cells.plane(entry, 0, &mut classes)?;
                cells.plane(entry, STRENGTHS, &mut strengths)?;
                for ((claim, class), strength) in claims.iter_mut().zip(&classes).zip(&strengths) {
                    *claim = Claim::from_parts(*class, *strength).max(*claim);
                }
            }
            Ok(PackedTile::from_claims(slot.tile, &claims))
        })
    }
}
