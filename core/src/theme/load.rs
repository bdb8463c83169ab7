//! Reads a theme file, resolves what it refers to and checks that it makes sense.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::raw::{RawField, RawTheme};
use super::{Coding, Field, FieldType, PersonalRules, Sensitivity, Theme, ThemeError, matching};
use crate::code_list::CodeList;
use crate::space::MAX_ZOOM;
use crate::text::fold;

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
    let legend = raw
        .legend
        .as_ref()
        .map(|l| find("legend.field", &l.field))
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
        zooms: raw.zooms,
        generalise: raw.generalise,
        legend,
        order: raw.order,
        fields,
        examples: raw.examples,
        personal: Arc::clone(around.personal),
        hash: String::new(),
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

fn find(
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

fn resolve(
    file: &str,
    i: usize,
    raw: RawField,
    names: &HashMap<String, usize>,
    around: &Surroundings,
) -> Result<Field, ThemeError> {
    let key = |name: &str| format!("fields[{i}] ({}).{name}", raw.name);
    let list = |name: &str, id: &str| {
        around.code_lists.get(id).cloned().ok_or_else(|| {
            let known: Vec<&str> = around.code_lists.keys().map(String::as_str).collect();
            let advice = format!(
                "add styles/code_lists/{id}.toml or use one of {}",
                known.join(", ")
            );
            ThemeError::key(
                file,
                key(name),
                format!("there is no code list `{id}`"),
                advice,
            )
        })
    };
    let code_list = raw
        .code_list
        .as_deref()
        .map(|id| list("code_list", id))
        .transpose()?;
    let item_code_lists = raw
        .item_code_lists
        .iter()
        .map(|(member, id)| Ok((member.clone(), list("item_code_lists", id)?)))
        .collect::<Result<BTreeMap<_, _>, ThemeError>>()?;
    let target = |name: &str, field: Option<&String>| {
        field
            .map(|field| find(file, names, &key(name), field))
            .transpose()
    };
    let coding = Coding {
        kind: raw.code_kind.clone(),
        as_read: raw.as_read,
        raw_to: target("raw_to", raw.raw_to.as_ref())?,
        version_to: target("version_to", raw.version_to.as_ref())?,
        parts_to: target("parts_to", raw.parts_to.as_ref())?,
    };
    if code_list.is_none() && coding != Coding::default() {
        let advice =
            "name the code_list, or leave code_kind, as_read, raw_to, version_to and parts_to out";
        return Err(ThemeError::key(
            file,
            key("code_list"),
            "missing beside keys that need it",
            advice,
        ));
    }
    if let (Some(list), Some(kind)) = (&code_list, &coding.kind)
        && !list.codes().iter().any(|c| c.kind.as_ref() == Some(kind))
    {
        let problem = format!("no code of `{}` is of kind `{kind}`", list.id);
        return Err(ThemeError::key(
            file,
            key("code_kind"),
            problem,
            "use a kind the code list has",
        ));
    }
    if code_list.is_some()
        && !matches!(
            (raw.kind, raw.list),
            (FieldType::Text, false) | (FieldType::Json, true)
        )
    {
        let advice = "codes need type = \"text\", or type = \"json\" with list = true";
        return Err(ThemeError::key(
            file,
            key("type"),
            "cannot hold codes",
            advice,
        ));
    }
    if raw.list && raw.kind != FieldType::Json {
        return Err(ThemeError::key(
            file,
            key("list"),
            "only a JSON field can be a list",
            "use type = \"json\"",
        ));
    }
    if raw.tile && raw.sensitivity != Sensitivity::Public {
        let advice = "leave `tile` out: tiles are seen by everybody";
        return Err(ThemeError::key(
            file,
            key("tile"),
            "the field is not public",
            advice,
        ));
    }
    if raw.title.vi.trim().is_empty() || raw.title.en.trim().is_empty() {
        return Err(ThemeError::key(
            file,
            key("title"),
            "is empty in one language",
            "write both vi and en",
        ));
    }
    let pattern = raw
        .pattern
        .as_deref()
        .map(regex::Regex::new)
        .transpose()
        .map_err(|e| {
            let last = e.to_string().lines().last().unwrap_or_default().to_owned();
            ThemeError::key(
                file,
                key("pattern"),
                format!("is no regular expression: {last}"),
                "correct it",
            )
        })?;
    Ok(Field {
        name: raw.name,
        kind: raw.kind,
        title: raw.title,
        code_list,
        coding,
        item_code_lists,
        list: raw.list,
        unit: raw.unit,
        sensitivity: raw.sensitivity,
        aliases: raw.aliases,
        was: raw.was,
        tile: raw.tile,
        required: raw.required,
        pattern,
        free_text: raw.free_text,
        trim_zeros: raw.trim_zeros,
    })
}

fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let z = theme.zooms;
    if !(z.min <= z.detail && z.detail <= z.max && z.max <= MAX_ZOOM) {
        let problem = format!(
            "min {}, detail {}, max {} are not in order",
            z.min, z.detail, z.max
        );
        let advice = format!("they must rise, up to {MAX_ZOOM} at most");
        return Err(ThemeError::key(file, "zooms", problem, advice));
    }
    let by_name = |key: &str, name: Option<&String>| match name {
        None => Ok(None),
        Some(name) => theme.field_index(name).map(Some).ok_or_else(|| {
            let problem = format!("`{name}` is not the name of a field of this theme");
            ThemeError::key(file, key, problem, "use a name under [[fields]]")
        }),
    };
    by_name("generalise.rank", theme.generalise.rank.as_ref())?;
    let by = by_name("generalise.by", theme.generalise.by.as_ref())?;
    if theme.generalise.coverage {
        let list = by.and_then(|i| theme.fields[i].code_list.as_ref());
        if list.is_none_or(|l| l.classes().is_empty()) {
            let advice =
                "name a field whose code list has [[classes]]: the land is dissolved by them";
            return Err(ThemeError::key(
                file,
                "generalise.by",
                "missing or without classes",
                advice,
            ));
        }
    }
    let mut owner: HashMap<String, &str> = HashMap::new();
    for (i, field) in theme.fields.iter().enumerate() {
        let mut own = HashSet::new();
        for (what, name) in matching::names_of(field) {
            if !own.insert(fold(name)) {
                continue;
            }
            if let Some(other) = owner.insert(fold(name), &field.name) {
                let key = format!("fields[{i}] ({}).{what}", field.name);
                let problem = format!("`{name}` also stands for the field `{other}`");
                return Err(ThemeError::key(
                    file,
                    key,
                    problem,
                    "leave it with one of the two",
                ));
            }
        }
    }
    check_personal(file, theme)
}

/// A theme cannot bring a denied column back under a name of its own.
fn check_personal(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    for (i, field) in theme.fields.iter().enumerate() {
        if field.sensitivity == Sensitivity::Personal {
            continue;
        }
        for (what, name) in matching::names_of(field) {
            if theme.personal.names_person(name) {
                let key = format!("fields[{i}] ({}).{what}", field.name);
                let problem = format!("`{name}` names a person and is never kept");
                return Err(ThemeError::key(
                    file,
                    key,
                    problem,
                    "remove it, or say sensitivity = \"personal\"",
                ));
            }
        }
    }
    Ok(())
}
