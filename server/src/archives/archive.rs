//! One archive, opened and looked through.

use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use diaba_core::space::TileCoord;
use futures_util::{FutureExt, StreamExt};
use pmtiles::{
    AsyncPmTilesReader, Compression, MokaCache, PmtError, SharedMokaCache, TileCoord as Address,
    TileType,
};
use serde_json::{Map, Value, json};

use super::error::ArchiveError;
use super::file::{InPlace, Stamp};
use super::head::{self, Head};

/// An archive that is served.
pub struct Archive {
    reader: AsyncPmTilesReader<InPlace, MokaCache>,
    /// Its metadata.
    metadata: Map<String, Value>,
    /// What is known of the file.
    pub stamp: Stamp,
    /// Number of tiles.
    pub tiles: u64,
}

impl Archive {
    /// Opens the archive at `path` and looks through all that leads to its tiles; directories are remembered in `cache`.
    ///
    /// # Errors
    /// [`ArchiveError`] says what is wrong, and where in the file.
    pub fn open(path: &Path, cache: &SharedMokaCache) -> Result<Self, ArchiveError> {
        let (file, stamp) = InPlace::open(path)?;
        let head = Head::read(&file.piece(0, head::BYTES)?)?;
        head.fits(stamp.bytes())?;
        let reader = now(AsyncPmTilesReader::try_from_source(file)).map_err(at_root(&head))?;
        let reader = Arc::new(reader);
        let tiles = count(&reader, &head)?;
        let facts = reader.get_header();
        if !matches!(
            facts.tile_compression,
            Compression::None | Compression::Gzip
        ) {
            return Err(ArchiveError::Compression(facts.tile_compression));
        }
        if extension_of(facts.tile_type).is_none() {
            return Err(ArchiveError::Tiles);
        }
        let metadata = metadata(&reader, &head)?;
        // The reader that walked was for itself; the one that serves remembers directories.
        let (file, stamp) = InPlace::open(path)?;
        let reader = now(AsyncPmTilesReader::try_from_cached_source(
            file,
            cache.new_cache(),
        ));
        Ok(Self {
            reader: reader.map_err(at_root(&head))?,
            metadata,
            stamp,
            tiles,
        })
    }

    /// The tile at `coord` as it is stored; none where there is none.
    ///
    /// # Errors
    /// [`PmtError`] where it cannot be read.
    pub async fn tile(&self, coord: TileCoord) -> Result<Option<Bytes>, PmtError> {
        let address = Address::new(coord.z(), coord.x(), coord.y())?;
        self.reader.get_tile(address).await
    }

    /// Whether tiles are stored as gzip.
    pub fn gzip(&self) -> bool {
        self.reader.get_header().tile_compression == Compression::Gzip
    }

    /// Media type of the tiles.
    pub fn media_type(&self) -> &'static str {
        self.reader.get_header().tile_type.content_type()
    }

    /// What the addresses of its tiles end in.
    pub fn extension(&self) -> &'static str {
        extension_of(self.reader.get_header().tile_type).unwrap_or_default()
    }

    /// First and last zoom.
    pub fn zooms(&self) -> (u8, u8) {
        let facts = self.reader.get_header();
        (facts.min_zoom, facts.max_zoom)
    }

    /// West, south, east, north in degrees.
    pub fn bounds(&self) -> [f64; 4] {
        let facts = self.reader.get_header();
        [
            facts.min_longitude,
            facts.min_latitude,
            facts.max_longitude,
            facts.max_latitude,
        ]
    }

    /// What it calls itself, where it says so.
    pub fn name(&self) -> Option<&str> {
        self.metadata.get("name").and_then(Value::as_str)
    }

    /// The version it was exported at, where Diaba exported it.
    pub fn version(&self) -> Option<&str> {
        self.metadata.get("diaba")?.get("version")?.as_str()
    }

    /// TileJSON 3.0.0, with tiles at the address `template`.
    pub fn tile_json(&self, id: &str, template: &str) -> Value {
        let facts = self.reader.get_header();
        let (minzoom, maxzoom) = self.zooms();
        let mut document = json!({
            "tilejson": "3.0.0",
            "name": self.name().unwrap_or(id),
            "scheme": "xyz",
            "tiles": [template],
            "minzoom": minzoom,
            "maxzoom": maxzoom,
            "bounds": self.bounds(),
            "center": [facts.center_longitude, facts.center_latitude, facts.center_zoom],
        });
        if let Some(document) = document.as_object_mut() {
            for key in ["description", "attribution", "vector_layers"] {
                if let Some(value) = self.metadata.get(key) {
                    document.insert(key.to_owned(), value.clone());
                }
            }
            document.entry("vector_layers").or_insert_with(|| json!([]));
        }
        document
    }
}

/// The endings of addresses, as everybody writes them.
fn extension_of(kind: TileType) -> Option<&'static str> {
    Some(match kind {
        TileType::Mvt => "mvt",
        TileType::Png => "png",
        TileType::Jpeg => "jpg",
        TileType::Webp => "webp",
        TileType::Avif => "avif",
        TileType::Mlt => "mlt",
        TileType::Unknown => return None,
    })
}

type Walker = AsyncPmTilesReader<InPlace>;

/// Goes through all directories; the number of tiles they name.
fn count(reader: &Arc<Walker>, head: &Head) -> Result<u64, ArchiveError> {
    let damaged = |source| ArchiveError::Damaged {
        section: "the directories",
        offset: head.leaves.0,
        source,
    };
    let mut entries = Arc::clone(reader).entries();
    let mut found = 0u64;
    while let Some(entry) = entries.next().now_or_never().flatten() {
        found += entry.map_err(damaged)?.iter_coords().count() as u64;
    }
    // Zero stands for not known.
    match reader.get_header().n_addressed_tiles() {
        Some(said) if said.get() != found => Err(ArchiveError::Count {
            found,
            said: said.get(),
        }),
        _ => Ok(found),
    }
}

fn metadata(reader: &Walker, head: &Head) -> Result<Map<String, Value>, ArchiveError> {
    let offset = head.metadata.0;
    let broken = |reason: String| ArchiveError::Metadata { offset, reason };
    let text = now(reader.get_metadata()).map_err(|error| broken(error.to_string()))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let Value::Object(metadata) = value else {
        return Err(broken("not a JSON object".to_owned()));
    };
    let layers = metadata.get("vector_layers");
    if layers.is_some_and(|layers| !layers.is_array()) {
        return Err(broken("vector_layers is not a list".to_owned()));
    }
    Ok(metadata)
}

fn at_root(head: &Head) -> impl Fn(PmtError) -> ArchiveError {
    let offset = head.root.0;
    move |source| ArchiveError::Damaged {
        section: "the first directory",
        offset,
        source,
    }
}

/// What a future gives that has nothing to wait for: reading a file in place has not.
fn now<T>(future: impl Future<Output = Result<T, PmtError>>) -> Result<T, PmtError> {
    let waits = || PmtError::Reading(std::io::Error::other("reading has to wait"));
    future.now_or_never().unwrap_or_else(|| Err(waits()))
}
