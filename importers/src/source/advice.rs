//! What to do with a file the importer does not read.

/// Advice in Vietnamese and in English.
pub type Advice = (&'static str, &'static str);

/// For bytes and names that mean nothing.
pub const UNKNOWN: Advice = (
    "không nhận ra định dạng; đọc được SHP, TAB, MIF, GPKG, GDB, SQLite, GeoJSON, FGB, GML, KML, KMZ, CSV, XLSX, DGN v7 và DXF.",
    "the format is not recognised; SHP, TAB, MIF, GPKG, GDB, SQLite, GeoJSON, FGB, GML, KML, KMZ, CSV, XLSX, DGN v7 and DXF are read.",
);

/// For archives named where one file is meant.
pub const BUNDLE: Advice = (
    "đây là tệp nén gồm nhiều tệp; hãy giải nén rồi nhập từng tệp.",
    "this is an archive of several files; unpack it and import them.",
);

/// For documents of an office suite.
pub const DOCUMENT: Advice = (
    "đây là văn bản, không phải dữ liệu không gian.",
    "this is a document and no spatial data.",
);

/// Why a file that begins with `head` and is named `*.extension` is not read, and what to do; `None` where it may be.
pub fn refused(head: &[u8], extension: &str) -> Option<Advice> {
    if head.is_empty() {
        return Some(("tệp rỗng.", "the file is empty."));
    }
    by_bytes(head, extension).or_else(|| by_extension(extension))
}

fn by_bytes(head: &[u8], extension: &str) -> Option<Advice> {
    // The compound file of OLE, which MicroStation took for version 8 and Office had before 2007.
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Some(match extension {
            "xls" | "doc" => (
                "đây là tài liệu Office đời cũ, không đọc được; hãy lưu lại dạng .xlsx hoặc CSV.",
                "this is an old Office document, which cannot be read; save it as .xlsx or CSV.",
            ),
            _ => (
                "đây là DGN v8 (hoặc tài liệu Office cũ), không đọc được; trong MicroStation hãy lưu thành DGN v7 (File › Save As › V7), DXF hoặc SHP.",
                "this is DGN v8 (or an old Office document), which cannot be read; save it from MicroStation as DGN v7 (File › Save As › V7), DXF or SHP.",
            ),
        });
    }
    if head.starts_with(b"AC1")
        && head
            .get(3..6)
            .is_some_and(|v| v.iter().all(u8::is_ascii_digit))
    {
        return Some((
            "đây là bản vẽ DWG, không đọc được; trong AutoCAD hãy lưu thành DXF dạng chữ (Save As › DXF, ASCII).",
            "this is a DWG drawing, which cannot be read; save it from AutoCAD as DXF in text form (Save As › DXF, ASCII).",
        ));
    }
    if head.starts_with(b"AutoCAD Binary DXF") {
        return Some((
            "đây là DXF nhị phân, không đọc được; hãy lưu lại DXF dạng chữ (ASCII).",
            "this is binary DXF, which cannot be read; save it as DXF in text form (ASCII).",
        ));
    }
    let packed: [&[u8]; 4] = [b"Rar!\x1A\x07", b"7z\xBC\xAF\x27\x1C", b"\x1F\x8B", b"BZh"];
    if packed.iter().any(|magic| head.starts_with(magic)) {
        return Some((
            "đây là tệp nén RAR, 7z, GZ hoặc BZ2; hãy giải nén rồi nhập thư mục, hoặc nén lại dạng ZIP.",
            "this is an archive of kind RAR, 7z, GZ or BZ2; unpack it and import the folder, or pack it again as ZIP.",
        ));
    }
    if head.starts_with(b"%PDF") {
        return Some(DOCUMENT);
    }
    None
}

fn by_extension(extension: &str) -> Option<Advice> {
    match extension {
        "dbf" | "shx" | "prj" | "cpg" => Some((
            "đây là một phần của shapefile; hãy nhập tệp .shp.",
            "this is a part of a shapefile; import the .shp file.",
        )),
        "dat" | "map" | "id" | "ind" => Some((
            "đây là một phần của bảng MapInfo; hãy nhập tệp .tab.",
            "this is a part of a MapInfo table; import the .tab file.",
        )),
        "mid" => Some((
            "đây là một phần của tệp MapInfo MIF; hãy nhập tệp .mif.",
            "this is a part of a MapInfo MIF file; import the .mif file.",
        )),
        "gdbtable" | "gdbtablx" | "gdbindexes" | "atx" | "spx" | "freelist" => Some((
            "đây là một phần của cơ sở dữ liệu .gdb; hãy nhập cả thư mục .gdb.",
            "this is a part of a .gdb geodatabase; import the .gdb folder.",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_refused_with_advice() {
        for (head, extension, word) in [
            (&b""[..], "shp", "empty"),
            (&[0xD0, 0xCF, 0x11, 0xE0], "dgn", "DGN v7"),
            (&[0xD0, 0xCF, 0x11, 0xE0], "xls", ".xlsx"),
            (b"AC1015", "dwg", "DXF"),
            (b"AC1032", "dwg", "DXF"),
            (b"AutoCAD Binary DXF\r\n\x1a\0", "dxf", "ASCII"),
            (b"Rar!\x1A\x07\x01", "rar", "ZIP"),
            (b"%PDF-1.7", "pdf", "document"),
            (b"x", "dbf", ".shp"),
            (b"x", "id", ".tab"),
            (b"x", "mid", ".mif"),
            (b"x", "gdbtable", ".gdb"),
        ] {
            let (vi, en) = refused(head, extension).expect("refused");
            assert!(en.contains(word) && !vi.is_empty(), "{en}");
        }
        assert_eq!(refused(b"ACreage,so_to", "csv"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(head in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64), extension in ".{0,6}") {
            let _ = refused(&head, &extension);
        }
    }
}
