//! One layer of a tile, feature by feature.

use super::check::Checker;
use super::clip::{self, Wide};
use super::encode::{self, Commands, Few, head};
use super::intern::{Keys, Tag, Values};
use super::repair::repair;
use super::rings::{FARTHEST, RingSet, Taker};
use super::simplify;
use super::snap::{Grid, Place, TileSpec};
use super::{Drawn, DrawnKind, Stencil};
use crate::space::{TilePx, World, WorldBox};

/// What became of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the layer.
    Drawn,
    /// Nothing of it lies in the tile's box; what only touches the box from outside does not.
    Empty,
    /// It lies in the tile's box but is too small for the tile's grid: a polygon without area, a line without length.
    Degenerate,
}

/// Bytes of a parcel as most are.
const FEATURE: usize = 48;

/// What became of the features of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Features in the layer.
    pub drawn: u64,
    /// Features with nothing in the tile's box.
    pub empty: u64,
    /// Features too small for the tile's grid, left out.
    pub degenerate: u64,
    /// Polygons that had to be repaired to be valid on the grid, or parted where they leave the box and come back.
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
    pub(super) features: Vec<u8>,
    /// Where each feature ends in `features`.
    pub(super) ends: Vec<usize>,
    pub(super) keys: Keys,
    pub(super) values: Values,
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
            ends: Vec::new(),
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
        self.close(added, feature.id, kind, values(tags))
    }

    /// Adds a polygon with this box from its stencil alone, as [`LayerBuilder::add`] would; `false`, and nothing added,
    /// where that cannot be: it does not lie wholly in the tile's box, or the stencil is none for this tile.
    pub fn lay<'t>(
        &mut self,
        id: u64,
        bbox: &WorldBox,
        stencil: Stencil<'_>,
        tags: impl IntoIterator<Item = (u32, Tag<'t>)>,
    ) -> bool {
        self.commands.clear();
        let seen = matches!(
            self.grid.place(bbox),
            Place::Inside {
                wide: true,
                high: true
            }
        );
        let laid = seen && self.lay_stencil(bbox, stencil);
        if laid {
            self.close(Added::Drawn, id, Type::Polygon, tags);
        }
        laid
    }

    /// Adds one place.
    pub fn add_place<'t>(
        &mut self,
        id: u64,
        place: World,
        tags: impl IntoIterator<Item = (u32, Tag<'t>)>,
    ) -> Added {
        self.commands.clear();
        let [x, y] = self.grid.wide(place);
        let range = self.grid.lo..=self.grid.hi;
        let added = if range.contains(&x) && range.contains(&y) {
            self.commands.point(TilePx::new(x as i32, y as i32));
            Added::Drawn
        } else {
            Added::Empty
        };
        self.close(added, id, Type::Point, tags)
    }

    /// Makes room for about so many more features.
    pub fn reserve(&mut self, features: usize) {
        self.features.reserve(features * FEATURE);
        self.ends.reserve(features);
        // Some say the same, some several things nobody else says.
        self.values.reserve(2 * features);
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
        let mut taken = Taker::new(&mut self.rings);
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
        self.close(added, id, Type::Polygon, values(tags))
    }

    /// Adds lines that are in tile units already and lie in the tile's box.
    pub fn add_paths<'t>(
        &mut self,
        id: u64,
        paths: impl IntoIterator<Item = Vec<[i32; 2]>>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
    ) -> Added {
        self.commands.clear();
        let mut added = Added::Degenerate;
        for path in paths {
            let points = &mut self.rings.points;
            points.clear();
            points.extend(path.iter().map(|&[x, y]| TilePx::new(x, y)));
            simplify::path(points);
            if points.len() > 1 {
                self.commands.path(points);
                added = Added::Drawn;
            }
        }
        self.close(added, id, Type::Line, values(tags))
    }

    /// What became of the features so far.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// The layer as a field of a tile message, so that layers written one after the other are a tile; `None`
    /// where no feature is in it.
    pub fn finish(self) -> Option<Vec<u8>> {
        let mut tile = Vec::new();
        self.write(&mut tile);
        (!tile.is_empty()).then_some(tile)
    }

    /// Appends the layer to a tile; nothing where no feature is in it.
    pub fn write(self, tile: &mut Vec<u8>) {
        self.message(&self.features, &self.values.bytes, tile);
    }

    /// Number of features in the layer.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// At most as many bytes as [`LayerBuilder::finish`] gives.
    pub fn bytes(&self) -> usize {
        if self.is_empty() {
            return 0;
        }
        let keys: usize = self.keys.used().map(|key| key.len() + 11).sum();
        self.features.len() + self.values.bytes.len() + self.name.len() + keys + 40
    }

    /// Appends the layer of these features and values, which are fields of it already.
    pub(super) fn message(&self, features: &[u8], values: &[u8], out: &mut Vec<u8>) {
        if features.is_empty() {
            return;
        }
        let mut tail = Vec::with_capacity(values.len() + 64);
        for key in self.keys.used() {
            encode::bytes(&mut tail, head::LAYER_KEY, key.as_bytes());
        }
        tail.extend_from_slice(values);
        tail.push(head::LAYER_EXTENT);
        encode::varint(&mut tail, u64::from(self.spec.extent.max(1)));
        tail.extend([head::LAYER_VERSION, 2]);

        let name = self.name.as_bytes();
        let named = 1 + encode::varint_len(name.len() as u64) + name.len();
        let len = named + features.len() + tail.len();
        out.reserve(len + 11);
        out.push(head::TILE_LAYER);
        encode::varint(out, len as u64);
        encode::bytes(out, head::LAYER_NAME, name);
        out.extend_from_slice(features);
        out.extend_from_slice(&tail);
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
                } else if added == Added::Empty && piece.iter().any(|p| grid.within(*p)) {
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
        if inside && self.lay_stencil(&feature.bbox, feature.ready.stencil) {
            return Added::Drawn;
        }
        let Self {
            grid,
            rings,
            wide,
            scratch,
            ..
        } = self;
        rings.clear();
        let mut taken = Taker::new(rings);
        let mut within = inside;
        for (ring, hole) in feature.paths() {
            if inside {
                taken.take(hole, ring.iter().map(|p| grid.inside(*p)));
            } else {
                wide.clear();
                wide.extend(ring.iter().map(|p| grid.wide(*p)));
                clip::ring(wide, &mut scratch[0], grid.lo, grid.hi);
                within = within || wide.iter().any(|p| grid.within(*p));
                taken.take(
                    hole,
                    wide.iter().map(|&[x, y]| TilePx::new(x as i32, y as i32)),
                );
            }
        }
        self.finish_polygons(within)
    }

    /// Writes the commands of a polygon with this box, which lies in the tile's, from its stencil, where that is one for
    /// this tile.
    fn lay_stencil(&mut self, bbox: &WorldBox, Stencil { zoom, bytes }: Stencil<'_>) -> bool {
        let fits = zoom == self.spec.coord.z() && self.spec.extent == TileSpec::EXTENT;
        let corner = World {
            x: bbox.min_x,
            y: bbox.min_y,
        };
        !bytes.is_empty() && fits && self.commands.lay(self.grid.inside(corner), bytes)
    }

    /// Checks the rings at hand, repairs them where they need it, and writes their commands; `within` says
    /// whether anything was in the tile's box before.
    fn finish_polygons(&mut self, within: bool) -> Added {
        if self.checker.check(&self.rings).is_err() {
            self.counts.repaired += 1;
            repair(&mut self.rings);
            if self.checker.check(&self.rings).is_err() {
                self.rings.clear();
            }
        }
        for (_, ring) in self.rings.iter() {
            self.commands.ring(ring);
        }
        match (self.rings.rings.is_empty(), within) {
            (false, _) => Added::Drawn,
            (true, true) => Added::Degenerate,
            (true, false) => Added::Empty,
        }
    }

    /// Writes the feature whose commands are at hand.
    fn close<'t>(
        &mut self,
        added: Added,
        id: u64,
        kind: Type,
        tags: impl IntoIterator<Item = (u32, Tag<'t>)>,
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
        for (key, tag) in tags {
            if !self.keys.has(key) {
                continue;
            }
            let value = match tag {
                Tag::Value(value) => Some(self.values.index(value)),
                Tag::Coded(dictionary, code) => self.values.coded(dictionary, code),
            };
            if let Some(value) = value
                && let Some(key) = self.keys.index(key)
            {
                encode::varint(&mut self.tags, u64::from(key));
                encode::varint(&mut self.tags, u64::from(value));
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
        Few::default()
            .and(head::LAYER_FEATURE)
            .and_varint(len as u64)
            .and(head::FEATURE_ID)
            .append(out);
        encode::varint(out, id);
        if tagged > 0 {
            Few::default()
                .and(head::FEATURE_TAGS)
                .and_varint(self.tags.len() as u64)
                .append(out);
            out.extend_from_slice(&self.tags);
        }
        Few::default()
            .and(head::FEATURE_TYPE)
            .and(kind as u8)
            .and(head::FEATURE_GEOMETRY)
            .and_varint(geometry.len() as u64)
            .append(out);
        out.extend_from_slice(geometry);
        self.ends.push(self.features.len());
        added
    }
}

/// Tags whose values are at hand.
fn values<'t>(
    tags: impl IntoIterator<Item = (u32, &'t [u8])>,
) -> impl Iterator<Item = (u32, Tag<'t>)> {
    tags.into_iter()
        .map(|(key, value)| (key, Tag::Value(value)))
}
