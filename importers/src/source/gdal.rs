//! Files GDAL reads.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Once;

use gdal::vector::{Feature, Geometry, LayerAccess, OwnedLayer};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use tempfile::TempDir;

use super::columns::{self, Kind};
use super::describe;
use super::format::{self, Format};
use super::plain::{Row, Rows};
use super::{Description, Record, Shape, Source, archive, mapinfo, ogr, shapefile, wkb};
use crate::decode::Encoding;
use crate::error::ImportError;

/// What the operator says about how to read a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The layer to read, where the file has several.
    pub layer: Option<String>,
    /// The theme it is for: a layer of that name is taken where none is named.
    pub theme: String,
}

/// A file read by GDAL.
pub struct GdalSource {
    path: PathBuf,
    layer: OwnedLayer,
    kinds: Vec<Kind>,
    description: Description,
    /// A shapefile that ends early still yields all its records, the last ones empty and with an error each.
    errors_mean_damage: bool,
    /// What GDAL reads in place of the file, removed after the layer is closed.
    _laid_out: Option<TempDir>,
}

static QUIET: Once = Once::new();

/// GDAL's messages go to the log, not to the operator's terminal: those that matter come back as errors.
pub fn quiet() {
    QUIET.call_once(|| {
        gdal::config::set_error_handler(|class, number, message| {
            tracing::debug!(?class, number, message, "GDAL");
        });
        for (option, value) in [
            // Values stay text: a code such as 07210 read as a number loses its zero.
            ("GML_FIELDTYPES", "ALWAYS_STRINGS"),
            // A deprecated grid is to be refused, not quietly replaced by the one it should have been.
            ("OSR_USE_NON_DEPRECATED", "NO"),
            // Rows of workbooks as they are: which one is the heading is not for GDAL to guess, nor what is a number.
            ("OGR_XLSX_HEADERS", "DISABLE"),
            ("OGR_XLSX_FIELD_TYPES", "STRING"),
        ] {
            if let Err(error) = gdal::config::set_config_option(option, value) {
                tracing::warn!(option, %error, "GDAL option not set");
            }
        }
    });
}

impl GdalSource {
    /// Opens the file at `path`; where it is text, `utf8` says whether all of it is UTF-8.
    ///
    /// # Errors
    /// [`ImportError`] says why it cannot be read, with advice.
    pub fn open(path: &Path, utf8: bool, options: &Options) -> Result<Self, ImportError> {
        quiet();
        let format = format::of(path)?;
        let bytes = format.hides_encoding() || (format.is_text() && !utf8);
        let (laid_out, declared) = match format {
            Format::MapInfoTab | Format::MapInfoMif => {
                let neutral = mapinfo::neutral(path, format)?;
                (Some((neutral.path, Some(neutral.folder))), neutral.declared)
            }
            Format::Kmz => (kmz(path)?, Some(Encoding::Unicode)),
            Format::Shapefile => {
                shapefile::check(path)?;
                (None, describe::code_page(path))
            }
            _ => (None, (!bytes).then_some(Encoding::Unicode)),
        };
        let shown = laid_out.as_ref().map_or(path, |(shown, _)| shown);
        ogr::clear_error();
        let dataset = Dataset::open_ex(
            shown,
            DatasetOptions {
                open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
                allowed_drivers: Some(format.drivers()),
                open_options: Some(open_options(format)),
                sibling_files: None,
            },
        )
        .map_err(|error| ImportError::Read {
            path: path.to_owned(),
            reason: message(&error),
        })?;
        let index = describe::choose_layer(&dataset, path, options)?;
        let format_name = dataset.driver().short_name();
        let layer = dataset
            .into_layer(index)
            .map_err(|error| ImportError::Read {
                path: path.to_owned(),
                reason: message(&error),
            })?;
        let mut kinds = columns::kinds(layer.defn());
        let mut description = describe::describe(&layer, &kinds, format, bytes);
        description.format = format_name;
        description.declared_encoding = declared;
        if matches!(format, Format::Kml | Format::Kmz) {
            describe::leave_out_kml_columns(&mut kinds, &description.columns);
        }
        Ok(Self {
            path: path.to_owned(),
            layer,
            kinds,
            description,
            errors_mean_damage: format == Format::Shapefile,
            _laid_out: laid_out.and_then(|(_, folder)| folder),
        })
    }

    fn record(kinds: &[Kind], bytes: bool, feature: &Feature, number: u64) -> Record {
        let values = kinds
            .iter()
            .enumerate()
            .map(|(index, &kind)| columns::value(feature, index, kind, bytes))
            .collect();
        let shape = match ogr::geometry(feature) {
            Some(geometry) => Some(shape(geometry)),
            // A record GDAL could not read whole comes without its geometry and with an error.
            None => ogr::last_error().map(Err),
        };
        Record {
            number,
            shape,
            values,
        }
    }
}

