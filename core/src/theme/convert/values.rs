//! Reading one value as the type a field wants.

use std::borrow::Cow;

use jiff::civil::Date;
use serde_json::Value as Json;

use super::super::FieldType;
use super::numbers::parse_number;
use crate::feature::Value;
use crate::text::{fold, nfc, trim};

/// Why a value cannot be read, in both languages.
pub(super) type Problem = &'static str;

pub(super) const NOT_A_NUMBER: Problem = "không phải là số · not a number";
const NOT_WHOLE: Problem = "không phải là số nguyên · not a whole number";
const NOT_A_DATE: Problem =
    "không phải là ngày (dd/mm/yyyy hoặc yyyy-mm-dd) · not a date (dd/mm/yyyy or yyyy-mm-dd)";
const NOT_A_BOOLEAN: Problem = "không phải là có/không · not yes or no";
const NOT_JSON: Problem = "không phải là JSON · not JSON";
const NOT_TEXT: Problem = "không phải là văn bản · not text";

/// What databases and spreadsheets write where there is nothing.
const NOTHING: [&str; 4] = ["<null>", "null", "(null)", "#n/a"];

/// `value` without blanks around it; none where it says nothing.
pub(super) fn filled(value: Option<&Value>) -> Option<Cow<'_, Value>> {
    let value = value?;
    match value {
        Value::Text(whole) => {
            let text = trim(whole);
            if text.is_empty() || NOTHING.iter().any(|n| text.eq_ignore_ascii_case(n)) {
                return None;
            }
            Some(match nfc(text) {
                // U+0000 within a text is padding too; PostgreSQL keeps none.
                text if text.contains('\0') => Cow::Owned(Value::Text(text.replace('\0', ""))),
                Cow::Borrowed(text) if text.len() == whole.len() => Cow::Borrowed(value),
                text => Cow::Owned(Value::Text(text.into_owned())),
            })
        }
        Value::Json(Json::Null) => None,
        Value::Real(number) if !number.is_finite() => None,
        other => Some(Cow::Borrowed(other)),
    }
}

/// `value` as a `kind`, and the other number it may mean; `unit` may stand behind. Lists and codes are read elsewhere.
pub(super) fn read(
    value: &Value,
    kind: FieldType,
    unit: Option<&str>,
) -> Result<(Value, Option<f64>), Problem> {
    let read = match kind {
        FieldType::Text => Value::Text(text(value)?.into_owned()),
        FieldType::Integer => Value::Integer(integer(value, unit)?),
        FieldType::Real => {
            let (number, other) = number(value, unit)?;
            return Ok((Value::Real(number), other));
        }
        FieldType::Boolean => Value::Bool(boolean(value)?),
        FieldType::Date => Value::Text(date(value)?.to_string()),
        FieldType::Json => Value::Json(json(value)?),
    };
    Ok((read, None))
}

/// Whole numbers lose the `.0` that spreadsheets and DBF put behind them: sheet 12 is `12`.
pub(super) fn text(value: &Value) -> Result<Cow<'_, str>, Problem> {
    match value {
        Value::Text(text) | Value::Json(Json::String(text)) => Ok(text.into()),
        Value::Integer(n) => Ok(n.to_string().into()),
        Value::Real(n) => Ok(whole(*n)
            .map_or_else(|| n.to_string(), |n| n.to_string())
            .into()),
        Value::Bool(b) => Ok(b.to_string().into()),
        Value::Json(_) => Err(NOT_TEXT),
    }
}

/// `number` as an integer, where it is one that a double holds exactly.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0).then_some(number as i64)
}

fn integer(value: &Value, unit: Option<&str>) -> Result<i64, Problem> {
    match value {
        Value::Integer(n) => Ok(*n),
        Value::Text(text) => match (text.parse(), parse_number(text, unit)) {
            (Ok(n), _) => Ok(n),
            // Of the two ways to read `1.234` only one is whole.
            (Err(_), Some((n, other))) => whole(other.unwrap_or(n)).ok_or(NOT_WHOLE),
            (Err(_), None) => Err(NOT_A_NUMBER),
        },
        other => whole(number(other, unit)?.0).ok_or(NOT_WHOLE),
    }
}

fn number(value: &Value, unit: Option<&str>) -> Result<(f64, Option<f64>), Problem> {
    match value {
        Value::Text(text) => parse_number(text, unit).ok_or(NOT_A_NUMBER),
        Value::Bool(_) => Err(NOT_A_NUMBER),
        Value::Json(json) => json.as_f64().map(|n| (n, None)).ok_or(NOT_A_NUMBER),
        Value::Integer(_) | Value::Real(_) => value.as_f64().map(|n| (n, None)).ok_or(NOT_A_NUMBER),
    }
}

fn boolean(value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(b) | Value::Json(Json::Bool(b)) => Ok(*b),
        Value::Integer(1) => Ok(true),
        Value::Integer(0) => Ok(false),
        Value::Real(n) if *n == 1.0 => Ok(true),
        Value::Real(n) if *n == 0.0 => Ok(false),
        Value::Text(text) => match fold(text).as_str() {
            "1" | "true" | "t" | "yes" | "y" | "co" | "dung" | "x" => Ok(true),
            "0" | "false" | "f" | "no" | "n" | "khong" | "sai" => Ok(false),
            _ => Err(NOT_A_BOOLEAN),
        },
        _ => Err(NOT_A_BOOLEAN),
    }
}

