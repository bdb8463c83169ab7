//! Checks that a theme makes sense as a whole.

use std::collections::{HashMap, HashSet};

use super::names::names_of;
use super::{FieldType, Sensitivity, Theme, ThemeError};
use crate::space::MAX_ZOOM;
use crate::text::fold;

/// Refuses a theme whose zooms, generalisation or names contradict each other.
pub(super) fn check(file: &str, theme: &Theme) -> Result<(), ThemeError> {
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
    super::drawing::check(file, theme)?;
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
    let mut beside = theme.label_with.iter().filter_map(|i| theme.fields.get(*i));
    if let Some(field) = beside.find(|f| !f.tile) {
        let problem = format!("tiles do not carry the field `{}`", field.name);
        return Err(ThemeError::key(
            file,
            "label_with",
            problem,
            "say tile = true for it",
        ));
    }
    check_search(file, theme)?;
    let mut owner: HashMap<String, &str> = HashMap::new();
    for (i, field) in theme.fields.iter().enumerate() {
        let mut own = HashSet::new();
        for (what, name) in names_of(field) {
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
    super::statistics::check(file, theme)?;
    super::topology::check(file, theme)?;
    super::extract::check(file, theme)?;
    super::readings::check(file, theme)?;
    check_personal(file, theme)
}

/// Everybody may search, so what is searched is what everybody may see; numbers and dates are no names.
fn check_search(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    let mut seen = HashSet::new();
    for (i, field) in theme.search.iter().enumerate() {
        let Some(named) = theme.fields.get(*field) else {
            continue;
        };
        let (name, key) = (&named.name, format!("search[{i}]"));
        if named.sensitivity != Sensitivity::Public {
            let problem = format!("the field `{name}` is not public");
            return Err(ThemeError::key(file, key, problem, "leave it out"));
        }
        if !(named.kind == FieldType::Text || named.list) {
            let problem = format!("the field `{name}` holds no text");
            let advice = "name text fields, or JSON fields with list = true";
            return Err(ThemeError::key(file, key, problem, advice));
        }
        if !seen.insert(field) {
            let problem = format!("`{name}` is there twice");
            return Err(ThemeError::key(file, key, problem, "remove one"));
        }
    }
    Ok(())
}

/// A theme cannot bring a denied column back under a name of its own.
fn check_personal(file: &str, theme: &Theme) -> Result<(), ThemeError> {
    for (i, field) in theme.fields.iter().enumerate() {
        if field.sensitivity == Sensitivity::Personal {
            continue;
        }
        for (what, name) in names_of(field) {
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
