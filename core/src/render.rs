//! Rendering a tile: which features of which layers, drawn as themselves or as classes.
//!
//! ```text
//! R-tree (tile's box in the working plane) -> drawn features, (dataset, id) order -> tile::LayerBuilder
//! class cells (below a coverage theme's detail zoom) -> levels::Mosaic              -> tile::LayerBuilder
//! ```
//!
//! What a tile leaves out is said in the tile itself: the layer [`LEFT_OUT`] has a point for every theme or class of
//! which something belongs to the tile and is not drawn.

use std::hash::Hasher;
use std::sync::Arc;

use thiserror::Error;
use xxhash_rust::xxh3::Xxh3;

use crate::crs::CrsError;
use crate::feature::Value;
use crate::levels::{BASE_ZOOM, LevelsError};
use crate::shard::{Box2, Shard};
use crate::space::{TileCoord, World, WorldBox};
use crate::tile::{
    Added, Drawn, DrawnKind, LayerBuilder, Part, TileSpec, encode_value, label_point,
};
use crate::view::LayerView;

/// Changes whenever the same data would give other bytes: part of every tile's ETag.
const ENCODER: &str = "diaba-tile-2";
/// Name of the layer that says what a tile left out.
pub const LEFT_OUT: &str = "diaba";
/// What follows a theme's name in the name of the layer of its labels' places.
pub const LABELS: &str = "_nhan";

/// A tile that cannot be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The tile's box has no image in the working plane.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The class cells cannot be read.
    #[error(transparent)]
    Levels(#[from] LevelsError),
}

/// A tile, and what it shows of each theme.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenderedTile {
    /// The Mapbox Vector Tile (2.1), not compressed; empty where nothing is there.
    pub mvt: Vec<u8>,
    /// One per layer asked for that has anything in the tile.
    pub summary: Vec<LayerSummary>,
}

/// What a tile shows of a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerSummary {
    /// The theme.
    pub theme: String,
    /// Features drawn, as themselves or merged into a class.
    pub shown: u64,
    /// Features that belong to the tile.
    pub total: u64,
    /// Whether they were merged into classes.
    pub generalised: bool,
}

impl LayerSummary {
    /// Whether the tile leaves something out.
    pub const fn truncated(&self) -> bool {
        self.shown < self.total
    }
}

/// Renders the tile of these layers, one MVT layer each, named by its theme, in the order given.
///
/// # Errors
/// [`RenderError`].
pub fn tile(layers: &[Arc<LayerView>], coord: TileCoord) -> Result<RenderedTile, RenderError> {
    let mut rendered = RenderedTile::default();
    let mut left_out = LeftOut::new(coord);
    for view in layers {
        let zooms = view.theme().zooms;
        if coord.z() < zooms.min {
            continue;
        }
        let generalised =
            view.theme().generalise.coverage && coord.z() < zooms.detail && coord.z() <= BASE_ZOOM;
        let summary = if generalised {
            classes(view, coord, &mut rendered.mvt, &mut left_out)?
        } else {
            features(view, coord, &mut rendered.mvt)?
        };
        if summary.truncated() && !generalised {
            left_out.add(view, None, summary.total - summary.shown, None);
        }
        if summary.total > 0 {
            rendered.summary.push(summary);
        }
    }
    if let Some(layer) = left_out.layer.finish() {
        rendered.mvt.extend_from_slice(&layer);
    }
    Ok(rendered)
}

/// Names the tile's bytes before they are made: equal on every replica and after a restart, and different only
/// where a shard that touches the tile, its theme or the encoder has changed.
pub fn version(layers: &[Arc<LayerView>], coord: TileCoord) -> String {
    let mut hash = Xxh3::new();
    hash.write(ENCODER.as_bytes());
    for number in [u32::from(coord.z()), coord.x(), coord.y()] {
        hash.write_u32(number);
    }
    let [west, south, east, north] = coord.lonlat_bounds();
    // Cells up to an eighth of the tile away have a say in a generalised tile.
    let (dx, dy) = ((east - west) / 4.0, (north - south) / 4.0);
    let reach = [west - dx, south - dy, east + dx, north + dy];
    for view in layers {
        hash.write(view.theme().hash.as_bytes());
        for shard in view.shards() {
            let manifest = shard.manifest();
            if manifest
                .extent_lonlat
                .is_some_and(|extent| overlaps(&extent, &reach))
            {
                hash.write(manifest.dataset.as_bytes());
                hash.write(manifest.content.as_bytes());
            }
        }
    }
    format!("{:032x}", hash.digest128())
}

