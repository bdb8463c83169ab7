//! Resolves one field of a theme file: its code lists, the fields it refers to, its pattern.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use regex::Regex;

use super::load::{Surroundings, find};
use super::raw::RawField;
use super::{Coding, Field, FieldType, Sensitivity, ThemeError};
use crate::code_list::CodeList;

/// A field's place in its file, for messages.
struct Place<'a> {
    file: &'a str,
    position: usize,
    name: &'a str,
}

impl Place<'_> {
    fn key(&self, key: &str) -> String {
        format!("fields[{}] ({}).{key}", self.position, self.name)
    }

    fn error(
        &self,
        key: &str,
        problem: impl Into<String>,
        advice: impl Into<String>,
    ) -> ThemeError {
        ThemeError::key(self.file, self.key(key), problem, advice)
    }
}

/// The field at `position` of `file`, with what it refers to; `names` are the theme's fields.
pub(super) fn resolve(
    file: &str,
    position: usize,
    raw: RawField,
    names: &HashMap<String, usize>,
    around: &Surroundings,
) -> Result<Field, ThemeError> {
    let place = Place {
        file,
        position,
        name: &raw.name,
    };
    let code_list = raw
        .code_list
        .as_deref()
        .map(|id| code_list(&place, "code_list", id, around))
        .transpose()?;
    let item_code_lists = raw
        .item_code_lists
        .iter()
        .map(|(member, id)| Ok((member.clone(), code_list_of_items(&place, id, around)?)))
        .collect::<Result<BTreeMap<_, _>, ThemeError>>()?;
    let target = |key: &str, field: Option<&String>| {
        field
            .map(|field| find(file, names, &place.key(key), field))
            .transpose()
    };
    let coding = Coding {
        kind: raw.code_kind.clone(),
        as_read: raw.as_read,
        raw_to: target("raw_to", raw.raw_to.as_ref())?,
        version_to: target("version_to", raw.version_to.as_ref())?,
        parts_to: target("parts_to", raw.parts_to.as_ref())?,
    };
    let chainage_to = target("chainage_to", raw.chainage_to.as_ref())?;
    check_coding(&place, &raw, code_list.as_deref(), &coding)?;
    check_keys(&place, &raw)?;
    let pattern = raw
        .pattern
        .as_deref()
        .map(|p| pattern(&place, p))
        .transpose()?;
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
        tile_from: raw.tile_from,
        required: raw.required,
        pattern,
        free_text: raw.free_text,
        trim_zeros: raw.trim_zeros,
        chainage_to,
        minimum: raw.minimum,
        maximum: raw.maximum,
    })
}

fn code_list(
    place: &Place,
    key: &str,
    id: &str,
    around: &Surroundings,
) -> Result<Arc<CodeList>, ThemeError> {
    around.code_lists.get(id).cloned().ok_or_else(|| {
        let known: Vec<&str> = around.code_lists.keys().map(String::as_str).collect();
        let advice = format!(
            "add code_lists/{id}.toml or use one of {}",
            known.join(", ")
        );
        place.error(key, format!("there is no code list `{id}`"), advice)
    })
}

fn code_list_of_items(
    place: &Place,
    id: &str,
    around: &Surroundings,
) -> Result<Arc<CodeList>, ThemeError> {
    code_list(place, "item_code_lists", id, around)
}

fn check_coding(
    place: &Place,
    raw: &RawField,
    list: Option<&CodeList>,
    coding: &Coding,
) -> Result<(), ThemeError> {
    let Some(list) = list else {
        if *coding == Coding::default() {
            return Ok(());
        }
        let advice =
            "name the code_list, or leave code_kind, as_read, raw_to, version_to and parts_to out";
        return Err(place.error("code_list", "missing beside keys that need it", advice));
    };
    if let Some(kind) = &coding.kind
        && !list.codes().iter().any(|c| c.kind.as_ref() == Some(kind))
    {
        let problem = format!("no code of `{}` is of kind `{kind}`", list.id);
        return Err(place.error("code_kind", problem, "use a kind the code list has"));
    }
    if !matches!(
        (raw.kind, raw.list),
        (FieldType::Text, false) | (FieldType::Json, true)
    ) {
        let advice = "codes need type = \"text\", or type = \"json\" with list = true";
        return Err(place.error("type", "cannot hold codes", advice));
    }
    Ok(())
}

fn check_keys(place: &Place, raw: &RawField) -> Result<(), ThemeError> {
    if raw.list && raw.kind != FieldType::Json {
        return Err(place.error(
            "list",
            "only a JSON field can be a list",
            "use type = \"json\"",
        ));
    }
    if raw.tile && raw.sensitivity != Sensitivity::Public {
        let advice = "leave `tile` out: tiles are seen by everybody";
        return Err(place.error("tile", "the field is not public", advice));
    }
    if !raw.tile && raw.tile_from > 0 {
        let advice = "say tile = true, or leave `tile_from` out";
        return Err(place.error("tile_from", "tiles do not carry the field", advice));
    }
    if raw.tile && raw.kind == FieldType::Json {
        let advice = "leave `tile` out: a tile carries no lists";
        return Err(place.error("tile", "the field is JSON", advice));
    }
    let numbers = matches!(raw.kind, FieldType::Integer | FieldType::Real);
    if !numbers && (raw.minimum.is_some() || raw.maximum.is_some()) {
        return Err(place.error(
            "minimum",
            "the field is no number",
            "leave minimum and maximum out",
        ));
    }
    if let (Some(least), Some(most)) = (raw.minimum, raw.maximum)
        && least > most
    {
        return Err(place.error("minimum", "is above maximum", "change one of the two"));
    }
    if raw.title.vi.trim().is_empty() || raw.title.en.trim().is_empty() {
        return Err(place.error("title", "is empty in one language", "write both vi and en"));
    }
    Ok(())
}

fn pattern(place: &Place, text: &str) -> Result<Regex, ThemeError> {
    Regex::new(text).map_err(|error| {
        let last = error
            .to_string()
            .lines()
            .last()
            .unwrap_or_default()
            .to_owned();
        place.error(
            "pattern",
            format!("is no regular expression: {last}"),
            "correct it",
        )
    })
}
