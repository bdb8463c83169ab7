//! The planning package of the circular: which of its classes becomes which theme, and what it lacks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use diaba_core::store::dataset_slug;
use diaba_core::theme::Bilingual;
use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use serde::Deserialize;

use super::package_fields::{Column, check, columns};
use super::wrong;
use crate::error::ImportError;
use crate::inputs::PassedOver;
use crate::job::Job;
use crate::source::gdal as records;

const BUILT_IN: &str = include_str!("../../../../styles/cad/package_tt16_2025.toml");
/// The file of an overlay folder that replaces the built-in one.
const FILE: &str = "cad/package_tt16_2025.toml";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(rename = "title")]
    _title: Bilingual,
    #[serde(rename = "source", default)]
    _source: String,
    root: String,
    folder: String,
    extensions: Vec<String>,
    fields: BTreeMap<String, u32>,
    prefixes: Vec<String>,
    datasets: Vec<Part>,
    classes: Vec<Class>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    part: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    name: String,
    #[serde(default)]
    theme: Option<String>,
    #[serde(default)]
    required_in: Option<String>,
}

/// A class of a file: its name there, and its columns where the circular knows it.
#[derive(Debug, Clone)]
struct Found {
    layer: String,
    columns: Vec<Column>,
}

/// `jobs` with the files of each planning package replaced by its classes for the jobs' theme; files of a package that
/// have none go to `passed_over`. What a package is imported as has the name `given`, else the package's own. Everything
/// else is left as it is, and so is a file whose layer the operator names.
///
/// # Errors
/// [`ImportError::Nothing`] where a package has no class for the theme; [`ImportError::Read`] where a file of it
/// cannot be read.
pub fn expand(
    jobs: Vec<Job>,
    given: Option<&str>,
    passed_over: &mut Vec<PassedOver>,
) -> Result<Vec<Job>, ImportError> {
    let Some(first) = jobs.first() else {
        return Ok(jobs);
    };
    let rules = rules(first)?;
    let mut out = Vec::with_capacity(jobs.len());
    let mut packages: Vec<(PathBuf, Vec<Job>)> = Vec::new();
    for job in jobs {
        match rules.root(&job.file).filter(|_| job.layer.is_none()) {
            None => out.push(job),
            Some(root) => match packages.iter_mut().find(|(known, _)| *known == root) {
                Some((_, files)) => files.push(job),
                None => packages.push((root, vec![job])),
            },
        }
    }
    let several = packages.len() > 1;
    for (root, files) in packages {
        let own = rules.name(&root);
        let name = match given {
            Some(given) if several => format!("{given}-{own}"),
            Some(given) => given.to_owned(),
            None => own,
        };
        out.extend(rules.jobs(&root, &name, files, passed_over)?);
    }
    Ok(out)
}

