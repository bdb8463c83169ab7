//! What is made of features ahead of their tiles, when they are packed: stencils and the places of labels.

use std::ops::RangeInclusive;

use super::draw::DrawnGeometry;
use super::drawn::DrawnColumns;
use crate::space::World;
use crate::theme::Theme;
use crate::tile::{StencilCutter, label_point};

/// Zooms with stencils, from the detail zoom on: from there on the features of a tile are few.
const ZOOMS: u8 = 2;
/// Stands where a feature has no place for a label.
pub(super) const NOWHERE: World = World {
    x: u32::MAX,
    y: u32::MAX,
};

/// The zooms stencils are made for: those where the features of a theme that covers the ground lie by the thousand in a tile.
pub(super) fn stencil_zooms(theme: &Theme) -> RangeInclusive<u8> {
    let first = theme.zooms.detail;
    if theme.generalise.coverage {
        first..=(first + ZOOMS - 1).min(theme.zooms.max)
    } else {
        RangeInclusive::new(1, 0)
    }
}

/// Makes it for the features of a run.
pub(super) struct Maker {
    zooms: RangeInclusive<u8>,
    labelled: bool,
    cutter: StencilCutter,
    stencil: Vec<u8>,
}

impl Maker {
    pub fn new(theme: &Theme) -> Self {
        Self {
            zooms: stencil_zooms(theme),
            labelled: theme.label.is_some(),
            cutter: StencilCutter::default(),
            stencil: Vec::new(),
        }
    }

    /// Adds what is made of the next feature to the columns of its run.
    pub fn add(&mut self, drawing: &DrawnGeometry, run: &mut DrawnColumns) {
        let feature = drawing.feature(0);
        for zoom in self.zooms.clone() {
            self.stencil.clear();
            self.cutter.cut(&feature, zoom, &mut self.stencil);
            run.push_stencil(&self.stencil);
        }
        run.stencil_ends.push(run.stencils.len() as u64);
        if self.labelled {
            run.labels.push(label_point(&feature).unwrap_or(NOWHERE));
        }
    }
}
