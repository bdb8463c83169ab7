//! Reading a tile strictly and reporting everything in it that the specification (MVT 2.1) forbids.
//!
//! Every tile decoded anywhere in the tests goes through here; it shares only the polygon test with the encoder.

use std::collections::HashSet;
use std::fmt;

use super::check::Checker;
use super::decode::{Field, Fields, packed};
use super::encode::{CLOSE_PATH, LINE_TO, MOVE_TO};
use super::rings::{FARTHEST, Ring, RingSet, doubled_area};
use crate::space::TilePx;

/// One thing wrong with a tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Name of the layer, where it is known.
    pub layer: Option<String>,
    /// Position of the feature in the layer, where it is about one.
    pub feature: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(layer) = &self.layer {
            write!(f, "layer {layer}: ")?;
        }
        if let Some(feature) = self.feature {
            write!(f, "feature {feature}: ")?;
        }
        f.write_str(&self.what)
    }
}

/// Everything wrong with the tile `bytes` (not compressed); empty for a valid tile, also for one without layers.
pub fn validate(bytes: &[u8]) -> Vec<Violation> {
    read(bytes).1
}

/// The tile's layers as far as they can be read, and everything wrong with it.
pub fn read(bytes: &[u8]) -> (Vec<Layer>, Vec<Violation>) {
    let mut report = Report::default();
    let mut layers: Vec<Layer> = Vec::new();
    for field in Fields::new(bytes) {
        match field {
            Ok((3, Field::Bytes(layer))) => {
                let layer = report.layer(layer);
                if layers.iter().any(|other| other.name == layer.name) {
                    report.say("its name is used by another layer");
                }
                layers.push(layer);
                report.layer = None;
            }
            Ok((16..=8191, _)) => {}
            Ok((number, _)) => report.say(format!(
                "the tile has a field {number} of a kind no tile has"
            )),
            Err(error) => report.say(error),
        }
    }
    (layers, report.violations)
}

/// A layer as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// Units along the tile's side.
    pub extent: u32,
    /// The keys it lists.
    pub keys: Vec<String>,
    /// The values it lists.
    pub values: Vec<Scalar>,
    /// Its features, in order.
    pub features: Vec<Feature>,
}

/// A value of a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Text.
    Text(String),
    /// A number that is not whole, or was written as if it were not.
    Real(f64),
    /// A whole number.
    Integer(i128),
    /// true or false
    Bool(bool),
}

/// A feature as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feature {
    /// Its id.
    pub id: Option<u64>,
    /// Positions in the layer's keys and values.
    pub tags: Vec<(usize, usize)>,
    /// Its geometry.
    pub geometry: Geometry,
}

/// A feature's geometry in tile units.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Geometry {
    /// None that could be read.
    #[default]
    Unknown,
    /// Points.
    Points(Vec<TilePx>),
    /// Paths of at least two points.
    Lines(Vec<Vec<TilePx>>),
    /// Polygons, each an exterior followed by its holes; rings without closing vertices.
    Polygons(Vec<Vec<Vec<TilePx>>>),
}

#[derive(Debug, Default)]
struct Report {
    violations: Vec<Violation>,
    layer: Option<String>,
    feature: Option<usize>,
    checker: Checker,
}

impl Report {
    fn say(&mut self, what: impl Into<String>) {
        self.violations.push(Violation {
            layer: self.layer.clone(),
            feature: self.feature,
            what: what.into(),
        });
    }

