//! `MapInfo` tables and interchange files: their text as bytes, whatever the file says its encoding is.
//!
//! GDAL recodes the text by the file's own word, and `WindowsLatin1` is what every Vietnamese file set in a TCVN3 or
//! VNI font says; bytes that Latin-1 does not have are lost on the way. So GDAL is shown a header that names no
//! encoding (`Neutral`), with the data beside it by links, and the columns' own words say what they are.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::format::Format;
use crate::decode::Encoding;
use crate::error::ImportError;

/// The longest header read. Those of tables with 250 columns have some ten thousand bytes.
const LONGEST_HEADER: u64 = 1 << 20;

/// A file as GDAL is to see it.
pub struct Neutral {
    /// The header to open.
    pub path: PathBuf,
    /// What the file says its encoding is; nothing where it names a Latin code page, behind which legacy fonts hide.
    pub declared: Option<Encoding>,
    /// Holds the header and the links; removed when dropped.
    pub folder: TempDir,
}

/// Lays out the file at `path` with a header that names no encoding.
///
/// # Errors
/// [`ImportError::Read`] where a file cannot be read or the temporary folder not be written,
/// [`ImportError::Format`] where the table is one made of other tables.
pub fn neutral(path: &Path, format: Format) -> Result<Neutral, ImportError> {
    let refused = |error: std::io::Error| ImportError::Read {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let folder = TempDir::with_prefix("diaba-mapinfo-").map_err(refused)?;
    let name = path.file_name().unwrap_or_default();
    let header = folder.path().join(name);
    link_parts(path, folder.path()).map_err(refused)?;
    let mut from = BufReader::new(File::open(path).map_err(refused)?);
    let mut to = BufWriter::new(File::create(&header).map_err(refused)?);
    let mut said = None;
    let mut read = 0_u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        // A line without end is no header's.
        let count = std::io::Read::take(&mut from, LONGEST_HEADER)
            .read_until(b'\n', &mut line)
            .map_err(refused)?;
        if count == 0 {
            break;
        }
        read += count as u64;
        if format == Format::MapInfoTab && is_seamless(&line) {
            return Err(ImportError::Format {
                path: path.to_owned(),
                vi: "đây là bảng MapInfo ghép (seamless) từ nhiều bảng; hãy nhập từng bảng .tab thành phần."
                    .to_owned(),
                en: "this is a seamless MapInfo table made of others; import the .tab tables it is made of."
                    .to_owned(),
            });
        }
        if let Some((charset, rewritten)) = without_charset(&line) {
            said.get_or_insert(charset);
            to.write_all(&rewritten).map_err(refused)?;
        } else {
            to.write_all(&line).map_err(refused)?;
        }
        let data = format == Format::MapInfoMif && line.trim_ascii().eq_ignore_ascii_case(b"data");
        if data || read > LONGEST_HEADER {
            std::io::copy(&mut from, &mut to).map_err(refused)?;
            break;
        }
    }
    to.flush().map_err(refused)?;
    Ok(Neutral {
        path: header,
        declared: said.as_deref().and_then(declared),
        folder,
    })
}

/// Links to the files beside `path` that share its name, whatever the case of their extension.
fn link_parts(path: &Path, folder: &Path) -> std::io::Result<()> {
    let path = fs::canonicalize(path)?;
    let Some(beside) = path.parent() else {
        return Ok(());
    };
    for entry in fs::read_dir(beside)? {
        let part = entry?.path();
        let belongs = part.file_stem() == path.file_stem() && part != path && part.is_file();
        if let (true, Some(name)) = (belongs, part.file_name()) {
            symlink(&part, folder.join(name))?;
        }
    }
    Ok(())
}

fn is_seamless(line: &[u8]) -> bool {
    let line = line.to_ascii_lowercase();
    let has = |word: &[u8]| line.windows(word.len()).any(|w| w == word);
    has(b"\\isseamless") && has(b"\"true\"")
}

/// The encoding a header's line names, and the line naming none. Lines are `!charset NAME`, `Charset "NAME"` and
/// `Type NATIVE Charset "NAME"`.
fn without_charset(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let lower = line.to_ascii_lowercase();
    let start = lower.trim_ascii_start();
    if !(start.starts_with(b"!charset")
        || start.starts_with(b"charset")
        || start.starts_with(b"type "))
    {
        return None;
    }
    let word = lower.windows(7).position(|w| w == b"charset")?;
    let (before, after) = line.split_at_checked(word + 7)?;
    let space = after.iter().take_while(|b| b" \t\"".contains(b)).count();
    let (gap, rest) = after.split_at_checked(space)?;
    let length = rest
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
        .count();
    let (name, rest) = rest.split_at_checked(length)?;
    // Anything else is a column of that name.
    if name.is_empty() || gap.is_empty() || !(start.starts_with(b"!") || gap.contains(&b'"')) {
        return None;
    }
    let rewritten = [before, gap, b"Neutral", rest].concat();
    Some((String::from_utf8_lossy(name).into_owned(), rewritten))
}

fn declared(charset: &str) -> Option<Encoding> {
    match charset.to_ascii_lowercase().as_str() {
        "windowsvietnamese" => Some(Encoding::Cp1258),
        "utf-8" | "utf8" => Some(Encoding::Unicode),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_no_encoding_any_more() {
        for (line, name, rewritten) in [
            (
                &b"!charset WindowsLatin1\r\n"[..],
                "WindowsLatin1",
                &b"!charset Neutral\r\n"[..],
            ),
            (
                b"Charset \"WindowsVietnamese\"\n",
                "WindowsVietnamese",
                b"Charset \"Neutral\"\n",
            ),
            (
                b"  Type NATIVE Charset \"WindowsLatin1\"\n",
                "WindowsLatin1",
                b"  Type NATIVE Charset \"Neutral\"\n",
            ),
        ] {
            assert_eq!(
                without_charset(line),
                Some((name.to_owned(), rewritten.to_vec()))
            );
        }
        for line in [
            &b"  Charset_name Char (20) ;\n"[..],
            b"  Charset Char (20) ;\n",
            b"  Fields 7\n",
            b"charset",
            b"",
        ] {
            assert_eq!(without_charset(line), None);
        }
        assert_eq!(declared("WindowsVietnamese"), Some(Encoding::Cp1258));
        assert_eq!(declared("WindowsLatin1"), None);
    }

    #[test]
    fn seamless_tables_are_told() {
        assert!(is_seamless(b"\"\\IsSeamless\" = \"TRUE\"\r\n"));
        assert!(!is_seamless(b"\"\\IsSeamless\" = \"FALSE\"\r\n"));
    }

    proptest::proptest! {
        #[test]
        fn no_line_panics(line in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
            let _ = (without_charset(&line), is_seamless(&line));
            let led = [&b"!charset "[..], &line].concat();
            let _ = without_charset(&led);
        }
    }
}
