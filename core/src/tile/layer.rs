//! One layer of a tile, feature by feature.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use super::check::Checker;
use super::clip::{self, Wide};
use super::encode::{self, Commands, head};
use super::repair::repair;
use super::rings::{FARTHEST, Ring, RingSet, doubled_area};
use super::simplify;
use super::snap::{Grid, Place, TileSpec};
use super::{Drawn, DrawnKind};
use crate::space::TilePx;

/// What became of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the layer.
    Drawn,
    /// Nothing of it lies in the tile's box.
    Empty,
    /// What lies in the tile's box is too small for the tile's grid: a polygon without area, a line without length.
    Degenerate,
}

/// What became of the features of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Features in the layer.
    pub drawn: u64,
    /// Features with nothing in the tile's box.
    pub empty: u64,
    /// Features too small for the tile's grid, left out.
    pub degenerate: u64,
    /// Polygons that had to be repaired to be valid on the grid; all of them are also `drawn` or `degenerate`.
    pub repaired: u64,
}

/// Geometry types of a tile's features.
#[derive(Debug, Clone, Copy)]
enum Type {
    Point = 1,
    Line = 2,
    Polygon = 3,
}

/// Builds one layer of a tile.
///
/// Features are written in the order they are added; the same features in the same order give the same bytes.
#[derive(Debug)]
pub struct LayerBuilder {
    spec: TileSpec,
    grid: Grid,
    name: String,
    features: Vec<u8>,
    keys: Keys,
    values: Values,
    counts: Counts,
    rings: RingSet,
    checker: Checker,
    commands: Commands,
    wide: Vec<Wide>,
    scratch: [Vec<Wide>; 2],
    tags: Vec<u8>,
}

impl LayerBuilder {
    /// A layer called `name` whose features may have the properties `keys`; the layer lists only those that
    /// are used.
    pub fn new(name: &str, keys: &[&str], spec: TileSpec) -> Self {
        Self {
            spec,
            grid: Grid::new(&spec),
            name: name.to_owned(),
            features: Vec::new(),
            keys: Keys::new(keys),
            values: Values::default(),
            counts: Counts::default(),
            rings: RingSet::default(),
            checker: Checker::default(),
            commands: Commands::default(),
            wide: Vec::new(),
            scratch: [Vec::new(), Vec::new()],
            tags: Vec::new(),
        }
    }

