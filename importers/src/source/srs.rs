//! Which system a file's coordinates are in, read from its parameters rather than its name.

use diaba_core::crs::Crs;
use gdal::spatial_ref::SpatialRef;

/// What a file says its coordinates are.
#[derive(Debug, Clone, PartialEq)]
pub enum DeclaredCrs {
    /// Nothing.
    None,
    /// A system the register reads.
    Known {
        /// The system.
        crs: Crs,
        /// The file names another datum, or none; the grid's parameters are VN-2000's.
        datum_assumed: bool,
        /// The name the file gives.
        name: String,
    },
    /// A system the register does not read, or one that is not certain.
    Unknown {
        /// The name the file gives.
        name: String,
        /// EPSG code, where the file gives one.
        epsg: Option<u32>,
        /// Systems it may be; the operator must say which.
        perhaps: Vec<u32>,
    },
}

/// The system `srs` describes.
pub fn read(srs: &SpatialRef) -> DeclaredCrs {
    described(srs, false)
}

/// The system `srs` of a `MapInfo` file describes. `MapInfo` has no number for VN-2000: files in it say WGS 84 (104), so
/// that its UTM zone cannot be told from that of WGS 84, or give the three shifts of VN-2000 as a datum of their own.
pub fn read_mapinfo(srs: &SpatialRef) -> DeclaredCrs {
    described(srs, true)
}

/// `wgs84_is_a_word`: whether WGS 84 may stand for VN-2000.
fn described(srs: &SpatialRef, wgs84_is_a_word: bool) -> DeclaredCrs {
    let name = srs.name().unwrap_or_default();
    // What a GeoPackage has in the place of nothing.
    if name.starts_with("Undefined ") && name.ends_with(" SRS") {
        return DeclaredCrs::None;
    }
    let epsg = authority(srs);
    // A file may carry a code and be wrong about it only where the code itself is refused.
    if let Some(code) = epsg.filter(|code| (6956..=6959).contains(code)) {
        return DeclaredCrs::Unknown {
            name,
            epsg: Some(code),
            perhaps: Vec::new(),
        };
    }
    let datum = datum(srs);
    if srs.is_geographic() {
        let crs = match datum {
            NamedDatum::Vn2000 | NamedDatum::Vn2000Shifts => Crs::from_epsg(4756).ok(),
            NamedDatum::Wgs84 => Some(Crs::LONLAT),
            NamedDatum::Other => epsg.and_then(|code| Crs::from_epsg(code).ok()),
        };
        let assumed = datum == NamedDatum::Vn2000Shifts;
        return known(crs, assumed, name, epsg, Vec::new());
    }
    let parameters = parameters(srs);
    if let Some(p) = &parameters {
        if let Some(crs) = Crs::tm_by_parameters(p.meridian, p.scale, p.easting, p.northing) {
            return DeclaredCrs::Known {
                crs,
                datum_assumed: datum != NamedDatum::Vn2000,
                name,
            };
        }
        if let Some((vn2000, wgs84)) = utm(p) {
            // The two UTM grids differ by their datum alone, 224 m on the ground: the names must agree.
            let says_vn2000 = name_says_vn2000(&name);
            return match datum {
                NamedDatum::Vn2000 | NamedDatum::Vn2000Shifts => {
                    let assumed = datum == NamedDatum::Vn2000Shifts;
                    let crs = Crs::from_epsg(vn2000).ok();
                    known(crs, assumed, name, epsg, vec![vn2000])
                }
                NamedDatum::Wgs84 if !says_vn2000 && !wgs84_is_a_word => {
                    known(Crs::from_epsg(wgs84).ok(), false, name, epsg, vec![wgs84])
                }
                _ => DeclaredCrs::Unknown {
                    name,
                    epsg,
                    perhaps: vec![vn2000, wgs84],
                },
            };
        }
    }
    known(
        epsg.and_then(|code| Crs::from_epsg(code).ok()),
        false,
        name,
        epsg,
        Vec::new(),
    )
}

fn known(
    crs: Option<Crs>,
    datum_assumed: bool,
    name: String,
    epsg: Option<u32>,
    perhaps: Vec<u32>,
) -> DeclaredCrs {
    match crs {
        Some(crs) => DeclaredCrs::Known {
            crs,
            datum_assumed,
            name,
        },
        None => DeclaredCrs::Unknown {
            name,
            epsg,
            perhaps,
        },
    }
}

