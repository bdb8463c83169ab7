//! The ways in to features: by id, by box, at a place, near a place, by key.

use std::ops::ControlFlow;

use geo::{Coord, Distance, Euclidean};

use super::feature::Body;
use super::{FeatureRef, LayerView, Part};
use crate::feature::FeatureId;
use crate::shard::{Box2, Shard, ShardError};

impl LayerView {
    /// The feature with this id.
    pub fn get(&self, id: FeatureId) -> Option<FeatureRef<'_>> {
        self.parts().iter().find_map(|part| {
            let edited = || part.edits().get(id).map(Body::Edited);
            let mut lenses = part.lenses();
            lenses
                .find_map(|lens| Some(Body::Packed(lens.shard, lens.find(id)?)))
                .or_else(edited)
                .map(|body| FeatureRef::new(self, part, body))
        })
    }

    /// The features whose box shares a place with `bbox` (working CRS), in no order.
    pub fn search(&self, bbox: &Box2) -> Vec<FeatureRef<'_>> {
        let mut found = Vec::new();
        for part in self.parts() {
            for lens in part.lenses() {
                lens.shard.index().tree().search(bbox, |ordinal| {
                    if lens.shows(ordinal) {
                        let body = Body::Packed(lens.shard, ordinal);
                        found.push(FeatureRef::new(self, part, body));
                    }
                    ControlFlow::Continue(())
                });
            }
            let edited = part.edits().search(bbox).map(Body::Edited);
            found.extend(edited.map(|body| FeatureRef::new(self, part, body)));
        }
        found
    }

    /// The features at a place of the working CRS: polygons that cover it, boundary included, and lines and
    /// points not farther than `tolerance` metres. In (dataset, id) order.
    ///
    /// # Errors
    /// [`ShardError`] where a surveyed feature cannot be read.
    pub fn at_point(
        &self,
        place: Coord<f64>,
        tolerance: f64,
    ) -> Result<Vec<FeatureRef<'_>>, ShardError> {
        let mut found = Vec::new();
        let reach = Box2::point(place.x, place.y).widened(tolerance.max(0.0));
        for part in self.parts() {
            let start = found.len();
            for lens in part.lenses() {
                for ordinal in lens.shard.near(&reach) {
                    if lens.shows(ordinal) && touches(lens.shard, ordinal, place, tolerance)? {
                        let body = Body::Packed(lens.shard, ordinal);
                        found.push(FeatureRef::new(self, part, body));
                    }
                }
            }
            if !part.edits().changes_nothing() {
                let edited = part.edits().search(&reach);
                let edited = edited.filter(|row| row.touches(place, tolerance));
                found.extend(edited.map(|row| FeatureRef::new(self, part, Body::Edited(row))));
            }
            found[start..].sort_by_key(FeatureRef::id);
        }
        Ok(found)
    }

    /// The features that share a place with `area` (working CRS), by their surveyed geometry. In (dataset, id) order.
    ///
    /// # Errors
    /// [`ShardError`] where a surveyed feature cannot be read.
    pub fn intersecting(
        &self,
        area: &geo::Geometry<f64>,
    ) -> Result<Vec<FeatureRef<'_>>, ShardError> {
        let mut bbox = Box2::EMPTY;
        for c in geo::CoordsIter::coords_iter(area) {
            bbox.extend(c.x, c.y);
        }
        let mut found = Vec::new();
        for feature in self.search(&bbox) {
            if geo::Intersects::intersects(area, &feature.geometry()?) {
                found.push(feature);
            }
        }
        found.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(found)
    }

    /// The `count` features nearest to a place of the working CRS and not farther than `within` metres, nearest
    /// first, then in (dataset, id) order, with their distance in metres; 0 inside a polygon.
    ///
    /// # Errors
    /// [`ShardError`] where a surveyed feature cannot be read.
    pub fn nearest(
        &self,
        place: Coord<f64>,
        count: usize,
        within: f64,
    ) -> Result<Vec<(FeatureRef<'_>, f64)>, ShardError> {
        let mut nearest = Nearest {
            place: geo::Geometry::Point(place.into()),
            count,
            within,
            found: Vec::new(),
        };
        if count == 0 {
            return Ok(nearest.found);
        }
        for part in self.parts() {
            for lens in part.lenses() {
                // Boxes come nearest first, and no feature is nearer than its box.
                for (ordinal, at_least) in lens.shard.index().tree().by_distance(place.x, place.y) {
                    if at_least > nearest.worst() {
                        break;
                    }
                    if lens.shows(ordinal) {
                        let body = Body::Packed(lens.shard, ordinal);
                        nearest.offer(FeatureRef::new(self, part, body))?;
                    }
                }
            }
            for row in part.edits().rows_after(None) {
                if row.bbox().distance(place.x, place.y) <= nearest.worst() {
                    nearest.offer(FeatureRef::new(self, part, Body::Edited(row)))?;
                }
            }
        }
        Ok(nearest.found)
    }

    /// The features whose business key is these parts, or begins with them; real data has several for one key. In
    /// (dataset, id) order.
    pub fn by_key(&self, parts: &[&str]) -> Vec<FeatureRef<'_>> {
        let mut found = Vec::new();
        for part in self.parts() {
            let start = found.len();
            for lens in part.lenses() {
                for ordinal in lens.shard.keys().whole(parts) {
                    if lens.shows(ordinal) {
                        let body = Body::Packed(lens.shard, ordinal);
                        found.push(FeatureRef::new(self, part, body));
                    }
                }
            }
            part.edits().with_key(parts, |row| {
                found.push(FeatureRef::new(self, part, Body::Edited(row)));
            });
            found[start..].sort_by_key(FeatureRef::id);
        }
        found
    }

    /// At most `limit` features whose business key begins with these parts, the last of which may be incomplete,
    /// in the order of datasets, keys and ids.
    pub fn by_key_prefix(&self, parts: &[&str], limit: usize) -> Vec<FeatureRef<'_>> {
        let mut found = Vec::new();
        for part in self.parts() {
            let rest = limit.saturating_sub(found.len());
            if rest == 0 {
                break;
            }
            let keyed = keyed(part, parts, rest);
            found.extend(
                keyed
                    .into_iter()
                    .map(|body| FeatureRef::new(self, part, body)),
            );
        }
        found
    }
}

