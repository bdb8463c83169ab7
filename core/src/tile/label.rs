//! Where a polygon's label stands: one place a feature, whichever tiles cut it.
//!
//! A client that places labels by itself sees the pieces tiles cut a polygon into, and names each of them.

use super::pole::pole;
use super::{Drawn, DrawnKind};
use crate::space::World;

/// The heights, as shares of the polygon's own, at which a level line looks for room.
const LEVELS: [f64; 3] = [0.5, 0.35, 0.65];

/// The place farthest from the outline of the largest part of a polygon, its holes counted with it; where no grid point
/// near that place is inside, the middle of the widest room on one of a few level lines.
///
/// It lies inside the polygon. `None` for points, for lines and for what has no area.
pub fn label_point(feature: &Drawn<'_>) -> Option<World> {
    if feature.kind != DrawnKind::Polygon {
        return None;
    }
    if feature.ready.label.is_some() {
        return feature.ready.label;
    }
    let mut largest: Vec<&[World]> = Vec::new();
    let mut most = 0.0;
    let mut taking = false;
    for (ring, is_hole) in feature.paths() {
        if is_hole {
            if taking {
                largest.push(ring);
            }
            continue;
        }
        let area = doubled_area(ring);
        taking = area > most;
        if taking {
            most = area;
            largest = vec![ring];
        }
    }
    if let Some(place) = pole(&largest) {
        return Some(place);
    }
    let exterior = largest.first()?;
    let (low, high) = exterior.iter().fold((u32::MAX, 0), |(low, high), p| {
        (low.min(p.y), high.max(p.y))
    });
    // Between two whole rows, so that no vertex lies on the line.
    let rows = LEVELS.map(|share| (f64::from(low) + f64::from(high - low) * share).floor() + 0.5);
    let rooms = rows
        .into_iter()
        .filter_map(|y| widest(&largest, y).map(|(west, east)| (west, east, y)));
    let (west, east, y) = rooms.reduce(|best, room| {
        if room.1 - room.0 > best.1 - best.0 {
            room
        } else {
            best
        }
    })?;
    Some(World {
        x: west.midpoint(east) as u32,
        y: y as u32,
    })
}

/// The widest stretch of the level line `y` inside the rings, even-odd.
fn widest(rings: &[&[World]], y: f64) -> Option<(f64, f64)> {
    let mut crossings: Vec<f64> = rings
        .iter()
        .flat_map(|ring| edges(ring))
        .filter_map(|(a, b)| crossing(a, b, y))
        .collect();
    crossings.sort_by(f64::total_cmp);
    let rooms = crossings
        .as_chunks::<2>()
        .0
        .iter()
        .map(|[west, east]| (*west, *east));
    rooms.reduce(|best, room| {
        if room.1 - room.0 > best.1 - best.0 {
            room
        } else {
            best
        }
    })
}

/// Where an edge crosses the level line `y`.
fn crossing(a: World, b: World, y: f64) -> Option<f64> {
    let (ay, by) = (f64::from(a.y), f64::from(b.y));
    let (ax, bx) = (f64::from(a.x), f64::from(b.x));
    ((ay > y) != (by > y)).then(|| ax + (y - ay) / (by - ay) * (bx - ax))
}

fn edges(ring: &[World]) -> impl Iterator<Item = (World, World)> {
    ring.iter()
        .copied()
        .zip(ring.iter().copied().cycle().skip(1))
}

fn doubled_area(ring: &[World]) -> f64 {
    let Some(origin) = ring.first() else {
        return 0.0;
    };
    // From a vertex of the ring, so that the products stay small enough to be exact.
    let near = |p: World| {
        (
            f64::from(p.x) - f64::from(origin.x),
            f64::from(p.y) - f64::from(origin.y),
        )
    };
    edges(ring)
        .map(|(a, b)| (near(a), near(b)))
        .map(|((ax, ay), (bx, by))| ax * by - bx * ay)
        .sum::<f64>()
        .abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::WorldBox;
    use crate::tile::{Part, Ready};

    fn label(rings: &[(&[[u32; 2]], bool)]) -> Option<World> {
        let mut coords = Vec::new();
        let mut parts = Vec::new();
        let mut bbox = WorldBox::EMPTY;
        for (ring, hole) in rings {
            for &[x, y] in *ring {
                coords.push(World { x, y });
                bbox.extend(World { x, y });
            }
            parts.push(Part::new(coords.len() as u32, *hole).unwrap());
        }
        label_point(&Drawn {
            id: 1,
            kind: DrawnKind::Polygon,
            bbox,
            parts: &parts,
            coords: &coords,
            ready: Ready::default(),
        })
    }

    const SQUARE: &[[u32; 2]] = &[[0, 0], [100, 0], [100, 100], [0, 100]];

    #[test]
    fn a_square_is_named_in_its_middle() {
        assert_eq!(label(&[(SQUARE, false)]), Some(World { x: 50, y: 50 }));
    }

    #[test]
    fn a_bent_polygon_is_named_inside_itself() {
        // A horseshoe open to the east: the middle of its box lies outside it.
        let shoe: &[[u32; 2]] = &[
            [0, 0],
            [100, 0],
            [100, 30],
            [10, 30],
            [10, 70],
            [100, 70],
            [100, 100],
            [0, 100],
        ];
        let at = label(&[(shoe, false)]).unwrap();
        assert!(at.x < 10 || at.y < 30 || at.y > 70, "{at:?}");
    }

    #[test]
    fn a_hole_is_no_room() {
        let hole: &[[u32; 2]] = &[[20, 10], [90, 10], [90, 90], [20, 90]];
        let at = label(&[(SQUARE, false), (hole, true)]).unwrap();
        assert!(at.x < 20 || at.x > 90, "{at:?}");
    }

    #[test]
    fn the_largest_part_is_named() {
        let far: &[[u32; 2]] = &[[1000, 0], [3000, 0], [3000, 2000], [1000, 2000]];
        assert_eq!(
            label(&[(SQUARE, false), (far, false)]),
            Some(World { x: 2000, y: 1000 })
        );
    }

    #[test]
    fn what_has_no_area_has_no_label() {
        assert_eq!(label(&[]), None);
        assert_eq!(label(&[(&[[0, 0], [10, 0], [20, 0]], false)]), None);
    }
}