fn overlaps(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// Draws every feature as itself; below the detail zoom those too small to be seen are left out.
fn features(
    view: &LayerView,
    coord: TileCoord,
    out: &mut Vec<u8>,
) -> Result<LayerSummary, RenderError> {
    let theme = view.theme();
    let spec = TileSpec::new(coord);
    let world = spec.world_box();
    let working = working_box(view, &world)?;
    let keys: Vec<&str> = theme.tile_fields().map(|(_, f)| f.name.as_str()).collect();
    let mut layer = LayerBuilder::new(&theme.id, &keys, spec);
    let mut labels = Labels::new(view, coord, &keys);
    let smallest = if coord.z() < theme.zooms.detail {
        // A pixel is 1/256 of the tile's side.
        (u64::from(theme.generalise.min_pixels) << coord.bits()) >> 8
    } else {
        0
    };
    let (mut shown, mut total) = (0, 0);
    let mut found: Vec<(u64, u32)> = Vec::new();
    for shard in view.shards() {
        candidates(shard, &working, &world, &mut found);
        for &(id, ordinal) in &found {
            let Some(drawn) = shard.drawn().feature(ordinal, id) else {
                continue;
            };
            if drawn.kind != DrawnKind::Point && longest_side(&drawn.bbox) < smallest {
                total += 1;
                continue;
            }
            match layer.add(&drawn, shard.drawn().tags(ordinal)) {
                Added::Drawn => {
                    shown += 1;
                    total += 1;
                    labels.add(&drawn, shard.drawn().tags(ordinal));
                }
                Added::Degenerate => total += 1,
                Added::Empty => {}
            }
        }
    }
    for layer in [layer.finish(), labels.layer.finish()]
        .into_iter()
        .flatten()
    {
        out.extend_from_slice(&layer);
    }
    Ok(LayerSummary {
        theme: theme.id.clone(),
        shown,
        total,
        generalised: false,
    })
}

/// The features of a shard whose drawn box touches the tile's, with their ids, in the order of ids.
fn candidates(shard: &Shard, working: &Box2, world: &WorldBox, found: &mut Vec<(u64, u32)>) {
    found.clear();
    let (ids, boxes) = (shard.index().ids(), shard.drawn().boxes());
    shard.index().tree().search(working, |ordinal| {
        let at = ordinal as usize;
        if let (Some(id), Some(bbox)) = (ids.get(at), boxes.get(at))
            && bbox.intersects(world)
        {
            found.push((*id, ordinal));
        }
        std::ops::ControlFlow::Continue(())
    });
    found.sort_unstable();
}

fn longest_side(bbox: &WorldBox) -> u64 {
    u64::from((bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y))
}

/// The box in the working plane that holds everything in `world`.
///
/// The box's sides are curves in the plane: they are followed at points close enough that what bends between
/// them is a thousandth of the box, and the box is widened by that.
fn working_box(view: &LayerView, world: &WorldBox) -> Result<Box2, CrsError> {
    const STEPS: u64 = 8;
    let Some(reach) = view.extent_lonlat() else {
        return Ok(Box2::EMPTY);
    };
    let at = |from: u32, to: u32, i: u64| {
        (u64::from(from) + (u64::from(to) - u64::from(from)) * i / STEPS) as u32
    };
    let mut places = Vec::new();
    for i in 0..=STEPS {
        for j in [0, STEPS] {
            places.push(World {
                x: at(world.min_x, world.max_x, i),
                y: at(world.min_y, world.max_y, j),
            });
            places.push(World {
                x: at(world.min_x, world.max_x, j),
                y: at(world.min_y, world.max_y, i),
            });
        }
    }
    let mut coords: Vec<[f64; 2]> = places
        .into_iter()
        .map(|p| {
            // Only what is near the layer has a place in its plane, and more is not asked for.
            let p = p.to_lonlat();
            [
                p.lon.clamp(reach[0] - 1.0, reach[2] + 1.0),
                p.lat.clamp(reach[1] - 1.0, reach[3] + 1.0),
            ]
        })
        .collect();
    view.from_lonlat().apply(&mut coords)?;
    let mut bbox = Box2::EMPTY;
    for [x, y] in coords {
        bbox.extend(x, y);
    }
    let bend = (bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y) / 1000.0;
    Ok(bbox.widened(bend + 0.1))
}

/// Draws the classes of a coverage theme, one multipolygon each, with how many features it stands for and their area.
fn classes(
    view: &LayerView,
    coord: TileCoord,
    out: &mut Vec<u8>,
    left_out: &mut LeftOut,
) -> Result<LayerSummary, RenderError> {
    let theme = view.theme();
    let mut layer = LayerBuilder::new(&theme.id, &CLASS_KEYS, TileSpec::new(coord));
    let (mut shown, mut total) = (0, 0);
    for class in view.mosaic().tile(coord)? {
        total += class.count;
        let tags = class_tags(view, class.class, class.count, Some(class.area));
        let polygons = class.polygons.iter();
        let added = layer.add_rings(
            u64::from(class.class),
            polygons.map(|p| std::iter::once(&p.exterior).chain(&p.holes)),
            tags.iter().map(|(k, v)| (*k, v.as_slice())),
        );
        if added == Added::Drawn {
            shown += class.count;
        } else if class.count > 0 {
            left_out.add(view, Some(class.class), class.count, Some(class.area));
        }
    }
    if let Some(layer) = layer.finish() {
        out.extend_from_slice(&layer);
    }
    Ok(LayerSummary {
        theme: theme.id.clone(),
        shown,
        total,
        generalised: true,
    })
}

/// Properties of a generalised feature: its class, the number of features it stands for, their area in m², the theme.
const CLASS_KEYS: [&str; 4] = ["lop", "so_luong", "dien_tich", "chu_de"];

fn class_tags(view: &LayerView, class: u8, count: u64, area: Option<f64>) -> Vec<(u32, Vec<u8>)> {
    let theme = view.theme();
    let by = theme
        .generalise
        .by
        .as_deref()
        .and_then(|name| theme.field_index(name));
    let list = by
        .and_then(|i| theme.fields.get(i))
        .and_then(|f| f.code_list.as_ref());
    let id = list
        .and_then(|list| list.classes().get(usize::from(class).checked_sub(1)?))
        .map(|c| c.id.clone());
    let values = [
        id.map(Value::Text),
        Some(Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))),
        area.map(|a| Value::Real((a * 10.0).round() / 10.0)),
    ];
    values
        .iter()
        .enumerate()
        .filter_map(|(key, value)| Some((key as u32, encode_value(value.as_ref()?)?)))
        .collect()
}

