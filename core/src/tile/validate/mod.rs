//! Reading a tile strictly and reporting everything in it that the specification (MVT 2.1) forbids.
//!
//! Every tile decoded anywhere in the tests goes through here; it shares only the polygon test with the encoder.

mod geometry;
mod message;

use std::fmt;

use super::decode::{Field, Fields};
use crate::space::TilePx;
use message::Report;

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
