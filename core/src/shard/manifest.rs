//! `manifest.json`: what a shard is, where it came from, and the seal of its files.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::ShardError;
use super::ids::KeptId;

/// Name of the file.
pub const MANIFEST: &str = "manifest.json";
/// The format of shards this version writes and answers from; records of older ones can be packed again.
const FORMAT: u32 = 6;

/// What a shard is (ISO 19115: identification, lineage, quality), in one JSON document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format of the folder.
    pub format: u32,
    /// The theme.
    pub theme: String,
    /// Hash of the theme file and its code lists at packing.
    pub theme_hash: String,
    /// The dataset.
    pub dataset: String,
    /// The revision, also the folder's name: `r000001` and up.
    pub revision: String,
    /// EPSG code of the plane the legal geometry is in.
    pub working_crs: u32,
    /// Number of features.
    pub features: u64,
    /// Box in the working CRS: west, south, east, north, metres; none where there is no feature.
    pub extent: Option<[f64; 4]>,
    /// Box in degrees: west, south, east, north.
    pub extent_lonlat: Option<[f64; 4]>,
    /// Hash over the files' checksums: equal wherever the same records were packed in the same way.
    pub content: String,
    /// The seal of each file.
    pub files: Vec<FileSeal>,
    /// Where the records came from.
    pub provenance: Provenance,
    /// Where it was packed from, where that is a database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Records whose id is not the one their key gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_ids: Vec<KeptId>,
}

/// The state of a database a shard was packed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Names the database; another one after a restore.
    pub epoch: String,
    /// The moment it was read at, as the database writes it: what was visible then is in the shard.
    pub moment: String,
}

impl Manifest {
    /// Names what the dataset was imported as: a shard packed again after edits keeps the name, so that the version of
    /// a tile no edit touched stays.
    pub fn base(&self) -> String {
        match &self.origin {
            Some(origin) => format!("{}/{}", origin.epoch, self.revision),
            None => self.content.clone(),
        }
    }
}

/// A file of the shard as it was when sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSeal {
    /// Name within the folder.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Time of last change, nanoseconds since 1970: a file with this time and size is trusted unread.
    pub modified_ns: u64,
    /// XXH3 checksum, 128 bits in hexadecimal.
    pub xxh3: String,
}

/// A file records were read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name, without folders.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// How the text of one column was decoded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnEncoding {
    /// The column as the file names it.
    pub column: String,
    /// `utf-8`, `tcvn3`, `vni` or `cp1258`.
    pub encoding: String,
    /// How sure the detection was, 0 to 1; 1 where it was declared.
    pub confidence: f64,
    /// Whether a person or the file declared it.
    pub declared: bool,
}

/// Records counted on their way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Read from the source.
    pub read: u64,
    /// Kept in the shard.
    pub imported: u64,
    /// Kept after a repair.
    pub repaired: u64,
    /// Not kept.
    pub rejected: u64,
}

/// Where a dataset's records came from and what was done to them (ISO 19115 lineage).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Files read.
    pub sources: Vec<SourceFile>,
    /// Format, as GDAL names its driver.
    pub format: String,
    /// EPSG code of the dataset's own grid.
    pub source_crs: Option<u32>,
    /// The datum operation and projections applied.
    pub operation: String,
    /// Text decoding by column.
    pub encodings: Vec<ColumnEncoding>,
    /// Counts.
    pub counts: Counts,
    /// When, ISO 8601 with zone.
    pub imported_at: String,
    /// With which version of Diaba.
    pub tool: String,
    /// Further notes for people.
    pub notes: Vec<String>,
    /// The earlier revision whose records these are, where they were brought back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores: Option<String>,
}

impl Manifest {
    /// The format this version writes.
    pub const FORMAT: u32 = FORMAT;

    /// Reads the manifest in `folder`, of a shard of this format or an older one.
    ///
    /// # Errors
    /// [`ShardError::Io`]; [`ShardError::Corrupt`] where it is not a manifest of a format this version knows.
    pub fn read(folder: &Path) -> Result<Self, ShardError> {
        let path = folder.join(MANIFEST);
        let text = fs::read(&path).map_err(|e| ShardError::io(&path, e))?;
        let manifest: Self =
            serde_json::from_slice(&text).map_err(|e| ShardError::corrupt(&path, e.to_string()))?;
        if manifest.format > FORMAT {
            return Err(ShardError::corrupt(
                &path,
                format!(
                    "the shard has format {}, and this version of Diaba reads up to {FORMAT}",
                    manifest.format
                ),
            ));
        }
        Ok(manifest)
    }

    /// Writes the manifest into `folder`.
    ///
    /// # Errors
    /// [`ShardError::Io`].
    pub(crate) fn write(&self, folder: &Path) -> Result<(), ShardError> {
        let path = folder.join(MANIFEST);
        let done = || {
            let text = serde_json::to_vec_pretty(self)?;
            let mut file = File::create(&path)?;
            std::io::Write::write_all(&mut file, &text)?;
            file.sync_all()
        };
        done().map_err(|e| ShardError::io(&path, e))
    }

    /// Whether the shard has a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|f| f.name == name)
    }

    /// Compares the files in `folder` with their seals; reads those through whose time is not the sealed one.
    ///
    /// # Errors
    /// [`ShardError::Io`] where one is missing, [`ShardError::Corrupt`] where one is another.
    pub fn verify(&self, folder: &Path) -> Result<(), ShardError> {
        for seal in &self.files {
            let path = folder.join(&seal.name);
            if seal.name.contains(['/', '\\']) {
                return Err(ShardError::corrupt(
                    &path,
                    "a shard's files lie in its own folder",
                ));
            }
            let found = fs::metadata(&path).map_err(|e| ShardError::io(&path, e))?;
            if found.len() != seal.bytes {
                return Err(ShardError::corrupt(
                    &path,
                    format!("it has {} bytes, sealed were {}", found.len(), seal.bytes),
                ));
            }
            if modified_ns(&found) != seal.modified_ns && checksum(&path)? != seal.xxh3 {
                return Err(ShardError::corrupt(
                    &path,
                    "its content is not the sealed one",
                ));
            }
        }
        Ok(())
    }
}

impl FileSeal {
    /// The seal of the file `name` in `folder` as it is now.
    ///
    /// # Errors
    /// [`ShardError::Io`].
    pub fn of(folder: &Path, name: &str) -> Result<Self, ShardError> {
        let path = folder.join(name);
        let found = fs::metadata(&path).map_err(|e| ShardError::io(&path, e))?;
        Ok(Self {
            name: name.to_owned(),
            bytes: found.len(),
            modified_ns: modified_ns(&found),
            xxh3: checksum(&path)?,
        })
    }
}

fn modified_ns(found: &fs::Metadata) -> u64 {
    found
        .modified()
        .ok()
        .and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |d| d.as_nanos() as u64)
}

fn checksum(path: &Path) -> Result<String, ShardError> {
    let mut file = File::open(path).map_err(|e| ShardError::io(path, e))?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(format!("{:032x}", hash.digest128())),
            Ok(n) => hash.update(&buffer[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(ShardError::io(path, e)),
        }
    }
}
