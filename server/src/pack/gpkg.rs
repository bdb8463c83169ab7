//! Writing a GeoPackage.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use diaba_core::feature::Value;
use diaba_core::theme::{FieldType, Theme};
use diaba_core::view::FeatureRef;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params, params_from_iter};

use super::blob::{Blob, type_name};
use super::schema::{
    APPLICATION, TABLES, VERSION, WGS84, WORKING, column_type, quoted, search_tree,
};
use crate::export::ExportError;
use crate::features::geojson::public_fields;

/// Number of the working CRS.
const SRS: i32 = 9214;

/// A GeoPackage being written; it is whole after [`GeoPackage::finish`].
pub struct GeoPackage {
    path: PathBuf,
    database: Connection,
    /// When its content was taken, `2026-11-22T00:00:00.000Z`.
    moment: String,
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

    /// Adds a layer of these features; the number of rows.
    ///
    /// # Errors
    /// [`ExportError`] where one cannot be read or written.
    pub fn layer(&self, theme: &Theme, features: &[FeatureRef<'_>]) -> Result<u64, ExportError> {
        let fields: Vec<usize> = public_fields(theme).collect();
        let geom = free_name(theme);
        let columns = || fields.iter().filter_map(|at| theme.fields.get(*at));
        let declared: Vec<String> = columns()
            .map(|field| format!(", {} {}", quoted(&field.name), column_type(field)))
            .collect();
        let declared = declared.concat();
        let (table, kind) = (quoted(&theme.id), type_name(theme.geometry));
        let tree = quoted(&format!("rtree_{}_{geom}", theme.id));
        let create = format!(
            "CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {} {kind}{declared});
             CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy);",
            quoted(&geom)
        );
        self.database
            .execute_batch(&create)
            .map_err(|error| self.failed(&error))?;
        let marks: Vec<String> = (0..fields.len())
            .map(|at| format!(", ?{}", at + 3))
            .collect();
        let marks = marks.concat();
        let insert = format!("INSERT INTO {table} VALUES (?1, ?2{marks})");
        let index = format!("INSERT INTO {tree} VALUES (?1, ?2, ?3, ?4, ?5)");
        let (mut rows, mut extent) = (0, None::<[f64; 4]>);
        for feature in features {
            let Some(blob) = Blob::new(&feature.geometry()?, theme.geometry, SRS) else {
                continue;
            };
            let values = feature.values()?;
            let id = feature.id().get() as i64;
            let mut row = vec![Sql::Integer(id), Sql::Blob(blob.bytes)];
            row.extend(fields.iter().map(|at| sql(values.get(*at))));
            let [west, south, east, north] = blob.bbox;
            let written = || -> rusqlite::Result<()> {
                let mut insert = self.database.prepare_cached(&insert)?;
                insert.execute(params_from_iter(row))?;
                let mut index = self.database.prepare_cached(&index)?;
                index.execute(params![id, west, east, south, north])?;
                Ok(())
            };
            written().map_err(|error| self.failed(&error))?;
            rows += 1;
            extent = Some(match extent {
                Some([w, s, e, n]) => [w.min(west), s.min(south), e.max(east), n.max(north)],
                None => blob.bbox,
            });
        }
        self.describe(theme, &fields, &geom, extent)
            .map_err(|error| self.failed(&error))?;
        Ok(rows)
    }

    /// Enters the layer in the tables that tell of it.
    fn describe(
        &self,
        theme: &Theme,
        fields: &[usize],
        geom: &str,
        extent: Option<[f64; 4]>,
    ) -> rusqlite::Result<()> {
        let (database, side) = (&self.database, |i: usize| extent.map(|e| e[i]));
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?1, 'features', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                theme.id,
                theme.title.vi,
                theme.title.en,
                self.moment,
                side(0),
                side(1),
                side(2),
                side(3),
                SRS
            ],
        )?;
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
            params![theme.id, geom, type_name(theme.geometry), SRS],
        )?;
        database.execute(
            "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index',
                 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
            params![theme.id, geom],
        )?;
        let mut titles = database
            .prepare("INSERT INTO gpkg_data_columns VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)")?;
        let mut named = BTreeSet::new();
        for field in fields.iter().filter_map(|at| theme.fields.get(*at)) {
            let json = (field.kind == FieldType::Json).then_some("application/json");
            let said = field.unit.as_ref().map_or_else(
                || field.title.en.clone(),
                |unit| format!("{} ({unit})", field.title.en),
            );
            // What readers show in place of the column's name; in one table it must be told apart.
            let name = if named.insert(field.title.vi.as_str()) {
                field.title.vi.clone()
            } else {
                format!("{} ({})", field.title.vi, field.name)
            };
            titles.execute(params![
                theme.id,
                field.name,
                name,
                field.title.vi,
                said,
                json
            ])?;
        }
        database.execute_batch(&search_tree(&theme.id, geom))
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

    fn failed(&self, error: &rusqlite::Error) -> ExportError {
        ExportError::archive(&self.path, error)
    }
}

/// A name for the geometry's column that no field has.
fn free_name(theme: &Theme) -> String {
    let mut name = "geom".to_owned();
    while theme
        .fields
        .iter()
        .any(|field| field.name.eq_ignore_ascii_case(&name))
    {
        name.push('_');
    }
    name
}

fn sql(value: Option<&Option<Value>>) -> Sql {
    match value.and_then(Option::as_ref) {
        None => Sql::Null,
        Some(Value::Bool(v)) => Sql::Integer(i64::from(*v)),
        Some(Value::Integer(v)) => Sql::Integer(*v),
        Some(Value::Real(v)) => Sql::Real(*v),
        Some(Value::Text(v)) => Sql::Text(v.clone()),
        Some(Value::Json(v)) => Sql::Text(v.to_string()),
    }
}
