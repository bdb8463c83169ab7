//! One record, field by field.

use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use thiserror::Error;

use super::{chainage_metres, codes, values};
use crate::code_list::{Carried, CodeError};
use crate::feature::Value;
use crate::text::nfc;
use crate::theme::{Field, FieldMap, Target};

/// A record carried into the fields of a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// One value per field of the theme, in the theme's order.
    pub values: Vec<Option<Value>>,
    /// What no field takes, by the file's column names.
    pub extra: Map<String, Json>,
    /// What was changed, left out or is doubtful.
    pub notes: Vec<Note>,
}

/// What sort of thing a note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// A superseded code was replaced by the current one.
    CodeReplaced,
    /// A superseded code has no certain successor and was kept.
    CodeUnsure,
    /// A value is no code of the list: the field is empty, the value is kept in `extra`.
    CodeUnknown,
    /// A value could not be read: the field is empty, the value is kept in `extra`.
    ValueUnreadable,
    /// A number may be read in two ways; the note says the other one.
    NumberAmbiguous,
    /// A value does not look as this field's values do; it was kept.
    PatternMissed,
    /// A person's number was left out; the note does not repeat it.
    PersonalDropped,
}

/// Something about a record that its owner should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What sort of thing it is.
    pub kind: NoteKind,
    /// The theme's field, or the file's column where no field takes it.
    pub field: String,
    /// The value as the file has it; empty where it is personal.
    pub value: String,
    /// What was done about it, Vietnamese then English.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value.is_empty() {
            write!(f, "{}: {}", self.field, self.text)
        } else {
            write!(f, "{}: `{}`: {}", self.field, self.value, self.text)
        }
    }
}

/// Why a record is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{field}: `{value}`: {reason}")]
pub struct Reject {
    /// The theme's field.
    pub field: String,
    /// The value as the file has it, empty where there is none.
    pub value: String,
    /// What is wrong with it, Vietnamese then English.
    pub reason: String,
}

const OUT_OF_RANGE: &str = "ngoài khoảng có thể đúng · outside what can be true";
const MISSING: &str = "thiếu giá trị bắt buộc · a required value is missing";

/// Texts of one field whose codes are remembered; those beyond them are looked up each time.
const REMEMBERED: usize = 4096;

/// Carries records into the fields of a theme, one after another. What a text means as a code is looked up once: files
/// have few different ones.
pub struct RecordReader<'m> {
    map: &'m FieldMap,
    /// By field.
    codes: Vec<FxHashMap<String, Rc<codes::Read>>>,
}

impl RecordReader<'_> {
    /// Carries one record into the theme's fields: trims, composes to NFC, reads types, carries codes to the current
    /// version, drops what is personal. `record` has one value per column, in the order of [`FieldMap::columns`],
    /// already decoded to Unicode.
    ///
    /// A value that cannot be read leaves its field empty, with a note, and stays in `extra`.
    ///
    /// # Errors
    /// [`Reject`] where a required field has no value that can be read.
    pub fn convert(&mut self, record: &[Option<Value>]) -> Result<Converted, Reject> {
        let map = self.map;
        let fields = &map.theme.fields;
        let mut out = Converted {
            values: fields.iter().map(|_| None).collect(),
            extra: Map::new(),
            notes: Vec::new(),
        };
        let mut pending: Vec<(usize, Rc<codes::Read>)> = Vec::new();
        for (column, source) in map.columns.iter().zip(record) {
            match &column.target {
                Target::Field(i) => {
                    let i = *i;
                    let Some(value) = values::filled(source.as_ref()) else {
                        continue;
                    };
                    if let Err(problem) = self.fill(i, &value, &mut out, &mut pending) {
                        map.fail(&fields[i], &column.name, &value, &problem, &mut out)?;
                    }
                }
                Target::Extra | Target::Conflict(_) => {
                    if let Some(value) = values::filled(source.as_ref()) {
                        map.keep(&column.name, &value, &mut out);
                    }
                }
                Target::Technical | Target::Personal(_) => {}
            }
        }
        for (i, read) in pending {
            out.spread(fields, i, &read);
        }
        out.measure(fields);
        for (field, value) in fields.iter().zip(&out.values) {
            if field.required && value.is_none() {
                return Err(Reject {
                    field: field.name.clone(),
                    value: String::new(),
                    reason: MISSING.to_owned(),
                });
            }
        }
        Ok(out)
    }

    /// Fills field `i` with `value`; what its code means for other fields waits in `pending`.
    fn fill(
        &mut self,
        i: usize,
        value: &Value,
        out: &mut Converted,
        pending: &mut Vec<(usize, Rc<codes::Read>)>,
    ) -> Result<(), Problem> {
        let map = self.map;
        let field = &map.theme.fields[i];
        let version = |list: &str| map.versions.get(list).map(String::as_str);
        out.values[i] = match (&field.code_list, field.list) {
            (Some(list), false) => {
                let text = values::text(value)?;
                let known = &mut self.codes[i];
                let read = if let Some(read) = known.get(text.as_ref()) {
                    Rc::clone(read)
                } else {
                    let read = Rc::new(codes::read(field, list, &text, version(&list.id))?);
                    if known.len() < REMEMBERED {
                        known.insert(text.into_owned(), Rc::clone(&read));
                    }
                    read
                };
                let own = read.value.clone();
                pending.push((i, read));
                Some(own)
            }
            (Some(list), true) => {
                let items = values::list(value)?;
                let (good, bad) = codes::read_list(field, list, items, version(&list.id));
                for error in bad {
                    let text = map.theme.personal.shown(&error.to_string()).into_owned();
                    out.note(NoteKind::CodeUnknown, field, "", text);
                }
                (!good.is_empty()).then_some(Value::Json(Json::Array(good)))
            }
            (None, true) => {
                let items = values::list(value)?;
                (!items.is_empty()).then_some(Value::Json(Json::Array(items)))
            }
            (None, false) => Some(map.plain(field, value, out)?),
        };
        if let (Some(pattern), Some(value)) = (&field.pattern, &out.values[i]) {
            let missed: Vec<String> = match value {
                Value::Text(text) if pattern.is_match(text) => Vec::new(),
                value => texts(value),
            };
            for text in missed.iter().filter(|t| !pattern.is_match(t)) {
                let message = "không đúng dạng thường gặp · does not look as usual".to_owned();
                let text = map.theme.personal.shown(text);
                out.note(NoteKind::PatternMissed, field, &text, message);
            }
        }
        Ok(())
    }
}

