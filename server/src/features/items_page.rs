//! Features as pages for people: a table of a page's, a list of one's values.

use diaba_core::feature::Value;
use diaba_core::query;
use diaba_core::theme::{Field, Theme};
use maud::{Markup, html};

use super::geojson::{Feature, GeometryBody, public_fields};
use super::lineage::Lineage;
use super::link::{Link, rel};
use crate::response::Page;
use crate::response::json::GEOJSON;
use crate::response::page::bilingual;

/// The table of a page of features.
pub fn page(
    theme: &Theme,
    features: &[Feature<'_>],
    page: &query::Page<'_>,
    links: &[Link],
) -> Page {
    let href = |relation: &str| {
        links
            .iter()
            .find(|link| link.rel == relation)
            .map(|link| link.href.clone())
    };
    let next = href(rel::NEXT).map(|href| href.replace("f=json", "f=html"));
    Page {
        title: bilingual(
            &format!("{}: đối tượng", theme.title.vi),
            &format!("{}: features", theme.title.en),
        ),
        trail: trail(theme),
        alternates: href(rel::SELF)
            .map(|href| (href, GEOJSON, "GeoJSON"))
            .into_iter()
            .collect(),
        content: html! {
            p {
                (features.len()) " đối tượng"
                @if let Some(matched) = page.matched { " trong " (matched) }
                @if let Some(next) = &next { " · " a rel="next" href=(next) { "Trang sau" } }
            }
            div.table { table {
                thead { tr {
                    th { "ID" }
                    @for field in fields(theme) { th { (field.title.vi) span.en lang="en" { (field.title.en) } } }
                } }
                tbody { @for feature in features { tr {
                    td { a href={ "/collections/" (theme.id) "/items/" (feature.id()) "?f=html" } { (feature.id()) } }
                    @for index in public_fields(theme) { td { (cell(theme, feature, index)) } }
                } } }
            } }
        },
    }
}

/// The page of one feature.
pub fn single(theme: &Theme, feature: &Feature<'_>, at: Option<&str>, lineage: &Lineage) -> Page {
    Page {
        title: bilingual(
            &format!("{} {}", theme.title.vi, feature.label()),
            &format!("{} {}", theme.title.en, feature.label()),
        ),
        trail: trail(theme),
        alternates: vec![(
            format!("/collections/{}/items/{}?f=json", theme.id, feature.id()),
            GEOJSON,
            "GeoJSON",
        )],
        content: html! {
            @if let Some(at) = at { p { "Trạng thái vào thời điểm " (at) span.en lang="en" { "As it stood at that instant" } } }
            div.table { table { tbody {
                tr { th { "ID" } td { (feature.id()) } }
                @for index in public_fields(theme) {
                    @if let Some(field) = theme.fields.get(index) {
                        tr {
                            th { (field.title.vi) span.en lang="en" { (field.title.en) } }
                            td { (cell(theme, feature, index)) }
                        }
                    }
                }
            } } }
            details {
                summary { "Hình học (kinh độ, vĩ độ WGS 84)" }
                pre { (serde_json::to_string(&GeometryBody(feature.geometry())).unwrap_or_default()) }
            }
            (lineage.markup(theme, feature.id()))
        },
    }
}

/// The page of a feature that is gone: when, and what became of it.
pub fn gone(theme: &Theme, id: u64, lineage: &Lineage) -> Page {
    Page {
        title: bilingual(
            &format!("{} {id}: không còn", theme.title.vi),
            &format!("{} {id}: gone", theme.title.en),
        ),
        trail: trail(theme),
        alternates: Vec::new(),
        content: lineage.markup(theme, id),
    }
}

fn trail(theme: &Theme) -> Vec<(String, String)> {
    vec![
        ("/collections?f=html".to_owned(), "Lớp dữ liệu".to_owned()),
        (
            format!("/collections/{}?f=html", theme.id),
            theme.title.vi.clone(),
        ),
    ]
}

fn fields(theme: &Theme) -> impl Iterator<Item = &Field> {
    public_fields(theme).filter_map(|index| theme.fields.get(index))
}

/// A value with its unit, or with the name of its code.
fn cell(theme: &Theme, feature: &Feature<'_>, index: usize) -> Markup {
    let (Some(field), Some(value)) = (theme.fields.get(index), feature.value(index)) else {
        return html! {};
    };
    let code = field
        .code_list
        .as_ref()
        .zip(value.as_text())
        .and_then(|(list, code)| list.get(code));
    html! {
        (text(value))
        @if let Some(code) = code { " – " (code.title.vi) }
        @if let Some(unit) = &field.unit { " " (unit) }
    }
}

/// Numbers as Vietnamese write them: 1.234,5.
fn text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "có".to_owned(),
        Value::Bool(false) => "không".to_owned(),
        Value::Real(number) => grouped(&format!("{number}")),
        Value::Integer(number) => grouped(&number.to_string()),
        Value::Text(_) | Value::Json(_) => value.to_string(),
    }
}

/// A number's digits in groups of three parted by points, a comma before its decimals.
fn grouped(number: &str) -> String {
    let (whole, decimals) = number
        .split_once('.')
        .map_or((number, None), |(whole, decimals)| (whole, Some(decimals)));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.push(',');
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_vietnamese_write_them() {
        assert_eq!(text(&Value::Real(1234.5)), "1.234,5");
        assert_eq!(text(&Value::Integer(-1_234_567)), "-1.234.567");
        assert_eq!(text(&Value::Real(0.25)), "0,25");
        assert_eq!(text(&Value::Real(f64::NAN)), "NaN");
        assert_eq!(text(&Value::Integer(12)), "12");
    }
}