/// A calendar date: `dd/mm/yyyy`, `yyyy-mm-dd`, `yyyy/mm/dd` or `yyyymmdd`, with `.`, `-` or `/` between; a time
/// behind it is left out. Years have four digits.
fn date(value: &Value) -> Result<Date, Problem> {
    let text = match value {
        Value::Text(text) => Cow::Borrowed(text.as_str()),
        Value::Integer(n) => n.to_string().into(),
        Value::Real(n) => whole(*n).ok_or(NOT_A_DATE)?.to_string().into(),
        Value::Bool(_) | Value::Json(_) => return Err(NOT_A_DATE),
    };
    let day = text.split([' ', 'T']).next().unwrap_or(&text);
    let parts: Vec<&str> = if day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) {
        vec![&day[..4], &day[4..6], &day[6..]]
    } else {
        day.split(['/', '-', '.']).collect()
    };
    let number = |text: &str| {
        text.parse::<i16>()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    };
    let (year, month, day) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 && d.len() <= 2 => (number(y), number(m), number(d)),
        [d, m, y] if y.len() == 4 && d.len() <= 2 => (number(y), number(m), number(d)),
        _ => return Err(NOT_A_DATE),
    };
    let small = |n: Option<i16>| n.and_then(|n| i8::try_from(n).ok()).ok_or(NOT_A_DATE);
    Date::new(year.ok_or(NOT_A_DATE)?, small(month)?, small(day)?).map_err(|_| NOT_A_DATE)
}

fn json(value: &Value) -> Result<Json, Problem> {
    match value {
        Value::Text(text) => serde_json::from_str(text).map_err(|_| NOT_JSON),
        other => Ok(other.to_json()),
    }
}

/// The members of a list: of JSON, or of text parted by `;`, `,`, `|` or line ends.
pub(super) fn list(value: &Value) -> Result<Vec<Json>, Problem> {
    let json = match value {
        Value::Text(text) if text.starts_with('[') => {
            serde_json::from_str(text).map_err(|_| NOT_JSON)?
        }
        Value::Text(text) => {
            let parts = text
                .split([';', ',', '|', '\n'])
                .map(trim)
                .filter(|p| !p.is_empty());
            return Ok(parts.map(|p| Json::String(p.to_owned())).collect());
        }
        other => other.to_json(),
    };
    match json {
        Json::Array(items) => Ok(items.into_iter().filter(|i| !i.is_null()).collect()),
        one => Ok(vec![one]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_read_day_first_or_year_first() {
        for text in [
            "01/07/2025",
            "1/7/2025",
            "1-7-2025",
            "2025-07-01",
            "2025/07/01",
            "20250701",
            "2025-07-01T08:00:00",
        ] {
            let read = date(&Value::Text(text.to_owned())).map(|d| d.to_string());
            assert_eq!(read.as_deref(), Ok("2025-07-01"), "{text}");
        }
        for text in [
            "31/02/2025",
            "7/2025",
            "1/7/25",
            "2025",
            "hôm nay",
            "99999999",
            "+1/+7/2025",
        ] {
            assert!(date(&Value::Text(text.to_owned())).is_err(), "{text}");
        }
    }

    #[test]
    fn whole_numbers_as_text_have_no_point() {
        assert_eq!(text(&Value::Real(12.0)), Ok("12".into()));
        assert_eq!(text(&Value::Real(12.5)), Ok("12.5".into()));
        assert_eq!(
            read(&Value::Text("12,0".into()), FieldType::Integer, None),
            Ok((Value::Integer(12), None))
        );
        assert_eq!(integer(&Value::Text("1.234".into()), None), Ok(1234));
        assert!(read(&Value::Text("12,5".into()), FieldType::Integer, None).is_err());
    }

    #[test]
    fn a_list_may_be_text() {
        let read = |text: &str| {
            list(&Value::Text(text.to_owned()))
                .map(Json::Array)
                .map(|j| j.to_string())
        };
        assert_eq!(read("CN; JP, US"), Ok(r#"["CN","JP","US"]"#.to_owned()));
        assert_eq!(read(r#"["CN", null]"#), Ok(r#"["CN"]"#.to_owned()));
        assert_eq!(read("[CN"), Err(NOT_JSON));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::Real),
            any::<String>().prop_map(Value::Text),
            "[0-9.,/ -]{0,12}".prop_map(Value::Text),
        ]
    }

    proptest! {
        #[test]
        fn no_value_makes_reading_panic(value in any_value()) {
            for kind in [FieldType::Text, FieldType::Integer, FieldType::Real, FieldType::Boolean, FieldType::Date, FieldType::Json] {
                if let Some(value) = filled(Some(&value)) {
                    let _ = read(&value, kind, Some("ha"));
                    let _ = list(&value);
                }
            }
        }
    }
}
