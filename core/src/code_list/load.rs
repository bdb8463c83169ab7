//! Reads a code-list file and checks it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use super::index::{by_code, by_name, check_references};
use super::{Class, Code, CodeList, MAX_CLASSES, Spelling, Version};
use crate::theme::{Bilingual, ThemeError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    title: Bilingual,
    current: String,
    #[serde(default)]
    fallback_class: Option<String>,
    #[serde(default)]
    spelling: Spelling,
    versions: Vec<Version>,
    #[serde(default)]
    classes: Vec<RawClass>,
    codes: Vec<RawCode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    id: String,
    title: Bilingual,
    color: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCode {
    code: String,
    vi: String,
    en: String,
    color: Option<String>,
    #[serde(default)]
    color_confirmed: bool,
    parent: Option<String>,
    class: Option<String>,
    kind: Option<String>,
    /// Versions it belongs to; all where not said.
    versions: Option<Vec<String>>,
    /// Codes of the current version it became; `[]` says that nobody knows.
    to: Option<Vec<String>>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    attributes: BTreeMap<String, serde_json::Value>,
}

impl CodeList {
    /// Reads the code list `id` from the TOML `text` of `file`.
    ///
    /// # Errors
    /// [`ThemeError`], naming file and key, where the text is no TOML, has an unknown key, or refers to a version,
    /// class or code it does not define.
    pub fn parse(id: &str, file: &str, text: &str) -> Result<Self, ThemeError> {
        let raw: RawList = toml::from_str(text).map_err(|e| ThemeError::syntax(file, &e))?;
        let versions = raw.versions;
        let names: HashMap<&str, usize> = versions
            .iter()
            .enumerate()
            .map(|(i, v)| (v.id.as_str(), i))
            .collect();
        if names.len() != versions.len() {
            return Err(ThemeError::key(
                file,
                "versions",
                "two versions share an id",
                "give each its own",
            ));
        }
        let Some(&current) = names.get(raw.current.as_str()) else {
            let problem = format!("`{}` is not the id of a version", raw.current);
            return Err(ThemeError::key(
                file,
                "current",
                problem,
                "use one of the ids under [[versions]]",
            ));
        };
        let classes = classes(file, raw.classes)?;
        let class = |name: Option<&str>, key: String| class_number(file, &classes, name, key);
        let fallback_class = class(raw.fallback_class.as_deref(), "fallback_class".to_owned())?;

        let mut codes = Vec::with_capacity(raw.codes.len());
        for raw in raw.codes {
            let key = format!("codes.{}", raw.code);
            let number = class(raw.class.as_deref(), format!("{key}.class"))?;
            codes.push(code(file, &key, raw, number, &names, current)?);
        }
        check_references(file, &codes, current)?;
        let by_code = by_code(file, &codes, current)?;
        let by_name = by_name(&codes, &raw.spelling, current);
        Ok(Self {
            id: id.to_owned(),
            title: raw.title,
            versions,
            current,
            codes,
            classes,
            fallback_class,
            spelling: raw.spelling,
            by_code,
            by_name,
        })
    }
}

fn classes(file: &str, raw: Vec<RawClass>) -> Result<Vec<Class>, ThemeError> {
    if raw.len() > MAX_CLASSES {
        let problem = format!(
            "{} classes, at most {MAX_CLASSES} fit a grid cell",
            raw.len()
        );
        return Err(ThemeError::key(
            file,
            "classes",
            problem,
            "join classes that look alike",
        ));
    }
    let mut seen = HashSet::new();
    raw.into_iter()
        .map(|class| {
            let key = format!("classes.{}", class.id);
            if !seen.insert(class.id.clone()) {
                return Err(ThemeError::key(file, key, "is there twice", "remove one"));
            }
            let color = color(file, &format!("{key}.color"), &class.color)?;
            Ok(Class {
                id: class.id,
                title: class.title,
                color,
            })
        })
        .collect()
}

/// Cell value of the class called `name`: its position plus one, 0 for none.
fn class_number(
    file: &str,
    classes: &[Class],
    name: Option<&str>,
    key: String,
) -> Result<u8, ThemeError> {
    let Some(name) = name else { return Ok(0) };
    let position = classes.iter().position(|c| c.id == name).ok_or_else(|| {
        let problem = format!("`{name}` is not the id of a class");
        ThemeError::key(file, key, problem, "use one of the ids under [[classes]]")
    })?;
    Ok(position as u8 + 1)
}

fn code(
    file: &str,
    key: &str,
    raw: RawCode,
    class: u8,
    names: &HashMap<&str, usize>,
    current: usize,
) -> Result<Code, ThemeError> {
    let mut versions = match &raw.versions {
        None => (0..names.len()).collect(),
        Some(said) => said
            .iter()
            .map(|v| {
                names.get(v.as_str()).copied().ok_or_else(|| {
                    let problem = format!("`{v}` is not the id of a version");
                    ThemeError::key(
                        file,
                        format!("{key}.versions"),
                        problem,
                        "use one of the ids under [[versions]]",
                    )
                })
            })
            .collect::<Result<Vec<_>, _>>()?,
    };
    versions.sort_unstable();
    versions.dedup();
    if versions.is_empty() {
        let advice = "name one, or leave the key out to mean all";
        return Err(ThemeError::key(
            file,
            format!("{key}.versions"),
            "names no version",
            advice,
        ));
    }
    let becomes = match (versions.contains(&current), raw.to) {
        (true, None) => Vec::new(),
        (true, Some(_)) => {
            let advice = "leave `to` out, or the current version out of `versions`";
            return Err(ThemeError::key(
                file,
                format!("{key}.to"),
                "the code is still current",
                advice,
            ));
        }
        (false, Some(to)) => to,
        (false, None) => {
            let advice = "say which current code it became, or `to = []` where nobody knows";
            return Err(ThemeError::key(
                file,
                format!("{key}.to"),
                "missing for a superseded code",
                advice,
            ));
        }
    };
    let color = raw
        .color
        .map(|c| color(file, &format!("{key}.color"), &c))
        .transpose()?;
    Ok(Code {
        code: raw.code,
        title: Bilingual {
            vi: raw.vi,
            en: raw.en,
        },
        color,
        color_confirmed: raw.color_confirmed,
        parent: raw.parent,
        class,
        kind: raw.kind,
        versions,
        becomes,
        attributes: raw.attributes,
        aliases: raw.aliases,
    })
}

/// `RRGGBB` or `#RRGGBB` as three bytes.
fn color(file: &str, key: &str, text: &str) -> Result<[u8; 3], ThemeError> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let number = (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten();
    match number {
        Some(n) => Ok([(n >> 16) as u8, (n >> 8) as u8, n as u8]),
        None => Err(ThemeError::key(
            file,
            key,
            format!("`{text}` is no colour"),
            "write it as RRGGBB, such as FFFC8C",
        )),
    }
}
