//! Level profiles: which level of a cadastral drawing holds what, as data.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use diaba_core::theme::Bilingual;
use include_dir::{Dir, include_dir};
use regex::Regex;
use serde::Deserialize;

use super::remarks::plain;
use super::{Kind, wrong};
use crate::error::ImportError;
use crate::job::Job;

static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/../styles/cad/levels");
/// Where an overlay keeps its profiles.
const FOLDER: &str = "cad/levels";

/// What the levels of a drawing hold.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its file's name without the extension.
    pub name: String,
    /// The theme its parcels become.
    pub theme: String,
    /// Levels of the linework.
    pub lines: Vec<u8>,
    /// How the linework is noded.
    pub noding: Noding,
    /// What is read in texts, by level.
    pub texts: Vec<Texts>,
    /// Which other texts are kept.
    pub remarks: Option<Remarks>,
    /// What a file's name says.
    pub names: Vec<Regex>,
    /// What the levels hold, for reports.
    pub objects: BTreeMap<u8, Bilingual>,
    default: bool,
    layer_name: Regex,
}

/// Lengths that noding goes by, in metres.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noding {
    /// Ends this near to other linework meet it.
    pub tolerance: f64,
    /// Ends this near to other linework are openings.
    pub reach: f64,
    /// Mean width below which ground without a text is a sliver.
    pub sliver: f64,
}

/// How the texts of some levels are read.
#[derive(Debug, Clone)]
pub struct Texts {
    /// The levels.
    pub levels: Vec<u8>,
    /// The forms, the first that fits counts; groups are fields.
    pub forms: Vec<Regex>,
}

