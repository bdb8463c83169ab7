//! Numbers, dates and values as Vietnamese write them.

use diaba_core::theme::Field;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde_json::Value as Json;

use super::document::{Code, Shown};

/// With so many decimals: `1.234,50`.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if value < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push(',');
        out.push_str(rest);
    }
    out
}

/// Square metres, with one decimal up to a hectare and in hectares above.
pub fn area(square_metres: f64) -> String {
    if square_metres >= 10_000.0 {
        format!("{} ha", number(square_metres / 10_000.0, 4))
    } else if square_metres > 0.0 && square_metres < 0.05 {
        format!("{} m²", number(square_metres, 2))
    } else {
        format!("{} m²", number(square_metres, 1))
    }
}

/// Percent with one decimal; what is not nothing is not said to be.
pub fn percent(value: f64) -> String {
    if value > 0.0 && value < 0.05 {
        "< 0,1 %".to_owned()
    } else {
        format!("{} %", number(value, 1))
    }
}

/// How far something is from the parcel, metres.
pub fn off(distance: f64) -> String {
    if distance < 0.05 {
        "nằm trên thửa đất".to_owned()
    } else {
        format!("cách thửa đất {} m", number(distance, 1))
    }
}

/// An instant's day in Vietnam, `dd/mm/yyyy`; as it is where it cannot be read.
pub fn day(instant: &str) -> String {
    let hanoi = TimeZone::fixed(Offset::constant(7));
    instant.parse::<Timestamp>().map_or_else(
        |_| instant.to_owned(),
        |at| at.to_zoned(hanoi).strftime("%d/%m/%Y").to_string(),
    )
}

/// A value with the name of its code and its unit.
pub fn text(shown: &Shown) -> String {
    let value = match &shown.value {
        Json::Null => return String::new(),
        Json::Bool(true) => "có".to_owned(),
        Json::Bool(false) => "không".to_owned(),
        Json::Number(n) => plain(n),
        Json::String(text) if shown.codes.is_empty() => date(text),
        Json::String(_) | Json::Array(_) if !shown.codes.is_empty() => {
            let names: Vec<String> = shown.codes.iter().map(code).collect();
            names.join("; ")
        }
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(item).collect();
            items.join("; ")
        }
        other => other.to_string(),
    };
    match shown.unit.as_deref() {
        Some("m2") => format!("{value} m²"),
        Some(unit) => format!("{value} {unit}"),
        None => value,
    }
}

/// A code and its name: `LUC – Đất chuyên trồng lúa`; the name alone where nobody writes the code, as `da_phe_duyet`.
pub fn code(code: &Code) -> String {
    let written = !code
        .code
        .bytes()
        .any(|b| b.is_ascii_lowercase() || b == b'_');
    match &code.title {
        Some(title) if !written => title.vi.clone(),
        Some(title) if title.vi != code.code => format!("{} – {}", code.code, title.vi),
        _ => code.code.clone(),
    }
}

fn item(value: &Json) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn date(text: &str) -> String {
    text.parse::<Date>().map_or_else(
        |_| text.to_owned(),
        |date| date.strftime("%d/%m/%Y").to_string(),
    )
}

fn plain(n: &serde_json::Number) -> String {
    let text = n.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, rest)| rest.len());
    n.as_f64()
        .filter(|_| !text.contains('e'))
        .map_or(text, |value| number(value, decimals.min(4)))
}

/// A field's value for an extract; `None` where it has none.
pub fn shown(field: &Field, value: Option<&diaba_core::feature::Value>) -> Option<Shown> {
    let value = value?.to_json();
    let codes = field.code_list.as_deref().map_or_else(Vec::new, |list| {
        let of = |code: &Json| Some(named(list, code.as_str()?));
        match &value {
            Json::Array(codes) => codes.iter().filter_map(of).collect(),
            one => of(one).into_iter().collect(),
        }
    });
    Some(Shown {
        name: field.name.clone(),
        title: (&field.title).into(),
        value,
        codes,
        unit: field.unit.clone(),
    })
}

/// A code of a list with its name and colour.
pub fn named(list: &diaba_core::code_list::CodeList, code: &str) -> Code {
    let entry = list.get(code);
    Code {
        code: code.to_owned(),
        title: entry.map(|entry| (&entry.title).into()),
        color: entry
            .and_then(|entry| entry.color)
            .map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_points_and_a_comma() {
        assert_eq!(number(1_234_567.891, 2), "1.234.567,89");
        assert_eq!(number(-0.001, 2), "0,00");
        assert_eq!(number(-12.5, 1), "-12,5");
        assert_eq!(area(1234.56), "1.234,6 m²");
        assert_eq!(area(12_345.6), "1,2346 ha");
        assert_eq!(area(0.02), "0,02 m²");
        assert_eq!(percent(0.01), "< 0,1 %");
        assert_eq!(percent(100.0), "100,0 %");
        assert_eq!(off(12.34), "cách thửa đất 12,3 m");
        assert_eq!(off(0.0), "nằm trên thửa đất");
    }

    #[test]
    fn a_code_stands_beside_its_name_where_people_write_it() {
        let of = |id: &str, vi: &str| {
            let title = crate::themes::Text {
                vi: vi.to_owned(),
                en: String::new(),
            };
            code(&Code {
                code: id.to_owned(),
                title: Some(title),
                color: None,
            })
        };
        assert_eq!(
            of("LUC", "Đất chuyên trồng lúa"),
            "LUC – Đất chuyên trồng lúa"
        );
        assert_eq!(of("da_phe_duyet", "Đã phê duyệt"), "Đã phê duyệt");
    }

    #[test]
    fn a_day_is_the_one_in_vietnam() {
        assert_eq!(day("2026-06-30T18:00:00Z"), "01/07/2026");
        assert_eq!(day("?"), "?");
    }
}
