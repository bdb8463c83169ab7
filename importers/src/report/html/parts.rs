//! Small pieces of a page.

use diaba_core::theme::Bilingual;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::{Outcome, Report};

const STYLE: &str = include_str!("style.css");

/// A whole page.
pub(super) fn document(title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
    .into_string()
}

/// A heading in both languages.
pub(super) fn heading(vi: &str, en: &str) -> Markup {
    html! { h2 { (vi) small lang="en" { (en) } } }
}

/// A head of a column in both languages.
pub(super) fn head(vi: &str, en: &str) -> Markup {
    html! { (vi) br; small lang="en" { (en) } }
}

/// A sentence in both languages.
pub(super) fn both(text: &Bilingual) -> Markup {
    html! {
        (text.vi)
        @if text.en != text.vi { span.en lang="en" { (text.en) } }
    }
}

/// How it ended, in a word.
pub(super) fn badge(report: &Report) -> Markup {
    let rejected = report.counts.rejected > 0;
    match report.outcome {
        Outcome::Imported if rejected => {
            html! { span.badge.warn { "Đã nhập, có bản ghi bị loại" } }
        }
        Outcome::Imported => html! { span.badge { "Đã nhập" } },
        Outcome::DryRun => html! { span.badge.warn { "Chạy thử" } },
        Outcome::Refused => html! { span.badge.bad { "Từ chối" } },
        Outcome::PassedOver => html! { span.badge.none { "Bỏ qua" } },
    }
}

/// `1.234.567`
pub(super) fn number(n: u64) -> String {
    crate::manage::number(n)
}

/// A number with so many decimals, as written in Vietnam: `1.234,50`.
pub(super) fn decimal(value: f64, places: usize) -> String {
    let text = format!("{:.places$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), number);
    let sign = if value < 0.0 { "−" } else { "" };
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole},{rest}")
    }
}

/// `22/11/2026 03:16`
pub(super) fn time(iso: &str) -> String {
    crate::manage::time(iso)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_here() {
        assert_eq!(decimal(1_234.5, 2), "1.234,50");
        assert_eq!(decimal(-0.35, 1), "−0,3");
        assert_eq!(decimal(12_000.0, 0), "12.000");
    }
}
