//! What is made of features ahead of their tiles, when they are packed: stencils and the places of labels.

use std::ops::RangeInclusive;

use super::draw::DrawnGeometry;
use super::drawn::DrawnColumns;
use crate::space::World;
use crate::theme::Theme;
use crate::tile::{StencilCutter, label_point};

/// Zooms with stencils, from the detail zoom on: beyond them the features of a tile are few.
const ZOOMS: u8 = 3;
/// Stands where a feature has no place for a label.
pub(super) const NOWHERE: World = World {
    x: u32::MAX,
    y: u32::MAX,
};

/// The zooms stencils are made for: those where the features of a theme that covers the ground lie by the
/// hundred or the thousand in a tile.
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

#[cfg(test)]
mod tests {
    use geo::Rect;

    use super::super::draw::draw;
    use super::super::drawn::{DrawnWriter, NO_VALUE};
    use super::super::{DrawnFile, Wanted};
    use super::*;
    use crate::crs::{Crs, Transform};
    use crate::space::TileCoord;
    use crate::theme::Catalogue;
    use crate::tile::{Drawn, LayerBuilder, TileSpec};

    fn tile(coord: TileCoord, feature: &Drawn<'_>) -> Option<Vec<u8>> {
        let mut layer = LayerBuilder::new("a", &[], TileSpec::new(coord));
        layer.add(feature, []);
        layer.finish()
    }

    #[test]
    fn what_is_ready_of_a_packed_feature_is_what_the_tile_would_make() {
        let catalogue = Catalogue::load(None).unwrap();
        let theme = catalogue.theme("land_parcels").unwrap();
        let to_lonlat = Transform::new(Crs::WORKING, Crs::LONLAT).unwrap();
        let fields = theme.tile_fields().count();
        let (mut run, mut maker) = (DrawnColumns::default(), Maker::new(theme));
        for i in 0..50 {
            // From a metre to beyond what a tile holds.
            let side = 1.3_f64.powi(i);
            let corner = (416_000.0 + 31.0 * f64::from(i), 2_353_000.0);
            let square = Rect::new(corner, (corner.0 + side, corner.1 + side)).to_polygon();
            let drawing = draw(&square.into(), &to_lonlat).unwrap();
            run.push(&drawing);
            run.tags.extend(vec![NO_VALUE; fields]);
            maker.add(&drawing, &mut run);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drawn");
        let mut writer = DrawnWriter::new(folder.path()).unwrap();
        // Two runs, so that the second is behind the first.
        writer.push(&run).unwrap();
        writer.push(&run).unwrap();
        let mut out = std::fs::File::create(&path).unwrap();
        writer.write(&mut out).unwrap();
        let file = DrawnFile::open(&path, theme).unwrap();

        let features = file.features();
        let mut stencils = [0; 3];
        for (zoom, stencils) in (14..).zip(&mut stencils) {
            let wanted = Wanted {
                zoom,
                labels: true,
                fields: &[],
            };
            for ordinal in 0..100 {
                let plain = features.feature(ordinal, 7).unwrap();
                let ready = features.ready(ordinal, 7, wanted).unwrap();
                assert_eq!(ready.ready.label, label_point(&plain));
                let place = World {
                    x: plain.bbox.min_x,
                    y: plain.bbox.min_y,
                };
                let coord = TileCoord::holding(zoom, place).unwrap();
                assert_eq!(tile(coord, &ready), tile(coord, &plain), "{ordinal}");
                *stencils += usize::from(!ready.ready.stencil.bytes.is_empty());
            }
        }
        // From what the grid can show to what a tile holds.
        let most = stencils.iter().all(|count| (40..100).contains(count));
        assert!(most, "{stencils:?}");
    }
}
