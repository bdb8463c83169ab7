//! One row changed since a shard was packed, found, answered and drawn as it will be when it is packed.

use geo::{Coord, Distance, Euclidean};
use jiff::Timestamp;

use super::Row;
use crate::crs::{CrsError, Transform};
use crate::feature::{FeatureId, NewFeature};
use crate::figures::Share;
use crate::shard::Box2;
use crate::shard::classes::Class;
use crate::shard::derive::derive;
use crate::shard::draw::DrawnGeometry;
use crate::shard::kept::kept;
use crate::shard::keys::normalise_key;
use crate::shard::outline::Outline;
use crate::shard::tags::Tags;
use crate::space::WorldBox;
use crate::theme::Theme;
use crate::tile::Drawn;
use crate::words::Form;

/// A row of the system of record that is not in the shard, or not as it is there.
#[derive(Debug)]
pub struct Edited {
    id: FeatureId,
    feature: NewFeature,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    bbox: Box2,
    /// As the key index has it.
    key: String,
    words: Vec<Form>,
    share: Option<Share>,
    outline: Outline,
    class: Class,
    drawing: DrawnGeometry,
    tags: Tags,
}

impl Edited {
    /// The row, with what it is found and drawn by; `until` is when it ceased to stand so.
    ///
    /// # Errors
    /// [`CrsError`] where a vertex has no image.
    pub(crate) fn new(
        theme: &Theme,
        to_lonlat: &Transform,
        row: &Row,
        until: Option<Timestamp>,
    ) -> Result<Self, CrsError> {
        let feature = kept(theme, &row.feature);
        let derived = derive(theme, to_lonlat, &feature.geometry, &feature.values)?;
        Ok(Self {
            id: row.id,
            since: row.since,
            until,
            bbox: derived.bbox,
            key: normalise_key(&derived.key),
            words: derived.words,
            share: derived.share,
            outline: Outline::of(&feature.geometry),
            class: derived.class,
            drawing: derived.drawing,
            tags: derived.tags,
            feature,
        })
    }

    /// Its id.
    pub const fn id(&self) -> FeatureId {
        self.id
    }

    /// Its geometry in the working CRS, values and further fields, as a shard gives them back.
    pub const fn feature(&self) -> &NewFeature {
        &self.feature
    }

    /// Since when it stands so.
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// When it ceased to stand so; that instant no longer belongs to it.
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }

    /// Whether it stood so at that instant.
    pub(crate) fn stood(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Its box in the working CRS.
    pub const fn bbox(&self) -> Box2 {
        self.bbox
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// What it adds to the figures of its theme.
    pub(crate) const fn share(&self) -> Option<&Share> {
        self.share.as_ref()
    }

    /// The words it is searched by.
    pub(crate) fn words(&self) -> &[Form] {
        &self.words
    }

    pub(crate) const fn class(&self) -> Class {
        self.class
    }

    /// Whether it is at the place: a polygon that covers it, boundary included, or a line or point not farther than
    /// `tolerance` metres.
    pub(crate) fn touches(&self, place: Coord<f64>, tolerance: f64) -> bool {
        self.outline.covers(place).unwrap_or_else(|| {
            let place = geo::Geometry::Point(place.into());
            Euclidean.distance(&place, &self.feature.geometry) <= tolerance
        })
    }

    /// The box of its drawing.
    pub(crate) const fn drawn_bbox(&self) -> WorldBox {
        self.drawing.bbox
    }

    /// As it is drawn.
    pub(crate) fn drawn(&self) -> Drawn<'_> {
        self.drawing.feature(self.id.get())
    }

    /// Position of the tile field among the theme's, and the value as MVT encodes it.
    pub(crate) fn tags(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.tags
            .iter()
            .enumerate()
            .filter_map(|(field, value)| Some((field as u32, value?)))
    }
}
