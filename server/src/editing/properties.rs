//! Properties as they are sent, into a theme's values: the importers' own conversion, with less patience. What an
//! import would leave empty and note, an edit refuses, because somebody is there to correct it.

use std::collections::BTreeSet;
use std::sync::Arc;

use diaba_core::feature::{NewFeature, Value};
use diaba_core::text::nfc;
use diaba_core::theme::{Converted, Field, FieldMap, Note, NoteKind, Sensitivity, Target, Theme};
use serde_json::{Map, Value as Json};

use crate::error::{ApiError, FieldProblem, Reason};

/// What split and merge alone write into a record.
const LINEAGE: [&str; 2] = ["parents", "children"];

/// Properties carried into a theme's fields.
#[derive(Debug, Default)]
pub struct Read {
    /// One value per field.
    pub values: Vec<Option<Value>>,
    /// What no field takes.
    pub extra: Map<String, Json>,
    /// What was not kept because it tells who a person is, by property.
    pub dropped: Vec<FieldProblem>,
    /// What was changed or is doubtful, by field.
    pub notes: Vec<FieldProblem>,
}

/// The whole of a feature's properties. What the interface does not show of `before` (internal fields, source fields no
/// field takes) stays unless it is said anew.
pub fn whole(
    theme: &Arc<Theme>,
    sent: &Map<String, Json>,
    before: Option<&NewFeature>,
) -> Result<Read, ApiError> {
    let (map, converted) = convert(theme, sent)?;
    let mut read = judge(&map, converted, None)?;
    if let Some(before) = before {
        let said = said(&map);
        for (index, field) in theme.fields.iter().enumerate() {
            if field.sensitivity != Sensitivity::Public && !said.contains(&index) {
                keep(&mut read.values, index, before);
            }
            // A code that was there before says nothing new about other fields.
            let stood = |at: usize| before.values.get(at).and_then(Option::as_ref);
            if read.values.get(index).and_then(Option::as_ref) == stood(index) {
                for at in derived_of(field).filter(|at| stood(*at).is_none()) {
                    if sent_nothing(theme, sent, at) {
                        keep(&mut read.values, at, before);
                    }
                }
            }
        }
        keep_extra(&mut read.extra, before);
    }
    Ok(read)
}

/// The fields that a field's value is written into besides its own.
fn derived_of(field: &Field) -> impl Iterator<Item = usize> {
    let coding = &field.coding;
    [
        coding.raw_to,
        coding.version_to,
        coding.parts_to,
        field.chainage_to,
    ]
    .into_iter()
    .flatten()
}

fn sent_nothing(theme: &Theme, sent: &Map<String, Json>, index: usize) -> bool {
    sent.get(name_of(theme, index)).is_none_or(Json::is_null)
}

/// The properties of `before` with those of `patch` in their place; `null` takes one away (RFC 7396). What is not said
/// stays to the bit.
pub fn patched(
    theme: &Arc<Theme>,
    patch: &Map<String, Json>,
    before: &NewFeature,
) -> Result<Read, ApiError> {
    let (map, _) = map_of(theme, patch)?;
    let said = said(&map);
    // What a code says about other fields is written anew with the code.
    let derived: BTreeSet<usize> = said
        .iter()
        .filter_map(|index| theme.fields.get(*index))
        .flat_map(derived_of)
        .filter(|index| !said.contains(index))
        .collect();
    let mut all = patch.clone();
    for (index, field) in theme.fields.iter().enumerate() {
        let stands = before.values.get(index).and_then(Option::as_ref);
        if let Some(value) = stands
            && !said.contains(&index)
            && !derived.contains(&index)
        {
            all.insert(field.name.clone(), value.to_json());
        }
    }
    let (map, converted) = convert(theme, &all)?;
    let mut read = judge(
        &map,
        converted,
        Some(&|field: &str| {
            patch.contains_key(field)
                || theme
                    .field_index(field)
                    .is_some_and(|index| said.contains(&index) || derived.contains(&index))
        }),
    )?;
    for index in 0..theme.fields.len() {
        if !said.contains(&index) && !derived.contains(&index) {
            keep(&mut read.values, index, before);
        }
    }
    // A value that stood there and cannot be read is not carried beside the record: it stays where it stands.
    let patch: Vec<_> = patch
        .iter()
        .map(|(name, value)| (nfc(name), value))
        .collect();
    read.extra
        .retain(|name, _| patch.iter().any(|(said, _)| said == name));
    keep_extra(&mut read.extra, before);
    for (name, value) in patch {
        if value.is_null() {
            read.extra.remove(name.as_ref());
        }
    }
    Ok(read)
}

/// The fields that were sent.
fn said(map: &FieldMap) -> BTreeSet<usize> {
    map.columns()
        .iter()
        .filter_map(|column| match column.target {
            Target::Field(index) => Some(index),
            _ => None,
        })
        .collect()
}

