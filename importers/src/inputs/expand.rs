//! Walking folders and opening archives.

use std::fs;
use std::path::{Path, PathBuf};

use diaba_core::theme::Bilingual;
use tempfile::TempDir;

use super::sidecars::{self, Names};
use crate::error::ImportError;
use crate::source::archive::{self, Budget};
use crate::source::{
    SourceFile, fingerprint, format_by_name, format_of, is_geodatabase, looks_like_geojson,
};

/// Deepest folder entered.
const DEEPEST: usize = 24;
/// Files looked at in the folders of one command line: more is somebody's whole disk.
const MOST_FILES: usize = 100_000;

/// A file, or a folder that is one, to import.
#[derive(Debug, Clone)]
pub struct Input {
    /// Where it is; below a temporary folder where it came from an archive.
    pub path: PathBuf,
    /// As people are told of it: as the operator named it, or where it lies within what the operator named.
    pub name: String,
    /// Its path within the folder or archive, with `/` between folders.
    pub within: String,
    /// The dataset it becomes.
    pub dataset: String,
    /// Whether it was found in a folder or archive rather than named.
    pub found: bool,
    /// The archives it came out of, the outermost first.
    pub archives: Vec<SourceFile>,
}

/// A file that is not imported, and need not be.
#[derive(Debug, Clone)]
pub struct PassedOver {
    /// Where it lies within what the operator named.
    pub name: String,
    /// Why.
    pub reason: Bilingual,
}

/// Something found that could not be looked into.
#[derive(Debug)]
pub struct Failed {
    /// Where it lies within what the operator named.
    pub name: String,
    /// Why.
    pub error: ImportError,
}

/// Everything a command line means.
#[derive(Debug, Default)]
pub struct Inputs {
    /// To import, in the order of the command line and of names within folders.
    pub files: Vec<Input>,
    /// Parts of others, sidecars and what is no data.
    pub passed_over: Vec<PassedOver>,
    /// Archives and folders that could not be opened.
    pub failed: Vec<Failed>,
    /// Whether a folder or an archive was named: there may be any number of files in it.
    pub many: bool,
    /// Holds what was unpacked; removed when dropped.
    folders: Vec<TempDir>,
}

/// Finds what is to be imported in `paths`.
pub fn expand(paths: &[PathBuf]) -> Inputs {
    let mut walk = Walk {
        inputs: Inputs::default(),
        budget: Budget::new(archive::LIMITS),
        seen: 0,
    };
    for path in paths {
        walk.named(path);
    }
    walk.inputs
}

struct Walk {
    inputs: Inputs,
    budget: Budget,
    seen: usize,
}

/// Where the walk is: how people are told of it, its path for names of datasets, how deep it is.
#[derive(Clone)]
struct Place {
    name: String,
    within: String,
    depth: usize,
    archives: Vec<SourceFile>,
}

impl Place {
    fn below(&self, name: &str) -> Self {
        let joined = |folder: &str| {
            if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            }
        };
        Self {
            name: joined(&self.name),
            within: joined(&self.within),
            depth: self.depth + 1,
            archives: self.archives.clone(),
        }
    }
}

impl Walk {
    /// Takes in what the operator named.
    fn named(&mut self, path: &Path) {
        let name = path.display().to_string();
        let own = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let top = Place {
            name: name.clone(),
            within: String::new(),
            depth: 0,
            archives: Vec::new(),
        };
        if path.is_dir() && !is_geodatabase(path) {
            let before = self.inputs.files.len() + self.inputs.failed.len();
            self.inputs.many = true;
            self.folder(path, &top);
            if self.inputs.files.len() + self.inputs.failed.len() == before {
                let error = nothing(path);
                self.inputs.failed.push(Failed { name, error });
            }
        } else if is_zip(path) {
            match archive::kind(path) {
                Ok(archive::Kind::Bundle) => {
                    self.inputs.many = true;
                    self.archive(path, &top, &own);
                }
                Ok(_) => self.given(path, name, own),
                Err(error) => self.inputs.failed.push(Failed { name, error }),
            }
        } else {
            self.given(path, name, own);
        }
    }

    /// A file the operator named.
    fn given(&mut self, path: &Path, name: String, within: String) {
        self.inputs.files.push(Input {
            path: path.to_owned(),
            name,
            within,
            dataset: String::new(),
            found: false,
            archives: Vec::new(),
        });
    }

    /// A file that was found.
    fn file(&mut self, path: &Path, here: &Place) {
        self.inputs.files.push(Input {
            path: path.to_owned(),
            name: here.name.clone(),
            within: here.within.clone(),
            dataset: String::new(),
            found: true,
            archives: here.archives.clone(),
        });
    }

    fn pass_over(&mut self, place: &Place, vi: &str, en: &str) {
        self.inputs.passed_over.push(PassedOver {
            name: place.name.clone(),
            reason: Bilingual {
                vi: vi.to_owned(),
                en: en.to_owned(),
            },
        });
    }

    fn fail(&mut self, place: &Place, error: ImportError) {
        let name = place.name.clone();
        self.inputs.failed.push(Failed { name, error });
    }

