//! Features drawn as themselves.

use super::labels::{Labels, longest_side};
use super::{LayerSummary, RenderError};
use crate::shard::Box2;
use crate::shard::draw::DrawnGeometry;
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
    let Some(mercator) = view.mercator_box(&world) else {
        return Ok(LayerSummary::nothing(theme));
    };
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
        candidates(part, &working, &mercator, &mut found);
        for &(id, body) in &found {
            let Some(drawing) = Drawing::of(view, id, body)? else {
                continue;
            };
            let drawn = drawing.feature();
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

/// A feature on the square the tile is cut from.
enum Drawing<'v> {
    /// As its shard or its edit holds it.
    Held(Drawn<'v>),
    /// Drawn anew from its legal geometry.
    Anew(u64, DrawnGeometry),
}

impl<'v> Drawing<'v> {
    fn of(view: &LayerView, id: u64, body: Body<'v>) -> Result<Option<Self>, RenderError> {
        if let Some(drawn) = view.redrawn(body) {
            return Ok(Some(Self::Anew(id, drawn?)));
        }
        Ok(match body {
            Body::Packed(shard, ordinal) => shard.drawn().feature(ordinal, id),
            Body::Edited(row) => Some(row.drawn()),
        }
        .map(Self::Held))
    }

    fn feature(&self) -> Drawn<'_> {
        match self {
            Self::Held(drawn) => *drawn,
            Self::Anew(id, drawn) => drawn.feature(*id),
        }
    }
}

/// What the tile draws of a part, in the order of ids: what lies in `working`, and as drawn on Web Mercator in `world`.
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
