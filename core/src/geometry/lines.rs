//! Lines: a line needs two different points, nothing more.

use std::collections::BTreeSet;

use geo::{Coord, LineString, MultiLineString};

use super::{Flaw, Repair};

/// Drops points equal to the one before them.
pub fn dedupe(coords: &mut Vec<Coord<f64>>, repairs: &mut BTreeSet<Repair>) {
    let before = coords.len();
    coords.dedup();
    if coords.len() < before {
        repairs.insert(Repair::DuplicatePoints);
    }
}

/// A line fit for the register.
pub fn line(
    mut line: LineString<f64>,
    repairs: &mut BTreeSet<Repair>,
) -> Result<LineString<f64>, Flaw> {
    dedupe(&mut line.0, repairs);
    if line.0.len() < 2 {
        Err(Flaw::TooFewPoints)
    } else {
        Ok(line)
    }
}

/// Lines fit for the register; those without length are left out while one remains.
pub fn lines(
    lines: MultiLineString<f64>,
    repairs: &mut BTreeSet<Repair>,
) -> Result<MultiLineString<f64>, Flaw> {
    let before = lines.0.len();
    let kept: Vec<_> = lines
        .0
        .into_iter()
        .filter_map(|part| line(part, repairs).ok())
        .collect();
    if kept.is_empty() {
        return Err(Flaw::TooFewPoints);
    }
    if kept.len() < before {
        repairs.insert(Repair::EmptyPart);
    }
    Ok(MultiLineString(kept))
}