    /// Cuts `feature` and adds what lies in the tile's box.
    ///
    /// `tags` gives positions in the `keys` of [`LayerBuilder::new`] (others are passed over) with values as
    /// [`super::encode_value`] makes them. It is not asked when the feature is not drawn.
    pub fn add<'t>(
        &mut self,
        feature: &Drawn<'_>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
    ) -> Added {
        self.commands.clear();
        let (added, kind) = match feature.kind {
            DrawnKind::Point => (self.points(feature), Type::Point),
            DrawnKind::Line => (self.lines(feature), Type::Line),
            DrawnKind::Polygon => (self.polygons(feature), Type::Polygon),
        };
        self.close(added, feature.id, kind, tags)
    }

    /// Adds a multipolygon that is in tile units already: polygons, each its exterior followed by its holes,
    /// rings of `[x, y]` with or without a closing vertex, wound either way. It is not clipped.
    ///
    /// Coordinates further than 2^20 from the tile's corner are moved there.
    pub fn add_rings<'t, P, R>(
        &mut self,
        id: u64,
        polygons: impl IntoIterator<Item = P>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
    ) -> Added
    where
        P: IntoIterator<Item = R>,
        R: AsRef<[[i32; 2]]>,
    {
        self.commands.clear();
        self.rings.clear();
        let mut taken = Rings::new(&mut self.rings);
        let near = |v: i32| v.clamp(-FARTHEST, FARTHEST);
        for polygon in polygons {
            for (index, ring) in polygon.into_iter().enumerate() {
                let vertices = ring
                    .as_ref()
                    .iter()
                    .map(|&[x, y]| TilePx::new(near(x), near(y)));
                taken.take(index > 0, vertices);
            }
        }
        let any = taken.any;
        let added = self.finish_polygons(any);
        self.close(added, id, Type::Polygon, tags)
    }

    /// What became of the features so far.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The layer as a field of a tile message, so that layers written one after the other are a tile; `None`
    /// where no feature is in it.
    pub fn finish(self) -> Option<Vec<u8>> {
        if self.features.is_empty() {
            return None;
        }
        let mut tail = Vec::with_capacity(self.values.bytes.len() + 64);
        for key in self.keys.used() {
            encode::bytes(&mut tail, head::LAYER_KEY, key.as_bytes());
        }
        tail.extend_from_slice(&self.values.bytes);
        tail.push(head::LAYER_EXTENT);
        encode::varint(&mut tail, u64::from(self.spec.extent.max(1)));
        tail.extend([head::LAYER_VERSION, 2]);

        let name = self.name.as_bytes();
        let named = 1 + encode::varint_len(name.len() as u64) + name.len();
        let len = named + self.features.len() + tail.len();
        let mut out = Vec::with_capacity(len + 11);
        out.push(head::TILE_LAYER);
        encode::varint(&mut out, len as u64);
        encode::bytes(&mut out, head::LAYER_NAME, name);
        out.extend_from_slice(&self.features);
        out.extend_from_slice(&tail);
        Some(out)
    }

    fn points(&mut self, feature: &Drawn<'_>) -> Added {
        let (lo, hi) = (self.grid.lo, self.grid.hi);
        self.rings.clear();
        let points = &mut self.rings.points;
        for p in feature.coords {
            let [x, y] = self.grid.wide(*p);
            if (lo..=hi).contains(&x) && (lo..=hi).contains(&y) {
                points.push(TilePx::new(x as i32, y as i32));
            }
        }
        if points.is_empty() {
            return Added::Empty;
        }
        // Points of one feature that fall on one grid point look like one.
        points.sort_unstable();
        points.dedup();
        self.commands.points(points);
        Added::Drawn
    }

    fn lines(&mut self, feature: &Drawn<'_>) -> Added {
        match self.grid.place(&feature.bbox) {
            Place::Outside => return Added::Empty,
            Place::Inside {
                wide: false,
                high: false,
            } => return Added::Degenerate,
            Place::Inside { .. } | Place::Across { .. } => {}
        }
        let Self {
            grid,
            rings,
            commands,
            wide,
            scratch,
            ..
        } = self;
        let mut added = Added::Empty;
        for (path, _) in feature.paths() {
            wide.clear();
            wide.extend(path.iter().map(|p| grid.wide(*p)));
            clip::path(wide, scratch, grid.lo, grid.hi, |piece| {
                rings.points.clear();
                rings
                    .points
                    .extend(piece.iter().map(|&[x, y]| TilePx::new(x as i32, y as i32)));
                simplify::path(&mut rings.points);
                if rings.points.len() > 1 {
                    commands.path(&rings.points);
                    added = Added::Drawn;
                } else if added == Added::Empty {
                    added = Added::Degenerate;
                }
            });
        }
        added
    }

    fn polygons(&mut self, feature: &Drawn<'_>) -> Added {
        let inside = match self.grid.place(&feature.bbox) {
            Place::Outside => return Added::Empty,
            Place::Inside { wide, high } | Place::Across { wide, high } if !wide || !high => {
                return Added::Degenerate;
            }
            Place::Inside { .. } => true,
            Place::Across { .. } => false,
        };
        let Self {
            grid,
            rings,
            wide,
            scratch,
            ..
        } = self;
        rings.clear();
        let mut taken = Rings::new(rings);
        for (ring, hole) in feature.paths() {
            if inside {
                taken.take(hole, ring.iter().map(|p| grid.inside(*p)));
            } else {
                wide.clear();
                wide.extend(ring.iter().map(|p| grid.wide(*p)));
                clip::ring(wide, &mut scratch[0], grid.lo, grid.hi);
                taken.take(
                    hole,
                    wide.iter().map(|&[x, y]| TilePx::new(x as i32, y as i32)),
                );
            }
        }
        let any = taken.any;
        self.finish_polygons(any)
    }

    /// Checks the rings at hand, repairs them where they need it, and writes their commands; `any` says
    /// whether there was a vertex in the tile's box at all.
    fn finish_polygons(&mut self, any: bool) -> Added {
        if !any {
            return Added::Empty;
        }
        if self.checker.check(&self.rings).is_err() {
            self.counts.repaired += 1;
            repair(&mut self.rings);
            if self.checker.check(&self.rings).is_err() {
                return Added::Degenerate;
            }
        }
        for (_, ring) in self.rings.iter() {
            self.commands.ring(ring);
        }
        if self.rings.rings.is_empty() {
            Added::Degenerate
        } else {
            Added::Drawn
        }
    }

    /// Writes the feature whose commands are at hand.
    fn close<'t>(
        &mut self,
        added: Added,
        id: u64,
        kind: Type,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
    ) -> Added {
        match added {
            Added::Drawn => self.counts.drawn += 1,
            Added::Empty => self.counts.empty += 1,
            Added::Degenerate => self.counts.degenerate += 1,
        }
        if added != Added::Drawn {
            return added;
        }
        self.tags.clear();
        for (key, value) in tags {
            if let Some(key) = self.keys.index(key) {
                encode::varint(&mut self.tags, u64::from(key));
                encode::varint(&mut self.tags, u64::from(self.values.index(value)));
            }
        }
        let geometry = &self.commands.bytes;
        let field = |len: usize| 1 + encode::varint_len(len as u64) + len;
        let tagged = if self.tags.is_empty() {
            0
        } else {
            field(self.tags.len())
        };
        let len = 1 + encode::varint_len(id) + tagged + 2 + field(geometry.len());
        let out = &mut self.features;
        out.push(head::LAYER_FEATURE);
        encode::varint(out, len as u64);
        out.push(head::FEATURE_ID);
        encode::varint(out, id);
        if tagged > 0 {
            encode::bytes(out, head::FEATURE_TAGS, &self.tags);
        }
        out.extend([head::FEATURE_TYPE, kind as u8]);
        encode::bytes(out, head::FEATURE_GEOMETRY, geometry);
        added
    }
}