/// The first `limit` records of a part whose key begins so, in the order of keys and ids.
fn keyed<'v>(part: &'v Part, parts: &[&str], limit: usize) -> Vec<Body<'v>> {
    let mut found: Vec<(Vec<u8>, Body<'v>)> = Vec::new();
    for lens in part.lenses() {
        let start = found.len();
        lens.shard.keys().walk_prefix(parts, |key, ordinal| {
            if !lens.shows(ordinal) {
                return ControlFlow::Continue(());
            }
            // Records that share a key lie in the index by position: all of the last key are needed to choose by id.
            let enough = found.len() - start >= limit;
            if enough && found.last().is_some_and(|(last, _)| last != key) {
                return ControlFlow::Break(());
            }
            found.push((key.to_vec(), Body::Packed(lens.shard, ordinal)));
            ControlFlow::Continue(())
        });
    }
    let mut more = 0;
    part.edits().with_key_prefix(parts, |row| {
        found.push((row.key().as_bytes().to_vec(), Body::Edited(row)));
        more += 1;
        if more < limit {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    found.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.id().cmp(&y.id())));
    found.truncate(limit);
    found.into_iter().map(|(_, body)| body).collect()
}

/// The nearest features found so far.
struct Nearest<'v> {
    place: geo::Geometry<f64>,
    count: usize,
    within: f64,
    found: Vec<(FeatureRef<'v>, f64)>,
}

impl<'v> Nearest<'v> {
    /// The distance beyond which nothing is wanted any more.
    fn worst(&self) -> f64 {
        match self.found.last() {
            Some(last) if self.found.len() >= self.count => last.1,
            _ => self.within,
        }
    }

    fn offer(&mut self, feature: FeatureRef<'v>) -> Result<(), ShardError> {
        let distance = Euclidean.distance(&self.place, &feature.geometry()?);
        if distance <= self.worst() {
            let before = |(other, at): &(FeatureRef<'_>, f64)| {
                *at < distance || (*at <= distance && other.order() < feature.order())
            };
            let at = self.found.partition_point(before);
            self.found.insert(at, (feature, distance));
            self.found.truncate(self.count);
        }
        Ok(())
    }
}

fn touches(
    shard: &Shard,
    ordinal: u32,
    place: Coord<f64>,
    tolerance: f64,
) -> Result<bool, ShardError> {
    if let Some(covers) = shard.covers(ordinal, place) {
        return Ok(covers);
    }
    let geometry = shard.feature(ordinal)?.geometry()?;
    Ok(Euclidean.distance(&geo::Geometry::Point(place.into()), &geometry) <= tolerance)
}