impl FieldMap {
    /// Reads records that follow one another.
    pub fn reader(&self) -> RecordReader<'_> {
        let fields = self.theme.fields.iter();
        RecordReader {
            map: self,
            codes: fields.map(|_| FxHashMap::default()).collect(),
        }
    }

    /// As [`RecordReader::convert`], for one record alone.
    ///
    /// # Errors
    /// [`Reject`].
    pub fn convert(&self, record: &[Option<Value>]) -> Result<Converted, Reject> {
        self.reader().convert(record)
    }

    fn plain(&self, field: &Field, value: &Value, out: &mut Converted) -> Result<Value, Problem> {
        let (mut read, other) = values::read(value, field.kind, field.unit.as_deref())?;
        if let Some(other) = other {
            let text = format!("cũng có thể là {other} · may mean {other}");
            let rules = &self.theme.personal;
            let (value, text) = (read.to_string(), rules.shown(&text).into_owned());
            out.note(NoteKind::NumberAmbiguous, field, &rules.shown(&value), text);
        }
        if let Some(number) = read.as_f64()
            && (field.minimum.is_some_and(|least| number < least)
                || field.maximum.is_some_and(|most| number > most))
        {
            return Err(OUT_OF_RANGE.into());
        }
        match &mut read {
            Value::Text(text) => {
                if field.trim_zeros && text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit()) {
                    let kept = text.trim_start_matches('0');
                    *text = if kept.is_empty() {
                        "0".to_owned()
                    } else {
                        kept.to_owned()
                    };
                }
                if field.free_text
                    && let Some(blotted) = self.theme.personal.blot(text)
                {
                    *text = blotted;
                    out.note(NoteKind::PersonalDropped, field, "", PERSONAL.to_owned());
                }
            }
            Value::Json(json) => {
                let bad = codes::read_members(field, json, |list| {
                    self.versions.get(list).map(String::as_str)
                });
                for error in bad {
                    let text = self.theme.personal.shown(&error.to_string()).into_owned();
                    out.note(NoteKind::CodeUnknown, field, "", text);
                }
            }
            _ => {}
        }
        Ok(read)
    }

    /// A value that does not fit its field: the record is refused where it must have one; otherwise the value is kept
    /// beside it. Neither says a person's number.
    fn fail(
        &self,
        field: &Field,
        column: &str,
        value: &Value,
        problem: &Problem,
        out: &mut Converted,
    ) -> Result<(), Reject> {
        let rules = &self.theme.personal;
        let written = value.to_string();
        let mut text = rules.shown(&problem.text).into_owned();
        // The complaint may repeat the value.
        if rules.value_is(&written).is_some() {
            text = text.replace(written.trim(), "…");
        }
        if field.required {
            return Err(Reject {
                field: field.name.clone(),
                value: rules.shown(&written).into_owned(),
                reason: text,
            });
        }
        out.note(problem.kind, field, &rules.shown(&written), text);
        self.keep(column, value, out);
        Ok(())
    }

    /// Keeps beside the record what no field takes, unless it is a person's number.
    fn keep(&self, column: &str, value: &Value, out: &mut Converted) {
        let rules = &self.theme.personal;
        let whole = match value {
            Value::Text(text) => rules.value_is(text).is_some(),
            Value::Integer(_) | Value::Real(_) => rules.value_is(&value.to_string()).is_some(),
            _ => false,
        };
        let blotted = value.as_text().and_then(|t| rules.blot(t));
        if whole || blotted.is_some() {
            out.notes.push(Note {
                kind: NoteKind::PersonalDropped,
                field: column.to_owned(),
                value: String::new(),
                text: PERSONAL.to_owned(),
            });
        }
        if !whole {
            let kept = blotted.map_or_else(|| value.to_json(), Json::String);
            out.extra.insert(nfc(column).into_owned(), kept);
        }
    }
}