    fn folder(&mut self, folder: &Path, place: &Place) {
        if place.depth > DEEPEST {
            self.pass_over(place, "thư mục lồng quá sâu", "folders nested too deep");
            return;
        }
        let entries = match listed(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let reason = error.to_string();
                let path = folder.to_owned();
                self.fail(place, ImportError::Read { path, reason });
                return;
            }
        };
        let names: Names = entries.iter().map(|path| sidecars::lower(path)).collect();
        for path in entries {
            let name = path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            let here = place.below(&name);
            self.seen += 1;
            if self.seen > MOST_FILES {
                let (path, most) = (folder.to_owned(), MOST_FILES);
                let error = ImportError::Nothing {
                    path,
                    vi: format!("có quá nhiều tệp (hơn {most}); hãy nhập từng thư mục con."),
                    en: format!(
                        "there are too many files (more than {most}); import its folders apart."
                    ),
                };
                self.fail(place, error);
                return;
            }
            self.entry(&path, &here, &names);
        }
    }

    fn entry(&mut self, path: &Path, here: &Place, names: &Names) {
        if path.is_symlink() {
            self.pass_over(
                here,
                "là liên kết (symlink), không đi theo",
                "a symbolic link, which is not followed",
            );
        } else if let Some(reason) = sidecars::why(path, names) {
            let name = here.name.clone();
            self.inputs.passed_over.push(PassedOver { name, reason });
        } else if path.is_dir() {
            if is_geodatabase(path) {
                self.file(path, here);
            } else {
                self.folder(path, here);
            }
        } else if is_zip(path) {
            self.packed(path, here);
        } else {
            self.plain(path, here);
        }
    }

    /// A ZIP file found in a folder or archive.
    fn packed(&mut self, path: &Path, here: &Place) {
        match archive::kind(path) {
            Ok(archive::Kind::Document) => self.pass_over(
                here,
                "là văn bản, không phải dữ liệu",
                "a document and no data",
            ),
            Ok(archive::Kind::Bundle) if here.archives.len() >= self.budget.nesting() => self
                .pass_over(
                    here,
                    "tệp nén lồng trong tệp nén quá nhiều lớp",
                    "archives nested too deep",
                ),
            Ok(archive::Kind::Bundle) => {
                let mut place = here.clone();
                stem(&here.within).clone_into(&mut place.within);
                let name = stem(&here.within).rsplit('/').next().unwrap_or_default();
                let name = name.to_owned();
                self.archive(path, &place, &name);
            }
            Ok(_) => self.file(path, here),
            Err(error) => self.fail(here, error),
        }
    }

    /// A file that is neither archive nor part of another.
    fn plain(&mut self, path: &Path, here: &Place) {
        match format_of(path) {
            Ok(_) if !looks_like_geojson(path) => {
                self.pass_over(here, "JSON không phải GeoJSON", "JSON that is no GeoJSON");
            }
            Ok(_) => self.file(path, here),
            // Somebody meant it to hold data: that it holds nothing is to be said.
            Err(_) if fs::metadata(path).is_ok_and(|m| m.len() == 0) && has_data_name(path) => {
                self.file(path, here);
            }
            Err(ImportError::Format { vi, en, .. }) => self.pass_over(here, &vi, &en),
            Err(error) => self.fail(here, error),
        }
    }

    /// Unpacks the archive at `path` and walks what was in it.
    fn archive(&mut self, path: &Path, place: &Place, name: &str) {
        let unpacked = TempDir::with_prefix("diaba-unpacked-")
            .map_err(|error| ImportError::Read {
                path: path.to_owned(),
                reason: error.to_string(),
            })
            .and_then(|folder| {
                // The name without `.zip`: `x.gdb.zip` may hold the tables themselves.
                let name = name.strip_suffix(".zip").unwrap_or(stem(name));
                let into = folder
                    .path()
                    .join(if name.is_empty() { "zip" } else { name });
                archive::unpack(path, &into, &mut self.budget)?;
                Ok((folder, into, fingerprint(path)?))
            });
        let (folder, mut into, packed) = match unpacked {
            Ok(unpacked) => unpacked,
            Err(error) => return self.fail(place, error),
        };
        self.inputs.folders.push(folder);
        let mut place = place.clone();
        place.archives.push(packed);
        // A bundle packed with its folder means the folder.
        while let Some(only) = only_folder(&into) {
            into = only;
        }
        // GDAL knows geodatabases by the name of their folder.
        let named = into.with_extension("gdb");
        let tables = into != named && into.join("a00000001.gdbtable").is_file();
        if tables && fs::rename(&into, &named).is_ok() {
            into = named;
        }
        if is_geodatabase(&into) {
            let own = into
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            self.file(&into, &place.below(&own));
            return;
        }
        let before = self.inputs.files.len() + self.inputs.failed.len();
        self.folder(&into, &place);
        if self.inputs.files.len() + self.inputs.failed.len() == before {
            self.fail(&place, nothing(path));
        }
    }
}

/// The only thing in `folder`, where that is a folder and no geodatabase already reached.
fn only_folder(folder: &Path) -> Option<PathBuf> {
    if folder.join("a00000001.gdbtable").is_file() {
        return None;
    }
    let entries = listed(folder).ok()?;
    let mut real = entries
        .into_iter()
        .filter(|path| sidecars::lower(path) != "__macosx");
    match (real.next(), real.next()) {
        (Some(only), None) if only.is_dir() && !only.is_symlink() => Some(only),
        _ => None,
    }
}

fn listed(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    Ok(entries)
}

fn is_zip(path: &Path) -> bool {
    use std::io::Read;
    let mut head = [0_u8; 4];
    path.is_file()
        && fs::File::open(path)
            .and_then(|mut file| file.read_exact(&mut head))
            .is_ok()
        && (head == *b"PK\x03\x04" || head == *b"PK\x05\x06")
}

fn has_data_name(path: &Path) -> bool {
    format_by_name(path).is_some()
}

fn stem(name: &str) -> &str {
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.get(..dot).unwrap_or(name),
        _ => name,
    }
}

fn nothing(path: &Path) -> ImportError {
    ImportError::Nothing {
        path: path.to_owned(),
        vi: "không có tệp dữ liệu nào bên trong.".to_owned(),
        en: "there is no file of data in it.".to_owned(),
    }
}
