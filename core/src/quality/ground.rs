//! What is swept: the features of a dataset, and those of others beside them.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use crate::shard::Box2;

/// Whom a finding names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The dataset.
    pub dataset: String,
    /// Its business key, as the key index writes it.
    pub key: String,
}

/// Takes a ring: whether it is a hole, and its coordinates.
pub type RingTaker<'a> = dyn FnMut(bool, &mut dyn Iterator<Item = Coord<f64>>) + 'a;

/// Features by number. The first [`Ground::checked`] of them are checked; the others are there because they may lie
/// beside those. Coordinates are metres of one plane, easting first.
pub trait Ground: Sync {
    /// Number of features that are checked.
    fn checked(&self) -> u32;

    /// Box of a feature.
    fn bbox(&self, feature: u32) -> Box2;

    /// Features whose box shares a place with `reach`, each once, in any order.
    fn near(&self, reach: &Box2, found: &mut Vec<u32>);

    /// The rings of the polygons of a feature, closed: each shell followed by its holes, and whether it is a hole.
    fn rings(&self, feature: u32, take: &mut RingTaker<'_>);

    /// Its name.
    fn name(&self, feature: u32) -> Named;

    /// The code of the commune it says it lies in.
    fn commune(&self, feature: u32) -> Option<String>;

    /// Has what was read of it leave memory, where it is read from files: whoever goes through all of it has passed on.
    fn let_go(&self) {}
}

/// The polygons of a feature.
pub(crate) fn polygons(ground: &impl Ground, feature: u32) -> MultiPolygon<f64> {
    let mut parts: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
    ground.rings(feature, &mut |hole, coords| {
        let ring = LineString::new(coords.collect());
        match parts.last_mut() {
            Some((_, holes)) if hole => holes.push(ring),
            _ => parts.push((ring, Vec::new())),
        }
    });
    MultiPolygon::new(
        parts
            .into_iter()
            .map(|(shell, holes)| Polygon::new(shell, holes))
            .collect(),
    )
}
