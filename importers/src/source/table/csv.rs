//! Values between commas, semicolons, tabs or strokes.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::{CoderResult, Encoding, UTF_16BE, UTF_16LE};
use tempfile::NamedTempFile;

use super::rows::Rows;
use crate::error::ImportError;
use crate::source::characters;

/// Separators, the likelier first where nothing tells them apart.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Bytes looked at to find the separator.
const LOOKED_AT: u64 = 1 << 16;

/// A CSV file.
pub struct CsvRows {
    path: PathBuf,
    separator: u8,
    bytes: bool,
    reader: Reader<BufReader<File>>,
    record: ByteRecord,
    read: u64,
    /// The same in UTF-8, of a file in UTF-16; goes when it is dropped.
    in_utf8: Option<NamedTempFile>,
}

impl CsvRows {
    /// Opens the file at `path`; `bytes` says that its text is no UTF-8. Text in UTF-16 is told by its mark; any other
    /// comes one character a byte.
    ///
    /// # Errors
    /// [`ImportError::Read`] where it cannot be read.
    pub fn open(path: &Path, bytes: bool) -> Result<Self, ImportError> {
        let start = head(path)?;
        let in_utf8 = match Encoding::for_bom(&start) {
            Some((encoding, _)) if [UTF_16LE, UTF_16BE].contains(&encoding) => {
                Some(in_utf8(path, encoding).map_err(|e| unreadable(path, &e))?)
            }
            _ => None,
        };
        let (bytes, separator) = match &in_utf8 {
            Some(file) => (false, separator(&head(file.path())?)),
            None => (bytes, separator(&start)),
        };
        let read_from = in_utf8.as_ref().map_or(path, NamedTempFile::path);
        Ok(Self {
            reader: reader(read_from, separator)?,
            path: path.to_owned(),
            separator,
            bytes,
            record: ByteRecord::new(),
            read: 0,
            in_utf8,
        })
    }

    /// Whether its text comes one character a byte.
    pub const fn bytes(&self) -> bool {
        self.bytes
    }
}

fn head(path: &Path) -> Result<Vec<u8>, ImportError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LOOKED_AT).read_to_end(&mut head))
        .map_err(|e| unreadable(path, &e))?;
    Ok(head)
}

/// The file at `path` written anew in UTF-8; what is no character becomes U+FFFD, which the report counts.
fn in_utf8(path: &Path, encoding: &'static Encoding) -> std::io::Result<NamedTempFile> {
    let mut from = File::open(path)?;
    let to = tempfile::Builder::new().prefix("diaba-text-").tempfile()?;
    let mut out = BufWriter::new(to.as_file());
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let (mut chunk, mut text) = (vec![0_u8; 1 << 16], String::with_capacity(1 << 18));
    loop {
        let read = from.read(&mut chunk)?;
        let mut rest = chunk.get(..read).unwrap_or_default();
        loop {
            let (result, used, _) = decoder.decode_to_string(rest, &mut text, read == 0);
            out.write_all(text.as_bytes())?;
            text.clear();
            rest = rest.get(used..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if read == 0 {
            break;
        }
    }
    out.flush()?;
    drop(out);
    Ok(to)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ImportError {
    ImportError::Read {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

fn reader(path: &Path, separator: u8) -> Result<Reader<BufReader<File>>, ImportError> {
    let mut file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let mut mark = [0_u8; 3];
    let marked = file.read_exact(&mut mark).is_ok() && mark == [0xEF, 0xBB, 0xBF];
    file.seek(SeekFrom::Start(if marked { 3 } else { 0 }))
        .map_err(|e| unreadable(path, &e))?;
    Ok(ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(BufReader::with_capacity(1 << 18, file)))
}

impl Rows for CsvRows {
    fn rewind(&mut self) -> Result<(), ImportError> {
        let read_from = self
            .in_utf8
            .as_ref()
            .map_or(self.path.as_path(), NamedTempFile::path);
        self.reader = reader(read_from, self.separator)?;
        self.read = 0;
        Ok(())
    }

    fn next(&mut self) -> Result<Option<(u64, Vec<String>)>, ImportError> {
        let more = self
            .reader
            .read_byte_record(&mut self.record)
            .map_err(|e| ImportError::Truncated {
                path: self.path.clone(),
                read: self.read,
                expected: None,
                reason: e.to_string(),
            })?;
        self.read += 1;
        // Empty lines are skipped on the way; people count them.
        let line = self
            .record
            .position()
            .map_or(self.read, csv::Position::line);
        Ok(more.then(|| {
            let cells = self.record.iter();
            let cells = cells.map(|cell| characters(cell.to_vec(), self.bytes));
            (line, cells.collect())
        }))
    }
}

/// The separator under which most lines of `head` have the same number of cells, more than one.
fn separator(head: &[u8]) -> u8 {
    let mut best = (0, b',');
    for candidate in SEPARATORS {
        let score = agreement(head, candidate);
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

fn agreement(head: &[u8], separator: u8) -> usize {
    let mut counts: Vec<usize> = Vec::new();
    let (mut here, mut quoted, mut line) = (0, false, 0_usize);
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                counts.push(here);
                (here, line) = (0, 0);
            }
            _ if byte == separator && !quoted => here += 1,
            _ => line += 1,
        }
    }
    if line > 0 || here > 0 {
        counts.push(here);
    }
    let alike = |n: usize| counts.iter().filter(|&&count| count == n).count();
    counts
        .iter()
        .filter(|&&n| n > 0)
        .map(|&n| alike(n))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_told_by_the_lines_that_agree() {
        for (text, expected) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1,5;2,5;3\n1,5;2;3\n", b';'),
            ("a\tb\n1,5\t2\n", b'\t'),
            ("BẢNG KÊ, TỌA ĐỘ\n\na;b\n1;2\n3;4\n", b';'),
            ("ten;wkt\nA;\"POLYGON((0 0,1 0,1 1,0 0))\"\n", b';'),
            ("x|y\n1|2\n", b'|'),
            ("one column\n1\n", b','),
            ("", b','),
        ] {
            assert_eq!(
                char::from(separator(text.as_bytes())),
                char::from(expected),
                "{text}"
            );
        }
    }
}
