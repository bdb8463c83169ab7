//! Is each class drawn as large as its features are?

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::fmt;

use diaba_core::space::{TileCoord, TilePx};
use diaba_core::tile::validate::{Feature, Geometry, Layer, Scalar};

/// Circumference of the web map's sphere at the equator, metres.
const EQUATOR: f64 = 40_075_016.685_578_49;

/// Areas by class, m².
#[derive(Debug, Default)]
pub struct Shares(BTreeMap<String, Area>);

#[derive(Debug, Default)]
struct Area {
    drawn: f64,
    real: f64,
}

impl Shares {
    /// Adds the classes of a tile. A class says the area of its features in the tile as `dien_tich`.
    pub fn add(&mut self, coord: TileCoord, layers: &[Layer]) {
        for layer in layers {
            let unit = unit_m2(coord, layer.extent);
            for feature in &layer.features {
                let Some(Scalar::Text(class)) = tag(layer, feature, "lop") else {
                    continue;
                };
                let area = self.0.entry(class.clone()).or_default();
                area.real += match tag(layer, feature, "dien_tich") {
                    Some(Scalar::Real(real)) => *real,
                    Some(Scalar::Integer(whole)) => *whole as f64,
                    _ => 0.0,
                };
                if let Geometry::Polygons(polygons) = &feature.geometry {
                    let rings = polygons.iter().flatten();
                    area.drawn += unit * rings.map(|r| inside(r, layer.extent)).sum::<f64>();
                }
            }
        }
    }
}

impl fmt::Display for Shares {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: f64 = self.0.values().map(|area| area.real).sum();
        let mut classes: Vec<_> = self.0.iter().collect();
        classes.sort_unstable_by(|a, b| b.1.real.total_cmp(&a.1.real));
        for (i, (class, area)) in classes.into_iter().enumerate() {
            let part = if i == 0 { "" } else { ", " };
            let share = 100.0 * area.real / all;
            write!(
                f,
                "{part}{class} {:.2} ({share:.1} %)",
                area.drawn / area.real
            )?;
        }
        Ok(())
    }
}

fn tag<'l>(layer: &'l Layer, feature: &Feature, key: &str) -> Option<&'l Scalar> {
    let mut tags = feature.tags.iter();
    let (_, value) = tags.find(|(k, _)| layer.keys.get(*k).is_some_and(|name| name == key))?;
    layer.values.get(*value)
}

/// Ground under one square unit of a tile, at its middle.
fn unit_m2(coord: TileCoord, extent: u32) -> f64 {
    let side = f64::from(1u32 << coord.z());
    let north = PI * (1.0 - 2.0 * (f64::from(coord.y()) + 0.5) / side);
    let scale = EQUATOR / side / f64::from(extent) / north.cosh();
    scale * scale
}

/// What of a ring's area lies within the tile itself, square units; negative for a hole.
fn inside(ring: &[TilePx], extent: u32) -> f64 {
    let mut points: Vec<[f64; 2]> = ring
        .iter()
        .map(|p| [f64::from(p.x), f64::from(p.y)])
        .collect();
    for (axis, side, keep) in [
        (0, 0.0, 1.0),
        (1, 0.0, 1.0),
        (0, f64::from(extent), -1.0),
        (1, f64::from(extent), -1.0),
    ] {
        points = cut(&points, axis, side, keep);
    }
    let pairs = points.iter().zip(points.iter().cycle().skip(1));
    pairs.map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>() / 2.0
}

/// What of a ring lies on one side of a line, after Sutherland and Hodgman (1974); edges it runs along twice enclose
/// nothing.
fn cut(points: &[[f64; 2]], axis: usize, side: f64, keep: f64) -> Vec<[f64; 2]> {
    let out = |p: &[f64; 2]| (p[axis] - side) * keep;
    let mut kept = Vec::with_capacity(points.len() + 4);
    for (a, b) in points.iter().zip(points.iter().cycle().skip(1)) {
        let (from, to) = (out(a), out(b));
        if from >= 0.0 {
            kept.push(*a);
        }
        if (from < 0.0) != (to < 0.0) {
            let t = from / (from - to);
            kept.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]);
        }
    }
    kept
}
