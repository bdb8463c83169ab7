//! Findings of other datasets that an import of their neighbour settles.

use std::ops::ControlFlow;

use geo::{Area, BooleanOps, Geometry, MultiPolygon};

use super::Shards;
use crate::feature::{NewFeature, Value};
use crate::quality::Ground;
use crate::shard::{Index, ShardError, Surveyed};
use crate::store::findings::ground::Part;
use crate::theme::Theme;

/// The dataset that was imported: what it says about itself is written anew, what others say of it is not true any more.
pub(super) struct Imported<'a> {
    pub dataset: &'a str,
    pub shards: Option<&'a Shards>,
    pub area_min: f64,
}

impl Imported<'_> {
    /// The findings in this file that still stand; `None` where all do.
    pub fn standing(
        &self,
        index: &Index,
        surveyed: &Surveyed,
        findings: &Theme,
    ) -> Result<Option<Vec<NewFeature>>, ShardError> {
        let (other, kind) = (
            findings.field_index("bo_du_lieu_khac"),
            findings.field_index("loai_loi"),
        );
        let mut standing = Vec::new();
        let mut settled = false;
        for ordinal in 0..index.len() as u32 {
            let feature = surveyed.feature(index.range(ordinal))?;
            let geometry = feature.geometry()?;
            let values = feature.values();
            let text = |field: Option<usize>| -> Option<&str> {
                values.get(field?)?.as_ref().and_then(Value::as_text)
            };
            let of_both = text(other) == Some(self.dataset);
            let filled = matches!(text(kind), Some("gap" | "sliver"))
                && text(other).is_none()
                && self.fills(&geometry);
            if of_both || filled {
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

    /// Whether the imported features leave less of the ground than is worth a finding.
    fn fills(&self, geometry: &Geometry<f64>) -> bool {
        let Some(shards) = self.shards else {
            return false;
        };
        let (Geometry::Polygon(_) | Geometry::MultiPolygon(_), Some(rect)) =
            (geometry, geo::BoundingRect::bounding_rect(geometry))
        else {
            return false;
        };
        let reach = crate::shard::Box2 {
            min_x: rect.min().x,
            min_y: rect.min().y,
            max_x: rect.max().x,
            max_y: rect.max().y,
        };
        if !shards.own().is_some_and(|own: &Part| own.any_near(&reach)) {
            return false;
        }
        let mut left = match geometry {
            Geometry::Polygon(one) => MultiPolygon::new(vec![one.clone()]),
            Geometry::MultiPolygon(many) => many.clone(),
            _ => return false,
        };
        shards.each_own_near(&reach, |polygons| {
            left = left.difference(&polygons);
            ControlFlow::Continue(())
        });
        left.unsigned_area() < self.area_min
    }
}

impl Shards {
    /// Gives the polygons of the checked features near `reach` to `each`.
    fn each_own_near(
        &self,
        reach: &crate::shard::Box2,
        mut each: impl FnMut(MultiPolygon<f64>) -> ControlFlow<()>,
    ) {
        let mut near = Vec::new();
        self.near(reach, &mut near);
        near.sort_unstable();
        for feature in near.into_iter().filter(|f| *f < self.checked()) {
            if each(crate::quality::polygons(self, feature)).is_break() {
                return;
            }
        }
    }
}
