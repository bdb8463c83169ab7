//! Coordinate reference systems of the province's files, and the transformations between them.
//!
//! Everything here takes easting or longitude first and northing or latitude second, in metres or
//! degrees, whatever axis order the EPSG entry names. Between VN-2000 grids there is projection
//! arithmetic alone; to and from WGS 84 there is one pinned datum operation, EPSG:6960.

mod area;
mod transform;

pub use area::{area_in, geometry_area};
pub use transform::{Transform, transform_geometry};

use std::fmt;

use thiserror::Error;

/// What cannot be done with a coordinate reference system or its coordinates.
#[derive(Debug, Error)]
pub enum CrsError {
    /// The EPSG entry is deprecated because it is wrong.
    #[error(
        "EPSG:{0} is deprecated (false easting and northing are exchanged in it); name the valid grid, for example EPSG:9214"
    )]
    Deprecated(u32),
    /// The EPSG code is not one of those the register reads.
    #[error(
        "EPSG:{0} is not a grid this register reads; it reads VN-2000 (4756, 3405, 3406, 5896–5899, 9205–9218) and WGS 84 (4326, 3857, 32648, 32649)"
    )]
    Unknown(u32),
    /// PROJ would not make the operation.
    #[error("PROJ does not make the operation {name}: {reason}")]
    Operation {
        /// The operation.
        name: String,
        /// What PROJ says.
        reason: String,
    },
    /// A coordinate has no image under the operation.
    #[error("the coordinate {x}, {y} cannot be carried from {from} to {to}: {reason}")]
    Coordinate {
        /// Easting or longitude.
        x: f64,
        /// Northing or latitude.
        y: f64,
        /// Source.
        from: Crs,
        /// Target.
        to: Crs,
        /// What PROJ says.
        reason: String,
    },
}

/// A geodetic datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Datum {
    /// VN-2000 (Quyết định 83/2000/QĐ-TTg), on the WGS 84 ellipsoid.
    Vn2000,
    /// WGS 84.
    Wgs84,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Projection {
    Geographic,
    /// Transverse Mercator: central meridian in minutes of arc, scale factor in 1/10000; FE 500000, FN 0.
    TransverseMercator {
        meridian_minutes: i32,
        scale: u32,
    },
    WebMercator,
}

/// A coordinate reference system the register reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Crs {
    epsg: u32,
    datum: Datum,
    projection: Projection,
}

/// The VN-2000 TM-3 grids: EPSG code and central meridian in minutes of arc.
///
/// proj.db stores these meridians sexagesimally (107.45 means 107°45′), so they are written here in minutes.
const TM3: [(u32, i32); 18] = [
    (5896, 102 * 60),
    (5897, 105 * 60),
    (5898, 108 * 60),
    (5899, 107 * 60 + 45),
    (9205, 103 * 60),
    (9206, 104 * 60),
    (9207, 104 * 60 + 30),
    (9208, 104 * 60 + 45),
    (9209, 105 * 60 + 30),
    (9210, 105 * 60 + 45),
    (9211, 106 * 60),
    (9212, 106 * 60 + 15),
    (9213, 106 * 60 + 30),
    (9214, 107 * 60),
    (9215, 107 * 60 + 15),
    (9216, 107 * 60 + 30),
    (9217, 108 * 60 + 15),
    (9218, 108 * 60 + 30),
];

/// Metres on the projected grids' central meridian per metre on the ellipsoid, in 1/10000.
const TM3_SCALE: u32 = 9999;
const UTM_SCALE: u32 = 9996;

impl Crs {
    /// The plane the register keeps its legal geometry in unless configured otherwise: VN-2000 / TM-3 107-00.
    pub const WORKING: Self = Self {
        epsg: 9214,
        datum: Datum::Vn2000,
        projection: Projection::TransverseMercator {
            meridian_minutes: 107 * 60,
            scale: TM3_SCALE,
        },
    };
    /// WGS 84 longitude and latitude in degrees (OGC CRS84).
    pub const LONLAT: Self = Self {
        epsg: 4326,
        datum: Datum::Wgs84,
        projection: Projection::Geographic,
    };

    /// The system with this EPSG code.
    ///
    /// # Errors
    /// [`CrsError::Deprecated`] for 6956–6959, [`CrsError::Unknown`] for codes the register does not read.
    pub fn from_epsg(epsg: u32) -> Result<Self, CrsError> {
        let vn = |projection| {
            Ok(Self {
                epsg,
                datum: Datum::Vn2000,
                projection,
            })
        };
        let wgs = |projection| {
            Ok(Self {
                epsg,
                datum: Datum::Wgs84,
                projection,
            })
        };
        let utm = |zone: i32| Projection::TransverseMercator {
            meridian_minutes: (zone * 6 - 183) * 60,
            scale: UTM_SCALE,
        };
        match epsg {
            4756 => vn(Projection::Geographic),
            3405 => vn(utm(48)),
            3406 => vn(utm(49)),
            4326 => wgs(Projection::Geographic),
            3857 => wgs(Projection::WebMercator),
            32648 => wgs(utm(48)),
            32649 => wgs(utm(49)),
            6956..=6959 => Err(CrsError::Deprecated(epsg)),
            _ => match TM3.iter().find(|(code, _)| *code == epsg) {
                Some(&(_, meridian_minutes)) => vn(Projection::TransverseMercator {
                    meridian_minutes,
                    scale: TM3_SCALE,
                }),
                None => Err(CrsError::Unknown(epsg)),
            },
        }
    }

