//! The extract as a page.

use maud::{Markup, html};

use super::document::{Extract, Group, Part, Shown, Source, ThemeName, ThemeTouch, Unmeasured};
use super::numbers::{area, code, day, number, off, percent, text};
use crate::response::Page;
use crate::response::json::JSON;
use crate::response::page::bilingual;
use crate::themes::Text;

/// The page of an extract.
pub fn page(extract: &Extract) -> Page {
    let here = format!(
        "/collections/{}/items/{}/extract",
        extract.theme, extract.id
    );
    Page {
        title: bilingual(&extract.title.vi, &extract.title.en),
        trail: vec![(
            format!("/collections/{}/items/{}?f=html", extract.theme, extract.id),
            "Bản ghi".to_owned(),
        )],
        alternates: vec![
            (format!("{here}?f=pdf"), "application/pdf", "PDF (A4)"),
            (format!("{here}?f=json"), JSON, "JSON"),
        ],
        content: html! {
            p { (extract.notice.vi) span.en lang="en" { " " (extract.notice.en) } }
            (facts(extract))
            (survey(extract))
            (neighbours(extract))
            h2 { "Những gì chạm thửa đất" span.en lang="en" { " What touches it" } }
            @if extract.touching.is_empty() { p { "Không có." } }
            @for theme in &extract.touching { (touch(theme)) }
            (unmeasured(&extract.unmeasured))
            (names("Đã xem, không chạm", "Looked at, not touching", &extract.not_touching))
            (names("Chưa có dữ liệu", "No data", &extract.no_data))
            p { "Lập ngày " (day(&extract.made_at)) ". " (from(&extract.source)) }
        },
    }
}

fn row(title: &Text, value: &str) -> Markup {
    html! { tr { th scope="row" { (title.vi) span.en lang="en" { (title.en) } } td { (value) } } }
}

fn plain(vi: &str, en: &str, value: &str) -> Markup {
    row(
        &Text {
            vi: vi.to_owned(),
            en: en.to_owned(),
        },
        value,
    )
}

fn rows(fields: &[Shown]) -> Markup {
    html! { @for field in fields { (row(&field.title, &text(field))) } }
}

fn facts(extract: &Extract) -> Markup {
    html! {
        div.table { table { tbody {
            (rows(&extract.key))
            @if let Some(use_) = &extract.land_use { (plain("Loại đất", "Land use", &code(use_))) }
            @if let Some(before) = &extract.land_use_before { (plain("Loại đất ghi trong tệp nguồn", "Land use as the source has it", before)) }
            @if let Some(declared) = extract.area.declared { (plain("Diện tích ghi trong hồ sơ", "Declared area", &format!("{} m²", number(declared, 1)))) }
            (plain("Diện tích tính trên lưới tọa độ của bộ dữ liệu", "Area computed in the dataset's grid", &format!("{} m²", number(extract.area.computed, 2))))
            (rows(&extract.fields))
            @if !extract.lineage.parents.is_empty() { (plain("Tách, hợp từ", "Made of", &ids(&extract.lineage.parents))) }
            @if !extract.lineage.children.is_empty() { (plain("Đã tách, hợp thành", "Made into", &ids(&extract.lineage.children))) }
        } } }
    }
}

fn ids(ids: &[u64]) -> String {
    ids.iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn survey(extract: &Extract) -> Markup {
    html! {
        h2 { "Bảng tọa độ các đỉnh" span.en lang="en" { " Corners" } }
        p { (extract.survey.grid.vi) " (EPSG:" (extract.survey.epsg) ")" }
        @for ring in &extract.survey.rings {
            @if ring.hole { p { "Khoảng trống bên trong" } }
            div.table { table {
                thead { tr { th { "Đỉnh" } th { "X (m)" } th { "Y (m)" } th { "Cạnh (m)" } } }
                tbody { @for corner in &ring.corners { tr {
                    td { (corner.number) } td { (number(corner.x, 3)) } td { (number(corner.y, 3)) } td { (number(corner.length, 2)) }
                } } }
            } }
        }
    }
}

fn neighbours(extract: &Extract) -> Markup {
    html! {
        @if !extract.neighbours.is_empty() {
            h2 { "Thửa giáp ranh" span.en lang="en" { " Neighbours" } }
            div.table { table {
                thead { tr { th { "Thửa" } th { "Loại đất" } th { "Ranh chung (m)" } } }
                tbody { @for beside in &extract.neighbours { tr {
                    td { a href={ "/collections/" (extract.theme) "/items/" (beside.id) "/extract?f=html" } { (beside.title.vi) } }
                    td { @if let Some(use_) = &beside.land_use { (code(use_)) } }
                    td { (number(beside.length, 2)) }
                } } }
            } }
        }
    }
}

fn touch(theme: &ThemeTouch) -> Markup {
    html! {
        section {
            h3 { (theme.title.vi) ": " (area(theme.area)) " (" (percent(theme.percent)) ")" }
            @for group in &theme.groups { (plan(group)) }
            @for legal in &theme.legal { p { "Căn cứ: " (legal.vi) } }
        }
    }
}

fn plan(group: &Group) -> Markup {
    html! {
        @if let Some(key) = &group.key { h4 { (key) } }
        @if !group.record.is_empty() { div.table { table { tbody { (rows(&group.record)) } } } }
        div.table { table {
            thead { tr { th { "Đối tượng" } th { "Nội dung" } th { "Diện tích" } th { "Tỷ lệ" } th { "Nguồn" } } }
            tbody {
                @for part in &group.parts { tr {
                    td { (part.label) }
                    td { (content(part)) }
                    td { (area(part.area)) }
                    td { (percent(part.percent)) }
                    td { (from(&part.source)) }
                } }
                @if group.key.is_some() && group.outside > 0.0 { tr {
                    td { "Ngoài quy hoạch này" } td {} td { (area(group.outside)) } td {} td {}
                } }
            }
        } }
    }
}

fn content(part: &Part) -> Markup {
    html! {
        @if let Some(class) = &part.class { (code(class)) }
        @if let Some(corridor) = &part.corridor {
            @if corridor.reference { " (tham khảo)" }
            " Hành lang: phía sông " (number(corridor.river, 1)) " m, phía đồng " (number(corridor.land, 1)) " m."
            @if let Some(legal) = &corridor.legal { " " (legal.vi) "." }
        }
        @for field in &part.fields { div { (field.title.vi) ": " (text(field)) } }
    }
}

fn names(vi: &str, en: &str, themes: &[ThemeName]) -> Markup {
    html! {
        @if !themes.is_empty() {
            h2 { (vi) span.en lang="en" { " " (en) } }
            ul { @for theme in themes { li { (theme.title.vi) } } }
        }
    }
}

fn unmeasured(features: &[Unmeasured]) -> Markup {
    html! {
        @if !features.is_empty() {
            h2 { "Đã xem, không tính hành lang" span.en lang="en" { " Looked at, no corridor computed" } }
            p {
                (super::UNMEASURED.0)
                span.en lang="en" { " " (super::UNMEASURED.1) }
            }
            ul { @for feature in features { li {
                (feature.theme_title.vi) ": " (feature.label)
                @if let Some(class) = &feature.class { " (" (code(class)) ")" }
                ", " (off(feature.distance))
            } } }
        }
    }
}

fn from(source: &Source) -> String {
    let edited = if source.edited {
        ", đã sửa sau khi nhập"
    } else {
        ""
    };
    format!(
        "Bộ dữ liệu {}, nhập ngày {}{edited}",
        source.dataset,
        day(&source.imported_at)
    )
}