const PERSONAL: &str = "đã bỏ số giấy tờ hoặc điện thoại cá nhân · a person's number was left out";

/// Why a value does not fit its field.
struct Problem {
    kind: NoteKind,
    text: String,
}

impl From<values::Problem> for Problem {
    fn from(text: values::Problem) -> Self {
        Self {
            kind: NoteKind::ValueUnreadable,
            text: text.to_owned(),
        }
    }
}

impl From<CodeError> for Problem {
    fn from(error: CodeError) -> Self {
        Self {
            kind: NoteKind::CodeUnknown,
            text: error.to_string(),
        }
    }
}

impl Converted {
    fn note(&mut self, kind: NoteKind, field: &Field, value: &str, text: String) {
        self.notes.push(Note {
            kind,
            field: field.name.clone(),
            value: value.to_owned(),
            text,
        });
    }

    /// Writes what the code of field `i` says about other fields, where the file does not say it itself.
    fn spread(&mut self, fields: &[Field], i: usize, read: &codes::Read) {
        let Some(field) = fields.get(i) else { return };
        for (from, to, carried) in &read.carried {
            let (kind, text) = match carried {
                Carried::Same => continue,
                Carried::Replaced => (
                    NoteKind::CodeReplaced,
                    format!("mã cũ, nay là {to} · superseded, now {to}"),
                ),
                Carried::Choose(candidates) => {
                    let all = candidates.join(", ");
                    (
                        NoteKind::CodeUnsure,
                        format!("mã cũ, có thể là {all} · superseded, may be {all}"),
                    )
                }
                Carried::Unknown => (
                    NoteKind::CodeUnsure,
                    "mã cũ, chưa rõ mã hiện hành · superseded, successor not known".to_owned(),
                ),
            };
            self.note(kind, field, from, text);
        }
        let coding = &field.coding;
        let parts = (!read.parts.is_empty()).then(|| {
            let records = read.parts.iter().map(|code| {
                let code = Json::String(code.clone());
                Json::Object(Map::from_iter([(field.name.clone(), code)]))
            });
            Value::Json(Json::Array(records.collect()))
        });
        let raw_is_new = coding
            .raw_to
            .is_some_and(|to| self.values.get(to).is_some_and(Option::is_none));
        self.put(coding.raw_to, || Some(Value::Text(read.raw.clone())));
        // The version belongs to the code as read: where the file brings its own old code, it is not this one's.
        if raw_is_new || coding.raw_to.is_none() {
            self.put(coding.version_to, || read.version.clone().map(Value::Text));
        }
        self.put(coding.parts_to, || parts);
    }

    /// Reads the chainages of texts into the fields that hold them in metres, where the file does not say them.
    fn measure(&mut self, fields: &[Field]) {
        for (i, field) in fields.iter().enumerate() {
            let Some(to) = field.chainage_to else {
                continue;
            };
            let Some(text) = self.values.get(i).and_then(|v| v.as_ref()?.as_text()) else {
                continue;
            };
            if let Some(metres) = chainage_metres(text) {
                self.put(Some(to), || Some(Value::Real(metres)));
            } else {
                let text = text.to_owned();
                let said = "không phải lý trình (K0+000) · not a chainage (K0+000)".to_owned();
                self.note(NoteKind::ValueUnreadable, field, &text, said);
            }
        }
    }

    /// Fills a field that is still empty.
    fn put(&mut self, field: Option<usize>, value: impl FnOnce() -> Option<Value>) {
        if let Some(slot) = field.and_then(|i| self.values.get_mut(i))
            && slot.is_none()
        {
            *slot = value();
        }
    }
}

/// The texts of a value: itself, or its members.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Json(Json::Array(items)) => items
            .iter()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect(),
        other => vec![other.to_string()],
    }
}
