//! All pairs of features that have ground in common.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::common::{Desk, Over, shared_box};
use super::outline::Outline;
use super::read::{area, draw, outline_of};
use crate::view::{FeatureRef, LayerView};

/// The least common area that is named, m²: neighbours that only touch have none, and rounding is far below.
pub const LEAST: f64 = 1e-4;

/// Features of the first layer measured at once, before any is handed on.
const AT_ONCE: usize = 64;
/// Candidates a thread takes at a time.
const CANDIDATES: usize = 512;

/// A feature of a layer and what it has in common with what was laid over it.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'v> {
    /// The feature.
    pub feature: FeatureRef<'v>,
    /// Area in common, m² of the working plane.
    pub area: f64,
    /// The feature's own area, m².
    pub whole: f64,
}

/// The features of `layer` that have at least `least` m² in common with `zone`, in (dataset, id) order; lines and points
/// have none.
pub fn pieces<'v>(zone: &Outline, layer: &'v LayerView, least: f64) -> Vec<Piece<'v>> {
    if zone.is_empty() {
        return Vec::new();
    }
    let candidates = layer.search(&zone.bbox());
    let found: Vec<Vec<Piece<'v>>> = candidates
        .par_chunks(CANDIDATES)
        .map_init(Tools::default, |tools, chunk| {
            tools.pieces(zone, chunk, least)
        })
        .collect();
    let mut pieces = found.concat();
    pieces.sort_unstable_by(|a, b| a.feature.order().cmp(&b.feature.order()));
    pieces
}

/// Calls `take` with each of `zones` in turn, its outline and the [`pieces`] of `layer` in it, until it says stop. The
/// work is done on all cores, a few zones ahead of `take`; the order is always that of `zones`.
pub fn each<'z, 'v>(
    zones: &[FeatureRef<'z>],
    layer: &'v LayerView,
    least: f64,
    mut take: impl FnMut(&FeatureRef<'z>, &Outline, Vec<Piece<'v>>) -> ControlFlow<()>,
) {
    for some in zones.chunks(AT_ONCE) {
        let measured: Vec<_> = some
            .par_iter()
            .map(|zone| {
                let outline = outline_of(zone);
                let pieces = pieces(&outline, layer, least);
                (zone, outline, pieces)
            })
            .collect();
        for (zone, outline, pieces) in measured {
            if take(zone, &outline, pieces).is_break() {
                return;
            }
        }
    }
}

/// What a thread works with.
#[derive(Default)]
struct Tools {
    desk: Desk,
    outline: Outline,
}

impl Tools {
    fn pieces<'v>(
        &mut self,
        zone: &Outline,
        candidates: &[FeatureRef<'v>],
        least: f64,
    ) -> Vec<Piece<'v>> {
        let mut pieces = Vec::new();
        for feature in candidates {
            let bbox = feature.bbox();
            let window = shared_box(&bbox, &zone.bbox());
            let (area, whole) = match self.desk.lay(zone, &window) {
                Over::Nothing => continue,
                // Covering the window is covering the feature where the window is all of its box.
                Over::All if window == bbox => {
                    let whole = area(feature);
                    (whole, whole)
                }
                Over::All | Over::Some => {
                    draw(feature, &mut self.outline);
                    let common = self.desk.with(zone, &self.outline, &window);
                    (common, self.outline.area())
                }
            };
            if area >= least && area > 0.0 {
                pieces.push(Piece {
                    feature: *feature,
                    area,
                    whole,
                });
            }
        }
        pieces
    }
}
