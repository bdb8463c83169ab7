//! The archives a server is given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use diaba_core::theme::Catalogue;
use pmtiles::SharedMokaCache;

use super::archive::Archive;
use super::error::ArchiveError;
use super::file::Stamp;

/// Most memory for directories of all archives, bytes.
const DIRECTORIES: u64 = 32 << 20;

/// The archives a server is given, by identifier: the file's name without its ending.
pub struct Archives {
    shelf: BTreeMap<String, Place>,
    /// Files that cannot be given an address.
    nameless: Vec<(String, String)>,
    cache: SharedMokaCache,
}

struct Place {
    path: PathBuf,
    served: ArcSwapOption<Archive>,
    problem: ArcSwapOption<Trouble>,
}

/// A file that is not served as it is.
struct Trouble {
    reason: String,
    /// That of the file it was found in.
    stamp: Option<Stamp>,
}

impl Archives {
    /// Opens the archives at `paths`; what is wrong with one is kept and told, and the others are served.
    pub fn open(paths: &[PathBuf], catalogue: &Catalogue) -> Self {
        let mut archives = Self {
            shelf: BTreeMap::new(),
            nameless: Vec::new(),
            cache: SharedMokaCache::with_max_bytes(DIRECTORIES),
        };
        for path in paths {
            let shown = shown(path);
            match identifier(path, catalogue) {
                Ok(id) if archives.shelf.contains_key(&id) => {
                    let reason = ArchiveError::Taken(id, "another archive").to_string();
                    tracing::error!(archive = shown, reason, "an archive is not served");
                    archives.nameless.push((shown, reason));
                }
                Ok(id) => {
                    let place = Place {
                        path: path.clone(),
                        served: ArcSwapOption::empty(),
                        problem: ArcSwapOption::empty(),
                    };
                    archives.shelf.insert(id, place);
                }
                Err(error) => {
                    tracing::error!(archive = shown, %error, "an archive is not served");
                    archives.nameless.push((shown, error.to_string()));
                }
            }
        }
        archives.look_again();
        archives
    }

    /// Takes over files that were put in another's place.
    pub fn look_again(&self) {
        for place in self.shelf.values() {
            place.look_again(&self.cache);
        }
    }

    /// The archive called `id`.
    pub fn get(&self, id: &str) -> Option<Arc<Archive>> {
        self.shelf.get(id)?.served.load_full()
    }

    /// The archives that are served, by identifier.
    pub fn served(&self) -> impl Iterator<Item = (&str, Arc<Archive>)> {
        let shelf = self.shelf.iter();
        shelf.filter_map(|(id, place)| Some((id.as_str(), place.served.load_full()?)))
    }

    /// Files that are not served as they are, and why.
    pub fn problems(&self) -> Vec<(String, String)> {
        let troubled = self.shelf.values().filter_map(|place| {
            let trouble = place.problem.load_full()?;
            Some((shown(&place.path), trouble.reason.clone()))
        });
        self.nameless.iter().cloned().chain(troubled).collect()
    }
}

impl Place {
    fn look_again(&self, cache: &SharedMokaCache) {
        let stamp = Stamp::of(&self.path).ok();
        let served = self.served.load();
        let trouble = self.problem.load();
        let known = match (trouble.as_ref(), served.as_ref()) {
            (Some(trouble), _) => trouble.stamp == stamp,
            (None, Some(served)) => Some(served.stamp) == stamp,
            (None, None) => false,
        };
        if known {
            return;
        }
        match Archive::open(&self.path, cache) {
            Ok(archive) => {
                tracing::info!(
                    archive = shown(&self.path),
                    tiles = archive.tiles,
                    "serving an archive"
                );
                self.served.store(Some(Arc::new(archive)));
                self.problem.store(None);
            }
            Err(error) => {
                tracing::error!(archive = shown(&self.path), %error, "an archive is not served");
                let reason = error.to_string();
                self.problem
                    .store(Some(Arc::new(Trouble { reason, stamp })));
            }
        }
    }
}

/// The file's name: where it lies is nobody's business.
fn shown(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// What the archive is asked for by.
fn identifier(path: &Path, catalogue: &Catalogue) -> Result<String, ArchiveError> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if !ending.is_some_and(|ending| ending.eq_ignore_ascii_case("pmtiles")) {
        return Err(ArchiveError::Name);
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let id = stem
        .filter(|stem| {
            stem.chars().all(fits) && Path::new(stem).extension().is_none_or(|end| end != "json")
        })
        .ok_or(ArchiveError::Name)?;
    if catalogue.theme(id).is_some() {
        return Err(ArchiveError::Taken(id.to_owned(), "a theme"));
    }
    Ok(id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_called_as_its_file() {
        let catalogue = Catalogue::load(None).unwrap();
        let id = |path: &str| identifier(Path::new(path), &catalogue);
        assert_eq!(id("/srv/anh-2026.pmtiles").unwrap(), "anh-2026");
        assert!(matches!(id("/srv/xã.pmtiles"), Err(ArchiveError::Name)));
        assert!(matches!(id("/srv/a,b.pmtiles"), Err(ArchiveError::Name)));
        assert!(matches!(id("/srv/a.mbtiles"), Err(ArchiveError::Name)));
        let taken = id("land_parcels.pmtiles").unwrap_err().to_string();
        assert!(taken.contains("a theme"), "{taken}");
    }

    #[test]
    fn a_file_that_is_not_there_or_no_archive_is_a_problem_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hong.pmtiles");
        std::fs::write(&path, b"PMTiles, or so they say").unwrap();
        let gone = folder.path().join("khong-co.pmtiles");
        let catalogue = Catalogue::load(None).unwrap();
        let archives = Archives::open(&[path, gone], &catalogue);
        assert_eq!(archives.served().count(), 0);
        let problems = archives.problems();
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0].0, "hong.pmtiles");
        assert!(problems[0].1.contains("first bytes"), "{problems:?}");
    }
}
