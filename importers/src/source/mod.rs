//! Where records come from: a file of any format, read record by record.

mod advice;
pub mod archive;
mod cad;
mod columns;
mod describe;
mod files;
mod format;
mod gdal;
mod geos;
mod mapinfo;
mod ogr;
mod plain;
mod shapefile;
mod srs;
mod table;
mod wkb;

use std::ops::ControlFlow;
use std::path::Path;

use diaba_core::feature::Value;
use diaba_core::geometry::find_coord;
use diaba_core::quality::Finding;
use serde::Serialize;

pub use cad::package::expand as expand_packages;
pub use cad::{Drawing, DrawingOptions, DrawnLayer, Said};
use columns::characters;
pub use files::{SourceFile, fingerprint, parts};
pub use format::{by_name as format_by_name, is_geodatabase, looks_like_geojson, of as format_of};
use gdal::quiet;
pub use gdal::{GdalSource, Options};
pub use geos::complaint as geos_complaint;
pub use srs::{DeclaredCrs, read as read_srs};
pub use table::TableSource;
pub use wkb::{Shape, WkbError, parse as parse_wkb};

use format::Format;

use crate::decode::Encoding;
use crate::error::ImportError;
use crate::job::Job;

/// What a source says of itself before its records are read.
#[derive(Debug, Clone)]
pub struct Description {
    /// Format, as GDAL names it (`ESRI Shapefile`).
    pub format: String,
    /// The layer read.
    pub layer: String,
    /// Columns, in order; the text of names as decoded as [`Description::bytes`] allows.
    pub columns: Vec<SourceColumn>,
    /// Whether text comes as raw bytes, one character each, because the file's encoding is unknown or not trusted.
    pub bytes: bool,
    /// What the file says its encoding is.
    pub declared_encoding: Option<Encoding>,
    /// What the file says its coordinates are.
    pub crs: DeclaredCrs,
    /// How many records the file says it has, where it is cheap to know.
    pub expected: Option<u64>,
}

/// A column of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceColumn {
    /// Its name, as it came.
    pub name: String,
    /// Whether its values are text.
    pub text: bool,
}

/// One record as it came: nothing decoded, nothing checked.
#[derive(Debug, Clone)]
pub struct Record {
    /// Position in the source, from 1.
    pub number: u64,
    /// The geometry in the source's CRS, easting or longitude first; `None` where there is none.
    pub shape: Option<Result<Shape, String>>,
    /// One value a column.
    pub values: Vec<Option<Value>>,
}

impl Record {
    /// The first coordinate of its geometry, as the file has it; none where it has no geometry that can be read.
    pub fn first_point(&self) -> Option<[f64; 2]> {
        let shape = self.shape.as_ref()?.as_ref().ok()?;
        let first = find_coord(&shape.geometry, |_| true)?;
        Some([first.x, first.y])
    }
}

/// A file of records.
pub trait Source: Send {
    /// What the source says of itself.
    fn description(&self) -> &Description;

    /// Hands every record to `take`, from the first, until it breaks.
    ///
    /// # Errors
    /// [`ImportError::Truncated`] where the file ends before its end.
    fn read(&mut self, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), ImportError>;

    /// What making records of a drawing brought to light, after a reading; geometry in the source's CRS.
    fn findings(&self) -> &[Finding] {
        &[]
    }

    /// What a report tells of a drawing; none where the source is a file of records.
    fn drawing(&self) -> Option<&Drawing> {
        None
    }
}

/// Whether the file at `path` is text, which is UTF-8 or is not.
pub fn is_text(path: &Path) -> bool {
    format::of(path).is_ok_and(Format::is_text)
}

/// Opens the file of `job`; where it is text, `utf8` says whether all of it is UTF-8.
///
/// # Errors
/// [`ImportError`] says why it cannot be read, with advice.
pub fn open(job: &Job, utf8: bool) -> Result<Box<dyn Source>, ImportError> {
    if let Some(kind) = cad::recognise(&job.file)? {
        return cad::open(job, kind);
    }
    let format = format::of(&job.file)?;
    if matches!(format, Format::Csv | Format::Xlsx) {
        return Ok(Box::new(TableSource::open(&job.file, utf8, job, format)?));
    }
    let options = Options {
        layer: job.layer.clone(),
        theme: job.theme.id.clone(),
    };
    Ok(Box::new(GdalSource::open(&job.file, utf8, &options)?))
}
