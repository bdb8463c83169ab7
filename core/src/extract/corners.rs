//! The corner table of a parcel, as on a *trích lục*: numbered corners and the edges between them, in the grid the
//! dataset was surveyed in.

use geo::{Coord, Geometry, LineString, Polygon};

use crate::crs::{Crs, CrsError, Transform, area_in};
use crate::geometry::areas::plane;

/// A corner of a ring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corner {
    /// Its number; counted through all rings, from 1.
    pub number: u32,
    /// Northing, metres (X on certificates).
    pub x: f64,
    /// Easting, metres (Y on certificates).
    pub y: f64,
    /// Length of the edge to the next corner of the ring, metres.
    pub length: f64,
}

/// The corners of a ring, clockwise, from the one farthest to the north-west in the working plane.
#[derive(Debug, Clone, PartialEq)]
pub struct CornerRing {
    /// Whether it is a hole.
    pub hole: bool,
    /// Its corners; the first is not there twice.
    pub corners: Vec<Corner>,
}

/// A parcel in the grid it was surveyed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// The grid; the working plane where the dataset's own is no plane of VN-2000.
    pub grid: Crs,
    /// Its rings, each shell followed by its holes.
    pub rings: Vec<CornerRing>,
    /// Area in that grid, m².
    pub area: f64,
}

impl Survey {
    /// The survey of `geometry`, given in the working plane, in the grid `source`.
    ///
    /// # Errors
    /// [`CrsError`] where a corner has no place in the grid.
    pub fn of(
        geometry: &Geometry<f64>,
        working: Crs,
        source: Option<Crs>,
    ) -> Result<Self, CrsError> {
        let grid = source.map_or(working, |source| plane(source, working));
        let to_grid = if grid == working {
            None
        } else {
            Some(Transform::new(working, grid)?)
        };
        let mut number = 0;
        let mut rings = Vec::new();
        for (hole, places) in corners_in_order(geometry) {
            let mut there: Vec<[f64; 2]> = places.iter().map(|c| [c.x, c.y]).collect();
            if let Some(to_grid) = &to_grid {
                to_grid.apply(&mut there)?;
            }
            let ahead = there.iter().cycle().skip(1);
            let corners = there.iter().zip(ahead).map(|(here, next)| {
                number += 1;
                Corner {
                    number,
                    x: here[1],
                    y: here[0],
                    length: (next[0] - here[0]).hypot(next[1] - here[1]),
                }
            });
            rings.push(CornerRing {
                hole,
                corners: corners.collect(),
            });
        }
        Ok(Self {
            grid,
            rings,
            area: area_in(geometry, working, grid)?,
        })
    }
}

/// The rings of a parcel's polygons in the order a corner table numbers them, and whether each is a hole: every shell
/// followed by its holes, each clockwise from the corner farthest to the north-west, which is not there twice.
pub fn corners_in_order(geometry: &Geometry<f64>) -> Vec<(bool, Vec<Coord<f64>>)> {
    let mut rings = Vec::new();
    for polygon in polygons(geometry) {
        rings.push((false, in_order(polygon.exterior())));
        let holes = polygon.interiors().iter();
        rings.extend(holes.map(|hole| (true, in_order(hole))));
    }
    rings
}

fn polygons(geometry: &Geometry<f64>) -> Vec<&Polygon<f64>> {
    match geometry {
        Geometry::Polygon(one) => vec![one],
        Geometry::MultiPolygon(many) => many.iter().collect(),
        _ => Vec::new(),
    }
}

fn in_order(line: &LineString<f64>) -> Vec<Coord<f64>> {
    let mut places: Vec<Coord<f64>> = line.0.clone();
    places.dedup();
    if places.first() == places.last() {
        places.pop();
    }
    let origin = places.first().copied().unwrap_or_default();
    let ahead = places.iter().cycle().skip(1);
    let twice: f64 = places
        .iter()
        .zip(ahead)
        .map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y))
        .sum();
    if twice > 0.0 {
        places.reverse();
    }
    let north_west = |c: &Coord<f64>| (c.y - origin.y) - (c.x - origin.x);
    let first = places
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| north_west(a).total_cmp(&north_west(b)))
        .map_or(0, |(i, _)| i);
    places.rotate_left(first);
    places
}
