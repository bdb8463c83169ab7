//! What a tile leaves out, said in the tile.

use super::LEFT_OUT;
use super::classes::{CLASS_KEYS, class_tags};
use crate::feature::Value;
use crate::space::{TileCoord, World, WorldBox};
use crate::tile::{Drawn, DrawnKind, LayerBuilder, Part, Ready, TileSpec, encode_value};
use crate::view::LayerView;

/// Says what belongs to the tile and is not drawn.
pub(super) struct LeftOut {
    layer: LayerBuilder,
    middle: World,
    count: u64,
}

impl LeftOut {
    pub fn new(coord: TileCoord) -> Self {
        let (x, y) = coord.origin();
        let half = 1u64 << coord.bits() >> 1;
        Self {
            layer: LayerBuilder::new(LEFT_OUT, &CLASS_KEYS, TileSpec::new(coord)),
            middle: World {
                x: (x + half) as u32,
                y: (y + half) as u32,
            },
            count: 0,
        }
    }

    pub fn add(&mut self, view: &LayerView, class: Option<u8>, count: u64, area: Option<f64>) {
        let mut tags = match class {
            Some(class) => class_tags(view, class, count, area),
            None => class_tags(view, 0, count, None),
        };
        self.say(&view.theme().id, &mut tags);
    }

    /// Says that so many places of labels are left out of the layer called `name`.
    pub fn add_labels(&mut self, name: &str, count: u64) {
        let count = Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        let mut tags = Vec::new();
        tags.extend(encode_value(&count).map(|count| (1, count)));
        self.say(name, &mut tags);
    }

    fn say(&mut self, name: &str, tags: &mut Vec<(u32, Vec<u8>)>) {
        tags.extend(encode_value(&Value::Text(name.to_owned())).map(|name| (3, name)));
        self.count += 1;
        let Some(part) = Part::new(1, false) else {
            return;
        };
        let mut bbox = WorldBox::EMPTY;
        bbox.extend(self.middle);
        let point = Drawn {
            id: self.count,
            kind: DrawnKind::Point,
            bbox,
            parts: &[part],
            coords: &[self.middle],
            ready: Ready::default(),
        };
        self.layer
            .add(&point, tags.iter().map(|(k, v)| (*k, v.as_slice())));
    }

    /// The layer, where anything is in it.
    pub fn finish(self) -> Option<Vec<u8>> {
        self.layer.finish()
    }
}
