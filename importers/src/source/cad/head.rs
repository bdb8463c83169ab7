//! Whether a file is a drawing, from its first bytes, and whether it is all there.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::ImportError;

/// A drawing this reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// MicroStation DGN, version 7.
    Dgn,
    /// AutoCAD DXF, in text.
    Dxf,
}

impl Kind {
    /// GDAL's driver for it.
    pub const fn driver(self) -> &'static str {
        match self {
            Self::Dgn => "DGN",
            Self::Dxf => "DXF",
        }
    }

    /// GDAL's field for the layer an element is on.
    pub const fn layer_field(self) -> &'static str {
        match self {
            Self::Dgn => "Level",
            Self::Dxf => "Layer",
        }
    }

    /// Whether its text comes as bytes: GDAL recodes a DXF's, and hands a DGN's over as they are.
    pub const fn bytes(self) -> bool {
        matches!(self, Self::Dgn)
    }
}

/// First bytes of DGN v7: the type 9 element of a 2D or 3D design, or a cell library.
const DGN: [[u8; 4]; 3] = [
    [0x08, 0x09, 0xFE, 0x02],
    [0xC8, 0x09, 0xFE, 0x02],
    [0x08, 0x05, 0x17, 0x00],
];
const BINARY_DXF: &[u8] = b"AutoCAD Binary DXF";

/// The drawing at `path`; `None` where it is something else.
///
/// # Errors
/// [`ImportError::Read`] where it cannot be read, [`ImportError::Format`] where it is a drawing of a kind not read.
pub fn recognise(path: &Path) -> Result<Option<Kind>, ImportError> {
    if path.is_dir() {
        return Ok(None);
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut head))
        .map_err(|e| read_error(path, &e))?;
    let extension = path
        .extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    let refused = |vi: &str, en: &str| {
        Err(ImportError::Format {
            path: path.to_owned(),
            vi: vi.to_owned(),
            en: en.to_owned(),
        })
    };
    if head.starts_with(BINARY_DXF) {
        return refused(
            "đây là DXF nhị phân, không đọc được; hãy lưu lại thành DXF dạng văn bản (ASCII).",
            "this is a binary DXF, which is not read; save it as a DXF in text (ASCII).",
        );
    }
    let kind = by_bytes(&head);
    // An OLE document or an empty file has its own advice elsewhere.
    let other = head.is_empty() || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]);
    if kind.is_none() && extension == "dgn" && !other {
        return refused(
            "không phải DGN v7; hãy xuất lại từ MicroStation thành DGN v7 hoặc DXF.",
            "this is no DGN v7; export it from MicroStation as DGN v7 or DXF.",
        );
    }
    Ok(kind.or((extension == "dxf" && !other).then_some(Kind::Dxf)))
}

fn by_bytes(head: &[u8]) -> Option<Kind> {
    if DGN.iter().any(|magic| head.starts_with(magic)) {
        return Some(Kind::Dgn);
    }
    let text = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    let mut lines = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    // Comments come as pairs of 999 and the comment.
    loop {
        match (lines.next()?, lines.next()?) {
            (b"999", _) => {}
            (b"0", b"SECTION") => return Some(Kind::Dxf),
            _ => return None,
        }
    }
}

/// Checks that the drawing at `path` ends where it says it does.
///
/// # Errors
/// [`ImportError::Truncated`] where it does not, [`ImportError::Read`] where it cannot be read.
pub fn complete(path: &Path, kind: Kind) -> Result<(), ImportError> {
    let whole = match kind {
        Kind::Dgn => dgn_is_whole(path),
        Kind::Dxf => dxf_is_whole(path),
    };
    match whole.map_err(|e| read_error(path, &e))? {
        (true, _) => Ok(()),
        (false, read) => Err(ImportError::Truncated {
            path: path.to_owned(),
            read,
            expected: None,
            reason: "the end of the drawing is missing".to_owned(),
        }),
    }
}

/// Walks the elements from head to head; their number, and whether the last one is all there.
fn dgn_is_whole(path: &Path) -> std::io::Result<(bool, u64)> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut file = BufReader::new(file);
    let (mut at, mut elements) = (0_u64, 0_u64);
    while at + 4 <= size {
        let mut head = [0_u8; 4];
        file.read_exact(&mut head)?;
        if head.starts_with(&[0xFF, 0xFF]) {
            return Ok((true, elements));
        }
        let follow = u64::from(u16::from_le_bytes([head[2], head[3]])) * 2;
        at += 4 + follow;
        if at > size {
            return Ok((false, elements));
        }
        elements += 1;
        file.seek_relative(follow as i64)?;
    }
    // Some programs write no mark at the end; then the last element's own end must be the file's.
    Ok((size - at < 4 && elements > 0, elements))
}

/// Whether the last words of a DXF are its end mark.
fn dxf_is_whole(path: &Path) -> std::io::Result<(bool, u64)> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(64)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let tail = tail.trim_ascii_end();
    Ok((tail.ends_with(b"EOF"), 0))
}

fn read_error(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::Read {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_told_by_their_bytes() {
        for (head, kind) in [
            (&b"\x08\x09\xFE\x02..."[..], Some(Kind::Dgn)),
            (b"\xC8\x09\xFE\x02...", Some(Kind::Dgn)),
            (b"  0\r\nSECTION\r\n  2\r\n", Some(Kind::Dxf)),
            (b"999\nmade by hand\n  0\nSECTION\n", Some(Kind::Dxf)),
            (b"0\nLINE\n", None),
            (b"999\n", None),
            (b"{\"type\":", None),
        ] {
            assert_eq!(by_bytes(head), kind);
        }
    }

    #[test]
    fn a_drawing_cut_short_is_seen() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.dgn");
        let mut bytes = vec![0x08, 0x09, 0x02, 0x00, 1, 2, 3, 4];
        bytes.extend([0x0A, 0x04, 0x03, 0x00, 1, 2, 3, 4, 5, 6]);
        for (end, whole) in [(8, true), (18, true), (12, false), (17, false)] {
            std::fs::write(&path, &bytes[..end]).expect("written");
            assert_eq!(complete(&path, Kind::Dgn).is_ok(), whole, "{end}");
        }
        bytes.extend([0xFF, 0xFF, 0, 0, 0]);
        std::fs::write(&path, &bytes).expect("written");
        assert!(complete(&path, Kind::Dgn).is_ok());
        std::fs::write(&path, "0\nSECTION\n2\nENTITIES\n").expect("written");
        assert!(complete(&path, Kind::Dxf).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(head in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..64)) {
            let _ = by_bytes(&head);
        }
    }
}
