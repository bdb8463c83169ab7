//! What a file is, from its first bytes and its name, before GDAL sees it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::ImportError;

/// A format the importer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// ESRI shapefile.
    Shapefile,
    /// GeoPackage.
    GeoPackage,
    /// GeoJSON (RFC 7946, or the older one with `crs`), also line by line.
    GeoJson,
    /// FlatGeobuf.
    FlatGeobuf,
    /// Geography Markup Language.
    Gml,
    /// Keyhole Markup Language.
    Kml,
    /// Comma-separated values with WKT or x and y columns.
    Csv,
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
            Self::Csv => &["CSV"],
        }
    }

    /// Whether the whole file is text, so that bytes that are no UTF-8 anywhere in it mean a legacy encoding.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::GeoJson | Self::Gml | Self::Kml | Self::Csv)
    }
}

/// The format of the file at `path`.
///
/// # Errors
/// [`ImportError::Read`] where it cannot be read, [`ImportError::Format`] with advice where it is something else.
pub fn of(path: &Path) -> Result<Format, ImportError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .map_err(|e| ImportError::Read {
            path: path.to_owned(),
            reason: e.to_string(),
        })?;
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    if let Some((vi, en)) = refused(&head, &extension) {
        return Err(ImportError::Format {
            path: path.to_owned(),
            vi: vi.to_owned(),
            en: en.to_owned(),
        });
    }
    by_bytes(&head)
        .or_else(|| by_extension(&extension))
        .ok_or_else(|| ImportError::Format {
            path: path.to_owned(),
            vi: "không nhận ra định dạng; đọc được SHP, GPKG, GeoJSON, FGB, GML, KML và CSV."
                .to_owned(),
            en: "the format is not recognised; SHP, GPKG, GeoJSON, FGB, GML, KML and CSV are read."
                .to_owned(),
        })
}

fn by_bytes(head: &[u8]) -> Option<Format> {
    if head.starts_with(&[0, 0, 0x27, 0x0A]) {
        return Some(Format::Shapefile);
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Some(Format::GeoPackage);
    }
    if head.starts_with(b"fgb\x03") {
        return Some(Format::FlatGeobuf);
    }
    let text = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    let text = text.trim_ascii_start();
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
    None
}

fn by_extension(extension: &str) -> Option<Format> {
    match extension {
        "shp" => Some(Format::Shapefile),
        "gpkg" => Some(Format::GeoPackage),
        "json" | "geojson" | "geojsonl" | "ndjson" => Some(Format::GeoJson),
        "fgb" => Some(Format::FlatGeobuf),
        "gml" => Some(Format::Gml),
        "kml" => Some(Format::Kml),
        "csv" | "tsv" => Some(Format::Csv),
        _ => None,
    }
}

fn refused(head: &[u8], extension: &str) -> Option<(&'static str, &'static str)> {
    if head.is_empty() {
        return Some(("tệp rỗng.", "the file is empty."));
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Some((
            "đây là DGN v8 hoặc tài liệu Office cũ, không đọc được; hãy xuất ra DGN v7, DXF hoặc SHP.",
            "this is DGN v8 or an old Office document, which cannot be read; export it as DGN v7, DXF or SHP.",
        ));
    }
    if head.starts_with(b"AC10") {
        return Some((
            "đây là bản vẽ DWG, chưa đọc được; hãy xuất ra SHP hoặc GPKG.",
            "this is a DWG drawing, which is not read; export it as SHP or GPKG.",
        ));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(&[0x1F, 0x8B]) {
        return Some((
            "đây là tệp nén (ZIP, KMZ, XLSX, GZ); hãy giải nén rồi nhập từng tệp.",
            "this is an archive (ZIP, KMZ, XLSX, GZ); unpack it and import the files in it.",
        ));
    }
    match extension {
        "dbf" | "shx" | "prj" | "cpg" => Some((
            "đây là một phần của shapefile; hãy nhập tệp .shp.",
            "this is a part of a shapefile; import the .shp file.",
        )),
        "dgn" | "dxf" | "tab" | "mif" | "mid" => Some((
            "định dạng DGN, DXF, TAB, MIF chưa đọc được; hãy xuất ra SHP hoặc GPKG.",
            "DGN, DXF, TAB and MIF are not read; export as SHP or GPKG.",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_bytes() {
        for (head, format) in [
            (&b"\0\0\x27\x0A\0\0"[..], Format::Shapefile),
            (b"SQLite format 3\0...", Format::GeoPackage),
            (b"fgb\x03fgb\0", Format::FlatGeobuf),
            (b"\xEF\xBB\xBF {\"type\":", Format::GeoJson),
            (b"<?xml?><kml xmlns=''>", Format::Kml),
            (
                b"<?xml?><a xmlns:gml=\"http://www.opengis.net/gml\">",
                Format::Gml,
            ),
        ] {
            assert_eq!(by_bytes(head), Some(format));
        }
        assert_eq!(by_bytes(b"ma_xa,so_to"), None);
        assert_eq!(by_extension("csv"), Some(Format::Csv));
    }

    #[test]
    fn what_is_not_read_is_refused_with_advice() {
        for (head, extension) in [
            (&b""[..], "shp"),
            (&[0xD0, 0xCF, 0x11, 0xE0], "dgn"),
            (b"AC1015", "dwg"),
            (b"PK\x03\x04", "zip"),
            (b"x", "dbf"),
        ] {
            assert!(refused(head, extension).is_some());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(head in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64), extension in ".{0,6}") {
            let _ = (by_bytes(&head), by_extension(&extension), refused(&head, &extension));
        }
    }
}
