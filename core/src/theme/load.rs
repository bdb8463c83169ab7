//! Reads a theme file, resolves what it refers to and checks that it makes sense.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::check::check;
use super::raw::{RawField, RawTheme};
use super::resolve::resolve;
use super::{Chainage, PersonalRules, Theme, ThemeError};
use crate::code_list::CodeList;

/// What a theme file may refer to.
pub(super) struct Surroundings<'a> {
    pub code_lists: &'a BTreeMap<String, Arc<CodeList>>,
    pub personal: &'a Arc<PersonalRules>,
}

/// Reads the theme `id` from the TOML `text` of `file`; `hash` is computed by the catalogue.
pub(super) fn parse(
    id: &str,
    file: &str,
    text: &str,
    around: &Surroundings,
) -> Result<Theme, ThemeError> {
    let raw: RawTheme = toml::from_str(text).map_err(|e| ThemeError::syntax(file, &e))?;
    let names = names(file, &raw.fields)?;
    let find = |key: &str, name: &str| find(file, &names, key, name);

    let key = raw
        .key
        .iter()
        .enumerate()
        .map(|(i, name)| find(&format!("key[{i}]"), name))
        .collect::<Result<Vec<_>, _>>()?;
    let label = raw
        .label
        .as_deref()
        .map(|name| find("label", name))
        .transpose()?;
    let label_with = raw
        .label_with
        .iter()
        .enumerate()
        .map(|(i, name)| find(&format!("label_with[{i}]"), name))
        .collect::<Result<Vec<_>, _>>()?;
    let search = raw
        .search
        .iter()
        .enumerate()
        .map(|(i, name)| find(&format!("search[{i}]"), name))
        .collect::<Result<Vec<_>, _>>()?;
    let legend = raw
        .legend
        .as_ref()
        .map(|l| find("legend.field", &l.field))
        .transpose()?;

    let chainage = raw
        .chainage
        .map(|raw| {
            Ok::<_, ThemeError>(Chainage {
                from: find("chainage.from", &raw.from)?,
                to: find("chainage.to", &raw.to)?,
                steps: raw.steps,
            })
        })
        .transpose()?;

    let statistics = raw
        .statistics
        .map(|statistics| statistics.resolve(file, &names))
        .transpose()?;
    let topology = raw
        .topology
        .map(|topology| topology.resolve(file, &names))
        .transpose()?;

    let extract = raw
        .extract
        .map(|extract| extract.resolve(file, &names))
        .transpose()?;

    let readings = raw
        .readings
        .map(|readings| readings.resolve(file, &names, around.code_lists))
        .transpose()?;

    let mut fields = Vec::with_capacity(raw.fields.len());
    for (i, field) in raw.fields.into_iter().enumerate() {
        fields.push(resolve(file, i, field, &names, around)?);
    }
    let theme = Theme {
        id: id.to_owned(),
        title: raw.title,
        description: raw.description,
        group: raw.group.name().to_owned(),
        geometry: raw.geometry,
        key,
        label,
        label_with,
        label_from: raw.label_from,
        search,
        chainage,
        zooms: raw.zooms,
        generalise: raw.generalise,
        legend,
        statistics,
        topology,
        extract,
        readings,
        order: raw.order,
        fields,
        examples: raw.examples,
        personal: Arc::clone(around.personal),
        hash: String::new(),
        tile_hash: String::new(),
    };
    check(file, &theme)?;
    Ok(theme)
}

fn names(file: &str, fields: &[RawField]) -> Result<HashMap<String, usize>, ThemeError> {
    let mut names = HashMap::new();
    for (i, field) in fields.iter().enumerate() {
        let key = format!("fields[{i}].name");
        if !is_identifier(&field.name) {
            let problem = format!("`{}` is no name for a column", field.name);
            return Err(ThemeError::key(
                file,
                key,
                problem,
                "use lower-case letters, digits and _",
            ));
        }
        if ["id", "geom", "fid"].contains(&field.name.as_str()) {
            let problem = format!("`{}` is kept for the tables' own columns", field.name);
            return Err(ThemeError::key(file, key, problem, "choose another name"));
        }
        if names.insert(field.name.clone(), i).is_some() {
            let problem = format!("`{}` is there twice", field.name);
            return Err(ThemeError::key(file, key, problem, "remove or rename one"));
        }
    }
    if names.is_empty() {
        return Err(ThemeError::key(
            file,
            "fields",
            "there is none",
            "write at least one [[fields]]",
        ));
    }
    Ok(names)
}

/// Lower-case ASCII letters, digits and `_`, a letter first.
pub(super) fn is_identifier(name: &str) -> bool {
    name.len() <= 63
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

pub(super) fn find(
    file: &str,
    names: &HashMap<String, usize>,
    key: &str,
    name: &str,
) -> Result<usize, ThemeError> {
    names.get(name).copied().ok_or_else(|| {
        let problem = format!("`{name}` is not the name of a field of this theme");
        ThemeError::key(
            file,
            key,
            problem,
            "use a name under [[fields]] or add the field",
        )
    })
}
