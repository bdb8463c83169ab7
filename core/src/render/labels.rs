//! Places for the names of polygons.

use super::LABELS;
use crate::space::{TileCoord, WorldBox};
use crate::tile::{Drawn, DrawnKind, LayerBuilder, Part, TileSpec, label_point};
use crate::view::LayerView;

/// Places for the labels of polygons, in a layer of their own beside the theme's: one a feature, in the tile it lies in.
pub(super) struct Labels {
    layer: LayerBuilder,
    coord: TileCoord,
    /// Whether labels carry a field, by its position among the tile's.
    carried: Vec<bool>,
    /// Below the theme's last zoom, only polygons this large, in [`World`] units, are named.
    smallest: Option<u64>,
}

impl Labels {
    pub fn new(view: &LayerView, coord: TileCoord, keys: &[&str]) -> Self {
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
            carried: theme
                .tile_fields()
                .map(|(field, _)| theme.labels_carry(field))
                .collect(),
            smallest: theme.label.is_some().then_some(smallest),
        }
    }

    pub fn add<'t>(
        &mut self,
        feature: &Drawn<'_>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
    ) {
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
        let carried = &self.carried;
        let carries = |field: u32| carried.get(field as usize).is_some_and(|carried| *carried);
        let tags = tags.into_iter().filter(|(field, _)| carries(*field));
        self.layer.add(&point, tags);
    }

    /// The layer, where anything is in it.
    pub fn finish(self) -> Option<Vec<u8>> {
        self.layer.finish()
    }
}

/// The longer side of a box, in [`crate::space::World`] units.
pub(super) fn longest_side(bbox: &WorldBox) -> u64 {
    u64::from((bbox.max_x - bbox.min_x).max(bbox.max_y - bbox.min_y))
}
