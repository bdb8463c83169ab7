//! Places for the names of polygons.

use super::LABELS;
use super::draft::Draft;
use super::rank::{Weight, order, size};
use crate::feature::Value;
use crate::space::{TileCoord, World, WorldBox};
use crate::tile::{
    Drawn, DrawnKind, LayerBuilder, Part, Ready, TileSpec, encode_value, label_point,
};
use crate::view::LayerView;

/// Property of a label: how much it matters, the smallest number the most.
pub const ORDER: &str = "hang";

/// Places for the labels of polygons, in a layer of their own beside the theme's: one a feature, in the tile it lies in.
pub(super) struct Labels {
    draft: Draft,
    coord: TileCoord,
    /// Whether labels carry a field, by its position among the tile's.
    carried: Vec<bool>,
    /// Position of [`ORDER`] among the keys.
    order: u32,
    /// Below the theme's last zoom, only polygons this large, in [`World`] units, are named; `None` names nothing.
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
        let named = theme.label.is_some() && coord.z() >= theme.label_from;
        let mut all = keys.to_vec();
        all.push(ORDER);
        let name = format!("{}{LABELS}", theme.id);
        let layer = LayerBuilder::new(&name, &all, TileSpec::new(coord));
        Self {
            draft: Draft::labels(name, layer),
            coord,
            carried: theme
                .tile_fields()
                .map(|(field, _)| theme.labels_carry(field))
                .collect(),
            order: keys.len() as u32,
            smallest: named.then_some(smallest),
        }
    }

    /// Whether it names any feature.
    pub const fn any(&self) -> bool {
        self.smallest.is_some()
    }

    /// Names a feature of this rank where there is room.
    pub fn add<'t>(
        &mut self,
        feature: &Drawn<'_>,
        rank: u32,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
    ) {
        let size = size(feature);
        if self.smallest.is_none_or(|smallest| size < smallest) {
            return;
        }
        let Some(place) = label_point(feature) else {
            return;
        };
        if TileCoord::holding(self.coord.z(), place) != Ok(self.coord) {
            return;
        }
        let order = order(rank, size);
        let carried = &self.carried;
        let carries = |field: u32| carried.get(field as usize).is_some_and(|carried| *carried);
        let said = encode_value(&Value::Integer(i64::from(order))).unwrap_or_default();
        // Down to the shorter of the two lifetimes.
        let tags = tags
            .into_iter()
            .map(|(field, value): (u32, &[u8])| (field, value));
        let tags = tags.filter(|(field, _)| carries(*field));
        let tags = tags.chain([(self.order, said.as_slice())]);
        let weight = Weight::label(order);
        place_point(feature.id, place, |point| {
            self.draft.add(point, tags, weight);
        });
    }

    /// The layer of the labels.
    pub fn finish(self) -> Draft {
        self.draft
    }
}

/// Hands on one place as a feature.
pub(super) fn place_point(id: u64, place: World, then: impl FnOnce(&Drawn<'_>)) {
    let Some(part) = Part::new(1, false) else {
        return;
    };
    let mut bbox = WorldBox::EMPTY;
    bbox.extend(place);
    then(&Drawn {
        id,
        kind: DrawnKind::Point,
        bbox,
        parts: &[part],
        coords: &[place],
        ready: Ready::default(),
    });
}
