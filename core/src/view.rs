//! A layer at one moment: its shards, read as one. The only way in to features.

use std::sync::Arc;

use geo::{Coord, Distance, Euclidean};
use memmap2::Mmap;

use crate::crs::{Crs, CrsError, Transform, transform_geometry};
use crate::feature::{FeatureId, NewFeature, Value, content_tag};
use crate::levels::Mosaic;
use crate::shard::{Box2, Manifest, Shard, ShardError, SurveyedFeature};
use crate::theme::Theme;

/// A layer's shards at one version; immutable, swapped whole.
#[derive(Debug)]
pub struct LayerView {
    theme: Arc<Theme>,
    /// By dataset.
    shards: Vec<Arc<Shard>>,
    to_lonlat: Transform,
    from_lonlat: Transform,
    mosaic: Mosaic<Mmap>,
}

impl LayerView {
    /// The view of `shards`, all of `theme` and in `working`.
    ///
    /// # Errors
    /// [`CrsError`] where the transformations to and from WGS 84 cannot be made.
    pub fn new(
        theme: Arc<Theme>,
        mut shards: Vec<Arc<Shard>>,
        working: Crs,
    ) -> Result<Self, CrsError> {
        shards.sort_by(|a, b| a.manifest().dataset.cmp(&b.manifest().dataset));
        let to_lonlat = Transform::new(working, Crs::LONLAT)?;
        let from_lonlat = Transform::new(Crs::LONLAT, working)?;
        let mosaic = Mosaic::new(shards.iter().filter_map(|s| s.cells().cloned()).collect());
        Ok(Self {
            theme,
            shards,
            to_lonlat,
            from_lonlat,
            mosaic,
        })
    }

