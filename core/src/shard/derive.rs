//! What is derived from one record: its box, key, class and drawing. Packed and edited features share it, so that
//! an edit looks as it will when it is packed.

use super::classes::{Class, Classes};
use super::draw::{DrawnGeometry, draw};
use super::ids::business_key;
use super::packed_rtree::Box2;
use super::tags::Tags;
use crate::crs::{CrsError, Transform};
use crate::feature::Value;
use crate::figures::Share;
use crate::space::{World, WorldBox};
use crate::theme::Theme;
use crate::words::{Form, forms_of};

/// What a record is found and drawn by.
#[derive(Debug)]
pub(crate) struct Derived {
    /// Its box in the working CRS.
    pub bbox: Box2,
    /// Its business key as written, the parts joined by [`super::ids::KEY_SEPARATOR`].
    pub key: String,
    /// The words it is searched by.
    pub words: Vec<Form>,
    /// What it adds to the figures of its theme.
    pub share: Option<Share>,
    pub class: Class,
    pub drawing: DrawnGeometry,
    /// What tiles carry, one per tile field of the theme.
    pub tags: Tags,
}

/// Derives it from the geometry, in the working CRS, and the values, in the theme's order.
///
/// # Errors
/// [`CrsError`] where a vertex has no image.
pub(crate) fn derive(
    theme: &Theme,
    to_lonlat: &Transform,
    geometry: &geo::Geometry<f64>,
    values: &[Option<Value>],
) -> Result<Derived, CrsError> {
    let value = |i: usize| values.get(i).and_then(Option::as_ref);
    Ok(Derived {
        bbox: Box2::of(geometry),
        key: business_key(theme.key.iter().map(|&i| value(i))),
        words: forms_of(theme, value),
        share: Share::of(theme, geometry, value),
        class: Classes::of(theme).map_or((0, 0.0), |classes| {
            classes.class(value(classes.field), geometry)
        }),
        drawing: draw(geometry, to_lonlat)?,
        tags: Tags::of(theme.tile_fields().map(|(i, _)| value(i))),
    })
}

/// West, south, east, north of all these boxes, degrees; `None` where they hold nothing.
pub(crate) fn lonlat_extent(boxes: impl Iterator<Item = WorldBox>) -> Option<[f64; 4]> {
    let all = boxes.filter(|b| b.min_x <= b.max_x).reduce(|mut all, b| {
        all.union(&b);
        all
    })?;
    let north_west = World {
        x: all.min_x,
        y: all.min_y,
    }
    .to_lonlat();
    let south_east = World {
        x: all.max_x,
        y: all.max_y,
    }
    .to_lonlat();
    Some([
        north_west.lon,
        south_east.lat,
        south_east.lon,
        north_west.lat,
    ])
}
