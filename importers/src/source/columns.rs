//! Columns of a GDAL layer and their values.

use diaba_core::feature::Value;
use gdal::vector::{Defn, Feature, OGRFieldType};

use super::ogr;

/// How a column's values are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Real,
    /// Dates and times, as ISO 8601 text.
    Date,
    /// Lists, as JSON.
    List,
    /// Bytes and other things that are no attribute.
    Ignored,
}

/// The kind of every column of `defn`.
pub fn kinds(defn: &Defn) -> Vec<Kind> {
    defn.fields()
        .map(|field| match field.field_type() {
            OGRFieldType::OFTInteger | OGRFieldType::OFTInteger64 => Kind::Integer,
            OGRFieldType::OFTReal => Kind::Real,
            OGRFieldType::OFTDate | OGRFieldType::OFTDateTime | OGRFieldType::OFTTime => Kind::Date,
            OGRFieldType::OFTString | OGRFieldType::OFTWideString => Kind::Text,
            OGRFieldType::OFTBinary => Kind::Ignored,
            _ => Kind::List,
        })
        .collect()
}

/// Text from a file: its bytes as they are, one character each, where its encoding is not known or a value breaks it.
pub fn characters(raw: Vec<u8>, bytes: bool) -> String {
    if bytes && !raw.is_ascii() {
        let mut text = String::with_capacity(2 * raw.len());
        text.extend(raw.into_iter().map(char::from));
        return text;
    }
    String::from_utf8(raw)
        .unwrap_or_else(|broken| broken.into_bytes().into_iter().map(char::from).collect())
}

/// The value of column `index`; `None` where it is empty, not set or of no use.
pub fn value(feature: &Feature, index: usize, kind: Kind, bytes: bool) -> Option<Value> {
    if kind == Kind::Ignored || !ogr::has_value(feature, index) {
        return None;
    }
    match kind {
        Kind::Text => {
            let text = characters(ogr::text(feature, index)?, bytes);
            (!text.is_empty()).then_some(Value::Text(text))
        }
        Kind::Integer => feature
            .field_as_integer64(index)
            .ok()
            .flatten()
            .map(Value::Integer),
        Kind::Real => {
            let number = feature.field_as_double(index).ok().flatten()?;
            number.is_finite().then_some(Value::Real(number))
        }
        // GDAL writes 2025/07/01 08:00:00.
        Kind::Date => {
            let text = characters(ogr::text(feature, index)?, false);
            (!text.is_empty()).then(|| Value::Text(text.replace('/', "-").replacen(' ', "T", 1)))
        }
        Kind::List => list(feature, index),
        Kind::Ignored => None,
    }
}

fn list(feature: &Feature, index: usize) -> Option<Value> {
    use gdal::vector::FieldValue;
    let json = match feature.field(index).ok().flatten()? {
        FieldValue::IntegerListValue(list) => list.into(),
        FieldValue::Integer64ListValue(list) => list.into(),
        FieldValue::RealListValue(list) => list.into(),
        FieldValue::StringListValue(list) => list.into(),
        _ => return None,
    };
    Some(Value::Json(json))
}
