//! The files behind styles, sprites and fonts, read once at start.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use serde_json::Value;

use crate::response::asset::{Asset, Keep};

#[derive(RustEmbed)]
#[folder = "../styles"]
struct BuiltIn;

/// Every style, sprite and font.
#[derive(Debug, Default)]
pub struct Styles {
    /// MapLibre styles by name.
    pub maps: BTreeMap<String, Value>,
    /// Sprite files by name.
    pub sprites: HashMap<String, Asset>,
    /// Glyph files by `<stack>/<range>.pbf`.
    pub fonts: HashMap<String, Asset>,
    /// Names of the font stacks.
    pub stacks: HashSet<String>,
    /// Files that could not be used, and why.
    pub problems: Vec<(String, String)>,
}

impl Styles {
    /// The built-in files, and over them those of `overlay`.
    pub fn load(overlay: Option<&Path>) -> io::Result<Self> {
        let mut styles = Self::default();
        for name in BuiltIn::iter() {
            if let Some(file) = BuiltIn::get(&name) {
                styles.add(&name, file.data);
            }
        }
        if let Some(root) = overlay {
            for (name, path) in files(root)? {
                styles.add(&name, Cow::Owned(std::fs::read(path)?));
            }
        }
        Ok(styles)
    }

    /// Takes in the file called `name` where it is one of ours; themes and code lists lie in the same directory.
    pub fn add(&mut self, name: &str, content: Cow<'static, [u8]>) {
        if let Some(file) = name.strip_prefix("maps/") {
            let Some(style) = file.strip_suffix(".json") else {
                return;
            };
            match serde_json::from_slice::<Value>(&content) {
                Ok(document) if document.is_object() => {
                    self.maps.insert(style.to_owned(), document);
                }
                Ok(_) => self
                    .problems
                    .push((name.to_owned(), "a style must be a JSON object".to_owned())),
                Err(error) => self.problems.push((name.to_owned(), error.to_string())),
            }
        } else if let Some(file) = name.strip_prefix("sprites/") {
            self.sprites
                .insert(file.to_owned(), Asset::new(file, content, Keep::Day));
        } else if let Some(file) = name.strip_prefix("fonts/")
            && let Some((stack, _)) = file.split_once('/')
        {
            self.stacks.insert(stack.to_owned());
            self.fonts
                .insert(file.to_owned(), Asset::new(file, content, Keep::Day));
        }
    }
}

/// Every file under `root`: its name from there, with forward slashes, and its path.
fn files(root: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root.to_owned())];
    while let Some((prefix, directory)) = open.pop() {
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let name = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}/{name}")
            };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((name, entry.path()));
            } else if kind.is_file() {
                found.push((name, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_adds_and_replaces() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("fonts/Be Vietnam Pro Regular")).unwrap();
        std::fs::create_dir_all(dir.path().join("maps")).unwrap();
        std::fs::write(
            dir.path().join("fonts/Be Vietnam Pro Regular/0-255.pbf"),
            "x",
        )
        .unwrap();
        std::fs::write(dir.path().join("maps/own.json"), "{\"version\":8}").unwrap();
        std::fs::write(dir.path().join("maps/broken.json"), "{").unwrap();
        let styles = Styles::load(Some(dir.path())).unwrap();
        assert!(styles.maps.contains_key("own"));
        assert_eq!(
            styles.fonts["Be Vietnam Pro Regular/0-255.pbf"].body(),
            b"x"
        );
        assert!(
            styles
                .problems
                .iter()
                .any(|(name, _)| name == "maps/broken.json")
        );
    }

    #[test]
    fn an_overlay_that_is_not_there_is_an_error() {
        assert!(Styles::load(Some(Path::new("no/such/directory"))).is_err());
    }
}
