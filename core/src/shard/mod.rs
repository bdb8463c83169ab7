//! A shard: one revision of a dataset, packed, sealed and immutable.
//!
//! ```text
//! surveyed.fgb            as surveyed: FlatGeobuf in the working CRS with every field; every answer reads it
//! index.bin               ids, where each feature lies in surveyed.fgb, the packed R-tree of boxes
//! keys.bin                business key → features, for look-ups by key and by prefix
//! words.bin               words of names → features, for the search box (themes that are searched by names only)
//! figures.json            counts and areas by commune and class (themes that are counted only)
//! drawn-webmercator.bin   as drawn: projected once, on a grid of 9 mm, with the fields tiles carry; never an answer.
//!                         Stencils and places of labels, made ahead of the tiles
//! cells.bin               class cells of the generalised levels (coverage themes only)
//! periods.bin             since when each record stood and until when (homes that keep a history)
//! marks.bin               the changes the shard was packed after, for the versions of tiles (databases only)
//! manifest.json           what the shard is, where it came from, its files' checksums
//! ```
//!
//! Everything but `surveyed.fgb` is derived from it by [`pack`], so a shard can be packed anew when a theme changes.

pub(crate) mod classes;
pub(crate) mod derive;
mod disk;
pub(crate) mod draw;
mod drawn;
mod drawn_features;
mod drawn_file;
mod encode;
mod entries;
mod error;
mod header;
pub(crate) mod hilbert;
pub mod ids;
mod index;
mod index_writer;
pub(crate) mod kept;
pub(crate) mod keys;
pub(crate) mod lay;
mod manifest;
mod map;
mod marks;
mod node_grid;
mod ordered;
pub(crate) mod outline;
pub mod pack;
pub mod packed_rtree;
mod patches;
pub(crate) mod periods;
mod properties;
mod ready;
pub mod rings;
mod shape;
mod spill;
mod surveyed;
pub(crate) mod tags;
mod tree_builder;
mod walk;
mod words;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use memmap2::Mmap;
use smallvec::SmallVec;

pub use drawn_features::{DrawnFeatures, Near, Wanted};
pub use drawn_file::DrawnFile;
pub use encode::{EncodedFeature, FeatureEncoder};
pub use error::ShardError;
pub use index::Index;
pub use keys::{KeyIndex, normalise_key_part};
pub use manifest::{
    ColumnEncoding, Counts, FileSeal, MANIFEST, Manifest, Origin, Provenance, SourceFile,
};
pub use packed_rtree::Box2;
pub use surveyed::{Surveyed, SurveyedFeature};
pub(crate) use words::Hits;
pub use words::WordIndex;
pub(crate) use writer::GroundWriter;
pub use writer::{RowWriter, ShardWriter};

use marks::MarkFile;
use periods::{Period, PeriodFile};

use crate::crs::Crs;
use crate::edits::MarkTree;
use crate::figures::Figures;
use crate::levels::Cells;
use crate::theme::Theme;

/// Names of a shard's files.
pub mod files {
    /// As surveyed.
    pub const SURVEYED: &str = "surveyed.fgb";
    /// Ids, offsets and the R-tree.
    pub const INDEX: &str = "index.bin";
    /// Business keys.
    pub const KEYS: &str = "keys.bin";
    /// Words of names.
    pub const WORDS: &str = "words.bin";
    /// Counts and areas.
    pub const FIGURES: &str = "figures.json";
    /// As drawn on the Web Mercator grid.
    pub const DRAWN: &str = "drawn-webmercator.bin";
    /// Class cells of the generalised levels.
    pub const CELLS: &str = "cells.bin";
    /// Entries of the change log the shard was packed after.
    pub const MARKS: &str = "marks.bin";
    /// Since when each record stood and until when.
    pub const PERIODS: &str = "periods.bin";
}

/// An open shard.
#[derive(Debug)]
pub struct Shard {
    folder: PathBuf,
    manifest: Manifest,
    working: Crs,
    surveyed: Surveyed,
    index: Index,
    keys: KeyIndex,
    words: Option<WordIndex>,
    figures: Option<Figures>,
    drawn: DrawnFile,
    cells: Option<Arc<Cells<Mmap>>>,
    marks: Option<MarkFile>,
    periods: Option<PeriodFile>,
    /// Since when every record stands, where they do not say it themselves.
    since: Option<Timestamp>,
    history: Vec<Arc<Shard>>,
}

