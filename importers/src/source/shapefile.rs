//! Whether the files of a shapefile are all there and of one mind.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::ImportError;

/// Bytes before the first entry of an index, and of one entry.
const INDEX_HEAD: u64 = 100;
const INDEX_ENTRY: u64 = 8;

/// Refuses the shapefile at `path` where its table or its index is missing, or where they count differently: GDAL would
/// read shapes without attributes, or stop in the midst.
///
/// # Errors
/// [`ImportError::Format`] says what is missing or how they differ.
pub fn check(path: &Path) -> Result<(), ImportError> {
    let refused = |vi: String, en: String| ImportError::Format {
        path: path.to_owned(),
        vi,
        en,
    };
    let part = |extension: &str| {
        beside(path, extension).ok_or_else(|| {
            refused(
                format!("thiếu tệp .{extension} đi cùng; hãy chép đủ .shp, .shx, .dbf và .prj."),
                format!("its .{extension} is missing; copy .shp, .shx, .dbf and .prj together."),
            )
        })
    };
    let (index, table) = (part("shx")?, part("dbf")?);
    let (Some(shapes), Some(rows)) = (shapes(&index), rows(&table)) else {
        // Too short to say: GDAL's own words will do.
        return Ok(());
    };
    if shapes == u64::from(rows) {
        return Ok(());
    }
    Err(refused(
        format!(
            "số bản ghi không khớp: .shx có {shapes} hình, .dbf có {rows} dòng; các tệp không thuộc về nhau hoặc bị cắt cụt."
        ),
        format!(
            "the counts differ: .shx has {shapes} shapes, .dbf {rows} rows; the files do not belong together or one is truncated."
        ),
    ))
}

/// The file of that extension beside `path`.
pub(super) fn beside(path: &Path, extension: &str) -> Option<PathBuf> {
    [extension.to_owned(), extension.to_uppercase()]
        .iter()
        .map(|e| path.with_extension(e))
        .find(|p| p.is_file())
}

fn shapes(index: &Path) -> Option<u64> {
    let length = fs::metadata(index).ok()?.len();
    length.checked_sub(INDEX_HEAD).map(|l| l / INDEX_ENTRY)
}

fn rows(table: &Path) -> Option<u32> {
    let mut head = [0_u8; 8];
    File::open(table).ok()?.read_exact(&mut head).ok()?;
    let [_, _, _, _, count @ ..] = head;
    Some(u32::from_le_bytes(count))
}
