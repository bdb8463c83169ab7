//! Writing a GeoPackage.

use std::path::{Path, PathBuf};

use diaba_core::theme::Theme;
use diaba_core::view::FeatureRef;
use rusqlite::{Connection, params};

use super::layer::{Column, Rows, Table};
use super::schema::{APPLICATION, TABLES, VERSION, WGS84, WORKING};
use crate::export::ExportError;
use crate::features::geojson::public_fields;

/// Number of the working CRS.
pub(super) const SRS: i32 = 9214;

/// A GeoPackage being written; it is whole after [`GeoPackage::finish`].
pub struct GeoPackage {
    path: PathBuf,
    pub(super) database: Connection,
    /// When its content was taken, `2026-11-22T00:00:00.000Z`.
    pub(super) moment: String,
}

impl GeoPackage {
    /// Begins the file at `path`, in place of one that is there.
    ///
    /// # Errors
    /// [`ExportError`] where it cannot be written.
    pub fn create(path: &Path, moment: String) -> Result<Self, ExportError> {
        std::fs::File::create(path).map_err(ExportError::io(path))?;
        let database = Connection::open(path).map_err(|e| ExportError::archive(path, e))?;
        let this = Self {
            path: path.to_owned(),
            database,
            moment,
        };
        this.begin().map_err(|error| this.failed(&error))?;
        Ok(this)
    }

    fn begin(&self) -> rusqlite::Result<()> {
        self.database.execute_batch(&format!(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION};
             BEGIN; {TABLES}"
        ))?;
        let mut system = self
            .database
            .prepare("INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?4, ?5, NULL)")?;
        for (name, id, organisation, number, definition) in [
            ("Undefined cartesian SRS", -1, "NONE", -1, "undefined"),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined"),
            ("WGS 84 geodetic", 4326, "EPSG", 4326, WGS84),
            ("VN-2000 / TM-3 107-00", SRS, "EPSG", SRS, WORKING),
        ] {
            system.execute(params![name, id, organisation, number, definition])?;
        }
        Ok(())
    }

    /// Begins a table; its rows are pushed one by one.
    ///
    /// # Errors
    /// [`ExportError`] where it cannot be written.
    pub fn table(&self, table: Table) -> Result<Rows<'_>, ExportError> {
        Rows::begin(self, table)
    }

    /// Adds a layer of these features with the fields anyone may see; the number of rows.
    ///
    /// # Errors
    /// [`ExportError`] where one cannot be read or written.
    pub fn layer(&self, theme: &Theme, features: &[FeatureRef<'_>]) -> Result<u64, ExportError> {
        let fields: Vec<usize> = public_fields(theme).collect();
        let columns = fields.iter().filter_map(|at| theme.fields.get(*at));
        let mut rows = self.table(Table {
            name: theme.id.clone(),
            title: (&theme.title).into(),
            geometry: Some(theme.geometry),
            columns: columns.map(Column::of).collect(),
        })?;
        for feature in features {
            let values = feature.values()?;
            let told = fields.iter().map(|at| Column::value(values.get(*at)));
            let id = feature.id().get() as i64;
            rows.push(Some(id), Some(&feature.geometry()?), told.collect())?;
        }
        rows.finish()
    }

    /// Writes what is left and brings it to the disk.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn finish(self) -> Result<(), ExportError> {
        self.database
            .execute_batch("COMMIT")
            .map_err(|error| self.failed(&error))?;
        let path = self.path;
        self.database
            .close()
            .map_err(|(_, error)| ExportError::archive(&path, error))?;
        let file = std::fs::File::open(&path).map_err(ExportError::io(&path))?;
        file.sync_all().map_err(ExportError::io(&path))
    }

    pub(super) fn failed(&self, error: &rusqlite::Error) -> ExportError {
        ExportError::archive(&self.path, error)
    }
}