fn keep(values: &mut [Option<Value>], index: usize, before: &NewFeature) {
    if let Some(slot) = values.get_mut(index) {
        *slot = before.values.get(index).cloned().flatten();
    }
}

/// What stood beside the record before, in its order, then what is new.
fn keep_extra(extra: &mut Map<String, Json>, before: &NewFeature) {
    let said = std::mem::replace(extra, before.extra.clone());
    extra.extend(said);
}

fn map_of(
    theme: &Arc<Theme>,
    sent: &Map<String, Json>,
) -> Result<(FieldMap, Vec<Option<Value>>), ApiError> {
    let names: Vec<&String> = sent.keys().collect();
    let mut map = theme.match_fields(&names);
    // Codes are meant as they are in force, where a code has changed its meaning.
    let lists = theme
        .fields
        .iter()
        .flat_map(|field| field.code_list.iter().chain(field.item_code_lists.values()));
    for list in lists {
        map.written_in(&list.id, &list.current().id)
            .map_err(ApiError::internal)?;
    }
    let mut problems = Vec::new();
    for column in map.columns() {
        let value = sent.get(&column.name);
        match column.target {
            Target::Conflict(index) => problems.push(FieldProblem::new(
                &column.name,
                Reason::new(
                    format!("trùng nghĩa với trường `{}`", name_of(theme, index)),
                    format!(
                        "means the field `{}`, as another property does",
                        name_of(theme, index)
                    ),
                ),
            )),
            Target::Extra if LINEAGE.contains(&column.name.as_str()) => {
                problems.push(FieldProblem::new(
                    &column.name,
                    Reason::new(
                        "lịch sử tách, hợp thửa do máy chủ ghi",
                        "lineage is written by split and merge alone",
                    ),
                ));
            }
            Target::Extra if value.is_some_and(|v| v.is_object() || v.is_array()) => {
                problems.push(FieldProblem::new(
                    &column.name,
                    Reason::new(
                        "thuộc tính ngoài chuyên đề phải là văn bản, số hoặc có/không",
                        "a property the theme does not know must be a text, a number, true or false",
                    ),
                ));
            }
            _ => {}
        }
    }
    if !problems.is_empty() {
        return Err(ApiError::Invalid(problems));
    }
    let record = sent.values().map(value).collect();
    Ok((map, record))
}

fn convert(
    theme: &Arc<Theme>,
    sent: &Map<String, Json>,
) -> Result<(FieldMap, Converted), ApiError> {
    let (map, record) = map_of(theme, sent)?;
    let converted = map.convert(&record).map_err(|reject| {
        ApiError::Invalid(vec![FieldProblem::new(
            reject.field,
            Reason::parted(&reject.reason),
        )])
    })?;
    Ok((map, converted))
}

fn name_of(theme: &Theme, index: usize) -> &str {
    theme
        .fields
        .get(index)
        .map_or("", |field| field.name.as_str())
}

fn value(json: &Json) -> Option<Value> {
    match json {
        Json::Null => None,
        Json::Bool(b) => Some(Value::Bool(*b)),
        Json::Number(n) => n
            .as_i64()
            .map(Value::Integer)
            .or_else(|| n.as_f64().map(Value::Real)),
        Json::String(text) => Some(Value::Text(text.clone())),
        Json::Array(_) | Json::Object(_) => Some(Value::Json(json.clone())),
    }
}

/// Parts what is noted into what is refused, dropped and told. Notes about fields that were not `meant` are about what
/// stood there before, and nobody's business now.
fn judge(
    map: &FieldMap,
    converted: Converted,
    meant: Option<&dyn Fn(&str) -> bool>,
) -> Result<Read, ApiError> {
    let mut read = Read {
        values: converted.values,
        extra: converted.extra,
        ..Read::default()
    };
    for column in map.columns() {
        if let Target::Personal(reason) = &column.target {
            read.dropped
                .push(FieldProblem::new(&column.name, reason.clone()));
        }
    }
    let mut wrong = Vec::new();
    for Note {
        kind, field, text, ..
    } in converted.notes
    {
        if meant.is_some_and(|meant| !meant(&field)) {
            continue;
        }
        let problem = FieldProblem::new(field, Reason::parted(&text));
        match kind {
            NoteKind::CodeUnknown | NoteKind::ValueUnreadable => wrong.push(problem),
            NoteKind::PersonalDropped => read.dropped.push(problem),
            NoteKind::CodeReplaced
            | NoteKind::CodeUnsure
            | NoteKind::NumberAmbiguous
            | NoteKind::PatternMissed => read.notes.push(problem),
        }
    }
    if wrong.is_empty() {
        Ok(read)
    } else {
        Err(ApiError::Invalid(wrong))
    }
}
