//! Reading values that are codes.

use serde_json::Value as Json;

use super::super::Field;
use crate::code_list::{Carried, CodeError, CodeList, Mapped};
use crate::feature::Value;

/// A code field, read.
pub(super) struct Read {
    /// The field's own value.
    pub value: Value,
    /// The code as the file has it, in the list's spelling, or all of them as written where there are several.
    pub raw: String,
    /// The version it was read in.
    pub version: Option<String>,
    /// All codes of a combined value, main one first; empty where there is only one.
    pub parts: Vec<String>,
    /// Codes that were carried to another one, or could not be.
    pub carried: Vec<(String, String, Carried)>,
}

/// Reads `text` as the code or codes of `field`, written in `version` of its list where that is known.
pub(super) fn read(
    field: &Field,
    list: &CodeList,
    text: &str,
    version: Option<&str>,
) -> Result<Read, CodeError> {
    let all = list.map_all(text, version, field.coding.kind.as_deref())?;
    let stored = |m: &Mapped| {
        if field.coding.as_read {
            m.source_code.to_owned()
        } else {
            m.code.to_owned()
        }
    };
    let codes: Vec<String> = all.iter().map(stored).collect();
    let main = codes.first().cloned().unwrap_or_default();
    let raw = match all.as_slice() {
        [one] => one.source_code.to_owned(),
        _ => text.to_owned(),
    };
    let version = all.first().and_then(|m| m.from_version).map(str::to_owned);
    let carried = if field.coding.as_read {
        Vec::new()
    } else {
        carried(&all)
    };
    let parts = if codes.len() > 1 { codes } else { Vec::new() };
    Ok(Read {
        value: Value::Text(main),
        raw,
        version,
        parts,
        carried,
    })
}

fn carried(all: &[Mapped]) -> Vec<(String, String, Carried)> {
    all.iter()
        .filter(|m| m.carried != Carried::Same)
        .map(|m| {
            (
                m.source_code.to_owned(),
                m.code.to_owned(),
                m.carried.clone(),
            )
        })
        .collect()
}

/// Reads the members of a list of codes; those that are none are handed back.
pub(super) fn read_list(
    field: &Field,
    list: &CodeList,
    items: Vec<Json>,
    version: Option<&str>,
) -> (Vec<Json>, Vec<CodeError>) {
    let mut good: Vec<Json> = Vec::new();
    let mut bad = Vec::new();
    for item in items {
        let text = plain(&item);
        match list.map(&text, version, field.coding.kind.as_deref()) {
            Ok(mapped) => {
                let code = if field.coding.as_read {
                    mapped.source_code
                } else {
                    mapped.code
                };
                let code = Json::String(code.to_owned());
                if !good.contains(&code) {
                    good.push(code);
                }
            }
            Err(error) => bad.push(error),
        }
    }
    (good, bad)
}

/// Carries the codes inside the records of `json` (a record or a list of them); those that are none stay as they
/// are and are handed back.
pub(super) fn read_members<'v>(
    field: &Field,
    json: &mut Json,
    version: impl Fn(&str) -> Option<&'v str>,
) -> Vec<CodeError> {
    let records: Vec<&mut Json> = match json {
        Json::Array(items) => items.iter_mut().collect(),
        one => vec![one],
    };
    let mut bad = Vec::new();
    for record in records.into_iter().filter_map(Json::as_object_mut) {
        for (member, list) in &field.item_code_lists {
            let Some(value) = record.get_mut(member).filter(|v| !v.is_null()) else {
                continue;
            };
            match list.map(&plain(value), version(&list.id), None) {
                Ok(mapped) => *value = Json::String(mapped.code.to_owned()),
                Err(error) => bad.push(error),
            }
        }
    }
    bad
}

/// Text without quotes, anything else as JSON writes it.
fn plain(json: &Json) -> String {
    json.as_str()
        .map_or_else(|| json.to_string(), str::to_owned)
}
