//! Writing PMTiles, version 3.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use diaba_core::space::TileCoord;
use libdeflater::{CompressionLvl, Compressor as Deflate};
use pmtiles::{CallerKey, Compression, Compressor, PmTilesStreamWriter, PmTilesWriter, PmtResult};
use pmtiles::{TileCoord as Address, TileType};

use super::error::ExportError;
use super::metadata::Metadata;
use super::plan::Plan;
use crate::response::gzip;

/// A PMTiles file being written.
pub struct Pmtiles {
    path: PathBuf,
    file: File,
    writer: PmTilesStreamWriter<File, CallerKey<u128>>,
}

impl Pmtiles {
    /// Begins the file at `path`.
    ///
    /// # Errors
    /// [`ExportError`] where it cannot be written.
    pub fn create(
        path: &Path,
        plan: &Plan,
        metadata: &Metadata,
        removed: &[TileCoord],
    ) -> Result<Self, ExportError> {
        let file = File::create(path).map_err(ExportError::io(path))?;
        let [west, south, east, north] = plan.bounds;
        let handle = file.try_clone().map_err(ExportError::io(path))?;
        let writer = PmTilesWriter::new(TileType::Mvt)
            .precompressed(Compression::Gzip)
            .internal_codec(Gzip)
            .min_zoom(*plan.zooms.start())
            .max_zoom(*plan.zooms.end())
            .bounds(west, south, east, north)
            .center(f64::midpoint(west, east), f64::midpoint(south, north))
            .center_zoom(*plan.zooms.start())
            .metadata(metadata.pmtiles(removed))
            .dedup_by_key()
            .create(file)
            .map_err(|error| ExportError::archive(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            file: handle,
            writer,
        })
    }

    /// Adds a tile; two with one `key` are the same.
    ///
    /// # Errors
    /// [`ExportError::Archive`].
    pub fn add(&mut self, coord: TileCoord, gzip: &[u8], key: u128) -> Result<(), ExportError> {
        Address::new(coord.z(), coord.x(), coord.y())
            .and_then(|address| self.writer.add_tile(address, gzip, Some(key)))
            .map_err(|error| ExportError::archive(&self.path, error))
    }

    /// Writes what is left and brings it to the disk.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn finish(self) -> Result<(), ExportError> {
        self.writer
            .finalize()
            .map_err(|error| ExportError::archive(&self.path, error))?;
        self.file.sync_all().map_err(ExportError::io(&self.path))
    }
}

/// Gzip of directories and metadata, by the library tiles are compressed with: another's bytes could be other ones in
/// another build.
struct Gzip;

impl Compressor for Gzip {
    fn compression(&self) -> Compression {
        Compression::Gzip
    }

    fn compress(
        &self,
        f: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
        writer: &mut dyn Write,
    ) -> PmtResult<()> {
        let mut plain = Vec::new();
        f(&mut plain)?;
        let mut deflate = Deflate::new(CompressionLvl::new(gzip::ARCHIVED).unwrap_or_default());
        let mut out = vec![0; deflate.gzip_compress_bound(plain.len())];
        let length = deflate
            .gzip_compress(&plain, &mut out)
            .map_err(io::Error::other)?;
        writer.write_all(out.get(..length).unwrap_or_default())?;
        Ok(())
    }
}
