//! Pages for people: Vietnamese first, English beside it. Every value is escaped by `maud`; the style sheet is a file
//! of ours, so that no page needs an inline style or script.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use diaba_core::theme::Bilingual;
use maud::{DOCTYPE, Markup, html};

/// Address of the pages' style sheet.
pub const STYLE_SHEET: &str = "/pages.css";
/// The pages' style sheet.
pub const STYLE: &str = include_str!("page.css");

/// A page.
pub struct Page {
    /// Title in both languages.
    pub title: Bilingual,
    /// The way here: address and Vietnamese name of each page above.
    pub trail: Vec<(String, String)>,
    /// Other forms of the same content: address, media type, name.
    pub alternates: Vec<(String, &'static str, &'static str)>,
    /// What the page says.
    pub content: Markup,
}

/// A text of both languages.
pub fn bilingual(vi: &str, en: &str) -> Bilingual {
    Bilingual {
        vi: vi.to_owned(),
        en: en.to_owned(),
    }
}

impl Page {
    fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="vi" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title.vi) " – Địa bạ" }
                    link rel="stylesheet" href=(STYLE_SHEET);
                    @for (href, media_type, _) in &self.alternates {
                        link rel="alternate" type=(media_type) href=(href);
                    }
                }
                body {
                    nav aria-label="Đường dẫn" {
                        a href="/" { "Địa bạ" }
                        @for (href, name) in &self.trail { " › " a href=(href) { (name) } }
                    }
                    main {
                        h1 { (self.title.vi) }
                        p lang="en" { (self.title.en) }
                        (self.content)
                        @if !self.alternates.is_empty() {
                            p {
                                "Dạng khác: "
                                @for (href, _, name) in &self.alternates { a href=(href) { (name) } " " }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        (
            [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/html; charset=utf-8"),
                ),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            ],
            self.render().into_string(),
        )
            .into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped() {
        let page = Page {
            title: bilingual("<script>", "&"),
            trail: vec![("/x?a=\"".into(), "<b>".into())],
            alternates: Vec::new(),
            content: html! { (String::from("<i>")) },
        };
        let text = page.render().into_string();
        assert!(!text.contains("<script>") && !text.contains("<b>") && !text.contains("<i>"));
        assert!(text.contains("/x?a=&quot;"));
    }
}
