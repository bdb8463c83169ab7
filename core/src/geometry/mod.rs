//! Geometry made fit for the register: repaired where there is only one right answer, refused otherwise.

pub mod areas;
mod flaw;
mod judge;
mod kinds;
mod lines;
mod repair;
mod rings;
mod runs;
mod split;
mod valid;

use std::collections::BTreeSet;

use crate::theme::GeometryKind;
use geo::Geometry;

pub use flaw::{Flaw, Repair};
pub use judge::{Judge, own_judge};
pub use runs::{find_coord, try_runs};
pub use valid::surely_valid;

/// A geometry fit for the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// Valid by OGC simple features; shells run counter-clockwise, holes clockwise.
    pub geometry: Geometry<f64>,
    /// What was done to it.
    pub repairs: BTreeSet<Repair>,
}

/// Makes `geometry` (in metres) fit for a theme of `kind`; `judge` has the last word on polygons that are not plainly
/// valid.
///
/// # Errors
/// [`Flaw`] says why it is refused.
pub fn mend(geometry: Geometry<f64>, kind: GeometryKind, judge: Judge) -> Result<Mended, Flaw> {
    let mut repairs = BTreeSet::new();
    if find_coord(&geometry, |_| true).is_none() {
        return Err(Flaw::Empty);
    }
    if let Some(coord) = find_coord(&geometry, |c| !(c.x.is_finite() && c.y.is_finite())) {
        return Err(Flaw::NotFinite {
            x: coord.x.to_string(),
            y: coord.y.to_string(),
        });
    }
    let geometry = kinds::unify(geometry, kind, &mut repairs)?;
    let geometry = match geometry {
        Geometry::LineString(line) => lines::line(line, &mut repairs)?.into(),
        Geometry::MultiLineString(lines) => lines::lines(lines, &mut repairs)?.into(),
        Geometry::Polygon(polygon) => repair::polygons(vec![polygon], judge, &mut repairs)?,
        Geometry::MultiPolygon(polygons) => repair::polygons(polygons.0, judge, &mut repairs)?,
        other => other,
    };
    Ok(Mended { geometry, repairs })
}

#[cfg(test)]
mod tests;
