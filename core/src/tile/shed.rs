//! Taking features out of a layer that is drawn already, and counting the bytes it saves.

use super::LayerBuilder;
use super::decode::{packed, varint};
use super::encode::{self, head};

/// A layer on its way to fewer bytes.
///
/// What is left has the bytes the layer would have had if only it had been added, but for the order of its keys, which
/// stays.
#[derive(Debug)]
pub struct Shed {
    layer: LayerBuilder,
    features: Vec<Feature>,
    /// How many features that are still there use each value.
    uses: Vec<u32>,
}

/// A feature of the layer: its bytes, its tags, and where they lie in its bytes.
#[derive(Debug)]
struct Feature {
    bytes: std::ops::Range<usize>,
    /// Key and value, in turn.
    tags: Vec<u32>,
    /// The bytes before the tags' field and after it.
    around: [std::ops::Range<usize>; 2],
    gone: bool,
}

impl Shed {
    /// The layer, with all its features.
    pub fn new(layer: LayerBuilder) -> Self {
        let mut features = Vec::with_capacity(layer.len());
        let mut uses = vec![0; layer.values.len()];
        let mut start = 0;
        for &end in &layer.ends {
            let feature = Feature::read(&layer.features, start..end);
            for value in feature.values() {
                if let Some(uses) = uses.get_mut(value as usize) {
                    *uses += 1;
                }
            }
            features.push(feature);
            start = end;
        }
        Self {
            layer,
            features,
            uses,
        }
    }

    /// Takes out the feature at a position; the bytes it saves, its values with those that nobody else has.
    pub fn take_out(&mut self, position: usize) -> usize {
        let Some(feature) = self.features.get_mut(position).filter(|f| !f.gone) else {
            return 0;
        };
        feature.gone = true;
        let mut saved = feature.bytes.len();
        for value in feature.values() {
            if let Some(uses) = self.uses.get_mut(value as usize) {
                *uses -= 1;
                if *uses == 0 {
                    saved += self.layer.values.field(value).len();
                }
            }
        }
        saved
    }

    /// The layer of what is left; `None` where nothing is.
    pub fn finish(self) -> Option<Vec<u8>> {
        if self.features.iter().all(|feature| !feature.gone) {
            return self.layer.finish();
        }
        let mut numbers: Vec<Option<u32>> = vec![None; self.uses.len()];
        let (mut features, mut values, mut count) = (Vec::new(), Vec::new(), 0u32);
        let bytes = &self.layer.features;
        for feature in self.features.iter().filter(|feature| !feature.gone) {
            let mut tags = Vec::new();
            for pair in feature.tags.chunks_exact(2) {
                let &[key, value] = pair else { continue };
                let Some(slot) = numbers.get_mut(value as usize) else {
                    continue;
                };
                let number = *slot.get_or_insert_with(|| {
                    values.extend_from_slice(self.layer.values.field(value));
                    count += 1;
                    count - 1
                });
                encode::varint(&mut tags, u64::from(key));
                encode::varint(&mut tags, u64::from(number));
            }
            let part = |i: usize| {
                let span = feature.around.get(i).cloned().unwrap_or_default();
                bytes.get(span).unwrap_or_default()
            };
            let mut message = part(0).to_vec();
            if !tags.is_empty() {
                encode::bytes(&mut message, head::FEATURE_TAGS, &tags);
            }
            message.extend_from_slice(part(1));
            encode::bytes(&mut features, head::LAYER_FEATURE, &message);
        }
        let mut out = Vec::new();
        self.layer.message(&features, &values, &mut out);
        (!out.is_empty()).then_some(out)
    }
}

impl Feature {
    /// Reads the feature that the layer wrote at `span`: head, length, id, tags where it has any, the rest.
    fn read(bytes: &[u8], span: std::ops::Range<usize>) -> Self {
        let mut feature = Self {
            bytes: span.clone(),
            tags: Vec::new(),
            around: [span.clone(), span.end..span.end],
            gone: false,
        };
        let _ = feature.find_tags(bytes, span);
        feature
    }

    fn find_tags(&mut self, bytes: &[u8], span: std::ops::Range<usize>) -> Option<()> {
        let message = bytes.get(span.clone())?;
        let at = |rest: &[u8]| span.end - rest.len();
        let mut rest = message.get(1..)?;
        varint(&mut rest)?;
        let start = at(rest);
        rest = rest.get(1..)?;
        varint(&mut rest)?;
        let tagged = at(rest);
        self.around = [start..tagged, tagged..span.end];
        if *rest.first()? == head::FEATURE_TAGS {
            rest = rest.get(1..)?;
            let len = usize::try_from(varint(&mut rest)?).ok()?;
            let (tags, after) = rest.split_at_checked(len)?;
            self.tags = packed(tags)?;
            self.around = [start..tagged, at(after)..span.end];
        }
        Some(())
    }

    fn values(&self) -> impl Iterator<Item = u32> + use<> {
        let pairs = self.tags.chunks_exact(2);
        pairs
            .filter_map(|pair| pair.get(1).copied())
            .collect::<Vec<_>>()
            .into_iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Drawn, DrawnKind, Part, Ready, TileSpec, encode_value, validate};
    use super::*;
    use crate::feature::Value;
    use crate::space::{TileCoord, World, WorldBox};

    fn layer(features: &[(u32, Vec<i64>)], kept: impl Fn(usize) -> bool) -> LayerBuilder {
        let coord = TileCoord::new(0, 0, 0).unwrap();
        let mut layer = LayerBuilder::new("a", &["x", "y", "z"], TileSpec::new(coord));
        for (i, (place, values)) in features.iter().enumerate().filter(|(i, _)| kept(*i)) {
            let place = World {
                x: *place,
                y: *place,
            };
            let mut bbox = WorldBox::EMPTY;
            bbox.extend(place);
            let tags: Vec<_> = values
                .iter()
                .enumerate()
                .filter_map(|(k, v)| Some((k as u32, encode_value(&Value::Integer(*v))?)))
                .collect();
            let drawn = Drawn {
                id: i as u64 * 1000,
                kind: DrawnKind::Point,
                bbox,
                parts: &[Part::new(1, false).unwrap()],
                coords: &[place],
                ready: Ready::default(),
            };
            layer.add(&drawn, tags.iter().map(|(k, v)| (*k, v.as_slice())));
        }
        layer
    }

    proptest! {
        #[test]
        fn what_is_left_is_as_if_only_it_had_been_added(
            features in prop::collection::vec((any::<u32>(), prop::collection::vec(0i64..400, 3)), 1..40),
            dropped in prop::collection::vec(any::<bool>(), 40),
        ) {
            let whole = layer(&features, |_| true);
            let bound = whole.bytes();
            let before = whole.finish().map_or(0, |bytes| bytes.len());
            prop_assert!(before <= bound);
            let mut shed = Shed::new(layer(&features, |_| true));
            let mut saved = 0;
            for i in (0..features.len()).filter(|i| dropped[*i]) {
                saved += shed.take_out(i);
                prop_assert_eq!(shed.take_out(i), 0);
            }
            let left = shed.finish();
            prop_assert_eq!(&left, &layer(&features, |i| !dropped[i]).finish());
            if let Some(left) = left {
                prop_assert_eq!(validate::validate(&left), []);
                prop_assert!(left.len() + saved <= before);
            }
        }
    }
}
