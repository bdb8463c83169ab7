//! Layers of planning drawings and what they stand for, as data.

use std::collections::BTreeMap;
use std::path::Path;

use diaba_core::theme::Bilingual;
use regex::Regex;
use serde::Deserialize;

use super::wrong;
use crate::error::ImportError;
use crate::job::Job;

const BUILT_IN: &str = include_str!("../../../../styles/cad/planning/tt16_2025.toml");
const NAME: &str = "tt16_2025";
/// The file of an overlay folder that replaces the built-in one.
const FILE: &str = "cad/planning/tt16_2025.toml";

/// What the layers of planning drawings stand for.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The name of its file, and of the operator's where there is one.
    pub name: String,
    /// The theme of zones.
    pub zones: String,
    /// The theme of plans.
    pub plans: String,
    /// Fields of the plan's record that are its zones' too.
    pub shared: Vec<String>,
    /// How near outlines of one zone are to each other, metres.
    pub same: f64,
    /// How near the ends of an outline are that is not quite closed, metres.
    pub reach: f64,
    /// What texts say.
    pub forms: Vec<Regex>,
    stages: BTreeMap<String, String>,
    levels: BTreeMap<String, String>,
    layers: BTreeMap<String, Layer>,
    boundary: Vec<Regex>,
    text_layers: Vec<Regex>,
}

/// What one layer stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Code of the function.
    pub function: String,
    /// Code of the stage, where the layer says it.
    pub stage: Option<String>,
    /// The level it serves, where the layer says it.
    pub level: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layer {
    name: String,
    function: String,
    #[serde(default)]
    stage: Option<String>,
    #[serde(rename = "aci", default)]
    _aci: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "title", default)]
    _title: Option<Bilingual>,
    #[serde(rename = "source", default)]
    _source: Option<String>,
    zones: Option<String>,
    plans: Option<String>,
    #[serde(default)]
    shared: Vec<String>,
    same: Option<f64>,
    reach: Option<f64>,
    #[serde(default)]
    stages: BTreeMap<String, String>,
    #[serde(default)]
    levels: BTreeMap<String, String>,
    #[serde(default)]
    layers: Vec<Layer>,
    #[serde(default)]
    boundary: Vec<String>,
    #[serde(default)]
    text_layers: Vec<String>,
    #[serde(default)]
    forms: Vec<String>,
}

/// The mapping for `job`: the operator's layers before the built-in ones.
///
/// # Errors
/// [`ImportError::Usage`] where a file is wrong, [`ImportError::Read`] where it cannot be read.
pub fn of(job: &Job) -> Result<Mapping, ImportError> {
    let overlay = job
        .drawing
        .overlay
        .as_deref()
        .map(|folder| folder.join(FILE))
        .filter(|path| path.is_file());
    let mut mapping = Mapping::empty();
    match overlay {
        Some(path) => mapping.add(&read(&path)?, &path)?,
        None => mapping.add(BUILT_IN, Path::new(NAME))?,
    }
    if let Some(path) = &job.drawing.layers {
        mapping.add(&read(path)?, path)?;
        let own = path.file_name().unwrap_or_default().to_string_lossy();
        mapping.name = format!("{NAME} + {own}");
    }
    Ok(mapping)
}

fn read(path: &Path) -> Result<String, ImportError> {
    std::fs::read_to_string(path).map_err(|e| ImportError::Read {
        path: path.to_owned(),
        reason: e.to_string(),
    })
}

/// Names of layers are compared without case.
fn key(name: &str) -> String {
    name.trim().to_uppercase()
}

impl Mapping {
    fn empty() -> Self {
        Self {
            name: NAME.to_owned(),
            zones: String::new(),
            plans: String::new(),
            shared: Vec::new(),
            same: 0.0,
            reach: 0.0,
            forms: Vec::new(),
            stages: BTreeMap::new(),
            levels: BTreeMap::new(),
            layers: BTreeMap::new(),
            boundary: Vec::new(),
            text_layers: Vec::new(),
        }
    }

    /// Adds what the TOML `text` of `path` says, over what is known already.
    fn add(&mut self, text: &str, path: &Path) -> Result<(), ImportError> {
        let refused = |reason: String| wrong(path, reason.clone(), reason);
        let raw: Raw = toml::from_str(text).map_err(|e| refused(e.to_string()))?;
        let whole = |patterns: &[String]| -> Result<Vec<Regex>, ImportError> {
            patterns
                .iter()
                .map(|p| Regex::new(&format!("^(?i:{p})$")).map_err(|e| refused(e.to_string())))
                .collect()
        };
        self.zones = raw.zones.unwrap_or_else(|| std::mem::take(&mut self.zones));
        self.plans = raw.plans.unwrap_or_else(|| std::mem::take(&mut self.plans));
        self.same = raw.same.unwrap_or(self.same);
        self.reach = raw.reach.unwrap_or(self.reach);
        if [self.same, self.reach]
            .iter()
            .any(|l| !(0.0..=100.0).contains(l))
        {
            return Err(refused("same, reach: 0–100 m".to_owned()));
        }
        self.shared.extend(raw.shared);
        self.stages
            .extend(raw.stages.into_iter().map(|(k, v)| (key(&k), v)));
        self.levels
            .extend(raw.levels.into_iter().map(|(k, v)| (key(&k), v)));
        for layer in raw.layers {
            self.layers.insert(key(&layer.name), layer);
        }
        self.boundary.extend(whole(&raw.boundary)?);
        self.text_layers.extend(whole(&raw.text_layers)?);
        for form in &raw.forms {
            let form = Regex::new(&format!("^(?:{form})$")).map_err(|e| refused(e.to_string()))?;
            self.forms.push(form);
        }
        Ok(())
    }

