//! Rows of shapefiles in which nothing is out of the ordinary, read without GDAL: at a fraction of its cost, and with the
//! same outcome. Any other row is left to GDAL, one by one, as is a file whose parts are not as the format says.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use diaba_core::feature::Value;
use geo::{Coord, LineString, Polygon};

use super::columns::{Kind, characters};
use super::shapefile::beside;
use super::wkb::Shape;

/// Bytes read of each file at a time.
const BUFFER: usize = 1 << 18;
/// Bytes of the heads of shapes and their index, of an entry of that, of the head of a shape.
const HEAD: u64 = 100;
const ENTRY: usize = 8;
/// Bytes of the head of a table, and of the description of a column.
const TABLE_HEAD: usize = 32;
const COLUMN: usize = 32;
/// What ends those descriptions.
const END_OF_COLUMNS: u8 = 0x0D;
/// Bytes of a polygon of one ring before its coordinates: kind, box, counts, where the ring begins.
const POLYGON_HEAD: usize = 48;
/// Most bytes of a polygon that is read here.
const MOST: usize = 1 << 20;

/// A row of a shapefile.
pub(super) enum Row {
    /// Its shape, none where it has none, and its values.
    Plain(Option<Shape>, Vec<Option<Value>>),
    /// It was deleted, and is only not yet packed away.
    Deleted,
    /// It is for GDAL to read, under this number.
    Unusual(u64),
}

/// The rows of a shapefile.
pub(super) struct Rows {
    shapes: BufReader<File>,
    /// Where in the shapes the reader is, where that is known.
    at: Option<u64>,
    index: BufReader<File>,
    table: BufReader<File>,
    columns: Vec<Column>,
    row: Vec<u8>,
    shape: Vec<u8>,
    next: u64,
    count: u64,
}

struct Column {
    kind: Kind,
    width: usize,
}

/// The value or shape is for GDAL.
struct Unusual;

impl From<io::Error> for Unusual {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl Rows {
    /// Those of the shapefile at `path`, whose columns GDAL takes as `kinds`; none where its parts are not as the format
    /// says, or a column is of a sort not read here.
    pub fn open(path: &Path, kinds: &[Kind]) -> Option<Self> {
        let opened = |path: &Path| {
            let file = File::open(path).ok()?;
            let bytes = file.metadata().ok()?.len();
            Some((BufReader::with_capacity(BUFFER, file), bytes))
        };
        let (shapes, _) = opened(path)?;
        let (mut index, index_bytes) = opened(&beside(path, "shx")?)?;
        let (mut table, table_bytes) = opened(&beside(path, "dbf")?)?;
        index.seek(SeekFrom::Start(HEAD)).ok()?;
        let mut head = [0; TABLE_HEAD];
        table.read_exact(&mut head).ok()?;
        let [_, _, _, _, c0, c1, c2, c3, h0, h1, r0, r1, ..] = head;
        let count = u64::from(u32::from_le_bytes([c0, c1, c2, c3]));
        let (head_bytes, row_bytes) = (
            usize::from(u16::from_le_bytes([h0, h1])),
            usize::from(u16::from_le_bytes([r0, r1])),
        );
        let mut described = vec![0; head_bytes.checked_sub(TABLE_HEAD)?];
        table.read_exact(&mut described).ok()?;
        let columns: Vec<Column> = described
            .chunks_exact(COLUMN)
            .take_while(|column| column.first() != Some(&END_OF_COLUMNS))
            .zip(kinds)
            .map(|(column, kind)| Column::new(column, *kind))
            .collect::<Option<_>>()?;
        let width: usize = columns.iter().map(|c| c.width).sum();
        let fits = columns.len() == kinds.len()
            && described.get(columns.len() * COLUMN) == Some(&END_OF_COLUMNS)
            && width + 1 == row_bytes
            && table_bytes >= head_bytes as u64 + count * row_bytes as u64
            && index_bytes == HEAD + count * ENTRY as u64;
        fits.then(|| Self {
            shapes,
            at: None,
            index,
            table,
            columns,
            row: vec![0; row_bytes],
            shape: Vec::new(),
            next: 0,
            count,
        })
    }

    fn take(&mut self) -> Result<Row, Unusual> {
        // Both are read in any case: the next row begins behind them.
        let table = self.table.read_exact(&mut self.row);
        let mut entry = [0; ENTRY];
        self.index.read_exact(&mut entry)?;
        table?;
        let (deleted, cells) = self.row.split_first().ok_or(Unusual)?;
        match deleted {
            b' ' => {}
            b'*' => return Ok(Row::Deleted),
            _ => return Err(Unusual),
        }
        let mut values = Vec::with_capacity(self.columns.len());
        let mut cells = cells;
        for column in &self.columns {
            let (cell, rest) = cells.split_at_checked(column.width).ok_or(Unusual)?;
            values.push(column.value(cell)?);
            cells = rest;
        }
        Ok(Row::Plain(self.polygon(entry)?, values))
    }

