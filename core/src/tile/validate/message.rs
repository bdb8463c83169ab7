//! The messages of a tile, field by field.

use std::collections::HashSet;

use super::super::check::Checker;
use super::super::decode::{Field, Fields, packed};
use super::geometry::parts;
use super::{Feature, Geometry, Layer, Scalar, Violation};

/// What has been found wrong so far, and what is being read.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub violations: Vec<Violation>,
    pub layer: Option<String>,
    feature: Option<usize>,
    pub checker: Checker,
}

impl Report {
    pub fn say(&mut self, what: impl Into<String>) {
        self.violations.push(Violation {
            layer: self.layer.clone(),
            feature: self.feature,
            what: what.into(),
        });
    }

    pub fn layer(&mut self, bytes: &[u8]) -> Layer {
        let mut layer = Layer {
            extent: 4096,
            ..Layer::default()
        };
        let (mut version, mut name, mut extent) = (None, None, None);
        let mut features = Vec::new();
        for field in Fields::new(bytes) {
            match field {
                Ok((15, Field::Varint(v))) => self.once(&mut version, v, "version"),
                Ok((1, Field::Bytes(v))) => {
                    let text = self.text(v, "the name");
                    self.layer.get_or_insert_with(|| text.clone());
                    self.once(&mut name, text, "name");
                }
                Ok((2, Field::Bytes(v))) => features.push(v),
                Ok((3, Field::Bytes(v))) => layer.keys.push(self.text(v, "a key")),
                Ok((4, Field::Bytes(v))) => layer.values.push(self.value(v)),
                Ok((5, Field::Varint(v))) => self.once(&mut extent, v, "extent"),
                Ok((16.., _)) => {}
                Ok((number, _)) => self.say(format!(
                    "the layer has a field {number} of a kind no layer has"
                )),
                Err(error) => self.say(error),
            }
        }
        match version {
            Some(2) => {}
            Some(other) => self.say(format!("its version is {other}, not 2")),
            None => self.say("it has no version"),
        }
        if name.as_ref().is_none_or(String::is_empty) {
            self.say("it has no name");
        }
        layer.name = name.unwrap_or_default();
        match extent.map(u32::try_from) {
            Some(Ok(v)) if v > 0 => layer.extent = v,
            Some(_) => self.say("its extent is not a positive number of 32 bits"),
            None => self.say("it has no extent"),
        }
        if features.is_empty() {
            self.say("it has no features");
        }
        if layer.keys.iter().collect::<HashSet<_>>().len() < layer.keys.len() {
            self.say("it lists a key twice");
        }
        let mut ids = HashSet::new();
        for (number, bytes) in features.into_iter().enumerate() {
            self.feature = Some(number);
            let feature = self.feature(bytes, layer.keys.len(), layer.values.len());
            if feature.id.is_some_and(|id| !ids.insert(id)) {
                self.say("its id is another feature's");
            }
            layer.features.push(feature);
        }
        self.feature = None;
        layer
    }

    pub fn feature(&mut self, bytes: &[u8], keys: usize, values: usize) -> Feature {
        let (mut id, mut tags, mut kind, mut geometry) = (None, None, None, None);
        for field in Fields::new(bytes) {
            match field {
                Ok((1, Field::Varint(v))) => self.once(&mut id, v, "id"),
                Ok((2, Field::Bytes(v))) => self.once(&mut tags, v, "list of tags"),
                Ok((3, Field::Varint(v))) => self.once(&mut kind, v, "geometry type"),
                Ok((4, Field::Bytes(v))) => self.once(&mut geometry, v, "geometry"),
                Ok((number, _)) => {
                    self.say(format!("it has a field {number} of a kind no feature has"));
                }
                Err(error) => self.say(error),
            }
        }
        let tags = self.tags(tags.unwrap_or_default(), keys, values);
        let Some(commands) = packed(geometry.unwrap_or_default()) else {
            self.say("its geometry is not a list of 32-bit numbers");
            return Feature {
                id,
                tags,
                ..Feature::default()
            };
        };
        let parts = match parts(&commands) {
            Ok(parts) if parts.is_empty() => {
                self.say("it has no geometry");
                parts
            }
            Ok(parts) => parts,
            Err(error) => {
                self.say(error);
                return Feature {
                    id,
                    tags,
                    ..Feature::default()
                };
            }
        };
        let geometry = match kind {
            Some(1) => self.points(parts),
            Some(2) => self.lines(parts),
            Some(3) => self.polygons(parts),
            Some(other) => {
                self.say(format!("{other} is not a geometry type"));
                Geometry::Unknown
            }
            None => {
                self.say("it has no geometry type");
                Geometry::Unknown
            }
        };
        Feature { id, tags, geometry }
    }

    pub fn tags(&mut self, bytes: &[u8], keys: usize, values: usize) -> Vec<(usize, usize)> {
        let Some(numbers) = packed(bytes) else {
            self.say("its tags are not a list of 32-bit numbers");
            return Vec::new();
        };
        if numbers.len() % 2 != 0 {
            self.say("it has an odd number of tags");
        }
        let mut tags = Vec::with_capacity(numbers.len() / 2);
        let mut seen = HashSet::new();
        for pair in numbers.chunks_exact(2) {
            let (key, value) = (pair[0] as usize, pair[1] as usize);
            if key >= keys {
                self.say(format!(
                    "its key {key} is not in the layer, which has {keys}"
                ));
            } else if value >= values {
                self.say(format!(
                    "its value {value} is not in the layer, which has {values}"
                ));
            } else if !seen.insert(key) {
                self.say(format!("it has key {key} twice"));
            } else {
                tags.push((key, value));
            }
        }
        tags
    }

    pub fn value(&mut self, bytes: &[u8]) -> Scalar {
        let mut value = None;
        for field in Fields::new(bytes) {
            let scalar = match field {
                Ok((1, Field::Bytes(v))) => Scalar::Text(self.text(v, "a value")),
                Ok((2, Field::Fixed32(v))) => Scalar::Real(f64::from(f32::from_bits(v))),
                Ok((3, Field::Fixed64(v))) => Scalar::Real(f64::from_bits(v)),
                Ok((4, Field::Varint(v))) => Scalar::Integer(i128::from(v as i64)),
                Ok((5, Field::Varint(v))) => Scalar::Integer(i128::from(v)),
                Ok((6, Field::Varint(v))) => {
                    Scalar::Integer(i128::from((v >> 1) as i64 ^ -((v & 1) as i64)))
                }
                Ok((7, Field::Varint(v))) => Scalar::Bool(v != 0),
                Ok((8.., _)) => continue,
                Ok((number, _)) => {
                    self.say(format!(
                        "a value has a field {number} of a kind no value has"
                    ));
                    continue;
                }
                Err(error) => {
                    self.say(error);
                    continue;
                }
            };
            self.once(&mut value, scalar, "value in a value");
        }
        value.unwrap_or_else(|| {
            self.say("a value says nothing");
            Scalar::Bool(false)
        })
    }

    pub fn text(&mut self, bytes: &[u8], what: &str) -> String {
        if std::str::from_utf8(bytes).is_err() {
            self.say(format!("{what} is not UTF-8"));
        }
        String::from_utf8_lossy(bytes).into_owned()
    }

    pub fn once<T>(&mut self, slot: &mut Option<T>, value: T, what: &str) {
        if slot.replace(value).is_some() {
            self.say(format!("it has more than one {what}"));
        }
    }
}
