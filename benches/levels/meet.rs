//! Do neighbouring tiles agree on the line they share?

use std::collections::BTreeMap;

use diaba_core::space::TilePx;
use diaba_core::tile::validate::{Geometry, Layer};

/// Where the outlines of one layer's class cross a line, along that line, in order.
type Crossings = BTreeMap<(String, Option<u64>), Vec<f64>>;

/// Pairs of neighbouring tiles in which some class does not cross the common border at the same places.
pub fn seams(tiles: &BTreeMap<(u32, u32), Vec<Layer>>) -> usize {
    let differ = |here: &[Layer], there: Option<&Vec<Layer>>, axis: Axis| {
        there.is_some_and(|there| !same(&crossings(here, axis, 1.0), &crossings(there, axis, 0.0)))
    };
    tiles
        .iter()
        .map(|(&(x, y), here)| {
            usize::from(differ(here, tiles.get(&(x + 1, y)), Axis::East))
                + usize::from(differ(here, tiles.get(&(x, y + 1)), Axis::South))
        })
        .sum()
}

/// Each tile rounds an edge it cuts to its own grid, so a crossing may differ by a unit, a sixteenth of a pixel.
fn same(here: &Crossings, there: &Crossings) -> bool {
    here.len() == there.len()
        && here.iter().zip(there).all(|((name, a), (other, b))| {
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1.0;
            name == other && a.len() == b.len() && a.iter().zip(b).all(near)
        })
}

#[derive(Clone, Copy)]
enum Axis {
    East,
    South,
}

impl Axis {
    /// Across the border, and along it.
    fn of(self, point: TilePx) -> (f64, f64) {
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        match self {
            Self::East => (x, y),
            Self::South => (y, x),
        }
    }
}

/// `side` is where the line lies, as a share of the tile's extent.
fn crossings(layers: &[Layer], axis: Axis, side: f64) -> Crossings {
    let mut found = Crossings::new();
    for layer in layers {
        let extent = f64::from(layer.extent);
        let line = extent * side;
        for feature in &layer.features {
            let Geometry::Polygons(polygons) = &feature.geometry else {
                continue;
            };
            let mut places: Vec<f64> = polygons
                .iter()
                .flatten()
                .flat_map(|ring| passes(ring, axis, line))
                .filter(|place| (0.0..=extent).contains(place))
                .collect();
            if !places.is_empty() {
                places.sort_unstable_by(f64::total_cmp);
                found
                    .entry((layer.name.clone(), feature.id))
                    .or_default()
                    .extend(places);
            }
        }
    }
    found
}

/// Where a ring passes from one side of the line to the other. What touches the line and turns back passes nowhere: it
/// is not seen beyond, and the tile there may simplify it away.
fn passes(ring: &[TilePx], axis: Axis, line: f64) -> Vec<f64> {
    let points: Vec<(f64, f64)> = ring.iter().map(|p| axis.of(*p)).collect();
    let Some(first) = points.iter().position(|(across, _)| *across != line) else {
        return Vec::new();
    };
    let (before, from) = points.split_at(first);
    let mut found = Vec::new();
    // The last point beside the line, and where the ring has been on it since.
    let mut beside = from.first().copied().unwrap_or_default();
    let mut on: Option<(f64, f64)> = None;
    for &(across, along) in from.iter().chain(before).chain(from.first()).skip(1) {
        if across == line {
            on = Some(on.map_or((along, along), |(start, _)| (start, along)));
            continue;
        }
        if (across < line) != (beside.0 < line) {
            match on {
                Some((start, end)) if start != end => found.extend([start, end]),
                Some((place, _)) => found.push(place),
                None => {
                    let share = (line - beside.0) / (across - beside.0);
                    found.push(beside.1 + (along - beside.1) * share);
                }
            }
        }
        beside = (across, along);
        on = None;
    }
    found
}