    /// The polygon of one ring an entry of the index leads to; none where the row has no shape.
    fn polygon(&mut self, entry: [u8; ENTRY]) -> Result<Option<Shape>, Unusual> {
        let [o0, o1, o2, o3, length @ ..] = entry;
        // Both count words of two bytes.
        let start = u64::from(u32::from_be_bytes([o0, o1, o2, o3])) * 2;
        let bytes = u32::from_be_bytes(length) as usize * 2;
        if bytes > MOST || start < HEAD {
            return Err(Unusual);
        }
        match self.at.take() {
            Some(at) => self.shapes.seek_relative(start as i64 - at as i64)?,
            None => _ = self.shapes.seek(SeekFrom::Start(start))?,
        }
        let mut head = [0; ENTRY];
        self.shapes.read_exact(&mut head)?;
        self.shape.resize(bytes, 0);
        self.shapes.read_exact(&mut self.shape)?;
        self.at = Some(start + (ENTRY + bytes) as u64);
        let [_, _, _, _, said @ ..] = head;
        if said != length {
            return Err(Unusual);
        }
        let word = |at: usize| {
            let bytes = self.shape.get(at..at + 4)?;
            bytes.try_into().ok().map(u32::from_le_bytes)
        };
        match (word(0), word(36), word(40), word(44)) {
            (Some(0), ..) => Ok(None),
            (Some(5), Some(1), Some(points), Some(0))
                if points > 0 && bytes == POLYGON_HEAD + 16 * points as usize =>
            {
                let coords = self.shape.get(POLYGON_HEAD..).unwrap_or_default();
                Ok(Some(ring(coords)))
            }
            _ => Err(Unusual),
        }
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.next >= self.count {
            return None;
        }
        let number = self.next;
        self.next += 1;
        Some(self.take().unwrap_or(Row::Unusual(number)))
    }
}

/// The polygon of the ring of these coordinates.
fn ring(coords: &[u8]) -> Shape {
    let coords = coords.chunks_exact(16).map(|pair| {
        let number = |bytes: &[u8]| bytes.try_into().map_or(f64::NAN, f64::from_le_bytes);
        let (x, y) = pair.split_at(8);
        Coord {
            x: number(x),
            y: number(y),
        }
    });
    let mut ring = LineString(coords.collect());
    let open = ring.0.first() != ring.0.last();
    if open {
        ring.close();
    }
    Shape {
        geometry: Polygon::new(ring, Vec::new()).into(),
        flattened: false,
        closed_rings: usize::from(open),
        linearised: false,
    }
}

impl Column {
    /// As its description in the table says; none where it is of a sort not read here.
    fn new(described: &[u8], kind: Kind) -> Option<Self> {
        let (sort, width, decimals) = (
            *described.get(11)?,
            *described.get(16)?,
            *described.get(17)?,
        );
        let fits = match sort {
            // More than 255 letters, some write.
            b'C' => kind == Kind::Text && decimals == 0,
            b'N' | b'F' => matches!(kind, Kind::Integer | Kind::Real),
            b'D' => kind == Kind::Date && width == 8,
            _ => false,
        };
        fits.then_some(Self {
            kind,
            width: usize::from(width),
        })
    }

    fn value(&self, cell: &[u8]) -> Result<Option<Value>, Unusual> {
        let filled = without_padding(cell);
        // GDAL takes other white space than blanks for text.
        if filled.last().is_some_and(u8::is_ascii_whitespace) {
            return Err(Unusual);
        }
        if filled.is_empty() {
            return Ok(None);
        }
        match self.kind {
            Kind::Text if filled.first() == Some(&b' ') || filled.contains(&0) => Err(Unusual),
            Kind::Text => Ok(Some(Value::Text(characters(filled.to_vec(), true)))),
            Kind::Integer => {
                let number =
                    plain_number(filled).filter(|text| text.len() < 18 && !text.contains('.'));
                let number = number.and_then(|text| text.parse().ok()).ok_or(Unusual)?;
                Ok(Some(Value::Integer(number)))
            }
            Kind::Real => {
                let number = plain_number(filled).and_then(|text| text.parse().ok());
                Ok(Some(Value::Real(number.ok_or(Unusual)?)))
            }
            Kind::Date => date(filled)
                .map(|date| Some(Value::Text(date)))
                .ok_or(Unusual),
            Kind::List | Kind::Ignored => Err(Unusual),
        }
    }
}

/// `cell` without the blanks that fill it up, most of what a table holds: sixteen are looked at together.
fn without_padding(mut cell: &[u8]) -> &[u8] {
    while let Some((filled, last)) = cell.split_last_chunk::<16>()
        && last == &[b' '; 16]
    {
        cell = filled;
    }
    let end = cell.iter().rposition(|b| *b != b' ').map_or(0, |i| i + 1);
    cell.get(..end).unwrap_or_default()
}

/// A number of digits with at most one point among them and a minus before them, blanks before it left out.
fn plain_number(cell: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(cell).ok()?.trim_start_matches(' ');
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (all(whole) && all(fraction)).then_some(text)
}

/// A day of eight digits, as ISO 8601 writes it.
fn date(cell: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(cell).ok()?;
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    let possible = year != "0000" && ("01"..="12").contains(&month) && ("01"..="31").contains(&day);
    possible.then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests;
