//! What is asked of an export.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use diaba_core::space::MAX_ZOOM;

use super::error::ExportError;

/// What is asked of an export.
#[derive(Debug, Clone)]
pub struct Request {
    /// Identifiers of themes; none means every theme with data.
    pub themes: Vec<String>,
    /// Zooms; otherwise those the themes are drawn at.
    pub zooms: Option<RangeInclusive<u8>>,
    /// Which part of the ground.
    pub area: Asked,
    /// The archive; its ending says which kind.
    pub out: PathBuf,
    /// An archive exported before, or its version: only what has changed since goes into this one.
    pub since: Option<String>,
    /// Threads that make tiles.
    pub threads: usize,
}

/// Which part of the ground is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// All of it.
    Everything,
    /// Tiles that touch this box: west, south, east, north in degrees.
    Box([f64; 4]),
    /// Tiles that touch the commune of this code.
    Commune(String),
}

/// A kind of archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PMTiles, version 3: one file that can be read in place, also over HTTP.
    Pmtiles,
    /// MBTiles, version 1.3: an SQLite database.
    Mbtiles,
}

impl Format {
    /// The kind a file's ending says.
    ///
    /// # Errors
    /// [`ExportError::Usage`] for every other ending.
    pub fn of(path: &Path) -> Result<Self, ExportError> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("pmtiles") => Ok(Self::Pmtiles),
            Some("mbtiles") => Ok(Self::Mbtiles),
            _ => Err(ExportError::usage(
                format!(
                    "{}: tên tệp phải kết thúc bằng .pmtiles hoặc .mbtiles.",
                    path.display()
                ),
                format!(
                    "{}: the file's name must end in .pmtiles or .mbtiles.",
                    path.display()
                ),
            )),
        }
    }
}

/// Reads zooms as `5-16` or `14`.
///
/// # Errors
/// [`ExportError::Usage`] where they are no zooms.
pub fn zooms(text: &str) -> Result<RangeInclusive<u8>, ExportError> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let read = |part: &str| part.trim().parse::<u8>().ok().filter(|z| *z <= MAX_ZOOM);
    match (read(first), read(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        _ => Err(ExportError::usage(
            format!("'{text}' không phải mức thu phóng; hãy viết như 5-16 (0 đến {MAX_ZOOM})."),
            format!("'{text}' are no zooms; write them as 5-16 (0 to {MAX_ZOOM})."),
        )),
    }
}

/// Reads a box as `WEST,SOUTH,EAST,NORTH` in degrees.
///
/// # Errors
/// [`ExportError::Usage`] where it is no box.
pub fn bbox(text: &str) -> Result<[f64; 4], ExportError> {
    let read: Option<Vec<f64>> = text
        .split(',')
        .map(|part| part.trim().parse().ok().filter(|v: &f64| v.is_finite()))
        .collect();
    match read.as_deref() {
        Some(&[west, south, east, north])
            if (-180.0..=180.0).contains(&west)
                && (-180.0..=180.0).contains(&east)
                && (-90.0..=90.0).contains(&south)
                && (-90.0..=90.0).contains(&north)
                && west <= east
                && south <= north =>
        {
            Ok([west, south, east, north])
        }
        _ => Err(ExportError::usage(
            format!("'{text}' không phải khung tọa độ; hãy viết TÂY,NAM,ĐÔNG,BẮC theo độ."),
            format!("'{text}' is no box; write WEST,SOUTH,EAST,NORTH in degrees."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zooms_are_a_range_or_one() {
        assert_eq!(zooms("5-16").unwrap(), 5..=16);
        assert_eq!(zooms("14").unwrap(), 14..=14);
        for wrong in ["", "16-5", "5-23", "a", "5-", "-5", "5-16-17", "300"] {
            let error = zooms(wrong).unwrap_err();
            assert!(error.is_usage(), "{wrong}");
        }
    }

    #[test]
    fn a_box_is_west_south_east_north() {
        assert_eq!(bbox("106,21, 107,22").unwrap(), [106.0, 21.0, 107.0, 22.0]);
        for wrong in ["", "1,2,3", "107,21,106,22", "106,91,107,92", "NaN,0,1,1"] {
            assert!(bbox(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_ending_says_the_kind() {
        assert_eq!(
            Format::of(Path::new("a/b.PMTiles")).unwrap(),
            Format::Pmtiles
        );
        assert_eq!(Format::of(Path::new("b.mbtiles")).unwrap(), Format::Mbtiles);
        let error = Format::of(Path::new("b.zip")).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 2);
    }

    proptest! {
        #[test]
        fn no_text_breaks_reading(text in ".*") {
            let _ = (zooms(&text), bbox(&text));
        }
    }
}
