//! Features drawn as themselves.

use super::labels::{Labels, longest_side};
use super::{LayerSummary, RenderError};
use crate::crs::CrsError;
use crate::shard::Box2;
use crate::space::{TileCoord, World, WorldBox};
use crate::tile::{Added, Drawn, DrawnKind, LayerBuilder, TileSpec};
use crate::view::{Body, LayerView, Part};

/// Draws every feature as itself; below the detail zoom those too small to be seen are left out.
pub(super) fn features(
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
    let mut found: Vec<(u64, Body<'_>)> = Vec::new();
    for part in view.parts() {
        candidates(part, &working, &world, &mut found);
        for &(id, body) in &found {
            let Some(drawn) = drawn(id, body) else {
                continue;
            };
            if drawn.kind != DrawnKind::Point && longest_side(&drawn.bbox) < smallest {
                total += 1;
                continue;
            }
            let added = match body {
                Body::Packed(shard, ordinal) => layer.add(&drawn, shard.drawn().tags(ordinal)),
                Body::Edited(row) => layer.add(&drawn, row.tags()),
            };
            match added {
                Added::Drawn => {
                    shown += 1;
                    total += 1;
                    match body {
                        Body::Packed(shard, at) => labels.add(&drawn, shard.drawn().tags(at)),
                        Body::Edited(row) => labels.add(&drawn, row.tags()),
                    }
                }
                Added::Degenerate => total += 1,
                Added::Empty => {}
            }
        }
    }
    for layer in [layer.finish(), labels.finish()].into_iter().flatten() {
        out.extend_from_slice(&layer);
    }
    Ok(LayerSummary {
        theme: theme.id.clone(),
        shown,
        total,
        generalised: false,
    })
}

fn drawn(id: u64, body: Body<'_>) -> Option<Drawn<'_>> {
    match body {
        Body::Packed(shard, ordinal) => shard.drawn().feature(ordinal, id),
        Body::Edited(row) => Some(row.drawn()),
    }
}

/// What the tile draws of a part, in the order of ids.
fn candidates<'v>(
    part: &'v Part,
    working: &Box2,
    world: &WorldBox,
    found: &mut Vec<(u64, Body<'v>)>,
) {
    found.clear();
    for lens in part.lenses() {
        let (ids, boxes) = (lens.shard.index().ids(), lens.shard.drawn().boxes());
        lens.shard.index().tree().search(working, |ordinal| {
            let at = ordinal as usize;
            if let (Some(id), Some(bbox)) = (ids.get(at), boxes.get(at))
                && bbox.intersects(world)
                && lens.shows(ordinal)
            {
                found.push((*id, Body::Packed(lens.shard, ordinal)));
            }
            std::ops::ControlFlow::Continue(())
        });
    }
    if !part.edits().changes_nothing() {
        let edited = part.edits().search(working);
        let edited = edited.filter(|row| row.drawn_bbox().intersects(world));
        found.extend(edited.map(|row| (row.id().get(), Body::Edited(row))));
    }
    found.sort_unstable_by_key(|(id, _)| *id);
}

/// The box in the working plane that holds everything in `world`.
///
/// The box's sides are curves in the plane: they are followed at points close enough that what bends between
/// them is a thousandth of the box, and the box is widened by that.
pub(super) fn working_box(view: &LayerView, world: &WorldBox) -> Result<Box2, CrsError> {
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
