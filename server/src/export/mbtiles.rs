//! Writing MBTiles, version 1.3.

use std::fs::File;
use std::path::{Path, PathBuf};

use diaba_core::space::TileCoord;
use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;

use super::error::ExportError;
use super::metadata::Metadata;
use super::plan::Plan;

/// `MPBX`, which says in the file's head that it is MBTiles.
const APPLICATION: i32 = 0x4d50_4258;

/// Tiles that are the same share a row of `images`. A removed tile is a row of `map` without image: `tiles` shows it as
/// NULL, which tools that apply one MBTiles to another read as a removal.
const SCHEMA: &str = "
    CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB NOT NULL);
    CREATE TABLE map (
        zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,
        tile_id INTEGER REFERENCES images,
        PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;
    CREATE VIEW tiles AS
        SELECT map.zoom_level, map.tile_column, map.tile_row, images.tile_data
        FROM map LEFT JOIN images ON images.tile_id = map.tile_id;";

/// An MBTiles file being written.
pub struct Mbtiles {
    path: PathBuf,
    database: Connection,
    /// Where the bytes of a key are.
    images: FxHashMap<u128, i64>,
}

impl Mbtiles {
    /// Begins the file at `path`, in place of one that is there.
    ///
    /// # Errors
    /// [`ExportError`] where it cannot be written.
    pub fn create(
        path: &Path,
        plan: &Plan,
        metadata: &Metadata,
        removed: &[TileCoord],
    ) -> Result<Self, ExportError> {
        // What an export that was killed left there would be taken for a database with these tables.
        File::create(path).map_err(ExportError::io(path))?;
        let failed = |error: rusqlite::Error| ExportError::archive(path, error);
        let database = Connection::open(path).map_err(failed)?;
        let this = Self {
            path: path.to_owned(),
            database,
            images: FxHashMap::default(),
        };
        this.begin(plan, metadata, removed).map_err(failed)?;
        Ok(this)
    }

    fn begin(
        &self,
        plan: &Plan,
        metadata: &Metadata,
        removed: &[TileCoord],
    ) -> rusqlite::Result<()> {
        let database = &self.database;
        // Nobody sees the file before it is whole, so nothing has to be taken back.
        database.execute_batch(&format!(
            "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             PRAGMA locking_mode = EXCLUSIVE; PRAGMA application_id = {APPLICATION};
             BEGIN; {SCHEMA}"
        ))?;
        let [west, south, east, north] = plan.bounds;
        let (first, last) = (*plan.zooms.start(), *plan.zooms.end());
        let (x, y) = (f64::midpoint(west, east), f64::midpoint(south, north));
        let mut rows = metadata.mbtiles();
        rows.extend([
            (
                "bounds",
                format!("{west:.7},{south:.7},{east:.7},{north:.7}"),
            ),
            ("center", format!("{x:.7},{y:.7},{first}")),
            ("minzoom", first.to_string()),
            ("maxzoom", last.to_string()),
        ]);
        let mut insert = database.prepare("INSERT INTO metadata VALUES (?1, ?2)")?;
        for (name, value) in rows {
            insert.execute(params![name, value])?;
        }
        for coord in removed {
            self.map(*coord, None)?;
        }
        Ok(())
    }

    /// Adds a tile; two with one `key` are the same.
    ///
    /// # Errors
    /// [`ExportError::Archive`].
    pub fn add(&mut self, coord: TileCoord, gzip: &[u8], key: u128) -> Result<(), ExportError> {
        self.insert(coord, gzip, key)
            .map_err(|error| ExportError::archive(&self.path, error))
    }

    fn insert(&mut self, coord: TileCoord, gzip: &[u8], key: u128) -> rusqlite::Result<()> {
        let image = if let Some(image) = self.images.get(&key) {
            *image
        } else {
            let image = self.images.len() as i64 + 1;
            self.database
                .prepare_cached("INSERT INTO images VALUES (?1, ?2)")?
                .execute(params![image, gzip])?;
            self.images.insert(key, image);
            image
        };
        self.map(coord, Some(image))
    }

    fn map(&self, coord: TileCoord, image: Option<i64>) -> rusqlite::Result<()> {
        // MBTiles counts rows from the south.
        let row = (1u32 << coord.z()) - 1 - coord.y();
        self.database
            .prepare_cached("INSERT INTO map VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![coord.z(), coord.x(), row, image])?;
        Ok(())
    }

    /// Writes what is left and brings it to the disk.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn finish(self) -> Result<(), ExportError> {
        let failed = |error: rusqlite::Error| ExportError::archive(&self.path, error);
        self.database.execute_batch("COMMIT").map_err(failed)?;
        self.database
            .close()
            .map_err(|(_, error)| ExportError::archive(&self.path, error))?;
        let file = File::open(&self.path).map_err(ExportError::io(&self.path))?;
        file.sync_all().map_err(ExportError::io(&self.path))
    }
}
