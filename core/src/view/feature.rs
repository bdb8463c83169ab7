//! One feature of a view, wherever it lies.

use std::sync::Arc;

use jiff::Timestamp;

use super::{LayerView, Part};
use crate::crs::transform_geometry;
use crate::edits::Edited;
use crate::feature::{FeatureId, NewFeature, Value, content_tag};
use crate::shard::{Box2, Manifest, Shard, ShardError, SurveyedFeature};
use crate::theme::Theme;

/// One feature of a view.
#[derive(Debug, Clone, Copy)]
pub struct FeatureRef<'v> {
    view: &'v LayerView,
    part: &'v Part,
    body: Body<'v>,
}

/// Where a feature's record lies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body<'v> {
    /// At a position of a shard.
    Packed(&'v Shard, u32),
    /// Among the edits.
    Edited(&'v Edited),
}

impl Body<'_> {
    pub fn id(&self) -> FeatureId {
        match self {
            Self::Packed(shard, ordinal) => shard.index().id(*ordinal),
            Self::Edited(row) => row.id(),
        }
    }
}

impl<'v> FeatureRef<'v> {
    pub(crate) const fn new(view: &'v LayerView, part: &'v Part, body: Body<'v>) -> Self {
        Self { view, part, body }
    }

    /// Its id.
    pub fn id(&self) -> FeatureId {
        self.body.id()
    }

    /// Where its record lies.
    pub(crate) const fn body(&self) -> Body<'v> {
        self.body
    }

    /// Its dataset.
    pub fn dataset(&self) -> &'v str {
        self.part.dataset()
    }

    /// What its shard is and where it came from.
    pub fn manifest(&self) -> &'v Manifest {
        self.part.shard().manifest()
    }

    /// Whether it is a row changed since its shard was packed.
    pub const fn is_edited(&self) -> bool {
        matches!(self.body, Body::Edited(_))
    }

    /// Its theme.
    pub fn theme(&self) -> &'v Arc<Theme> {
        self.view.theme()
    }

    /// What pages and tiles are ordered by.
    pub fn order(&self) -> (&'v str, FeatureId) {
        (self.dataset(), self.id())
    }

    /// Its box in the working CRS.
    pub fn bbox(&self) -> Box2 {
        match self.body {
            Body::Packed(shard, ordinal) => shard.index().bbox(ordinal),
            Body::Edited(row) => row.bbox(),
        }
    }

    /// Its geometry in the working CRS.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn geometry(&self) -> Result<geo::Geometry<f64>, ShardError> {
        match self.read()? {
            Record::Packed(record) => record.geometry(),
            Record::Edited(row) => Ok(row.feature().geometry.clone()),
        }
    }

    /// Its geometry in longitude and latitude, degrees on WGS 84.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read or has no image.
    pub fn geometry_lonlat(&self) -> Result<geo::Geometry<f64>, ShardError> {
        let mut geometry = self.geometry()?;
        transform_geometry(self.view.to_lonlat(), &mut geometry)?;
        Ok(geometry)
    }

    /// Its values, one per field of the theme.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn values(&self) -> Result<Vec<Option<Value>>, ShardError> {
        Ok(match self.read()? {
            Record::Packed(record) => record.values(),
            Record::Edited(row) => row.feature().values.clone(),
        })
    }

    /// Its value of the field at a position of the theme.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn value(&self, index: usize) -> Result<Option<Value>, ShardError> {
        Ok(self.read()?.value(index))
    }

    /// Source fields the theme does not know.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn extra(&self) -> Result<serde_json::Map<String, serde_json::Value>, ShardError> {
        Ok(match self.read()? {
            Record::Packed(record) => record.extra(),
            Record::Edited(row) => row.feature().extra.clone(),
        })
    }

    /// All of it.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn content(&self) -> Result<NewFeature, ShardError> {
        Ok(match self.read()? {
            Record::Packed(record) => NewFeature {
                geometry: record.geometry()?,
                values: record.values(),
                extra: record.extra(),
            },
            Record::Edited(row) => row.feature().clone(),
        })
    }

    /// Names its content, see [`content_tag`].
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn tag(&self) -> Result<String, ShardError> {
        Ok(content_tag(self.id(), &self.content()?))
    }

    /// Since when it stands so, and when it ceased to; that instant no longer belongs to it.
    pub fn stood(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        match self.body {
            Body::Packed(shard, ordinal) => shard.period(ordinal).ends(),
            Body::Edited(row) => (row.since(), row.until()),
        }
    }

    /// Its record, verified once for several looks at it.
    pub(crate) fn read(&self) -> Result<Record<'v>, ShardError> {
        Ok(match self.body {
            Body::Packed(shard, ordinal) => Record::Packed(shard.feature(ordinal)?),
            Body::Edited(row) => Record::Edited(row),
        })
    }
}

/// The record of a feature.
#[derive(Clone, Copy)]
pub(crate) enum Record<'v> {
    Packed(SurveyedFeature<'v>),
    Edited(&'v Edited),
}

impl Record<'_> {
    pub fn value(&self, index: usize) -> Option<Value> {
        match self {
            Self::Packed(record) => record.value(index),
            Self::Edited(row) => row.feature().values.get(index).cloned().flatten(),
        }
    }

    /// Whether it shares a place with `area` (working CRS).
    pub fn intersects(&self, area: &geo::Polygon<f64>) -> Result<bool, ShardError> {
        use geo::Intersects;
        Ok(match self {
            Self::Packed(record) => area.intersects(&record.geometry()?),
            Self::Edited(row) => area.intersects(&row.feature().geometry),
        })
    }
}
