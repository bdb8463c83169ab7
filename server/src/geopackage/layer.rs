//! A table of a GeoPackage: its columns, its rows, and what the tables that tell of it say.

use std::collections::BTreeSet;

use diaba_core::feature::Value;
use diaba_core::theme::{Field, FieldType, GeometryKind};
use geo::Geometry;
use rusqlite::types::Value as Sql;
use rusqlite::{params, params_from_iter};

use super::blob::{Blob, type_name};
use super::file::{GeoPackage, SRS};
use super::schema::{column_type, quoted, search_tree};
use crate::export::ExportError;
use crate::themes::Text;

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in SQL.
    pub kind: &'static str,
    /// Its name for people.
    pub title: Text,
    /// Whether its texts are JSON.
    pub json: bool,
}

/// A table to be written.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its name for people; no two tables of a file have the same.
    pub title: Text,
    /// What its geometry is, in the working CRS; none of a table without.
    pub geometry: Option<GeometryKind>,
    /// Its columns beside number and geometry.
    pub columns: Vec<Column>,
}

impl Column {
    /// The column of a field.
    pub fn of(field: &Field) -> Self {
        let mut title = Text::from(&field.title);
        if let Some(unit) = &field.unit {
            title.en = format!("{} ({unit})", title.en);
        }
        Self {
            name: field.name.clone(),
            kind: column_type(field),
            title,
            json: field.kind == FieldType::Json,
        }
    }

    /// A field's value as its column keeps it.
    pub fn value(value: Option<&Option<Value>>) -> Sql {
        match value.and_then(Option::as_ref) {
            None => Sql::Null,
            Some(Value::Bool(v)) => Sql::Integer(i64::from(*v)),
            Some(Value::Integer(v)) => Sql::Integer(*v),
            Some(Value::Real(v)) => Sql::Real(*v),
            Some(Value::Text(v)) => Sql::Text(v.clone()),
            Some(Value::Json(v)) => Sql::Text(v.to_string()),
        }
    }
}

/// The rows of a table, one after the other.
pub struct Rows<'p> {
    package: &'p GeoPackage,
    table: Table,
    /// Name of the geometry's column.
    geom: String,
    insert: String,
    index: String,
    count: u64,
    /// West, south, east, north of all rows.
    extent: Option<[f64; 4]>,
}

impl<'p> Rows<'p> {
    pub(super) fn begin(package: &'p GeoPackage, table: Table) -> Result<Self, ExportError> {
        let geom = free_name("geom", &table.columns);
        let declared = table.columns.iter();
        let declared = declared.map(|column| format!(", {} {}", quoted(&column.name), column.kind));
        let declared: Vec<String> = declared.collect();
        let declared = declared.concat();
        let (name, tree) = (
            quoted(&table.name),
            quoted(&format!("rtree_{}_{geom}", table.name)),
        );
        let (shape, more) = match table.geometry {
            None => (String::new(), String::new()),
            Some(kind) => (
                format!(", {} {}", quoted(&geom), type_name(kind)),
                format!("CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy);"),
            ),
        };
        let create = format!(
            "CREATE TABLE {name} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{shape}{declared}); {more}"
        );
        let known = package.database.execute_batch(&create);
        known.map_err(|error| package.failed(&error))?;
        let first = usize::from(table.geometry.is_some()) + 2;
        let marks = (first..first + table.columns.len()).map(|at| format!(", ?{at}"));
        let marks: Vec<String> = marks.collect();
        let shape = if table.geometry.is_some() { ", ?2" } else { "" };
        Ok(Self {
            package,
            geom,
            insert: format!("INSERT INTO {name} VALUES (?1{shape}{})", marks.concat()),
            index: format!("INSERT INTO {tree} VALUES (?1, ?2, ?3, ?4, ?5)"),
            table,
            count: 0,
            extent: None,
        })
    }

    /// Adds a row with the number `id`, or the next one; one of a layer that has no place is left out.
    ///
    /// # Errors
    /// [`ExportError`] where it cannot be written.
    pub fn push(
        &mut self,
        id: Option<i64>,
        geometry: Option<&Geometry<f64>>,
        values: Vec<Sql>,
    ) -> Result<(), ExportError> {
        let mut row = vec![id.map_or(Sql::Null, Sql::Integer)];
        let mut bbox = None;
        if let Some(kind) = self.table.geometry {
            let Some(blob) = geometry.and_then(|shape| Blob::new(shape, kind, SRS)) else {
                return Ok(());
            };
            bbox = Some(blob.bbox);
            row.push(Sql::Blob(blob.bytes));
        }
        row.extend(values);
        let database = &self.package.database;
        let written = || -> rusqlite::Result<()> {
            let mut insert = database.prepare_cached(&self.insert)?;
            insert.execute(params_from_iter(row))?;
            if let Some([west, south, east, north]) = bbox {
                let id = id.unwrap_or_else(|| database.last_insert_rowid());
                let mut index = database.prepare_cached(&self.index)?;
                index.execute(params![id, west, east, south, north])?;
            }
            Ok(())
        };
        written().map_err(|error| self.package.failed(&error))?;
        self.count += 1;
        self.extent = match (self.extent, bbox) {
            (Some([w, s, e, n]), Some([west, south, east, north])) => {
                Some([w.min(west), s.min(south), e.max(east), n.max(north)])
            }
            (before, now) => before.or(now),
        };
        Ok(())
    }

    /// Enters the table in those that tell of it; the number of rows.
    ///
    /// # Errors
    /// [`ExportError`] where it cannot be written.
    pub fn finish(self) -> Result<u64, ExportError> {
        let told = self.describe();
        told.map_err(|error| self.package.failed(&error))?;
        Ok(self.count)
    }

    fn describe(&self) -> rusqlite::Result<()> {
        let (database, table) = (&self.package.database, &self.table);
        let side = |i: usize| self.extent.and_then(|sides| sides.get(i).copied());
        let kind = table.geometry.map_or("attributes", |_| "features");
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                table.name,
                kind,
                table.title.vi,
                table.title.en,
                self.package.moment,
                side(0),
                side(1),
                side(2),
                side(3),
                table.geometry.map(|_| SRS)
            ],
        )?;
        let mut titles = database
            .prepare("INSERT INTO gpkg_data_columns VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)")?;
        let mut named = BTreeSet::new();
        for column in &table.columns {
            let title = &column.title;
            // What readers show in place of the column's name; in one table it must be told apart.
            let name = if named.insert(title.vi.as_str()) {
                title.vi.clone()
            } else {
                format!("{} ({})", title.vi, column.name)
            };
            let json = column.json.then_some("application/json");
            titles.execute(params![
                table.name,
                column.name,
                name,
                title.vi,
                title.en,
                json
            ])?;
        }
        let Some(kind) = table.geometry else {
            return Ok(());
        };
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
            params![table.name, self.geom, type_name(kind), SRS],
        )?;
        database.execute(
            "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index',
                 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
            params![table.name, self.geom],
        )?;
        database.execute_batch(&search_tree(&table.name, &self.geom))
    }
}

/// A name like `wanted` that no column has.
pub fn free_name(wanted: &str, columns: &[Column]) -> String {
    let mut name = wanted.to_owned();
    let taken = |name: &str| columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
    while taken(&name) {
        name.push('_');
    }
    name
}
