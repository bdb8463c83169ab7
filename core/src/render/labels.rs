//! Places for the names of polygons.

use super::LABELS;
use super::draft::Draft;
use super::rank::{Weight, order, size};
use super::source::Source;
use crate::feature::Value;
use crate::space::{TileCoord, World};
use crate::tile::{Drawn, LayerBuilder, Tag, TileSpec, append_value, label_point};
use crate::view::LayerView;

/// Property of a label: how much it matters, the smallest number the most.
pub const ORDER: &str = "hang";

/// Places for the labels of polygons, in a layer of their own beside the theme's: one a feature, in the tile it lies in.
pub(super) struct Labels {
    draft: Draft,
    coord: TileCoord,
    /// The fields labels carry, as positions among the tile's.
    carried: Vec<u32>,
    /// Position of [`ORDER`] among the keys.
    order: u32,
    /// The value of [`ORDER`] at hand.
    said: Vec<u8>,
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
            carried: (0..)
                .zip(theme.tile_fields())
                .filter(|(_, (field, _))| theme.labels_carry(*field))
                .map(|(position, _)| position)
                .collect(),
            said: Vec::new(),
            order: keys.len() as u32,
            smallest: named.then_some(smallest),
        }
    }

    /// Whether it names any feature.
    pub const fn any(&self) -> bool {
        self.smallest.is_some()
    }

    /// Makes room for about so many features, if it names any.
    pub fn reserve(&mut self, features: usize) {
        if self.any() {
            self.draft.reserve(features);
        }
    }

    /// Names a feature of this rank where there is room.
    pub fn add(&mut self, feature: &Drawn<'_>, rank: u32, source: Source<'_>) {
        let size = size(&feature.bbox);
        if self.smallest.is_none_or(|smallest| size < smallest) {
            return;
        }
        if let Some(place) = label_point(feature) {
            let tags = |fields| {
                source
                    .tags_of(fields)
                    .map(|(f, value)| (f, Tag::Value(value)))
            };
            self.place(feature.id, size, place, rank, tags);
        }
    }

    /// Names a feature of this size and rank, whose label stands at a place, where there is room; `tags` gives what is said
    /// of it in some fields.
    pub fn place<'t, 'f, T: Iterator<Item = (u32, Tag<'t>)>>(
        &'f mut self,
        id: u64,
        size: u64,
        place: World,
        rank: u32,
        tags: impl FnOnce(&'f [u32]) -> T,
    ) {
        let named = self.smallest.is_some_and(|smallest| size >= smallest);
        if !named || TileCoord::holding(self.coord.z(), place) != Ok(self.coord) {
            return;
        }
        let order = order(rank, size);
        self.said.clear();
        // A whole number is a value in any tile.
        let _said = append_value(&mut self.said, &Value::Integer(i64::from(order)));
        let said = (self.order, Tag::Value(&self.said));
        let tags = tags(&self.carried).map(shorter).chain([said]);
        let weight = Weight::label(order);
        self.draft.add_place(id, place, tags, weight);
    }

    /// The layer of the labels.
    pub fn finish(self) -> Draft {
        self.draft
    }
}

/// A tag, held as long as those it is beside.
const fn shorter<'s, 't: 's>(tag: (u32, Tag<'t>)) -> (u32, Tag<'s>) {
    tag
}
