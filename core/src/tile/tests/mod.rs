//! Properties of whole tiles, read back strictly.

mod mesh;
mod reading;
mod sharing;
mod stencils;
mod validity;

use geo::Validation;

use super::validate::{Geometry, Layer, read};
use super::{Counts, Drawn, DrawnKind, LayerBuilder, Part, Ready, TileSpec};
use crate::space::{TileCoord, TilePx, World, WorldBox};

/// Corner of the test tile (z14) and the step of its grid, in [`World`] units.
pub(super) const TILE: (u32, u32) = (13_000, 7_000);
pub(super) const STEP: u32 = 64;

pub(super) fn spec() -> TileSpec {
    TileSpec::new(TileCoord::new(14, TILE.0, TILE.1).unwrap())
}

/// A feature that owns its vertices.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub kind: DrawnKind,
    pub parts: Vec<Part>,
    pub coords: Vec<World>,
}

impl Shape {
    pub fn new(kind: DrawnKind, parts: &[(Vec<World>, bool)]) -> Self {
        let mut shape = Self {
            kind,
            parts: Vec::new(),
            coords: Vec::new(),
        };
        for (points, hole) in parts {
            shape.coords.extend(points);
            shape
                .parts
                .push(Part::new(shape.coords.len() as u32, *hole).unwrap());
        }
        shape
    }

    pub fn drawn(&self, id: u64) -> Drawn<'_> {
        let mut bbox = WorldBox::EMPTY;
        self.coords.iter().for_each(|&p| bbox.extend(p));
        Drawn {
            id,
            kind: self.kind,
            bbox,
            parts: &self.parts,
            coords: &self.coords,
            ready: Ready::default(),
        }
    }
}

/// The layer of `shapes` as a strict reader and a second opinion on polygons see it; any violation fails the test.
pub(super) fn cut(shapes: &[Shape], spec: TileSpec) -> (Option<Layer>, Counts) {
    let mut layer = LayerBuilder::new("shapes", &[], spec);
    for (id, shape) in shapes.iter().enumerate() {
        layer.add(&shape.drawn(id as u64), []);
    }
    let counts = layer.counts();
    let layer = strictly(&layer.finish().unwrap_or_default());
    (layer, counts)
}

/// The one layer of a tile that must be valid.
pub(super) fn strictly(bytes: &[u8]) -> Option<Layer> {
    let (mut layers, violations) = read(bytes);
    assert!(violations.is_empty(), "{violations:?}");
    for polygons in polygons(layers.first()) {
        geo_polygons(&polygons).check_validation().unwrap();
    }
    layers.pop()
}

fn geo_polygons(polygons: &[Vec<Vec<TilePx>>]) -> geo::MultiPolygon<f64> {
    let ring = |ring: &Vec<TilePx>| {
        ring.iter()
            .map(|p| (f64::from(p.x), f64::from(p.y)))
            .collect()
    };
    let polygon = |rings: &Vec<Vec<TilePx>>| {
        let mut rings = rings.iter().map(ring);
        geo::Polygon::new(rings.next().unwrap(), rings.collect())
    };
    polygons.iter().map(polygon).collect()
}

/// The place `x`, `y` steps of the grid from the corner of the test tile.
pub(super) fn at(x: f64, y: f64) -> World {
    let place = |tile: u32, v: f64| {
        (f64::from(tile) * 4096.0 * f64::from(STEP) + v * f64::from(STEP)).round() as u32
    };
    World {
        x: place(TILE.0, x),
        y: place(TILE.1, y),
    }
}

pub(super) fn ring(points: &[(f64, f64)]) -> Vec<World> {
    points.iter().map(|&(x, y)| at(x, y)).collect()
}

/// The polygons of each feature that has any.
pub(super) fn polygons(layer: Option<&Layer>) -> Vec<Vec<Vec<Vec<TilePx>>>> {
    let features = layer.map(|layer| layer.features.iter()).unwrap_or_default();
    features
        .filter_map(|feature| match &feature.geometry {
            Geometry::Polygons(polygons) => Some(polygons.clone()),
            _ => None,
        })
        .collect()
}