impl Shard {
    /// Opens the shard in `folder`, packed for `theme`.
    ///
    /// Files whose size and time are those of the manifest are trusted; others are read through and compared
    /// with their checksum.
    ///
    /// # Errors
    /// [`ShardError`]: a file missing, changed, truncated, of another format, or packed by an older version of Diaba or
    /// under another theme file.
    pub fn open(folder: &Path, theme: &Arc<Theme>) -> Result<Self, ShardError> {
        let manifest = Manifest::read(folder)?;
        manifest.verify(folder)?;
        if manifest.format < Manifest::FORMAT {
            return Err(ShardError::Outdated {
                path: folder.to_owned(),
            });
        }
        if manifest.theme_hash != theme.hash {
            return Err(ShardError::ThemeChanged {
                path: folder.to_owned(),
                theme: theme.id.clone(),
            });
        }
        let working = Crs::from_epsg(manifest.working_crs)?;
        let surveyed = Surveyed::open(&folder.join(files::SURVEYED), theme)?;
        let index = Index::open(&folder.join(files::INDEX))?;
        let keys = KeyIndex::open(&folder.join(files::KEYS))?;
        let words = manifest
            .has(files::WORDS)
            .then(|| WordIndex::open(&folder.join(files::WORDS)))
            .transpose()?;
        let figures = manifest
            .has(files::FIGURES)
            .then(|| open_figures(&folder.join(files::FIGURES)))
            .transpose()?;
        let drawn = DrawnFile::open(&folder.join(files::DRAWN), theme)?;
        let cells_path = folder.join(files::CELLS);
        let cells = if manifest.has(files::CELLS) {
            Some(Arc::new(open_cells(&cells_path)?))
        } else {
            None
        };
        let periods = manifest
            .has(files::PERIODS)
            .then(|| PeriodFile::open(&folder.join(files::PERIODS), index.len()))
            .transpose()?;
        let marks = manifest
            .has(files::MARKS)
            .then(|| MarkFile::open(&folder.join(files::MARKS)))
            .transpose()?;
        let since = manifest.provenance.imported_at.parse().ok();
        let counted = [index.len() as u64, drawn.len() as u64];
        if counted.iter().any(|n| *n != manifest.features) {
            return Err(ShardError::corrupt(
                folder,
                "its files do not hold the same number of features",
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
            manifest,
            working,
            surveyed,
            index,
            keys,
            words,
            figures,
            drawn,
            cells,
            marks,
            periods,
            since,
            history: Vec::new(),
        })
    }

    /// The shard beside these, of rows of its dataset that stood before; one id may have several, each its period.
    #[must_use]
    pub fn with_history(self, history: Vec<Arc<Self>>) -> Self {
        Self { history, ..self }
    }

    /// Shards of rows of its dataset that stood before.
    pub fn history(&self) -> &[Arc<Self>] {
        &self.history
    }

    /// The folder it lies in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it is and where it came from.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The plane its legal geometry is in.
    pub fn working_crs(&self) -> Crs {
        self.working
    }

    /// Ids, offsets and boxes.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Business keys.
    pub fn keys(&self) -> &KeyIndex {
        &self.keys
    }

    /// Words of names; none where its theme is not searched by names.
    pub fn words(&self) -> Option<&WordIndex> {
        self.words.as_ref()
    }

    /// Counts and areas by commune and class; none where its theme is not counted.
    pub fn figures(&self) -> Option<&Figures> {
        self.figures.as_ref()
    }

    /// As drawn.
    pub fn drawn(&self) -> &DrawnFile {
        &self.drawn
    }

    /// Class cells of the generalised levels.
    pub fn cells(&self) -> Option<&Arc<Cells<Mmap>>> {
        self.cells.as_ref()
    }

    /// The entries of the change log it was packed after.
    pub(crate) fn marks(&self) -> MarkTree<'_> {
        self.marks.as_ref().map(MarkFile::tree).unwrap_or_default()
    }

    /// When the record at a position stood. Records of a home without history stand since they were imported.
    pub(crate) fn period(&self, ordinal: u32) -> Period {
        let own = self
            .periods
            .as_ref()
            .and_then(|file| file.periods().get(ordinal as usize));
        own.copied()
            .unwrap_or_else(|| Period::new(self.since, None))
    }

    /// Positions of the features whose box shares a place with `reach` (working CRS), and of a few near it, in order;
    /// their rings are on their way from memory, to be looked at next.
    pub fn near(&self, reach: &Box2) -> SmallVec<[u32; 16]> {
        let mut near = SmallVec::new();
        self.index.tree().candidates(reach, |ordinal| {
            self.surveyed.prefetch(&self.index.rings(ordinal));
            near.push(ordinal);
            std::ops::ControlFlow::Continue(())
        });
        near
    }

    /// Whether the polygons of the feature at position `ordinal` cover the place (working CRS), boundary included;
    /// `None` where it has no polygon.
    pub fn covers(&self, ordinal: u32, place: geo::Coord<f64>) -> Option<bool> {
        let rings = self.index.rings(ordinal);
        if rings.is_empty() {
            None
        } else {
            Some(self.surveyed.covers(&rings, place))
        }
    }

    /// The coordinates of these rings of a feature, in the working CRS, and whether each is a hole.
    pub(crate) fn runs<'a>(
        &'a self,
        rings: &'a [rings::Ring],
    ) -> impl Iterator<Item = (bool, rings::Run<'a>)> + 'a {
        self.surveyed.runs(rings)
    }

    /// The surveyed feature at position `ordinal`.
    ///
    /// # Errors
    /// [`ShardError::Corrupt`] where the file does not hold one there.
    pub fn feature(&self, ordinal: u32) -> Result<SurveyedFeature<'_>, ShardError> {
        self.surveyed.feature(self.index.range(ordinal))
    }
}

fn open_figures(path: &Path) -> Result<Figures, ShardError> {
    let file = std::fs::File::open(path).map_err(|e| ShardError::io(path, e))?;
    Figures::read(std::io::BufReader::new(file))
        .map_err(|e| ShardError::corrupt(path, e.to_string()))
}

fn open_cells(path: &Path) -> Result<Cells<Mmap>, ShardError> {
    Cells::open(map::map(path)?).map_err(|e| ShardError::corrupt(path, e.to_string()))
}
