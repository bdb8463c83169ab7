//! What is asked of one import.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use diaba_core::crs::Crs;
use diaba_core::theme::{Catalogue, Theme};

use crate::attributes::AttributeTable;
use crate::communes::Communes;
use crate::decode::Encoding;
use crate::inputs::Input;
use crate::place::Place;
use crate::source::{DrawingOptions, SourceFile};

/// Where datasets are kept.
#[derive(Clone)]
pub enum Home {
    /// A data directory.
    Directory(PathBuf),
    /// A PostGIS database, by its URL.
    Database(String),
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => path.fmt(f),
            // Its URL may hold a password.
            Self::Database(_) => f.write_str("a database"),
        }
    }
}

impl Job {
    /// The same for `input`.
    #[must_use]
    pub fn of(&self, input: &Input) -> Self {
        Self {
            file: input.path.clone(),
            name: input.name.clone(),
            found: input.found,
            dataset: input.dataset.clone(),
            archives: input.archives.clone(),
            ..self.clone()
        }
    }
}

/// One file to import, and how.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a row of independent switches of the command line"
)]
pub struct Job {
    /// The file.
    pub file: PathBuf,
    /// What people call it: as the operator named it, or where it lies within what the operator named.
    pub name: String,
    /// Whether it was found in a folder or archive rather than named.
    pub found: bool,
    /// The archives it came out of, the outermost first.
    pub archives: Vec<SourceFile>,
    /// Themes and code lists.
    pub catalogue: Arc<Catalogue>,
    /// The theme its records become.
    pub theme: Arc<Theme>,
    /// The dataset it is a revision of.
    pub dataset: String,
    /// Where the dataset goes.
    pub home: Home,
    /// Revisions a directory keeps, the new one among them.
    pub keep: usize,
    /// Whether rows people edited since the last import go to the history; without it they keep the import out.
    pub over_edits: bool,
    /// The CRS of its coordinates, where the operator says it.
    pub source_crs: Option<Crs>,
    /// The encoding of its text, where the operator says it.
    pub encoding: Option<Encoding>,
    /// The layer to read, where it has several.
    pub layer: Option<String>,
    /// Columns and the fields they are, as the operator says.
    pub assignments: Vec<(String, String)>,
    /// Code lists and the versions the file was written in, as the operator says.
    pub versions: Vec<(String, String)>,
    /// What the land database says of its parcels, where the operator gives it.
    pub attributes: Option<Arc<AttributeTable>>,
    /// Where its records must land.
    pub place: Place,
    /// The commune all its records lie in, where the operator says it.
    pub commune: Option<String>,
    /// The communes its home knows.
    pub communes: Arc<OnceLock<Communes>>,
    /// Where its report goes, where the operator says it.
    pub report: Option<PathBuf>,
    /// Where records that are not taken go, where the operator says it.
    pub rejects: Option<PathBuf>,
    /// Whether any place will do.
    pub force_area: bool,
    /// Whether findings of severity error keep the import out.
    pub strict: bool,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// What is said about a drawing.
    pub drawing: DrawingOptions,
}

impl Job {
    /// The communes its home knows, read when they are first asked for.
    pub fn communes(&self) -> &Communes {
        self.communes
            .get_or_init(|| Communes::load(&self.home, &self.catalogue))
    }
}