fn authority(srs: &SpatialRef) -> Option<u32> {
    if !srs.auth_name()?.eq_ignore_ascii_case("EPSG") {
        return None;
    }
    srs.auth_code()
        .ok()
        .and_then(|code| u32::try_from(code).ok())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NamedDatum {
    Vn2000,
    /// No name, but the shifts to WGS 84 are those of VN-2000.
    Vn2000Shifts,
    Wgs84,
    Other,
}

/// The legal shifts from VN-2000 to WGS 84, metres (decision 05/2007/QĐ-BTNMT, EPSG:6960).
const SHIFTS: [f64; 3] = [-191.904_414_29, -39.303_182_79, -111.450_328_35];

/// Whether the shifts of `srs` to WGS 84 are those of VN-2000, to half a metre: no other datum met here comes near, and
/// the rotations are written with either sign.
fn has_vn2000_shifts(srs: &SpatialRef) -> bool {
    SHIFTS.into_iter().enumerate().all(|(at, shift)| {
        srs.get_attr_value("TOWGS84", at)
            .ok()
            .flatten()
            .and_then(|text| text.parse::<f64>().ok())
            .is_some_and(|written| (written - shift).abs() < 0.5)
    })
}

fn datum(srs: &SpatialRef) -> NamedDatum {
    let named = |node: &str| {
        srs.get_attr_value(node, 0)
            .ok()
            .flatten()
            .map(|n| squeezed(&n))
    };
    let datum = named("DATUM").unwrap_or_default();
    if datum.contains("vietnam2000") || datum.contains("vn2000") {
        NamedDatum::Vn2000
    } else if datum.contains("wgs1984")
        || datum.contains("wgs84")
        || datum.contains("worldgeodeticsystem1984")
    {
        NamedDatum::Wgs84
    } else if has_vn2000_shifts(srs) {
        NamedDatum::Vn2000Shifts
    } else {
        NamedDatum::Other
    }
}

fn name_says_vn2000(name: &str) -> bool {
    let name = squeezed(name);
    name.contains("vn2000") || name.contains("vietnam2000")
}

fn squeezed(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

struct TransverseMercator {
    meridian: f64,
    scale: f64,
    easting: f64,
    northing: f64,
}

/// The parameters of a transverse Mercator grid in metres on an ellipsoid the size of WGS 84's; `None` for any other
/// projection.
fn parameters(srs: &SpatialRef) -> Option<TransverseMercator> {
    let projection = squeezed(&srs.get_attr_value("PROJECTION", 0).ok().flatten()?);
    if !matches!(projection.as_str(), "transversemercator" | "gausskruger") {
        return None;
    }
    if (srs.linear_units() - 1.0).abs() > 1e-9 {
        return None;
    }
    // Krassowsky's ellipsoid (HN-72) is 108 m larger.
    if (srs.semi_major().ok()? - 6_378_137.0).abs() > 1.0 {
        return None;
    }
    let parameter = |name: &str| srs.get_proj_param(name).ok().flatten();
    if parameter("latitude_of_origin").is_some_and(|lat| lat.abs() > 1e-9) {
        return None;
    }
    Some(TransverseMercator {
        meridian: parameter("central_meridian")?,
        scale: parameter("scale_factor")?,
        easting: parameter("false_easting")?,
        northing: parameter("false_northing")?,
    })
}

/// EPSG codes of the UTM zone in VN-2000 and in WGS 84.
fn utm(p: &TransverseMercator) -> Option<(u32, u32)> {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
    if !close(p.scale, 0.9996) || !close(p.easting, 500_000.0) || !close(p.northing, 0.0) {
        return None;
    }
    if close(p.meridian, 105.0) {
        Some((3405, 32648))
    } else if close(p.meridian, 111.0) {
        Some((3406, 32649))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_epsg(code: u32) -> SpatialRef {
        crate::source::gdal::quiet();
        SpatialRef::from_epsg(code).expect("registered")
    }

    fn from_wkt(wkt: &str) -> DeclaredCrs {
        read(&SpatialRef::from_wkt(wkt).expect("WKT"))
    }

    fn epsg(declared: &DeclaredCrs) -> Option<u32> {
        match declared {
            DeclaredCrs::Known { crs, .. } => Some(crs.epsg()),
            _ => None,
        }
    }

    #[test]
    fn every_system_the_register_reads_is_known_by_its_code_and_without_it() {
        let codes = (5896..=5899)
            .chain(9205..=9218)
            .chain([4756, 3405, 3406, 4326, 32648, 32649]);
        for code in codes {
            let srs = from_epsg(code);
            assert_eq!(epsg(&read(&srs)), Some(code));
            // ESRI's form carries no code.
            srs.morph_to_esri().expect("ESRI");
            let esri = SpatialRef::from_wkt(&srs.to_wkt().expect("WKT")).expect("WKT");
            assert_eq!(epsg(&read(&esri)), Some(code), "{esri:?}");
        }
        assert_eq!(epsg(&read(&from_epsg(3857))), Some(3857));
    }

    #[test]
    fn a_tm3_grid_on_a_lost_datum_is_vn2000_and_flagged() {
        let declared = from_wkt(
            r#"PROJCS["VN2000_107_00_3",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",107.0],PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#,
        );
        assert!(
            matches!(&declared, DeclaredCrs::Known { crs, datum_assumed: true, .. } if *crs == Crs::WORKING),
            "{declared:?}"
        );
    }

    #[test]
    fn a_utm_grid_whose_names_disagree_is_not_guessed() {
        let declared = from_wkt(
            r#"PROJCS["VN_2000_UTM_zone_48N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",105.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#,
        );
        assert!(
            matches!(&declared, DeclaredCrs::Unknown { perhaps, .. } if *perhaps == [3405, 32648]),
            "{declared:?}"
        );
    }

    #[test]
    fn mapinfo_says_wgs84_for_vn2000_or_gives_its_shifts() {
        let grid = |meridian: f64, scale: f64, shifts: &str| {
            let datum = if shifts.is_empty() {
                "World Geodetic System 1984"
            } else {
                "MIF 9999,28"
            };
            let wkt = format!(
                r#"PROJCS["unnamed",GEOGCS["unnamed",DATUM["{datum}",SPHEROID["WGS 84",6378137,298.257223563]{shifts}],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",{scale}],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]]"#
            );
            read_mapinfo(&SpatialRef::from_wkt(&wkt).expect("WKT"))
        };
        let shifts = ",TOWGS84[-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278]";
        for (meridian, scale, shifts, code) in [
            (107.0, 0.9999, "", 9214),
            (105.5, 0.9999, shifts, 9209),
            (105.0, 0.9996, shifts, 3405),
        ] {
            let declared = grid(meridian, scale, shifts);
            assert!(
                matches!(&declared, DeclaredCrs::Known { crs, datum_assumed: true, .. } if crs.epsg() == code),
                "{declared:?}"
            );
        }
        let declared = grid(105.0, 0.9996, "");
        assert!(
            matches!(&declared, DeclaredCrs::Unknown { perhaps, .. } if *perhaps == [3405, 32648]),
            "{declared:?}"
        );
        let declared = grid(105.0, 0.9996, ",TOWGS84[-84,-107,-120,0,0,0,0]");
        assert!(
            matches!(declared, DeclaredCrs::Unknown { .. }),
            "{declared:?}"
        );
    }

    #[test]
    fn deprecated_and_old_systems_are_unknown() {
        for code in [6956, 6959, 2044, 3148, 27700] {
            let declared = read(&from_epsg(code));
            assert!(
                matches!(&declared, DeclaredCrs::Unknown { epsg: Some(c), .. } if *c == code),
                "{declared:?}"
            );
        }
    }

    #[test]
    fn parameters_that_are_no_numbers_are_no_grid() {
        for parameter in ["107.45", "1e400", "-107"] {
            let wkt = format!(
                r#"PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",{parameter}],PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]"#
            );
            if let Ok(srs) = SpatialRef::from_wkt(&wkt) {
                assert!(
                    matches!(read(&srs), DeclaredCrs::Unknown { .. }),
                    "{parameter}"
                );
            }
        }
    }
}