    /// Its theme.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// Its shards, by dataset.
    pub fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
    }

    /// The plane its legal geometry is in.
    pub fn working_crs(&self) -> Crs {
        self.to_lonlat.from()
    }

    /// From longitude and latitude to the working CRS.
    pub fn from_lonlat(&self) -> &Transform {
        &self.from_lonlat
    }

    /// From the working CRS to longitude and latitude.
    pub fn to_lonlat(&self) -> &Transform {
        &self.to_lonlat
    }

    /// The class cells of all its shards on the one grid.
    pub fn mosaic(&self) -> &Mosaic<Mmap> {
        &self.mosaic
    }

    /// Number of features.
    pub fn len(&self) -> u64 {
        self.shards.iter().map(|s| s.manifest().features).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// West, south, east, north in degrees; `None` where there is nothing.
    pub fn extent_lonlat(&self) -> Option<[f64; 4]> {
        self.shards
            .iter()
            .filter_map(|s| s.manifest().extent_lonlat)
            .reduce(|a, b| {
                [
                    a[0].min(b[0]),
                    a[1].min(b[1]),
                    a[2].max(b[2]),
                    a[3].max(b[3]),
                ]
            })
    }

    /// Names the content: equal wherever the same records are published under the same theme.
    pub fn version(&self) -> String {
        let mut hash = xxhash_rust::xxh3::Xxh3::new();
        hash.update(self.theme.hash.as_bytes());
        for shard in &self.shards {
            hash.update(shard.manifest().dataset.as_bytes());
            hash.update(shard.manifest().content.as_bytes());
        }
        format!("{:032x}", hash.digest128())
    }

    /// The feature with this id.
    pub fn get(&self, id: FeatureId) -> Option<FeatureRef<'_>> {
        self.shards.iter().find_map(|shard| {
            shard.index().find(id).map(|ordinal| FeatureRef {
                view: self,
                shard,
                ordinal,
            })
        })
    }

    /// The features whose box shares a place with `bbox` (working CRS), in no order.
    pub fn search(&self, bbox: &Box2) -> Vec<FeatureRef<'_>> {
        let mut found = Vec::new();
        for shard in &self.shards {
            shard.index().tree().search(bbox, |ordinal| {
                found.push(FeatureRef {
                    view: self,
                    shard,
                    ordinal,
                });
                std::ops::ControlFlow::Continue(())
            });
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
        for shard in &self.shards {
            let mut failed = None;
            let start = found.len();
            shard.index().tree().search(&reach, |ordinal| {
                match touches(shard, ordinal, place, tolerance) {
                    Ok(true) => found.push(FeatureRef {
                        view: self,
                        shard,
                        ordinal,
                    }),
                    Ok(false) => {}
                    Err(e) => {
                        failed = Some(e);
                        return std::ops::ControlFlow::Break(());
                    }
                }
                std::ops::ControlFlow::Continue(())
            });
            if let Some(e) = failed {
                return Err(e);
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
    /// first, with their distance in metres; 0 inside a polygon.
    ///
    /// # Errors
    /// [`ShardError`] where a surveyed feature cannot be read.
    pub fn nearest(
        &self,
        place: Coord<f64>,
        count: usize,
        within: f64,
    ) -> Result<Vec<(FeatureRef<'_>, f64)>, ShardError> {
        let mut found: Vec<(FeatureRef<'_>, f64)> = Vec::new();
        for shard in &self.shards {
            for (ordinal, at_least) in shard.index().tree().by_distance(place.x, place.y) {
                // Boxes come nearest first, and no feature is nearer than its box.
                let worst = if found.len() < count {
                    within
                } else {
                    found.last().map_or(within, |f| f.1)
                };
                if at_least > worst || count == 0 {
                    break;
                }
                let feature = FeatureRef {
                    view: self,
                    shard,
                    ordinal,
                };
                let distance =
                    Euclidean.distance(&geo::Geometry::Point(place.into()), &feature.geometry()?);
                if distance <= worst {
                    let at = found.partition_point(|f| f.1 <= distance);
                    found.insert(at, (feature, distance));
                    found.truncate(count);
                }
            }
        }
        Ok(found)
    }

    /// The features whose business key is these parts, or begins with them; real data has several for one key.
    pub fn by_key(&self, parts: &[&str]) -> Vec<FeatureRef<'_>> {
        let mut found = self.keyed(|shard| shard.keys().whole(parts));
        found.sort_by(|a, b| a.order().cmp(&b.order()));
        found
    }

    /// At most `limit` features whose business key begins with these parts, the last of which may be incomplete,
    /// in the order of datasets and keys.
    pub fn by_key_prefix(&self, parts: &[&str], limit: usize) -> Vec<FeatureRef<'_>> {
        let mut found = self.keyed(|shard| shard.keys().prefix(parts, limit));
        found.truncate(limit);
        found
    }

    fn keyed(&self, find: impl Fn(&Shard) -> Vec<u32>) -> Vec<FeatureRef<'_>> {
        let found = self.shards.iter().map(|shard| (shard, find(shard)));
        found
            .flat_map(|(shard, ordinals)| ordinals.into_iter().map(move |o| self.feature(shard, o)))
            .collect()
    }

    /// The feature at a position of a shard of this view.
    pub(crate) fn feature<'v>(&'v self, shard: &'v Arc<Shard>, ordinal: u32) -> FeatureRef<'v> {
        FeatureRef {
            view: self,
            shard,
            ordinal,
        }
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

/// One feature of a view.
#[derive(Debug, Clone, Copy)]
pub struct FeatureRef<'v> {
    view: &'v LayerView,
    shard: &'v Arc<Shard>,
    ordinal: u32,
}

impl<'v> FeatureRef<'v> {
    /// Its id.
    pub fn id(&self) -> FeatureId {
        self.shard.index().id(self.ordinal)
    }

    /// Its dataset.
    pub fn dataset(&self) -> &'v str {
        &self.shard.manifest().dataset
    }

    /// What its shard is and where it came from.
    pub fn manifest(&self) -> &'v Manifest {
        self.shard.manifest()
    }

    /// Its theme.
    pub fn theme(&self) -> &'v Arc<Theme> {
        &self.view.theme
    }

    /// What pages and tiles are ordered by.
    pub fn order(&self) -> (&'v str, FeatureId) {
        (self.dataset(), self.id())
    }

    /// Its box in the working CRS.
    pub fn bbox(&self) -> Box2 {
        self.shard.index().bbox(self.ordinal)
    }

    /// The surveyed record, read in place.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn surveyed(&self) -> Result<SurveyedFeature<'v>, ShardError> {
        self.shard.feature(self.ordinal)
    }

    /// Its geometry in the working CRS.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn geometry(&self) -> Result<geo::Geometry<f64>, ShardError> {
        self.surveyed()?.geometry()
    }

    /// Its geometry in longitude and latitude, degrees on WGS 84.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read or has no image.
    pub fn geometry_lonlat(&self) -> Result<geo::Geometry<f64>, ShardError> {
        let mut geometry = self.geometry()?;
        transform_geometry(&self.view.to_lonlat, &mut geometry)?;
        Ok(geometry)
    }

    /// Its values, one per field of the theme.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn values(&self) -> Result<Vec<Option<Value>>, ShardError> {
        Ok(self.surveyed()?.values())
    }

    /// Source fields the theme does not know.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn extra(&self) -> Result<serde_json::Map<String, serde_json::Value>, ShardError> {
        Ok(self.surveyed()?.extra())
    }

    /// Names its content, see [`content_tag`].
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn tag(&self) -> Result<String, ShardError> {
        let record = NewFeature {
            geometry: self.geometry()?,
            values: self.values()?,
            extra: self.extra()?,
        };
        Ok(content_tag(self.id(), &record))
    }
}