    /// What the layer `name` stands for: itself, or without its stage before and its level after.
    pub fn meaning(&self, name: &str) -> Option<Meaning> {
        let name = key(name);
        let (stage, after) = self.stage(&name);
        let (level, bare) = match after.rsplit_once('_') {
            Some((before, last)) => match self.levels.get(last) {
                Some(level) => (Some(level.clone()), before),
                None => (None, after),
            },
            None => (None, after),
        };
        let found = |candidate: &str| self.layers.get(candidate);
        let (layer, level) = found(&name)
            .or_else(|| found(after))
            .map(|layer| (layer, None))
            .or_else(|| found(bare).map(|layer| (layer, level)))?;
        Some(Meaning {
            function: layer.function.clone(),
            stage: stage.or_else(|| layer.stage.clone()),
            level,
        })
    }

    /// The stage at the beginning of a layer's `name`, in capitals, and the rest.
    fn stage<'n>(&self, name: &'n str) -> (Option<String>, &'n str) {
        match name.split_once('_') {
            Some((first, rest)) => match self.stages.get(first) {
                Some(stage) => (Some(stage.clone()), rest),
                None => (None, name),
            },
            None => (None, name),
        }
    }

    /// The stage the layer `name` begins with.
    pub fn stage_of(&self, name: &str) -> Option<String> {
        self.stage(&key(name)).0
    }

    /// Whether the layer `name` holds the plan's boundary.
    pub fn is_boundary(&self, name: &str) -> bool {
        self.boundary.iter().any(|b| b.is_match(name.trim()))
    }

    /// Whether texts on the layer `name` stand in zones.
    pub fn has_texts(&self, name: &str) -> bool {
        self.meaning(name).is_some() || self.text_layers.iter().any(|t| t.is_match(name.trim()))
    }
}

#[cfg(test)]
mod tests {
    use diaba_core::theme::Catalogue;

    use super::*;

    fn built_in() -> Mapping {
        let mut mapping = Mapping::empty();
        mapping
            .add(BUILT_IN, Path::new(NAME))
            .expect("it can be read");
        mapping
    }

    #[test]
    fn every_function_and_stage_is_in_the_code_lists() {
        let catalogue = Catalogue::load(None).expect("built in");
        let list = |id: &str| catalogue.code_list(id).expect("there").clone();
        let mapping = built_in();
        let functions = list("planning_functions");
        let stages = list("plan_stages");
        assert!(mapping.layers.len() > 30);
        for layer in mapping.layers.values() {
            let entry = functions.get(&layer.function);
            assert!(entry.is_some(), "{}", layer.function);
        }
        for stage in mapping.stages.values() {
            assert!(stages.get(stage).is_some(), "{stage}");
        }
    }

    #[test]
    fn layers_are_read_with_stage_and_level() {
        let mapping = built_in();
        let of = |name: &str| {
            mapping.meaning(name).map(|m| {
                (
                    m.function,
                    m.stage.unwrap_or_default(),
                    m.level.unwrap_or_default(),
                )
            })
        };
        let some = |f: &str, s: &str, l: &str| Some((f.to_owned(), s.to_owned(), l.to_owned()));
        assert_eq!(
            of("QHDH_DAT_O_Nhomnhao"),
            some("DAT_O_Nhomnhao", "QHDH", "")
        );
        assert_eq!(of("ht_dat_coquan"), some("DAT_Coquan", "HT", ""));
        assert_eq!(
            of("QHDD_DAT_HTXH_Yte_CT"),
            some("DAT_HTXH_Yte", "QHDD", "Cấp thành phố")
        );
        assert_eq!(of("DAT_Dulich"), some("DAT_Dulich", "", ""));
        assert_eq!(of("QHDH_DAT_MOI"), None);
        assert_eq!(of("0"), None);
        for (layer, is) in [
            ("RANH_QH", true),
            ("QH_RANHGIOI_QUYHOACH", true),
            ("ranh gioi quy hoach", true),
            ("RANH_THUA", false),
        ] {
            assert_eq!(mapping.is_boundary(layer), is, "{layer}");
        }
    }

    #[test]
    fn an_older_plans_file_adds_its_layers() {
        let mut mapping = built_in();
        let text = "layers = [{ name = \"LO DAT O\", function = \"DAT_O_Nhomnhao\", stage = \"QHDH\" }]\nboundary = ['RGQH']";
        mapping
            .add(text, Path::new("a.toml"))
            .expect("it can be read");
        let meaning = mapping.meaning("lo dat o").expect("known");
        assert_eq!(
            (meaning.function.as_str(), meaning.stage.as_deref()),
            ("DAT_O_Nhomnhao", Some("QHDH"))
        );
        assert!(mapping.is_boundary("rgqh"));
        assert!(mapping.add("layer = []", Path::new("a.toml")).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_layer_panics(name in ".{0,24}") {
            let mapping = built_in();
            let _ = (mapping.meaning(&name), mapping.is_boundary(&name), mapping.has_texts(&name));
        }
    }
}
