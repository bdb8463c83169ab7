//! What a file is, from its first bytes and its name, before GDAL sees it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::advice;
use super::archive::{self, Kind};
use crate::error::ImportError;

/// A format the importer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ESRI shapefile.
    Shapefile,
    /// GeoPackage.
    GeoPackage,
    /// GeoJSON (RFC 7946, or the older one with `crs`), also one record a line, with or without record separators.
    GeoJson,
    /// FlatGeobuf.
    FlatGeobuf,
    /// Geography Markup Language.
    Gml,
    /// Keyhole Markup Language.
    Kml,
    /// Keyhole Markup Language in an archive.
    Kmz,
    /// Comma-separated values with WKT, coordinates or corners of parcels.
    Csv,
    /// Excel workbook with the same.
    Xlsx,
    /// MapInfo table: `.tab` with `.dat`, `.map`, `.id` and `.ind` beside it.
    MapInfoTab,
    /// MapInfo interchange: `.mif` with `.mid` beside it.
    MapInfoMif,
    /// `SpatiaLite`, or another SQLite file with a `geometry_columns` table.
    SpatiaLite,
    /// ESRI file geodatabase, a folder.
    FileGdb,
    /// `MicroStation` DGN of version 7 or older.
    Dgn,
    /// AutoCAD drawing exchange, as text.
    Dxf,
}

impl Format {
    /// GDAL's drivers for it.
    pub const fn drivers(self) -> &'static [&'static str] {
        match self {
            Self::Shapefile => &["ESRI Shapefile"],
            Self::GeoPackage => &["GPKG"],
            Self::GeoJson => &["GeoJSON", "GeoJSONSeq"],
            Self::FlatGeobuf => &["FlatGeobuf"],
            Self::Gml => &["GML"],
            Self::Kml => &["LIBKML", "KML"],
            Self::Kmz => &["LIBKML"],
            Self::Csv => &["CSV"],
            Self::Xlsx => &["XLSX"],
            Self::MapInfoTab | Self::MapInfoMif => &["MapInfo File"],
            Self::SpatiaLite => &["SQLite"],
            Self::FileGdb => &["OpenFileGDB"],
            Self::Dgn => &["DGN"],
            Self::Dxf => &["DXF"],
        }
    }

    /// Whether the whole file is text, so that bytes that are no UTF-8 anywhere in it mean a legacy encoding.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::GeoJson | Self::Gml | Self::Kml | Self::Csv)
    }

    /// Whether text comes as bytes whatever the file says its encoding is.
    pub const fn hides_encoding(self) -> bool {
        matches!(self, Self::Shapefile | Self::MapInfoTab | Self::MapInfoMif)
    }

    /// Whether the file says how many records it has, without being read through.
    pub const fn counts(self) -> bool {
        matches!(
            self,
            Self::Shapefile
                | Self::GeoPackage
                | Self::FlatGeobuf
                | Self::SpatiaLite
                | Self::FileGdb
        )
    }
}

/// The format of the file, or of the folder that is one, at `path`.
///
/// # Errors
/// [`ImportError::Read`] where it cannot be read, [`ImportError::Format`] with advice where it is something else.
pub fn of(path: &Path) -> Result<Format, ImportError> {
    let refuse = |vi: &str, en: &str| ImportError::Format {
        path: path.to_owned(),
        vi: vi.to_owned(),
        en: en.to_owned(),
    };
    if path.is_dir() {
        return if is_geodatabase(path) {
            Ok(Format::FileGdb)
        } else {
            Err(refuse(
                "đây là thư mục, không phải cơ sở dữ liệu .gdb.",
                "this is a folder and no .gdb geodatabase.",
            ))
        };
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .map_err(|e| ImportError::Read {
            path: path.to_owned(),
            reason: e.to_string(),
        })?;
    let extension = extension(path);
    if let Some((vi, en)) = advice::refused(&head, &extension) {
        return Err(refuse(vi, en));
    }
    if head.starts_with(b"PK") {
        return match archive::kind(path)? {
            Kind::Kmz => Ok(Format::Kmz),
            Kind::Workbook => Ok(Format::Xlsx),
            Kind::Document => Err(refuse(advice::DOCUMENT.0, advice::DOCUMENT.1)),
            Kind::Bundle => Err(refuse(advice::BUNDLE.0, advice::BUNDLE.1)),
        };
    }
    by_bytes(&head, &extension)
        .or_else(|| by_extension(&extension))
        .ok_or_else(|| refuse(advice::UNKNOWN.0, advice::UNKNOWN.1))
}

/// Whether the folder at `path` is an ESRI file geodatabase: named so, with tables in it.
pub fn is_geodatabase(path: &Path) -> bool {
    extension(path) == "gdb"
        && std::fs::read_dir(path).is_ok_and(|entries| {
            entries
                .filter_map(Result::ok)
                .any(|entry| extension(&entry.path()) == "gdbtable")
        })
}

/// Whether a file named `.json` may be GeoJSON, by the words in its first bytes; files of other names may.
pub fn looks_like_geojson(path: &Path) -> bool {
    if extension(path) != "json" {
        return true;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut head));
    read.is_err()
        || [&b"Feature"[..], b"coordinates", b"geometries"]
            .iter()
            .any(|word| head.windows(word.len()).any(|w| w == *word))
}

