//! Rings of features, read where they lie.

use geo::{Geometry, Polygon};

use super::outline::{Outline, area_of};
use crate::quality::RingTaker;
use crate::view::{Body, FeatureRef};

/// The outline of a feature; empty for points and lines.
pub fn outline_of(feature: &FeatureRef<'_>) -> Outline {
    let mut outline = Outline::default();
    draw(feature, &mut outline);
    outline
}

/// Takes the rings of a feature for those `outline` has.
pub(super) fn draw(feature: &FeatureRef<'_>, outline: &mut Outline) {
    match feature.body() {
        Body::Packed(shard, ordinal) => {
            let rings = shard.index().rings(ordinal);
            outline.draw(|take| {
                for (hole, run) in shard.runs(&rings) {
                    take(hole, &mut run.coords());
                }
            });
        }
        Body::Edited(row) => outline.draw(|take| rings(&row.feature().geometry, take)),
    }
}

/// The area of a feature, m²; 0 for points and lines.
pub(super) fn area(feature: &FeatureRef<'_>) -> f64 {
    match feature.body() {
        Body::Packed(shard, ordinal) => {
            let rings = shard.index().rings(ordinal);
            area_of(|take| {
                for (hole, run) in shard.runs(&rings) {
                    take(hole, &mut run.coords());
                }
            })
        }
        Body::Edited(row) => area_of(|take| rings(&row.feature().geometry, take)),
    }
}

/// Calls `take` with each ring of the polygons of a geometry, and whether it is a hole.
pub(super) fn rings(geometry: &Geometry<f64>, take: &mut RingTaker<'_>) {
    let mut polygon = |polygon: &Polygon<f64>| {
        take(false, &mut polygon.exterior().coords().copied());
        for hole in polygon.interiors() {
            take(true, &mut hole.coords().copied());
        }
    };
    match geometry {
        Geometry::Polygon(one) => polygon(one),
        Geometry::MultiPolygon(many) => many.iter().for_each(polygon),
        Geometry::Rect(rect) => polygon(&rect.to_polygon()),
        Geometry::GeometryCollection(members) => {
            members.iter().for_each(|member| rings(member, take));
        }
        _ => {}
    }
}
