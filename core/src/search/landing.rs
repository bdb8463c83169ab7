//! In which grid a pair of coordinates lies: that in which it lands in the register.

use crate::crs::{Crs, CrsError, Transform};

use super::Typed;

/// The meridians of certificates met here, the most usual first: Bắc Giang and the province since 2025, old Bắc Ninh, then
/// the neighbours' and the zones of small scales.
const USUAL: [u32; 4] = [9214, 9209, 3405, 5897];

/// A place that may have been meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Landing {
    /// Longitude and latitude, degrees on WGS 84.
    pub lonlat: [f64; 2],
    /// The same place in the working CRS, easting and northing, metres.
    pub working: [f64; 2],
    /// The grid the typed numbers are of; none where they are degrees.
    pub grid: Option<Crs>,
}

/// Every grid numbers may be of, with the way to degrees; the most usual first.
pub(super) struct Grids {
    grids: Vec<(Crs, Transform)>,
    to_working: Transform,
}

impl Grids {
    /// # Errors
    /// [`CrsError`] where PROJ has no way.
    pub fn new() -> Result<Self, CrsError> {
        let mut grids: Vec<Crs> = Crs::vn2000_grids().collect();
        let rank = |crs: &Crs| USUAL.iter().position(|u| *u == crs.epsg());
        grids.sort_by_key(|crs| rank(crs).unwrap_or(USUAL.len()));
        let ways = grids.into_iter();
        let ways = ways.map(|crs| Ok((crs, Transform::new(crs, Crs::LONLAT)?)));
        Ok(Self {
            grids: ways.collect::<Result<_, CrsError>>()?,
            to_working: Transform::new(Crs::LONLAT, Crs::WORKING)?,
        })
    }

    /// Where these numbers land within `extent` (west, south, east, north, degrees), the most usual grid first; degrees
    /// are taken as they are.
    pub fn landings(&self, typed: Typed, extent: Option<[f64; 4]>) -> Vec<Landing> {
        let land = |lonlat: [f64; 2], grid| {
            let working = self.to_working.point(lonlat).ok()?;
            let sound = working.iter().all(|v| v.is_finite());
            sound.then_some(Landing {
                lonlat,
                working,
                grid,
            })
        };
        match typed {
            Typed::Degrees { lon, lat } => land([lon, lat], None).into_iter().collect(),
            Typed::Grid { x, y, meridian } => {
                let said = |crs: &Crs| {
                    let own = crs
                        .central_meridian()
                        .map(|degrees| (degrees * 60.0).round() as i32);
                    meridian.is_none() || own == meridian
                };
                let grids = self.grids.iter().filter(|(crs, _)| said(crs));
                let places = grids.filter_map(|(crs, to_lonlat)| {
                    let lonlat = to_lonlat.point([y, x]).ok()?;
                    let inside = extent.is_none_or(|[west, south, east, north]| {
                        (west..=east).contains(&lonlat[0]) && (south..=north).contains(&lonlat[1])
                    });
                    inside.then(|| land(lonlat, Some(*crs))).flatten()
                });
                places.collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVINCE: [f64; 4] = [105.85, 20.95, 107.1, 21.65];

    #[test]
    fn a_pair_lands_in_the_grid_it_was_surveyed_in() {
        let grids = Grids::new().unwrap();
        for (epsg, y, x) in [
            (9214, 416_226.771_6, 2_353_402.453_1),
            (9209, 571_883.673_6, 2_353_345.981_2),
            (3405, 623_736.385_5, 2_352_949.618_4),
        ] {
            let typed = Typed::Grid {
                x,
                y,
                meridian: None,
            };
            let found = grids.landings(typed, Some(PROVINCE));
            let own = found.iter().find(|l| l.grid.map(Crs::epsg) == Some(epsg));
            let [lon, lat] = own.map(|l| l.lonlat).unwrap_or_default();
            assert!(
                (lon - 106.1946).abs() < 1e-7 && (lat - 21.2731).abs() < 1e-7,
                "{epsg}"
            );
            assert!(own.is_some_and(|l| (l.working[0] - 416_226.771_6).abs() < 1e-3));
        }
    }

    #[test]
    fn a_said_meridian_decides() {
        let grids = Grids::new().unwrap();
        let typed = |meridian| Typed::Grid {
            x: 2_353_345.981_2,
            y: 571_883.673_6,
            meridian: Some(meridian),
        };
        let found = grids.landings(typed(105 * 60 + 30), Some(PROVINCE));
        assert_eq!(found.len(), 1);
        assert!(grids.landings(typed(107 * 60), Some(PROVINCE)).is_empty());
    }
}
