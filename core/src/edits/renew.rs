//! Burning anew the base tiles of the generalised levels that edits touch.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Edited, Edits};
use crate::levels::{BaseTile, LevelsError, PackedTile, Rasteriser, Renewal, Renewals, tiles_of};
use crate::shard::classes::{Class, Classes, burn};
use crate::shard::{Box2, Shard};
use crate::space::WorldBox;
use crate::theme::Theme;

/// Fewest packed features that are worth a thread.
const RUN: usize = 1024;
/// Most threads for one tile.
const THREADS: usize = 4;

/// Has the base tiles that a box touches burnt anew when they are next needed.
pub(super) fn renew(renewals: &mut Renewals, bbox: &WorldBox) {
    for tile in tiles_of(bbox) {
        renewals.insert(tile, Arc::new(Renewal::default()));
    }
}

impl Edits {
    /// Base tiles of the shard that are not as they are packed.
    pub(crate) const fn renewals(&self) -> &Renewals {
        &self.renewals
    }

    /// Burns a base tile of the shard with these edits, as a fresh pack would. `reach` holds it in the working plane.
    pub(crate) fn burn(
        &self,
        shard: &Shard,
        theme: &Theme,
        tile: BaseTile,
        reach: &Box2,
    ) -> Result<PackedTile, LevelsError> {
        let world = tile.world_box();
        let Some(classes) = Classes::of(theme) else {
            return Rasteriser::only(tile).into_tile(tile);
        };
        let mut packed = Vec::new();
        let boxes = shard.drawn().boxes();
        shard.index().tree().search(reach, |ordinal| {
            let bbox = boxes.get(ordinal as usize);
            if bbox.is_some_and(|bbox| bbox.intersects(&world)) && !self.hides(ordinal) {
                packed.push(ordinal);
            }
            ControlFlow::Continue(())
        });
        let mut all = Rasteriser::only(tile);
        for row in self.search(reach) {
            burn_row(&mut all, row)?;
        }
        burn_all(shard, &classes, tile, &packed)?
            .merge(all)
            .and_then(|cells| cells.into_tile(tile))
    }
}

/// Burns packed features, on threads of its own: a thread of rayon's pool might take up a task that waits for this tile.
fn burn_all(
    shard: &Shard,
    classes: &Classes<'_>,
    tile: BaseTile,
    packed: &[u32],
) -> Result<Rasteriser, LevelsError> {
    let burn = |run: &[u32]| {
        let mut cells = Rasteriser::only(tile);
        for &ordinal in run {
            burn_packed(&mut cells, shard, classes, ordinal)?;
        }
        Ok(cells)
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(THREADS));
    let share = packed.len().div_ceil(threads).max(RUN);
    let mut runs = packed.chunks(share);
    let own = runs.next().unwrap_or_default();
    std::thread::scope(|scope| {
        let others: Vec<_> = runs.map(|run| scope.spawn(move || burn(run))).collect();
        others.into_iter().try_fold(burn(own)?, |all, other| {
            let failed = |_| LevelsError::Corrupt("a base tile could not be burnt");
            all.merge(other.join().map_err(failed)??)
        })
    })
}

fn burn_row(cells: &mut Rasteriser, row: &Edited) -> Result<(), LevelsError> {
    let drawn = row.drawn();
    burn(cells, row.class(), drawn.coords, drawn.parts)
}

fn burn_packed(
    cells: &mut Rasteriser,
    shard: &Shard,
    classes: &Classes<'_>,
    ordinal: u32,
) -> Result<(), LevelsError> {
    let class = class_of(shard, classes, ordinal)
        .ok_or(LevelsError::Corrupt("a surveyed record cannot be read"))?;
    match shard.drawn().features().feature(ordinal, 0) {
        Some(drawn) => burn(cells, class, drawn.coords, drawn.parts),
        None => Ok(()),
    }
}

fn class_of(shard: &Shard, classes: &Classes<'_>, ordinal: u32) -> Option<Class> {
    let record = shard.feature(ordinal).ok()?;
    let geometry = record.geometry().ok()?;
    Some(classes.class(record.value(classes.field).as_ref(), &geometry))
}