    /// The VN-2000 grid with these parameters, whatever its file calls the datum.
    ///
    /// A transverse Mercator grid with scale 0.9999 and false easting 500,000 m on one of the known
    /// meridians is VN-2000 TM-3: no WGS 84 grid of that kind is in use in Việt Nam, while files often
    /// lose the datum's name because the ellipsoids are equal. Meridian in decimal degrees, FE and FN in metres.
    pub fn tm_by_parameters(
        meridian: f64,
        scale: f64,
        false_easting: f64,
        false_northing: f64,
    ) -> Option<Self> {
        let close = |a: f64, b: f64, by: f64| (a - b).abs() <= by;
        if !close(scale, 0.9999, 1e-9)
            || !close(false_easting, 500_000.0, 1e-3)
            || !close(false_northing, 0.0, 1e-3)
        {
            return None;
        }
        let minutes = meridian * 60.0;
        let (epsg, _) = TM3
            .iter()
            .find(|(_, m)| close(minutes, f64::from(*m), 1e-4))?;
        Self::from_epsg(*epsg).ok()
    }

    /// The TM-3 grids: EPSG code and central meridian in minutes of arc.
    pub(crate) fn tm3() -> impl Iterator<Item = (u32, i32)> {
        TM3.into_iter()
    }

    /// Every VN-2000 grid: the TM-3 zones and the two UTM zones.
    pub fn vn2000_grids() -> impl Iterator<Item = Self> {
        TM3.iter()
            .map(|(code, _)| *code)
            .chain([3405, 3406])
            .filter_map(|code| Self::from_epsg(code).ok())
    }

    /// The EPSG code.
    pub const fn epsg(self) -> u32 {
        self.epsg
    }

    /// The datum.
    pub const fn datum(self) -> Datum {
        self.datum
    }

    /// Whether coordinates are longitude and latitude in degrees.
    pub const fn is_geographic(self) -> bool {
        matches!(self.projection, Projection::Geographic)
    }

    /// The central meridian in decimal degrees, of a transverse Mercator grid.
    pub fn central_meridian(self) -> Option<f64> {
        match self.projection {
            Projection::TransverseMercator {
                meridian_minutes, ..
            } => Some(f64::from(meridian_minutes) / 60.0),
            _ => None,
        }
    }

    /// The OGC URI of the system.
    pub fn uri(self) -> String {
        format!("http://www.opengis.net/def/crs/EPSG/0/{}", self.epsg)
    }

    /// Its name, as EPSG gives it.
    pub fn name(self) -> String {
        match (self.datum, self.projection) {
            (Datum::Vn2000, Projection::Geographic) => "VN-2000".to_owned(),
            (Datum::Wgs84, Projection::Geographic) => "WGS 84".to_owned(),
            (_, Projection::WebMercator) => "WGS 84 / Pseudo-Mercator".to_owned(),
            (
                datum,
                Projection::TransverseMercator {
                    meridian_minutes,
                    scale,
                },
            ) => {
                let datum = if datum == Datum::Vn2000 {
                    "VN-2000"
                } else {
                    "WGS 84"
                };
                if scale == UTM_SCALE {
                    format!("{datum} / UTM zone {}N", (meridian_minutes / 60 + 183) / 6)
                } else if let Some(zone) = match self.epsg {
                    5896 => Some("zone 481"),
                    5897 => Some("zone 482"),
                    5898 => Some("zone 491"),
                    5899 => Some("107-45"),
                    _ => None,
                } {
                    format!("{datum} / TM-3 {zone}")
                } else {
                    format!(
                        "{datum} / TM-3 {}-{:02}",
                        meridian_minutes / 60,
                        meridian_minutes % 60
                    )
                }
            }
        }
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EPSG:{} ({})", self.epsg, self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deprecated_grids_are_refused_by_name() {
        for code in 6956..=6959 {
            assert!(matches!(Crs::from_epsg(code), Err(CrsError::Deprecated(_))));
        }
        assert!(matches!(Crs::from_epsg(2044), Err(CrsError::Unknown(2044))));
    }

    #[test]
    fn names_are_those_of_the_registry() {
        let name = |code| Crs::from_epsg(code).unwrap().name();
        assert_eq!(name(9214), "VN-2000 / TM-3 107-00");
        assert_eq!(name(9209), "VN-2000 / TM-3 105-30");
        assert_eq!(name(3405), "VN-2000 / UTM zone 48N");
        assert_eq!(name(32649), "WGS 84 / UTM zone 49N");
    }

    #[test]
    fn a_grid_is_known_by_its_parameters() {
        assert_eq!(
            Crs::tm_by_parameters(107.0, 0.9999, 500_000.0, 0.0),
            Some(Crs::WORKING)
        );
        assert_eq!(
            Crs::tm_by_parameters(107.75, 0.9999, 500_000.0, 0.0).map(Crs::epsg),
            Some(5899)
        );
        assert_eq!(Crs::tm_by_parameters(107.45, 0.9999, 500_000.0, 0.0), None);
        assert_eq!(Crs::tm_by_parameters(105.0, 0.9996, 500_000.0, 0.0), None);
    }
}
