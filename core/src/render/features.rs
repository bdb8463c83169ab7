//! Features drawn as themselves.

use super::labels::{Labels, longest_side};
use super::{LayerSummary, RenderError};
use crate::shard::Box2;
use crate::space::{TileCoord, WorldBox};
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
    let working = view.working_box(&world)?;
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
