//! Findings of other datasets that a change of their neighbour settles.

use geo::{Area, BooleanOps, BoundingRect, Geometry, MultiPolygon};

use super::Shards;
use crate::feature::{NewFeature, Value};
use crate::quality::{Ground, polygons};
use crate::shard::{Box2, Index, ShardError, Surveyed};
use crate::store::findings::ground::Part;
use crate::theme::{Theme, Topology};

/// The dataset that has changed: what it says about itself is written anew, what others say of it is not true any more.
pub(in crate::store) struct Changed<'a> {
    dataset: &'a str,
    /// Its features, and those beside them; none of one that is gone.
    shards: Option<&'a Shards>,
    area_min: f64,
}

impl<'a> Changed<'a> {
    /// Of `dataset`, a theme's whose rules these are.
    pub fn new(dataset: &'a str, shards: Option<&'a Shards>, rules: Option<&Topology>) -> Self {
        Self {
            dataset,
            shards,
            area_min: rules.map_or(0.0, |rules| rules.area_min),
        }
    }

    /// Box of what the dataset can fill; `None` where it fills nothing.
    pub fn reach(&self) -> Option<&Box2> {
        let own = self.shards?.own()?;
        Some(own.extent()).filter(|extent| !extent.is_empty())
    }

    /// The findings in this file that still stand; `None` where all do.
    pub(super) fn standing(
        &self,
        index: &Index,
        surveyed: &Surveyed,
        findings: &Theme,
    ) -> Result<Option<Vec<NewFeature>>, ShardError> {
        let mut standing = Vec::new();
        let mut settled = false;
        for ordinal in 0..index.len() as u32 {
            let feature = surveyed.feature(index.range(ordinal))?;
            let (values, geometry) = (feature.values(), feature.geometry()?);
            if self.settles(findings, &values, &geometry) {
                settled = true;
            } else {
                standing.push(NewFeature {
                    geometry,
                    values,
                    extra: feature.extra(),
                });
            }
        }
        Ok(settled.then_some(standing))
    }

    /// Whether another dataset's finding, a feature of `findings`, is not true any more: it concerns this dataset, or it
    /// is open ground which this dataset has filled.
    pub fn settles(
        &self,
        findings: &Theme,
        values: &[Option<Value>],
        geometry: &Geometry<f64>,
    ) -> bool {
        let text = |field: &str| -> Option<&str> {
            let at = findings.field_index(field)?;
            values.get(at)?.as_ref().and_then(Value::as_text)
        };
        text("bo_du_lieu_khac") == Some(self.dataset)
            || (matches!(text("loai_loi"), Some("gap" | "sliver")) && self.fills(geometry))
    }

    /// Whether its features leave less of the ground than is worth a finding, and nobody else's are there: an overlap is
    /// no emptier for a third one upon it.
    fn fills(&self, geometry: &Geometry<f64>) -> bool {
        let (Some(shards), Some(rect)) = (self.shards, geometry.bounding_rect()) else {
            return false;
        };
        let open = match geometry {
            Geometry::Polygon(one) => MultiPolygon::new(vec![one.clone()]),
            Geometry::MultiPolygon(many) => many.clone(),
            _ => return false,
        };
        let reach = Box2 {
            min_x: rect.min().x,
            min_y: rect.min().y,
            max_x: rect.max().x,
            max_y: rect.max().y,
        };
        if !shards.own().is_some_and(|own: &Part| own.any_near(&reach)) {
            return false;
        }
        let mut near = Vec::new();
        shards.near(&reach, &mut near);
        near.sort_unstable();
        let own = near.partition_point(|feature| *feature < shards.checked());
        let (own, others) = near.split_at(own);
        let left = |of: &[u32]| {
            let without = |left: MultiPolygon<f64>, feature: &u32| {
                left.difference(&polygons(shards, *feature))
            };
            of.iter().fold(open.clone(), without).unsigned_area()
        };
        left(own) < self.area_min && open.unsigned_area() - left(others) < self.area_min
    }
}