/// Takes rings into a [`RingSet`]: simplified, wound as a tile wants them, those that cover nothing left out.
struct Rings<'s> {
    set: &'s mut RingSet,
    /// Whether the exterior the next holes belong to is in the set.
    shell: bool,
    /// Whether any ring had a vertex.
    any: bool,
}

impl<'s> Rings<'s> {
    const fn new(set: &'s mut RingSet) -> Self {
        Self {
            set,
            shell: false,
            any: false,
        }
    }

    fn take(&mut self, hole: bool, vertices: impl Iterator<Item = TilePx>) {
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

/// The layer's keys: those the theme has, and which of them are used, in the order of their first use.
#[derive(Debug)]
struct Keys {
    names: Vec<String>,
    index: Vec<Option<u32>>,
    order: Vec<usize>,
}

impl Keys {
    fn new(names: &[&str]) -> Self {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        Self {
            index: vec![None; names.len()],
            order: Vec::new(),
            names,
        }
    }

    fn index(&mut self, key: u32) -> Option<u32> {
        let slot = self.index.get_mut(key as usize)?;
        if slot.is_none() {
            *slot = Some(self.order.len() as u32);
            self.order.push(key as usize);
        }
        *slot
    }

    fn used(&self) -> impl Iterator<Item = &str> {
        self.order
            .iter()
            .filter_map(|&i| self.names.get(i))
            .map(String::as_str)
    }
}

/// The layer's values, each once, already as the layer's fields.
#[derive(Debug, Default)]
struct Values {
    bytes: Vec<u8>,
    /// Where each value's message lies in `bytes`.
    spans: Vec<(u32, u32)>,
    table: HashTable<u32>,
}

impl Values {
    fn index(&mut self, value: &[u8]) -> u32 {
        let Self {
            bytes,
            spans,
            table,
        } = self;
        let message = |index: u32| {
            let (start, end) = spans.get(index as usize).copied().unwrap_or_default();
            bytes.get(start as usize..end as usize).unwrap_or_default()
        };
        let hash = hash(value);
        if let Some(&index) = table.find(hash, |&index| message(index) == value) {
            return index;
        }
        let index = spans.len() as u32;
        table.insert_unique(hash, index, |&index| self::hash(message(index)));
        encode::bytes(bytes, head::LAYER_VALUE, value);
        spans.push(((bytes.len() - value.len()) as u32, bytes.len() as u32));
        index
    }
}

fn hash(value: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(value);
    hasher.finish()
}