/// The one document of a KMZ, which GDAL reads with its schema only where it is opened by itself; nothing where there are
/// several.
fn kmz(path: &Path) -> Result<Option<(PathBuf, Option<TempDir>)>, ImportError> {
    archive::check(path, archive::LIMITS)?;
    let whole = std::fs::canonicalize(path).map_err(|error| ImportError::Read {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let document = archive::only_kml(path)?;
    Ok(document.map(|name| {
        let shown = format!("/vsizip/{{{}}}/{name}", whole.display());
        (PathBuf::from(shown), None)
    }))
}

fn open_options(format: Format) -> &'static [&'static str] {
    match format {
        // No recoding: the bytes come through, and the columns' own words say what they are.
        Format::Shapefile => &["ENCODING="],
        Format::Gml => &["WRITE_GFS=NO", "DOWNLOAD_SCHEMA=NO"],
        Format::GeoPackage | Format::SpatiaLite => &["LIST_ALL_TABLES=NO"],
        Format::GeoJson
        | Format::FlatGeobuf
        | Format::Kml
        | Format::Kmz
        | Format::MapInfoTab
        | Format::MapInfoMif
        | Format::FileGdb
        | Format::Csv
        | Format::Xlsx
        | Format::Dgn
        | Format::Dxf => &[],
    }
}

/// What GDAL says of an error, without the wrapper's words.
pub(super) fn message(error: &gdal::errors::GdalError) -> String {
    use gdal::errors::GdalError;
    match error {
        GdalError::NullPointer { msg, .. } | GdalError::CplError { msg, .. } if !msg.is_empty() => {
            msg.clone()
        }
        other => other.to_string(),
    }
}

/// Curved geometry types of OGC: circular strings, compound curves, curve polygons and their collections.
fn is_curved(kind: u32) -> bool {
    matches!(kind % 1000, 8..=14)
}

/// The shape of `geometry`, its curves made linear.
pub fn shape(geometry: &Geometry) -> Result<Shape, String> {
    let kind = geometry.geometry_type() & 0x0FFF_FFFF;
    let curved = is_curved(kind) || (kind % 1000 == 7 && holds_curves(geometry));
    let bytes = if curved {
        ogr::linear_wkb(geometry).ok_or_else(|| "curves could not be made linear".to_owned())?
    } else {
        geometry.iso_wkb().map_err(|error| message(&error))?
    };
    let mut shape = wkb::parse(&bytes).map_err(|error| error.to_string())?;
    shape.linearised = curved;
    Ok(shape)
}

fn holds_curves(collection: &Geometry) -> bool {
    (0..collection.geometry_count())
        .any(|index| is_curved(collection.get_geometry(index).geometry_type() & 0x0FFF_FFFF))
}

impl Source for GdalSource {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&mut self, take: &mut dyn FnMut(Record) -> ControlFlow<()>) -> Result<(), ImportError> {
        let expected = self.description.expected;
        ogr::clear_error();
        let mut reading = Reading::default();
        match self.rows() {
            Some(rows) => self.read_rows(rows, &mut reading, take),
            None => self.read_features(&mut reading, take),
        }
        let Reading {
            read,
            stopped,
            damage,
        } = reading;
        if stopped {
            return Ok(());
        }
        // GDAL's reader ends the same way at the end and at the first thing it cannot read.
        let failure = ogr::last_error().or(damage);
        let short = expected.is_some_and(|expected| read < expected);
        if failure.is_some() || short {
            return Err(ImportError::Truncated {
                path: self.path.clone(),
                read,
                expected,
                reason: failure.unwrap_or_else(|| "records are missing".to_owned()),
            });
        }
        Ok(())
    }
}

/// How far a reading is.
#[derive(Debug, Default)]
pub(super) struct Reading {
    read: u64,
    /// Whether nobody wants more.
    stopped: bool,
    /// The first thing GDAL complained of.
    pub(super) damage: Option<String>,
}

impl GdalSource {
    /// The rows of a shapefile, where they are read without GDAL.
    pub(super) fn rows(&self) -> Option<Rows> {
        let rows = || Rows::open(&self.path, &self.kinds);
        self.errors_mean_damage.then(rows).flatten()
    }

    /// Reads the records by GDAL.
    pub(super) fn read_features(
        &mut self,
        reading: &mut Reading,
        take: &mut dyn FnMut(Record) -> ControlFlow<()>,
    ) {
        self.layer.reset_feature_reading();
        for feature in self.layer.features() {
            reading.read += 1;
            let record = Self::record(&self.kinds, self.description.bytes, &feature, reading.read);
            if self.errors_mean_damage && reading.damage.is_none() {
                reading.damage = ogr::last_error();
            }
            ogr::clear_error();
            if take(record).is_break() {
                reading.stopped = true;
                break;
            }
        }
    }

    /// Reads the rows of a shapefile, those out of the ordinary by GDAL.
    pub(super) fn read_rows(
        &self,
        rows: Rows,
        reading: &mut Reading,
        take: &mut dyn FnMut(Record) -> ControlFlow<()>,
    ) {
        for row in rows {
            let number = reading.read + 1;
            let record = match row {
                Row::Deleted => continue,
                Row::Plain(shape, values) => Record {
                    number,
                    shape: shape.map(Ok),
                    values,
                },
                Row::Unusual(id) => {
                    let Some(feature) = self.layer.feature(id) else {
                        break;
                    };
                    let record =
                        Self::record(&self.kinds, self.description.bytes, &feature, number);
                    if reading.damage.is_none() {
                        reading.damage = ogr::last_error();
                    }
                    ogr::clear_error();
                    record
                }
            };
            reading.read = number;
            if take(record).is_break() {
                reading.stopped = true;
                break;
            }
        }
    }
}
