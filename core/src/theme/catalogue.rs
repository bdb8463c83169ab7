//! All themes and code lists: those built in, and those an operator adds or replaces.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use super::hash::{hash, tile_hash};
use super::load::{Surroundings, is_identifier, parse};
use super::{PersonalRules, Theme, ThemeError};
use crate::code_list::CodeList;

pub(super) static THEMES: Dir = include_dir!("$CARGO_MANIFEST_DIR/../styles/themes");
pub(super) static CODE_LISTS: Dir = include_dir!("$CARGO_MANIFEST_DIR/../styles/code_lists");
const PERSONAL: &str = include_str!("../../../styles/personal.toml");

/// Every theme and code list there is, checked against each other.
#[derive(Debug, Clone)]
pub struct Catalogue {
    themes: Vec<Arc<Theme>>,
    code_lists: BTreeMap<String, Arc<CodeList>>,
}

/// Texts of files by identifier, each with the name to call it by in messages.
type Files = BTreeMap<String, (String, String)>;

impl Catalogue {
    /// The built-in themes and code lists, with those of the folder `overlay` (`themes/*.toml`,
    /// `code_lists/*.toml`, `personal.toml`) added, or put in place of the ones of the same name.
    ///
    /// # Errors
    /// [`ThemeError`], naming the file and the key, where any of them is wrong: a catalogue is whole or not at all.
    pub fn load(overlay: Option<&Path>) -> Result<Self, ThemeError> {
        let mut themes = embedded(&THEMES, "styles/themes");
        let mut code_lists = embedded(&CODE_LISTS, "styles/code_lists");
        let mut personal = ("styles/personal.toml".to_owned(), PERSONAL.to_owned());
        if let Some(folder) = overlay {
            let inside = folder.read_dir().map_err(|source| ThemeError::Read {
                path: folder.to_owned(),
                source,
            })?;
            drop(inside);
            themes.extend(read_folder(&folder.join("themes"))?);
            code_lists.extend(read_folder(&folder.join("code_lists"))?);
            let path = folder.join("personal.toml");
            if path.exists() {
                personal = (path.display().to_string(), read(&path)?);
            }
        }
        let personal = Arc::new(PersonalRules::parse(&personal.0, &personal.1)?);

        let mut lists = BTreeMap::new();
        for (id, (file, text)) in code_lists {
            let list = CodeList::parse(&id, &file, &text)?;
            lists.insert(id, Arc::new(list));
        }
        let around = Surroundings {
            code_lists: &lists,
            personal: &personal,
        };
        let mut all = Vec::new();
        for (id, (file, text)) in themes {
            let mut theme = parse(&id, &file, &text, &around)?;
            theme.hash = hash(&theme);
            theme.tile_hash = tile_hash(&theme);
            all.push(Arc::new(theme));
        }
        all.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        Ok(Self {
            themes: all,
            code_lists: lists,
        })
    }

    /// The theme called `id`.
    pub fn theme(&self, id: &str) -> Option<&Arc<Theme>> {
        self.themes.iter().find(|t| t.id == id)
    }

    /// All themes, by their `order`, then id.
    pub fn themes(&self) -> impl ExactSizeIterator<Item = &Arc<Theme>> {
        self.themes.iter()
    }

    /// The code list called `id`.
    pub fn code_list(&self, id: &str) -> Option<&Arc<CodeList>> {
        self.code_lists.get(id)
    }

    /// All code lists, by id.
    pub fn code_lists(&self) -> impl ExactSizeIterator<Item = &Arc<CodeList>> {
        self.code_lists.values()
    }
}

fn embedded(dir: &'static Dir, folder: &str) -> Files {
    dir.files()
        .filter_map(|file| {
            let name = file.path().file_name()?.to_str()?;
            let id = name.strip_suffix(".toml")?;
            Some((
                id.to_owned(),
                (format!("{folder}/{name}"), file.contents_utf8()?.to_owned()),
            ))
        })
        .collect()
}

/// The TOML files of `folder`; none where it does not exist.
fn read_folder(folder: &Path) -> Result<Files, ThemeError> {
    let failed = |source| ThemeError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Files::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in folder.read_dir().map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let id = path
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default()
            .to_owned();
        if !is_identifier(&id) {
            return Err(ThemeError::Name {
                file: path.display().to_string(),
            });
        }
        files.insert(id, (path.display().to_string(), read(&path)?));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<String, ThemeError> {
    std::fs::read_to_string(path).map_err(|source| ThemeError::Read {
        path: path.to_owned(),
        source,
    })
}
