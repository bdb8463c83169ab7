//! `bbox` and `bbox-crs` of OGC API Features.

use std::str::FromStr;

/// A box in degrees on WGS 84: west, south, east, north (OGC:CRS84, longitude first).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    /// Western edge, degrees.
    pub west: f64,
    /// Southern edge, degrees.
    pub south: f64,
    /// Eastern edge, degrees; less than `west` where the box crosses the antimeridian.
    pub east: f64,
    /// Northern edge, degrees.
    pub north: f64,
}

impl FromStr for Bbox {
    type Err = String;

    /// Reads 4 numbers, or 6 of which the heights are read and put aside: features have no height.
    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text
            .split(',')
            .map(|part| {
                part.trim()
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite())
            })
            .collect::<Option<Vec<f64>>>()
            .ok_or("expected 4 or 6 numbers separated by commas")?;
        let (west, south, east, north) = match numbers[..] {
            [west, south, east, north] => (west, south, east, north),
            [west, south, low, east, north, high] if low <= high => (west, south, east, north),
            [_, _, _, _, _, _] => return Err("the lower height is above the upper one".into()),
            _ => return Err(format!("expected 4 or 6 numbers, found {}", numbers.len())),
        };
        if ![west, east].iter().all(|lon| lon.abs() <= 180.0) {
            return Err("longitudes go from -180 to 180 (order: west, south, east, north)".into());
        }
        if ![south, north].iter().all(|lat| lat.abs() <= 90.0) {
            return Err("latitudes go from -90 to 90 (order: west, south, east, north)".into());
        }
        if south > north {
            return Err("the southern edge is north of the northern one".into());
        }
        Ok(Self {
            west,
            south,
            east,
            north,
        })
    }
}

impl Bbox {
    /// The box as one span of longitudes, for data within `extent`. A box over the antimeridian is two spans; the one
    /// that meets the data is taken, and where both do the box is refused.
    pub fn span(self, extent: Option<[f64; 4]>) -> Result<[f64; 4], String> {
        if self.west <= self.east {
            return Ok([self.west, self.south, self.east, self.north]);
        }
        let [min, max] = extent.map_or([0.0, 0.0], |[west, _, east, _]| [west, east]);
        match (max >= self.west, min <= self.east) {
            (true, true) => Err(
                "the box crosses the antimeridian and meets the data on both sides of it".into(),
            ),
            (true, false) => Ok([self.west, self.south, 180.0, self.north]),
            (false, _) => Ok([-180.0, self.south, self.east, self.north]),
        }
    }
}

/// The reference system of `bbox`: CRS84, the only one this server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BboxCrs;

/// OGC:CRS84, longitude and latitude on WGS 84.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

impl FromStr for BboxCrs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == CRS84 {
            Ok(Self)
        } else {
            Err(format!("only {CRS84} is supported"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn four_numbers_or_six() {
        assert_eq!(
            "106,21,107,22".parse(),
            Ok(Bbox {
                west: 106.0,
                south: 21.0,
                east: 107.0,
                north: 22.0
            })
        );
        assert_eq!(
            "106,21,107,22".parse::<Bbox>(),
            "106, 21, 0, 107, 22, 9".parse()
        );
    }

    #[test]
    fn what_is_no_box_is_refused() {
        for text in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "1,2,3,nan",
            "1,2,inf,4",
            "181,0,182,1",
            "0,91,1,92",
            "0,2,1,1",
            "0,0,9,1,1,8",
        ] {
            assert!(text.parse::<Bbox>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_box_over_the_antimeridian_keeps_the_side_with_the_data() {
        let bbox = Bbox {
            west: 170.0,
            south: -10.0,
            east: -170.0,
            north: 10.0,
        };
        assert_eq!(
            bbox.span(Some([106.0, 21.0, 107.0, 22.0])),
            Ok([-180.0, -10.0, -170.0, 10.0])
        );
        let wide = Bbox {
            west: 100.0,
            ..bbox
        };
        assert_eq!(
            wide.span(Some([106.0, 21.0, 107.0, 22.0])),
            Ok([100.0, -10.0, 180.0, 10.0])
        );
        let around = Bbox {
            west: 106.5,
            south: 0.0,
            east: 106.4,
            north: 1.0,
        };
        assert!(around.span(Some([106.0, 21.0, 107.0, 22.0])).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_box_or_a_reason(text in ".*") {
            let _ = text.parse::<Bbox>();
        }

        #[test]
        fn printed_boxes_are_read_back(w in -180.0..180.0f64, s in -90.0..0.0f64, e in -180.0..180.0f64, n in 0.0..90.0f64) {
            let read = format!("{w},{s},{e},{n}").parse::<Bbox>().unwrap();
            prop_assert_eq!(read, Bbox { west: w, south: s, east: e, north: n });
        }
    }
}