/// The format the name of `path` says.
pub fn by_name(path: &Path) -> Option<Format> {
    by_extension(&extension(path))
}

/// The extension of `path` in lower case; empty where it has none.
pub fn extension(path: &Path) -> String {
    path.extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn by_bytes(head: &[u8], extension: &str) -> Option<Format> {
    if head.starts_with(&[0, 0, 0x27, 0x0A]) {
        return Some(Format::Shapefile);
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Some(sqlite(head, extension));
    }
    if head.starts_with(b"fgb\x03") {
        return Some(Format::FlatGeobuf);
    }
    // The header element of a design file, in the plane or in space: level 8, type 9, 766 words.
    if matches!(head, [0x08 | 0xC8, 0x09, 0xFE, 0x02, ..]) {
        return Some(Format::Dgn);
    }
    let text = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    let text = text.trim_ascii_start();
    // The record separator of RFC 8142.
    let text = text.strip_prefix(&[0x1E]).unwrap_or(text);
    if text.starts_with(b"{") {
        return Some(Format::GeoJson);
    }
    if text.starts_with(b"<") {
        let contains = |needle: &[u8]| text.windows(needle.len()).any(|w| w == needle);
        if contains(b"<kml") || contains(b"opengis.net/kml") || contains(b"google.com/kml") {
            return Some(Format::Kml);
        }
        if contains(b"opengis.net/gml") {
            return Some(Format::Gml);
        }
    }
    let mut lines = text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    match (lines.next(), lines.next()) {
        (Some(b"!table"), _) => Some(Format::MapInfoTab),
        (Some(b"0"), Some(b"SECTION")) => Some(Format::Dxf),
        (Some(first), _) if is_mif(first) => Some(Format::MapInfoMif),
        _ => None,
    }
}

/// `Version 300`, the first line of every interchange file.
fn is_mif(line: &[u8]) -> bool {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words
        .next()
        .is_some_and(|w| w.eq_ignore_ascii_case(b"version"))
        && words
            .next()
            .is_some_and(|w| w.iter().all(u8::is_ascii_digit))
        && words.next().is_none()
}

/// A GeoPackage says so in its application id; writers that forgot it name the file so.
fn sqlite(head: &[u8], extension: &str) -> Format {
    let id = head.get(68..72).unwrap_or_default();
    if id.starts_with(b"GP") || extension == "gpkg" {
        Format::GeoPackage
    } else {
        Format::SpatiaLite
    }
}

fn by_extension(extension: &str) -> Option<Format> {
    match extension {
        "shp" => Some(Format::Shapefile),
        "gpkg" => Some(Format::GeoPackage),
        "json" | "geojson" | "geojsonl" | "geojsons" | "ndjson" => Some(Format::GeoJson),
        "fgb" => Some(Format::FlatGeobuf),
        "gml" => Some(Format::Gml),
        "kml" => Some(Format::Kml),
        "csv" | "tsv" => Some(Format::Csv),
        "xlsx" => Some(Format::Xlsx),
        "tab" => Some(Format::MapInfoTab),
        "mif" => Some(Format::MapInfoMif),
        "dgn" => Some(Format::Dgn),
        "dxf" => Some(Format::Dxf),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_bytes() {
        let mut gpkg = b"SQLite format 3\0".to_vec();
        gpkg.resize(68, 0);
        gpkg.extend(b"GPKG");
        for (head, extension, format) in [
            (&b"\0\0\x27\x0A\0\0"[..], "dat", Format::Shapefile),
            (&gpkg, "db", Format::GeoPackage),
            (b"SQLite format 3\0...", "gpkg", Format::GeoPackage),
            (b"SQLite format 3\0...", "sqlite", Format::SpatiaLite),
            (b"fgb\x03fgb\0", "", Format::FlatGeobuf),
            (b"\xEF\xBB\xBF {\"type\":", "", Format::GeoJson),
            (b"\x1E{ \"type\":", "", Format::GeoJson),
            (b"<?xml?><kml xmlns=''>", "xml", Format::Kml),
            (
                b"<?xml?><a xmlns:gml=\"http://www.opengis.net/gml\">",
                "xml",
                Format::Gml,
            ),
            (b"!table\r\n!version 300\r\n", "", Format::MapInfoTab),
            (b"VERSION   300\r\nCharset", "", Format::MapInfoMif),
            (b"  0\r\nSECTION\r\n  2\r\n", "txt", Format::Dxf),
            (&[0x08, 0x09, 0xFE, 0x02, 0], "", Format::Dgn),
            (&[0xC8, 0x09, 0xFE, 0x02, 0], "", Format::Dgn),
        ] {
            assert_eq!(by_bytes(head, extension), Some(format));
        }
        for head in [&b"ma_xa,so_to"[..], b"version 1 of a note", b"0\nENTITIES"] {
            assert_eq!(by_bytes(head, ""), None);
        }
        assert_eq!(by_extension("csv"), Some(Format::Csv));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(head in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80), extension in ".{0,6}") {
            let _ = (by_bytes(&head, &extension), by_extension(&extension));
        }
    }
}