/// Places for the labels of polygons, in a layer of their own beside the theme's: one a feature, in the tile it lies in.
struct Labels {
    layer: LayerBuilder,
    coord: TileCoord,
    /// Below the theme's last zoom, only polygons this large, in [`World`] units, are named.
    smallest: Option<u64>,
}

impl Labels {
    fn new(view: &LayerView, coord: TileCoord, keys: &[&str]) -> Self {
        let theme = view.theme();
        let smallest = if coord.z() >= theme.zooms.max {
            0
        } else {
            // Parcels are many and seldom named from afar; of other themes every name that has room is wanted.
            1u64 << coord.bits() >> if theme.generalise.coverage { 4 } else { 6 }
        };
        Self {
            layer: LayerBuilder::new(&format!("{}{LABELS}", theme.id), keys, TileSpec::new(coord)),
            coord,
            smallest: theme.label.is_some().then_some(smallest),
        }
    }

    fn add<'t>(&mut self, feature: &Drawn<'_>, tags: impl IntoIterator<Item = (u32, &'t [u8])>) {
        if self
            .smallest
            .is_none_or(|smallest| longest_side(&feature.bbox) < smallest)
        {
            return;
        }
        let (Some(place), Some(part)) = (label_point(feature), Part::new(1, false)) else {
            return;
        };
        if TileCoord::holding(self.coord.z(), place) != Ok(self.coord) {
            return;
        }
        let mut bbox = WorldBox::EMPTY;
        bbox.extend(place);
        let point = Drawn {
            id: feature.id,
            kind: DrawnKind::Point,
            bbox,
            parts: &[part],
            coords: &[place],
        };
        self.layer.add(&point, tags);
    }
}

/// Says what belongs to the tile and is not drawn.
struct LeftOut {
    layer: LayerBuilder,
    middle: World,
    count: u64,
}

impl LeftOut {
    fn new(coord: TileCoord) -> Self {
        let (x, y) = coord.origin();
        let half = 1u64 << coord.bits() >> 1;
        Self {
            layer: LayerBuilder::new(LEFT_OUT, &CLASS_KEYS, TileSpec::new(coord)),
            middle: World {
                x: (x + half) as u32,
                y: (y + half) as u32,
            },
            count: 0,
        }
    }

    fn add(&mut self, view: &LayerView, class: Option<u8>, count: u64, area: Option<f64>) {
        let mut tags = match class {
            Some(class) => class_tags(view, class, count, area),
            None => class_tags(view, 0, count, None),
        };
        tags.extend(encode_value(&Value::Text(view.theme().id.clone())).map(|name| (3, name)));
        self.count += 1;
        let Some(part) = Part::new(1, false) else {
            return;
        };
        let mut bbox = WorldBox::EMPTY;
        bbox.extend(self.middle);
        let point = Drawn {
            id: self.count,
            kind: DrawnKind::Point,
            bbox,
            parts: &[part],
            coords: &[self.middle],
        };
        self.layer
            .add(&point, tags.iter().map(|(k, v)| (*k, v.as_slice())));
    }
}
