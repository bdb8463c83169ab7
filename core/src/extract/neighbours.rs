//! Who lies beside a parcel, and along how much of its boundary.

use geo::{Coord, LinesIter};

use crate::shard::ShardError;
use crate::view::{FeatureRef, LayerView};

/// How far two boundaries may be apart and still be one, metres.
const TOLERANCE: f64 = 0.01;
/// The least common boundary that makes a neighbour, metres: those that meet in a corner have none.
const LEAST: f64 = 0.05;

/// A feature beside another.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'v> {
    /// The feature.
    pub feature: FeatureRef<'v>,
    /// Length of the boundary they share, metres of the working plane.
    pub length: f64,
}

/// The features of `layer` that share boundary with `parcel`, one of it, the longest boundary first.
///
/// # Errors
/// [`ShardError`] where one cannot be read.
pub fn neighbours<'v>(
    parcel: &FeatureRef<'v>,
    layer: &'v LayerView,
) -> Result<Vec<Neighbour<'v>>, ShardError> {
    let own: Vec<[Coord<f64>; 2]> = edges(&parcel.geometry()?);
    let mut found = Vec::new();
    for feature in layer.search(&parcel.bbox().widened(TOLERANCE)) {
        if feature.order() == parcel.order() {
            continue;
        }
        let other = edges(&feature.geometry()?);
        let length = own.iter().map(|edge| along(edge, &other)).sum();
        if length >= LEAST {
            found.push(Neighbour { feature, length });
        }
    }
    found.sort_by(|a, b| {
        let by_length = b.length.total_cmp(&a.length);
        by_length.then_with(|| a.feature.order().cmp(&b.feature.order()))
    });
    Ok(found)
}

fn edges(geometry: &geo::Geometry<f64>) -> Vec<[Coord<f64>; 2]> {
    let lines: Vec<geo::Line<f64>> = match geometry {
        geo::Geometry::Polygon(one) => one.lines_iter().collect(),
        geo::Geometry::MultiPolygon(many) => many.lines_iter().collect(),
        _ => Vec::new(),
    };
    lines.iter().map(|line| [line.start, line.end]).collect()
}

/// How much of an edge lies on these.
fn along(&[from, to]: &[Coord<f64>; 2], others: &[[Coord<f64>; 2]]) -> f64 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if length <= 0.0 {
        return 0.0;
    }
    // Places along the edge, and to its left, in metres.
    let seen = |c: &Coord<f64>| {
        let (x, y) = (c.x - from.x, c.y - from.y);
        [(x * dx + y * dy) / length, (y * dx - x * dy) / length]
    };
    let mut covered: Vec<[f64; 2]> = Vec::new();
    for [a, b] in others {
        let ([a, a_beside], [b, b_beside]) = (seen(a), seen(b));
        let (low, high) = (a.min(b).max(0.0), a.max(b).min(length));
        if high <= low || (b - a).abs() <= 0.0 {
            continue;
        }
        let beside = |at: f64| a_beside + (at - a) / (b - a) * (b_beside - a_beside);
        if beside(low).abs() <= TOLERANCE && beside(high).abs() <= TOLERANCE {
            covered.push([low, high]);
        }
    }
    covered.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let (mut sum, mut reached) = (0.0, 0.0f64);
    for [low, high] in covered {
        sum += (high - low.max(reached)).max(0.0);
        reached = reached.max(high);
    }
    sum
}