fn rules(job: &Job) -> Result<Rules, ImportError> {
    let overlay = job
        .drawing
        .overlay
        .as_deref()
        .map(|folder| folder.join(FILE))
        .filter(|path| path.is_file());
    let (text, path) = match overlay {
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|e| ImportError::Read {
                path: path.clone(),
                reason: e.to_string(),
            })?;
            (text, path)
        }
        None => (BUILT_IN.to_owned(), PathBuf::from(FILE)),
    };
    toml::from_str(&text).map_err(|e| wrong(&path, e.to_string(), e.to_string()))
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn stem_of(path: &Path) -> String {
    path.file_stem()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

impl Rules {
    /// The folder of the package the file at `path` is one of the datasets of.
    fn root(&self, path: &Path) -> Option<PathBuf> {
        self.part(path)?;
        let folder = path.parent()?;
        let root = folder.parent()?;
        let is_root = name_of(root)
            .to_lowercase()
            .starts_with(&self.root.to_lowercase());
        (is_root && name_of(folder).eq_ignore_ascii_case(&self.folder)).then(|| root.to_owned())
    }

    /// The dataset of the circular the file at `path` is named as.
    fn part(&self, path: &Path) -> Option<&Part> {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        if !self.extensions.contains(&extension) {
            return None;
        }
        let stem = stem_of(path);
        self.datasets
            .iter()
            .find(|part| part.name.eq_ignore_ascii_case(&stem))
    }

    /// The class a layer is, whatever feature dataset its name begins with.
    fn class(&self, layer: &str) -> Option<&Class> {
        let bare = self
            .prefixes
            .iter()
            .find_map(|prefix| layer.strip_prefix(prefix.as_str()))
            .map_or(layer, |rest| rest.trim_start_matches(['_', '.', '/']));
        self.classes
            .iter()
            .find(|class| class.name.eq_ignore_ascii_case(bare))
    }

    /// What a package is called.
    fn name(&self, root: &Path) -> String {
        name_of(root)
            .get(self.root.len()..)
            .unwrap_or_default()
            .to_owned()
    }

    fn jobs(
        &self,
        root: &Path,
        package: &str,
        files: Vec<Job>,
        passed_over: &mut Vec<PassedOver>,
    ) -> Result<Vec<Job>, ImportError> {
        let mut notes = Vec::new();
        let mut wanted: Vec<(Job, String, Found)> = Vec::new();
        let mut others = Vec::new();
        for job in files {
            let Some(part) = self.part(&job.file) else {
                continue;
            };
            let mut parts = vec![package];
            parts.extend(Some(part.part.as_str()).filter(|part| !part.is_empty()));
            let dataset = dataset_slug(&parts.join("-"));
            let classes = self.classes(&job.file)?;
            self.check(part, &classes, &mut notes);
            let before = wanted.len();
            for found in classes {
                let theme = self.class(&found.layer).and_then(|c| c.theme.as_deref());
                if theme == Some(job.theme.id.as_str()) {
                    wanted.push((job.clone(), dataset.clone(), found));
                } else {
                    others.push(format!("{}/{}", part.name, found.layer));
                }
            }
            if wanted.len() == before {
                passed_over.push(PassedOver {
                    name: job.name,
                    reason: Bilingual {
                        vi: "không có lớp nào cho chuyên đề này".to_owned(),
                        en: "it has no class for this theme".to_owned(),
                    },
                });
            }
        }
        if wanted.is_empty() {
            let list = others.join(", ");
            return Err(ImportError::Nothing {
                path: root.to_owned(),
                vi: format!("gói quy hoạch không có lớp nào cho chuyên đề này; các lớp: {list}."),
                en: format!(
                    "the planning package has no class for this theme; its classes: {list}."
                ),
            });
        }
        Ok(wanted
            .into_iter()
            .map(|(job, dataset, found)| {
                let mut notes = notes.clone();
                check(&found.layer, &found.columns, &self.fields, &mut notes);
                let mut job = Job {
                    dataset,
                    layer: Some(found.layer),
                    ..job
                };
                job.drawing.notes = notes;
                job
            })
            .collect())
    }

    /// What the file of `part` lacks, and what it has that the circular has not.
    fn check(&self, part: &Part, found: &[Found], notes: &mut Vec<Bilingual>) {
        let missing: Vec<&str> = self
            .classes
            .iter()
            .filter(|class| class.required_in.as_deref() == Some(part.name.as_str()))
            .filter(|class| {
                found.iter().all(|f| {
                    self.class(&f.layer)
                        .is_none_or(|known| known.name != class.name)
                })
            })
            .map(|class| class.name.as_str())
            .collect();
        let unknown: Vec<&str> = found
            .iter()
            .filter(|f| self.class(&f.layer).is_none())
            .map(|f| f.layer.as_str())
            .collect();
        let name = &part.name;
        if !missing.is_empty() {
            let list = missing.join(", ");
            notes.push(Bilingual {
                vi: format!("{name}: thiếu lớp {list}"),
                en: format!("{name}: the class {list} is missing"),
            });
        }
        if !unknown.is_empty() {
            let list = unknown.join(", ");
            notes.push(Bilingual {
                vi: format!("{name}: lớp chưa biết, không nhập: {list}"),
                en: format!("{name}: classes not known, not imported: {list}"),
            });
        }
        for found in found {
            if self.class(&found.layer).is_some_and(|c| c.theme.is_none()) {
                check(&found.layer, &found.columns, &self.fields, notes);
            }
        }
    }
}

impl Rules {
    /// The classes of the file at `path`; what is in those the circular does not know is not looked at.
    fn classes(&self, path: &Path) -> Result<Vec<Found>, ImportError> {
        records::quiet();
        let dataset = Dataset::open_ex(
            path,
            DatasetOptions {
                open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
                allowed_drivers: Some(&["GPKG", "OpenFileGDB"]),
                open_options: None,
                sibling_files: None,
            },
        )
        .map_err(|error| ImportError::Read {
            path: path.to_owned(),
            reason: records::message(&error),
        })?;
        Ok(dataset
            .layers()
            .map(|mut layer| {
                let name = layer.name();
                let known = self.class(&name).is_some();
                Found {
                    columns: if known {
                        columns(&mut layer, &self.fields)
                    } else {
                        Vec::new()
                    },
                    layer: name,
                }
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_in() -> Rules {
        toml::from_str(BUILT_IN).expect("it can be read")
    }

    #[test]
    fn files_of_packages_are_known_by_where_they_lie() {
        let rules = built_in();
        for (path, is) in [
            ("a/CSDL_KhuA/HoSoGIS/QuyHoach.gpkg", true),
            ("CSDL_KhuA/hosogis/MocGioi.GDB", true),
            ("CSDL_KhuA/HoSoGIS/Khac.gpkg", false),
            ("KhuA/HoSoGIS/QuyHoach.gpkg", false),
            ("QuyHoach.gpkg", false),
        ] {
            assert_eq!(rules.root(Path::new(path)).is_some(), is, "{path}");
        }
    }

    #[test]
    fn both_names_of_a_dataset_lead_to_the_class() {
        let rules = built_in();
        for layer in [
            "ChucNangSuDungDat_A",
            "QuyHoachSuDungDat_ChucNangSuDungDat_A",
            "SuDungDatQuyHoach.ChucNangSuDungDat_A",
        ] {
            let class = rules.class(layer).expect("known");
            assert_eq!(class.theme.as_deref(), Some("urban_plan_zones"), "{layer}");
        }
        assert!(rules.class("ChucNangKhac_A").is_none());
    }
}
