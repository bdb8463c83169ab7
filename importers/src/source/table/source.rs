//! A table as a source of records.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diaba_core::feature::Value;
use diaba_core::theme::{GeometryKind, Theme, parse_number};
use gdal::spatial_ref::SpatialRef;
use gdal::vector::Geometry;
use geo::Point;

use super::corners::{self, Corner};
use super::csv::CsvRows;
use super::header::{self, Coordinates, Header};
use super::roles::Role;
use super::rows::{Rows, blank, is_blank};
use super::sheet;
use crate::decode::Encoding;
use crate::error::ImportError;
use crate::job::Job;
use crate::source::format::Format;
use crate::source::gdal::shape;
use crate::source::{DeclaredCrs, Description, Record, Shape, Source, SourceColumn, quiet, srs};

/// Northings of Vietnam, metres; its eastings in any grid are smaller.
const NORTHING: std::ops::Range<f64> = 900_000.0..2_700_000.0;
/// Corners of one parcel read at most: more is a table that never says where a parcel begins.
const MOST_CORNERS: usize = 1_000_000;

/// How a table says where its records lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Places {
    /// In this column.
    Whole(usize),
    /// One point a row.
    Points(Coordinates),
    /// One corner a row; `northing_first` says that X is the northing, as in certificates.
    Corners {
        coordinates: Coordinates,
        northing_first: bool,
    },
}

/// A CSV file or a worksheet.
pub struct TableSource {
    rows: Box<dyn Rows>,
    header: Header,
    places: Places,
    /// Columns that are attributes.
    kept: Vec<usize>,
    description: Description,
}

impl TableSource {
    /// Opens the table at `path` for `job`; where it is text, `utf8` says whether all of it is UTF-8.
    ///
    /// # Errors
    /// [`ImportError::NoGeometry`] where no heading names a place, [`ImportError::Layers`] where several worksheets do;
    /// else as reading the file.
    pub fn open(path: &Path, utf8: bool, job: &Job, format: Format) -> Result<Self, ImportError> {
        let mut bytes = format == Format::Csv && !utf8;
        let (name, mut rows, header) = if format == Format::Csv {
            let name = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            let mut rows = CsvRows::open(path, bytes)?;
            bytes = rows.bytes();
            let header = header::find(&mut rows, &job.theme, bytes)?;
            let rows: Box<dyn Rows> = Box::new(rows);
            (name, rows, header.ok_or_else(|| no_geometry(path))?)
        } else {
            worksheet(path, job)?
        };
        let places = places(&header, &job.theme, rows.as_mut())?;
        let kept = kept(&header, places);
        let columns = kept
            .iter()
            .filter_map(|&at| header.names.get(at))
            .map(|name| SourceColumn {
                name: name.clone(),
                text: true,
            })
            .collect();
        let description = Description {
            format: format
                .drivers()
                .first()
                .copied()
                .unwrap_or_default()
                .to_owned(),
            layer: name,
            columns,
            bytes,
            declared_encoding: (!bytes).then_some(Encoding::Unicode),
            crs: beside(path),
            expected: None,
        };
        Ok(Self {
            rows,
            header,
            places,
            kept,
            description,
        })
    }

    fn values(&self, row: &[String]) -> Vec<Option<Value>> {
        self.kept
            .iter()
            .map(|&at| {
                let cell = row.get(at).filter(|cell| !blank(cell))?;
                Some(Value::Text(cell.clone()))
            })
            .collect()
    }
}

fn no_geometry(path: &Path) -> ImportError {
    ImportError::NoGeometry {
        path: path.to_owned(),
    }
}

/// The worksheet to read: the one named, the only one whose heading names a place, or the one named like the theme.
fn worksheet(path: &Path, job: &Job) -> Result<(String, Box<dyn Rows>, Header), ImportError> {
    let mut found: Vec<(String, Box<dyn Rows>, Header)> = Vec::new();
    let mut names = Vec::new();
    for (name, mut rows) in sheet::sheets(path)? {
        let wanted = job.layer.as_ref().is_none_or(|layer| *layer == name);
        names.push(name.clone());
        if !wanted {
            continue;
        }
        if let Some(header) = header::find(&mut rows, &job.theme, false)? {
            found.push((name, Box::new(rows), header));
        }
    }
    if let Some(layer) = &job.layer
        && !names.contains(layer)
    {
        let names = names.join(", ");
        return Err(ImportError::Nothing {
            path: path.to_owned(),
            vi: format!("không có trang tính “{layer}”; các trang: {names}."),
            en: format!("there is no worksheet “{layer}”; its worksheets: {names}."),
        });
    }
    if found.len() > 1
        && let Some(at) = found
            .iter()
            .position(|(name, ..)| name.eq_ignore_ascii_case(&job.theme.id))
    {
        return Ok(found.swap_remove(at));
    }
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some((last, ..)), false) => {
            let mut names: Vec<String> = found.into_iter().map(|(name, ..)| name).collect();
            names.push(last);
            Err(ImportError::Layers {
                path: path.to_owned(),
                layers: names.join(", "),
            })
        }
        (None, _) => Err(no_geometry(path)),
    }
}

