//! A layer whose features may still be left out.

use super::rank::Weight;
use crate::space::{World, WorldBox};
use crate::tile::{Added, Drawn, LayerBuilder, Shed, Stencil, Tag};

/// A layer that is drawn but not yet written, with what its features matter.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its name.
    pub name: String,
    /// Whether it holds places for labels.
    pub labels: bool,
    layer: LayerBuilder,
    /// One a feature of the layer.
    weights: Vec<(Weight, u64)>,
}

impl Draft {
    pub const fn new(name: String, layer: LayerBuilder) -> Self {
        Self {
            name,
            labels: false,
            layer,
            weights: Vec::new(),
        }
    }

    pub fn labels(name: String, layer: LayerBuilder) -> Self {
        Self {
            labels: true,
            ..Self::new(name, layer)
        }
    }

    /// Adds a feature that stands for itself.
    pub fn add<'t>(
        &mut self,
        feature: &Drawn<'_>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
        weight: Weight,
    ) -> Added {
        let added = self.layer.add(feature, tags);
        if added == Added::Drawn {
            self.weights.push((weight, 1));
        }
        added
    }

    /// Adds a polygon with this box from its stencil, see [`LayerBuilder::lay`].
    pub fn lay<'t>(
        &mut self,
        id: u64,
        bbox: &WorldBox,
        stencil: Stencil<'_>,
        tags: impl IntoIterator<Item = (u32, Tag<'t>)>,
        weight: Weight,
    ) -> bool {
        let laid = self.layer.lay(id, bbox, stencil, tags);
        if laid {
            self.weights.push((weight, 1));
        }
        laid
    }

    /// Adds one place, which stands for itself.
    pub fn add_place<'t>(
        &mut self,
        id: u64,
        place: World,
        tags: impl IntoIterator<Item = (u32, Tag<'t>)>,
        weight: Weight,
    ) {
        if self.layer.add_place(id, place, tags) == Added::Drawn {
            self.weights.push((weight, 1));
        }
    }

    /// Makes room for about so many more features.
    pub fn reserve(&mut self, features: usize) {
        self.layer.reserve(features);
        self.weights.reserve(features);
    }

    /// Adds lines in tile units, which stand for `count` features.
    pub fn add_paths<'t>(
        &mut self,
        id: u64,
        paths: Vec<Vec<[i32; 2]>>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
        weight: Weight,
        count: u64,
    ) -> Added {
        let added = self.layer.add_paths(id, paths, tags);
        if added == Added::Drawn {
            self.weights.push((weight, count));
        }
        added
    }

    /// Adds polygons in tile units, each its exterior and then its holes.
    pub fn add_rings<'t>(
        &mut self,
        id: u64,
        polygons: Vec<Vec<Vec<[i32; 2]>>>,
        tags: impl IntoIterator<Item = (u32, &'t [u8])>,
        weight: Weight,
    ) -> Added {
        let added = self.layer.add_rings(id, polygons, tags);
        if added == Added::Drawn {
            self.weights.push((weight, 1));
        }
        added
    }

    /// Number of features it stands for.
    pub fn len(&self) -> u64 {
        self.weights.iter().map(|(_, count)| count).sum()
    }

    /// At most as many bytes as it has.
    pub fn bytes(&self) -> usize {
        self.layer.bytes()
    }

    /// What its features matter, and for how many each stands.
    pub fn weights(&self) -> &[(Weight, u64)] {
        &self.weights
    }

    /// Appends the layer to a tile.
    pub fn write(self, tile: &mut Vec<u8>) {
        self.layer.write(tile);
    }

    /// The layer, to take features out of.
    pub fn shed(self) -> Shed {
        Shed::new(self.layer)
    }
}