/// Texts kept as they are.
#[derive(Debug, Clone)]
pub struct Remarks {
    /// Their levels.
    pub levels: Vec<u8>,
    /// The field they fill.
    pub field: String,
    /// What they are, in small letters.
    pub whole: Vec<String>,
    /// How they begin, in small letters.
    pub begin_with: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "title")]
    _title: Bilingual,
    #[serde(rename = "source", default)]
    _source: String,
    theme: String,
    #[serde(default)]
    default: bool,
    layer_name: String,
    lines: RawLines,
    noding: Noding,
    texts: Vec<RawTexts>,
    remarks: Option<RawRemarks>,
    #[serde(default)]
    names: RawNames,
    #[serde(default)]
    objects: BTreeMap<String, Bilingual>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLines {
    levels: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTexts {
    levels: Vec<u8>,
    forms: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRemarks {
    levels: Vec<u8>,
    field: String,
    #[serde(default)]
    whole: Vec<String>,
    #[serde(default)]
    begin_with: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNames {
    #[serde(default)]
    patterns: Vec<String>,
}

impl Profile {
    /// Reads the profile `name` from the TOML `text`.
    fn parse(name: &str, text: &str) -> Result<Self, String> {
        let raw: Raw = toml::from_str(text).map_err(|e| e.to_string())?;
        // A form is the whole text, not a part of it.
        let whole = |forms: Vec<String>| -> Result<Vec<Regex>, String> {
            forms
                .iter()
                .map(|form| Regex::new(&format!("^(?:{form})$")).map_err(|e| e.to_string()))
                .collect()
        };
        let lengths = [raw.noding.tolerance, raw.noding.reach, raw.noding.sliver];
        if lengths.iter().any(|l| !(0.0..=100.0).contains(l)) {
            return Err("noding: 0–100 m".to_owned());
        }
        let objects = raw
            .objects
            .into_iter()
            .map(|(level, title)| {
                level
                    .parse::<u8>()
                    .map(|level| (level, title))
                    .map_err(|_| format!("objects.{level}"))
            })
            .collect::<Result<_, _>>()?;
        let texts = raw
            .texts
            .into_iter()
            .map(|t| {
                Ok(Texts {
                    levels: t.levels,
                    forms: whole(t.forms)?,
                })
            })
            .collect::<Result<_, String>>()?;
        Ok(Self {
            name: name.to_owned(),
            theme: raw.theme,
            lines: raw.lines.levels,
            noding: raw.noding,
            texts,
            remarks: raw.remarks.map(|r| Remarks {
                levels: r.levels,
                field: r.field,
                whole: r.whole.iter().map(|words| plain(words)).collect(),
                begin_with: r.begin_with.iter().map(|words| plain(words)).collect(),
            }),
            names: whole(raw.names.patterns)?,
            objects,
            default: raw.default,
            layer_name: Regex::new(&raw.layer_name).map_err(|e| e.to_string())?,
        })
    }

    /// The level an element is on, from what its drawing calls it; `None` where that is no level.
    pub fn level(&self, kind: Kind, layer: &str) -> Option<u8> {
        match kind {
            Kind::Dgn => layer.parse().ok(),
            Kind::Dxf => self
                .layer_name
                .captures(layer)?
                .name("level")?
                .as_str()
                .parse()
                .ok(),
        }
    }
}

/// The profile for `job`: the one named, else the one its theme's drawings have by default; `None` where there is none.
///
/// # Errors
/// [`ImportError::Usage`] where the one named does not exist, is wrong, or is for another theme;
/// [`ImportError::Read`] where its file cannot be read.
pub fn of(job: &Job) -> Result<Option<Profile>, ImportError> {
    let overlay = job.drawing.overlay.as_deref().map(|o| o.join(FOLDER));
    let Some(wanted) = &job.drawing.profile else {
        return Ok(all(overlay.as_deref())?
            .into_iter()
            .find(|p| p.default && p.theme == job.theme.id));
    };
    let as_file = Path::new(wanted);
    let found = if as_file.is_file() {
        Some(read(as_file)?)
    } else {
        all(overlay.as_deref())?
            .into_iter()
            .find(|p| p.name == *wanted)
    };
    let Some(profile) = found else {
        let known = all(overlay.as_deref())?
            .into_iter()
            .map(|p| p.name)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(ImportError::Usage {
            vi: format!("--profile {wanted}: không có bảng phân lớp này; có: {known}."),
            en: format!("--profile {wanted}: there is no such profile; there are: {known}."),
        });
    };
    if profile.theme == job.theme.id {
        Ok(Some(profile))
    } else {
        Err(ImportError::Usage {
            vi: format!("--profile {wanted} dành cho chuyên đề {}.", profile.theme),
            en: format!("--profile {wanted} is for the theme {}.", profile.theme),
        })
    }
}

/// The profiles of the folder `overlay`, then the built-in ones whose names it has not.
fn all(overlay: Option<&Path>) -> Result<Vec<Profile>, ImportError> {
    let mut profiles = Vec::new();
    for path in overlay.map(files).unwrap_or_default() {
        profiles.push(read(&path)?);
    }
    for file in BUILT_IN.files() {
        let (Some(name), Some(text)) = (file.path().file_stem(), file.contents_utf8()) else {
            continue;
        };
        let name = name.to_string_lossy();
        if profiles.iter().all(|p| p.name != name) {
            let profile = Profile::parse(&name, text)
                .map_err(|reason| wrong(file.path(), reason.clone(), reason))?;
            profiles.push(profile);
        }
    }
    Ok(profiles)
}

/// The TOML files of `folder` by name; none where it cannot be listed.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = folder
        .read_dir()
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> Result<Profile, ImportError> {
    let text = std::fs::read_to_string(path).map_err(|e| ImportError::Read {
        path: path.to_owned(),
        reason: e.to_string(),
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Profile::parse(&name, &text).map_err(|reason| wrong(path, reason.clone(), reason))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn built_in() -> Profile {
        all(None)
            .expect("the built-in profiles can be read")
            .into_iter()
            .find(|p| p.name == "tt25_2014")
            .expect("there")
    }

    #[test]
    fn the_built_in_profile_knows_its_levels_in_both_kinds_of_drawing() {
        let profile = built_in();
        assert_eq!(profile.lines, [10]);
        assert_eq!(profile.level(Kind::Dgn, "10"), Some(10));
        for (layer, level) in [
            ("10", Some(10)),
            ("Level 10", Some(10)),
            ("LV_04", Some(4)),
            ("lop13", Some(13)),
            ("RANH", None),
            ("1010", None),
        ] {
            assert_eq!(profile.level(Kind::Dxf, layer), level, "{layer}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_profile_is_said() {
        for (was, is) in [
            ("reach = 1.0", "reach = -1.0"),
            ("10 = {", "ten = {"),
            ("default = true", "defaults = true"),
            ("(?<so>", "(<so>("),
        ] {
            let text = BUILT_IN
                .get_file("tt25_2014.toml")
                .and_then(|f| f.contents_utf8())
                .expect("there")
                .replacen(was, is, 1);
            assert!(Profile::parse("x", &text).is_err(), "{is}");
        }
    }
}