/// How the table says where things lie. Themes of polygons have one corner a row, others do where corners are numbered.
fn places(header: &Header, theme: &Arc<Theme>, rows: &mut dyn Rows) -> Result<Places, ImportError> {
    if let Some(column) = header.column(Role::Geometry) {
        return Ok(Places::Whole(column));
    }
    // `find` takes no heading without one or the other.
    let Some(coordinates) = header.coordinates() else {
        return Ok(Places::Whole(usize::MAX));
    };
    let numbered = header.column(Role::Corner).is_some();
    let corners = match theme.geometry {
        GeometryKind::Polygon => true,
        GeometryKind::Any => numbered,
        GeometryKind::Point | GeometryKind::Line => false,
    };
    if !corners {
        return Ok(Places::Points(coordinates));
    }
    // What X is, the first corner with numbers says: no easting is as large as a northing.
    let mut northing_first = false;
    skip(rows, header)?;
    while let Some((_, row)) = rows.next()? {
        let read = |at: usize| row.get(at).and_then(|cell| parse_number(cell, None));
        if let (Some((x, _)), Some((y, _))) = (read(coordinates.first), read(coordinates.second)) {
            northing_first = NORTHING.contains(&x) && !NORTHING.contains(&y);
            break;
        }
    }
    Ok(Places::Corners {
        coordinates,
        northing_first,
    })
}

fn skip(rows: &mut dyn Rows, header: &Header) -> Result<(), ImportError> {
    rows.rewind()?;
    for _ in 0..header.above {
        rows.next()?;
    }
    Ok(())
}

/// The columns that are attributes: all but those that say where. Of corners, those about the corner go too.
fn kept(header: &Header, places: Places) -> Vec<usize> {
    let corners = matches!(places, Places::Corners { .. });
    let goes = |at: usize, role: Option<Role>| match (places, role) {
        (Places::Whole(column), _) => at == column,
        (Places::Points(c) | Places::Corners { coordinates: c, .. }, _)
            if at == c.first || at == c.second =>
        {
            true
        }
        (_, Some(Role::Corner | Role::Ring | Role::Side)) => corners,
        _ => false,
    };
    (0..header.names.len())
        .filter(|&at| !goes(at, header.roles.get(at).copied().flatten()))
        .collect()
}

/// What a `.prj` beside the table says.
fn beside(path: &Path) -> DeclaredCrs {
    quiet();
    let found: Option<PathBuf> = ["prj", "PRJ"]
        .iter()
        .map(|e| path.with_extension(e))
        .find(|p| p.is_file());
    found
        .and_then(|path| std::fs::read_to_string(path).ok())
        .and_then(|text| SpatialRef::from_esri(&text).ok())
        .map_or(DeclaredCrs::None, |srs| srs::read(&srs))
}

/// A geometry written as text: well-known text, with or without `SRID=…;`, or binary in hexadecimal.
fn written(text: &str) -> Option<Result<Shape, String>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let bare = match text.split_once(';') {
        Some((srid, rest)) if srid.to_ascii_uppercase().starts_with("SRID=") => rest,
        _ => text,
    };
    let binary = bare.starts_with("00") || bare.starts_with("01");
    let geometry = match binary.then(|| hexadecimal(bare)).flatten() {
        Some(bytes) => Geometry::from_wkb(&bytes),
        None => Geometry::from_wkt(bare),
    };
    let Ok(geometry) = geometry else {
        let shown: String = bare.chars().take(40).collect();
        return Some(Err(format!(
            "“{shown}…” không phải WKT · is no well-known text"
        )));
    };
    Some(shape(&geometry))
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok().filter(|p| p.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}

fn point(row: &[String], coordinates: Coordinates) -> Option<Result<Shape, String>> {
    let cell = |at: usize| row.get(at).filter(|cell| !blank(cell));
    let (x, y) = (cell(coordinates.first), cell(coordinates.second));
    if x.is_none() && y.is_none() {
        return None;
    }
    let read = |cell: Option<&String>| cell.and_then(|c| parse_number(c, None)).map(|(n, _)| n);
    Some(match (read(x), read(y)) {
        (Some(x), Some(y)) => Ok(Shape {
            geometry: Point::new(x, y).into(),
            flattened: false,
            closed_rings: 0,
            linearised: false,
        }),
        _ => Err("tọa độ không phải là số · a coordinate is not a number".to_owned()),
    })
}

