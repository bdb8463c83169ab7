//! Where the province lies, and what it means that data land elsewhere.

use std::path::Path;

use diaba_core::crs::{Crs, Transform};
use serde::Deserialize;

use crate::error::ImportError;

const BUILT_IN: &str = include_str!("place.toml");
/// Name of the file of an overlay folder that replaces the built-in one.
const FILE: &str = "place.toml";

/// The box the register's data must lie in, in the working CRS, margin included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    easting: [f64; 2],
    northing: [f64; 2],
    margin: f64,
}

impl Place {
    /// The box of the built-in `place.toml`, or of the one in `overlay`.
    ///
    /// # Errors
    /// [`ImportError::Usage`] where the file says no box.
    pub fn load(overlay: Option<&Path>) -> Result<Self, ImportError> {
        let path = overlay
            .map(|folder| folder.join(FILE))
            .filter(|path| path.exists());
        let Some(path) = path else {
            return Self::parse(BUILT_IN).map_err(|reason| wrong(FILE, &reason));
        };
        let text = std::fs::read_to_string(&path).map_err(|e| ImportError::Read {
            path: path.clone(),
            reason: e.to_string(),
        })?;
        Self::parse(&text).map_err(|reason| wrong(&path.display().to_string(), &reason))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let raw: Raw = toml::from_str(text).map_err(|e| e.to_string())?;
        let place = Self {
            west: raw.easting[0] - raw.margin,
            south: raw.northing[0] - raw.margin,
            east: raw.easting[1] + raw.margin,
            north: raw.northing[1] + raw.margin,
        };
        if place.west < place.east && place.south < place.north {
            Ok(place)
        } else {
            Err("the box is empty".to_owned())
        }
    }

    /// Whether a point of the working CRS lies in the box.
    pub fn holds(&self, point: [f64; 2]) -> bool {
        let [e, n] = point;
        self.west <= e && e <= self.east && self.south <= n && n <= self.north
    }
}

fn wrong(file: &str, reason: &str) -> ImportError {
    ImportError::Usage {
        vi: format!("{file}: {reason}"),
        en: format!("{file}: {reason}"),
    }
}

/// Where the first points of a file's records land.
#[derive(Debug, Clone, Default)]
pub struct Landing {
    /// In the province.
    pub inside: u64,
    /// In the province if the two coordinates change places, and not otherwise.
    pub swapped: u64,
    /// Elsewhere either way.
    pub elsewhere: u64,
    /// Some first points as the file has them, for guessing.
    pub sample: Vec<[f64; 2]>,
}

/// Where the first point of a record lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landed {
    /// In the province.
    Inside,
    /// In the province if its two coordinates change places, and not otherwise.
    Swapped,
    /// Elsewhere either way.
    Elsewhere,
}

impl Landed {
    /// Where `point`, in the system `transform` starts from, lands.
    pub fn of(point: [f64; 2], transform: &Transform, place: &Place) -> Self {
        if lands(point, transform, place) {
            Self::Inside
        } else if lands([point[1], point[0]], transform, place) {
            Self::Swapped
        } else {
            Self::Elsewhere
        }
    }
}

/// First points kept for guessing.
const SAMPLE: usize = 512;

impl Landing {
    /// Takes in the first point of a record, in the system `transform` starts from.
    pub fn push(&mut self, point: [f64; 2], transform: Option<&Transform>, place: &Place) {
        if self.sample.len() < SAMPLE {
            self.sample.push(point);
        }
        if let Some(transform) = transform {
            self.count(Landed::of(point, transform, place));
        }
    }

    /// Counts where a record landed.
    pub fn count(&mut self, landed: Landed) {
        match landed {
            Landed::Inside => self.inside += 1,
            Landed::Swapped => self.swapped += 1,
            Landed::Elsewhere => self.elsewhere += 1,
        }
    }

    /// Systems under which nearly all of the sample lies in the province, the working one first; with each, whether
    /// the coordinates must change places.
    pub fn guesses(&self, place: &Place) -> Vec<(Crs, bool)> {
        let others = Crs::vn2000_grids().filter(|crs| *crs != Crs::WORKING);
        let candidates = [Crs::WORKING, Crs::LONLAT].into_iter().chain(others);
        let mut found = Vec::new();
        for crs in candidates {
            let Ok(transform) = Transform::new(crs, Crs::WORKING) else {
                continue;
            };
            for swap in [false, true] {
                let hits = self
                    .sample
                    .iter()
                    .filter(|p| {
                        let p = if swap { [p[1], p[0]] } else { **p };
                        lands(p, &transform, place)
                    })
                    .count();
                if hits > 0 && hits * 100 >= self.sample.len() * 95 {
                    found.push((crs, swap));
                }
            }
        }
        found
    }
}

/// Whether `point` lands in the province.
fn lands(point: [f64; 2], transform: &Transform, place: &Place) -> bool {
    possible(point, transform.from())
        && transform.point(point).is_ok_and(|image| place.holds(image))
}

/// Metres beyond which no grid of the register has a point: more than twice round the Earth.
const FARTHEST: f64 = 1e8;

/// Whether `crs` can have a point with these coordinates at all; PROJ complains loudly of those it cannot.
pub fn possible(point: [f64; 2], crs: Crs) -> bool {
    let [x, y] = point;
    if crs.is_geographic() {
        x.abs() <= 360.0 && y.abs() <= 90.0
    } else {
        x.abs() <= FARTHEST && y.abs() <= FARTHEST
    }
}

/// The guesses in words: `EPSG:9209, EPSG:9210 (đổi trục · axes swapped)`.
pub fn in_words(guesses: &[(Crs, bool)]) -> String {
    let word = |(crs, swap): &(Crs, bool)| {
        let swapped = if *swap { " (X↔Y)" } else { "" };
        format!("EPSG:{}{swapped}", crs.epsg())
    };
    guesses.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place::load(None).expect("built in")
    }

    #[test]
    fn the_reference_points_lie_in_the_province_and_their_neighbours_do_not() {
        assert!(place().holds([416_226.8, 2_353_402.5]));
        assert!(!place().holds([571_883.7, 2_353_346.0]));
        assert!(!place().holds([2_353_402.5, 416_226.8]));
        assert!(!place().holds([f64::NAN, 2_353_402.5]));
    }

    #[test]
    fn another_grid_and_swapped_axes_are_seen() {
        let transform = Transform::new(Crs::WORKING, Crs::WORKING).expect("same");
        let mut landing = Landing::default();
        landing.push([2_353_345.98, 571_883.67], Some(&transform), &place());
        assert_eq!(
            (landing.inside, landing.swapped, landing.elsewhere),
            (0, 0, 1)
        );
        let guesses = landing.guesses(&place());
        assert!(
            guesses
                .iter()
                .any(|(crs, swap)| crs.epsg() == 9209 && *swap)
        );
        assert!(guesses.iter().all(|(crs, _)| crs.epsg() != 9214));
        landing.push([2_353_402.45, 416_226.77], Some(&transform), &place());
        assert_eq!(landing.swapped, 1);
    }

    #[test]
    fn an_empty_box_is_refused() {
        assert!(Place::parse("easting = [1.0, 0.0]\nnorthing = [0.0, 1.0]\nmargin = 0.0").is_err());
        assert!(Place::parse("easting = [1.0]").is_err());
    }
}