    fn layer(&mut self, bytes: &[u8]) -> Layer {
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

    fn feature(&mut self, bytes: &[u8], keys: usize, values: usize) -> Feature {
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

    fn tags(&mut self, bytes: &[u8], keys: usize, values: usize) -> Vec<(usize, usize)> {
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

    fn points(&mut self, parts: Vec<Part>) -> Geometry {
        if parts.len() > 1 || parts.iter().any(|part| part.drawn || part.closed) {
            self.say("a point geometry is one MoveTo and nothing else");
        }
        Geometry::Points(parts.into_iter().flat_map(|part| part.points).collect())
    }

    fn lines(&mut self, parts: Vec<Part>) -> Geometry {
        for part in &parts {
            if part.closed {
                self.say("a line has a ClosePath");
            }
            if part.moves != 1 || !part.drawn {
                self.say("a line is not one MoveTo of one point and one LineTo");
            }
            if part.points.windows(2).any(|w| w[0] == w[1]) {
                self.say("a line has a LineTo that goes nowhere");
            }
        }
        Geometry::Lines(parts.into_iter().map(|part| part.points).collect())
    }

    fn polygons(&mut self, parts: Vec<Part>) -> Geometry {
        let mut set = RingSet::default();
        let mut polygons: Vec<Vec<Vec<TilePx>>> = Vec::new();
        let mut sound = true;
        for part in parts {
            if !part.closed || part.moves != 1 || part.points.len() < 3 {
                self.say("a ring is not one MoveTo of one point, one LineTo of two or more and one ClosePath");
                sound = false;
            }
            if part.points.len() > 1 && part.points.first() == part.points.last() {
                self.say("a ring's last point repeats its first before ClosePath");
                sound = false;
            }
            if part.points.windows(2).any(|w| w[0] == w[1]) {
                self.say("a ring has a LineTo that goes nowhere");
                sound = false;
            }
            if part
                .points
                .iter()
                .any(|p| p.x.unsigned_abs().max(p.y.unsigned_abs()) > FARTHEST.unsigned_abs())
            {
                self.say(format!("a ring lies more than {FARTHEST} units away"));
                return Geometry::Unknown;
            }
            let area = doubled_area(&part.points);
            if area == 0 {
                self.say("a ring has no area");
                sound = false;
            }
            let hole = area < 0;
            let start = set.points.len();
            set.points.extend(&part.points);
            set.rings.push(Ring {
                span: start..set.points.len(),
                hole,
            });
            match polygons.last_mut() {
                Some(polygon) if hole => polygon.push(part.points),
                None if hole => {
                    self.say("the first ring is wound as a hole");
                    sound = false;
                    polygons.push(vec![part.points]);
                }
                _ => polygons.push(vec![part.points]),
            }
        }
        if sound && let Err(fault) = self.checker.check(&set) {
            self.say(fault.to_string());
        }
        Geometry::Polygons(polygons)
    }

    fn value(&mut self, bytes: &[u8]) -> Scalar {
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

    fn text(&mut self, bytes: &[u8], what: &str) -> String {
        if std::str::from_utf8(bytes).is_err() {
            self.say(format!("{what} is not UTF-8"));
        }
        String::from_utf8_lossy(bytes).into_owned()
    }

    fn once<T>(&mut self, slot: &mut Option<T>, value: T, what: &str) {
        if slot.replace(value).is_some() {
            self.say(format!("it has more than one {what}"));
        }
    }
}

/// A MoveTo with what follows it up to the next.
#[derive(Debug)]
struct Part {
    points: Vec<TilePx>,
    moves: u32,
    drawn: bool,
    closed: bool,
}

/// Runs a geometry's commands.
fn parts(commands: &[u32]) -> Result<Vec<Part>, &'static str> {
    let mut parts: Vec<Part> = Vec::new();
    let mut cursor = TilePx::default();
    let mut commands = commands.iter();
    while let Some(&command) = commands.next() {
        let (id, count) = (command & 7, command >> 3);
        match (id, parts.last_mut()) {
            (_, _) if count == 0 => return Err("a command has the count 0"),
            (MOVE_TO, _) => {
                parts.push(Part {
                    points: points(&mut commands, count, &mut cursor)?,
                    moves: count,
                    drawn: false,
                    closed: false,
                });
            }
            (_, None) => return Err("the first command is not a MoveTo"),
            (LINE_TO | CLOSE_PATH, Some(part)) if part.closed => {
                return Err("a ClosePath is not followed by a MoveTo");
            }
            (LINE_TO, Some(part)) if part.drawn => return Err("a LineTo follows a LineTo"),
            (LINE_TO, Some(part)) => {
                part.points
                    .extend(points(&mut commands, count, &mut cursor)?);
                part.drawn = true;
            }
            (CLOSE_PATH, Some(part)) if count == 1 => part.closed = true,
            (CLOSE_PATH, _) => return Err("a ClosePath has a count other than 1"),
            _ => return Err("a command is none of MoveTo, LineTo and ClosePath"),
        }
    }
    Ok(parts)
}

fn points<'c>(
    commands: &mut impl Iterator<Item = &'c u32>,
    count: u32,
    cursor: &mut TilePx,
) -> Result<Vec<TilePx>, &'static str> {
    let unzigzag = |v: u32| (v >> 1) as i32 ^ -((v & 1) as i32);
    (0..count)
        .map(|_| {
            let (Some(&x), Some(&y)) = (commands.next(), commands.next()) else {
                return Err("a command has fewer numbers than it says");
            };
            let step = |at: i32, by: u32| {
                at.checked_add(unzigzag(by))
                    .ok_or("the cursor leaves the 32-bit plane")
            };
            *cursor = TilePx::new(step(cursor.x, x)?, step(cursor.y, y)?);
            Ok(*cursor)
        })
        .collect()
}