impl Source for TableSource {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&mut self, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), ImportError> {
        skip(self.rows.as_mut(), &self.header)?;
        if let Places::Corners {
            coordinates,
            northing_first,
        } = self.places
        {
            return self.read_corners(coordinates, northing_first, take);
        }
        let mut number = 0;
        while let Some((_, row)) = self.rows.next()? {
            if is_blank(&row) {
                continue;
            }
            number += 1;
            let shape = match self.places {
                Places::Points(coordinates) => point(&row, coordinates),
                Places::Whole(at) => row.get(at).and_then(|text| written(text)),
                Places::Corners { .. } => None,
            };
            let record = Record {
                number,
                shape,
                values: self.values(&row),
            };
            if take(record).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// A parcel whose corners are being read.
#[derive(Default)]
struct Parcel {
    /// The first row's cells, gaps filled from those below.
    cells: Vec<String>,
    corners: Vec<Corner>,
}

impl TableSource {
    /// One record a parcel: rows with one key, one after another. A key that is not written again, or was merged over
    /// several rows, is that of the row above.
    fn read_corners(
        &mut self,
        coordinates: Coordinates,
        northing_first: bool,
        take: &mut dyn FnMut(Record) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        let mut number = 0;
        let mut key: Vec<String> = Vec::new();
        let mut parcel: Option<Parcel> = None;
        while let Some((position, row)) = self.rows.next()? {
            if is_blank(&row) {
                continue;
            }
            let filled = self.key_of(&row, &key);
            let new = filled != key || parcel.is_none();
            let full = parcel
                .as_ref()
                .is_some_and(|p| p.corners.len() >= MOST_CORNERS);
            if new || full {
                if let Some(done) = parcel.take() {
                    number += 1;
                    if take(self.record(number, &done)).is_break() {
                        return Ok(());
                    }
                }
                key = filled;
            }
            let parcel = parcel.get_or_insert_with(Parcel::default);
            parcel.fill(&row);
            parcel.key(&self.header.keys, &key);
            if let Some(corner) = self.corner(&row, position, coordinates, northing_first) {
                parcel.corners.push(corner);
            }
        }
        if let Some(last) = parcel {
            let _no_more = take(self.record(number + 1, &last));
        }
        Ok(())
    }

    /// The key's cells in `row`, an empty one as it was in the key `above` — unless a later part of the key is given.
    fn key_of(&self, row: &[String], above: &[String]) -> Vec<String> {
        let columns = self.header.keys.iter().enumerate().filter(|(_, key)| **key);
        columns
            .enumerate()
            .map(|(nth, (at, _))| {
                let own = row.get(at).filter(|cell| !blank(cell));
                own.or_else(|| above.get(nth)).cloned().unwrap_or_default()
            })
            .collect()
    }

    fn corner(
        &self,
        row: &[String],
        position: u64,
        coordinates: Coordinates,
        northing_first: bool,
    ) -> Option<Corner> {
        let cell = |at: Option<usize>| {
            at.and_then(|at| row.get(at))
                .filter(|cell| !blank(cell))
                .cloned()
                .unwrap_or_default()
        };
        let (x, y) = (
            cell(Some(coordinates.first)),
            cell(Some(coordinates.second)),
        );
        // A row that only carries attributes on: a remark, a total.
        if x.is_empty() && y.is_empty() {
            return None;
        }
        Some(Corner {
            row: position,
            label: cell(self.header.column(Role::Corner)),
            ring: cell(self.header.column(Role::Ring)),
            at: if northing_first { [y, x] } else { [x, y] },
        })
    }

    fn record(&self, number: u64, parcel: &Parcel) -> Record {
        let shape = if parcel.corners.is_empty() {
            None
        } else {
            Some(corners::polygon(&parcel.corners))
        };
        Record {
            number,
            shape,
            values: self.values(&parcel.cells),
        }
    }
}

impl Parcel {
    /// Takes over the cells of `row` that are still empty.
    fn fill(&mut self, row: &[String]) {
        if self.cells.len() < row.len() {
            self.cells.resize(row.len(), String::new());
        }
        for (own, cell) in self.cells.iter_mut().zip(row) {
            if blank(own) {
                own.clone_from(cell);
            }
        }
    }

    fn key(&mut self, keys: &[bool], key: &[String]) {
        let columns = keys.iter().enumerate().filter(|(_, is)| **is);
        for ((at, _), value) in columns.zip(key) {
            if self.cells.len() <= at {
                self.cells.resize(at + 1, String::new());
            }
            if let Some(cell) = self.cells.get_mut(at) {
                cell.clone_from(value);
            }
        }
    }
}
