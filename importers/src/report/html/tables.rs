//! The tables of a page, each absent where it has nothing to say.

use diaba_core::store::Changed;
use maud::{Markup, html};

use super::parts::{both, decimal, head, heading, number};
use crate::decode::How;
use crate::report::{ColumnReport, Report};

/// Rows shown of a long list; the JSON beside the page has more.
pub(super) const ROWS: usize = 60;

pub(super) fn more(shown: usize, total: u64) -> Markup {
    html! {
        @if total > shown as u64 {
            p.more { "… và " (number(total - shown as u64)) " nữa, xem tệp JSON · and more, see the JSON" }
        }
    }
}

pub(super) fn difference(report: &Report) -> Markup {
    let Some(d) = &report.difference else {
        return html! {};
    };
    let keys = |list: &[Changed]| {
        let names: Vec<&str> = list.iter().take(12).map(|c| c.key.as_str()).collect();
        let rest = if list.len() > 12 { "; …" } else { "" };
        format!("{}{rest}", names.join("; "))
    };
    let rows = [
        ("Thêm mới", "added", d.added, &d.first_added),
        ("Không còn", "removed", d.removed, &d.first_removed),
        (
            "Đổi hình",
            "geometry changed",
            d.changed_geometry,
            &d.first_changed_geometry,
        ),
        (
            "Đổi thuộc tính",
            "values changed",
            d.changed_attributes,
            &d.first_changed_attributes,
        ),
    ];
    html! {
        (heading(&format!("So với bản {}", d.before), "Difference"))
        @if d.is_none() {
            p { "Không có gì thay đổi · nothing is other." }
        } @else {
            table {
                thead { tr { th { (head("Thay đổi", "change")) } th.n { (head("Số lượng", "count")) } th { (head("Đầu tiên", "the first")) } } }
                tbody {
                    @for (vi, en, count, list) in rows {
                        tr { td { (vi) span.en lang="en" { (en) } } td.n { (number(count)) } td { (keys(list)) } }
                    }
                    tr { td { "Như cũ" span.en lang="en" { "unchanged" } } td.n { (number(d.unchanged)) } td {} }
                }
            }
            @if !d.fields.is_empty() {
                p { "Trường thay đổi: "
                    @for (i, (field, count)) in d.fields.iter().enumerate() {
                        @if i > 0 { ", " }
                        code { (field) } " (" (number(*count)) ")"
                    }
                }
            }
        }
    }
}

pub(super) fn rejects(report: &Report) -> Markup {
    let rejects = &report.rejects;
    let total: u64 = rejects.by_reason.values().sum();
    if total == 0 {
        return html! {};
    }
    html! {
        (heading("Bản ghi bị loại", "Rejected records"))
        @if let Some(file) = &report.rejects_file {
            p { "Hình và lý do của từng bản ghi: " code { (file) } " (mở bằng QGIS · opens in QGIS)" }
        }
        table {
            thead { tr { th { (head("Lý do", "reason")) } th.n { (head("Số lượng", "count")) } } }
            tbody {
                @for (code, count) in &rejects.by_reason {
                    @let example = rejects.records.iter().find(|r| r.code == *code);
                    tr {
                        td { @if let Some(example) = example { (both(&example.reason)) } @else { (code) } }
                        td.n { (number(*count)) }
                    }
                }
            }
        }
        table {
            thead { tr { th.n { (head("Bản ghi", "record")) } th { (head("Khóa", "key")) } th { (head("Trường", "field")) } th { (head("Giá trị", "value")) } th { (head("Lý do", "reason")) } } }
            tbody {
                @for r in rejects.records.iter().take(ROWS) {
                    tr { td.n { (number(r.record)) } td { (r.key) } td { (r.field) } td { (r.value) } td { (r.reason.vi) } }
                }
            }
        }
        (more(rejects.records.len().min(ROWS), total))
    }
}

pub(super) fn areas(report: &Report) -> Markup {
    let Some(areas) = &report.areas else {
        return html! {};
    };
    html! {
        (heading("Diện tích ghi và diện tích tính", "Declared and computed areas"))
        p {
            "So sánh " (number(areas.compared)) " bản ghi trên mặt phẳng EPSG:" (areas.plane) ": "
            (number(areas.differ)) " lệch 0,2–1 %, " (number(areas.contradict)) " lệch hơn 1 % (vẫn giữ)."
        }
        @if !areas.records.is_empty() {
            table {
                thead { tr { th.n { (head("Bản ghi", "record")) } th { (head("Khóa", "key")) } th.n { (head("Ghi (m²)", "declared")) } th.n { (head("Tính (m²)", "computed")) } th.n { (head("Lệch", "difference")) } } }
                tbody {
                    @for r in areas.records.iter().take(ROWS) {
                        tr { td.n { (number(r.record)) } td { (r.key) } td.n { (decimal(r.declared, 1)) } td.n { (decimal(r.computed, 1)) } td.n { (decimal(r.percent, 2)) " %" } }
                    }
                }
            }
            (more(areas.records.len().min(ROWS), areas.contradict))
        }
    }
}

pub(super) fn repairs(report: &Report) -> Markup {
    let repairs = &report.repairs;
    if repairs.by_kind.is_empty() {
        return html! {};
    }
    html! {
        (heading("Hình đã sửa", "Repaired geometry"))
        table {
            thead { tr { th { (head("Cách sửa", "repair")) } th.n { (head("Số bản ghi", "records")) } } }
            tbody { @for (kind, count) in &repairs.by_kind { tr { td { (both(&kind.title())) } td.n { (number(*count)) } } } }
        }
    }
}

pub(super) fn duplicates(report: &Report) -> Markup {
    let duplicates = &report.duplicates;
    if duplicates.keys == 0 {
        return html! {};
    }
    html! {
        (heading("Khóa trùng", "Shared keys"))
        p { (number(duplicates.keys)) " khóa ở " (number(duplicates.records)) " bản ghi; giữ tất cả, vì khóa không phải định danh." }
        table {
            thead { tr { th { (head("Khóa", "key")) } th.n { (head("Số lần", "times")) } } }
            tbody { @for (key, count) in duplicates.list.iter().take(ROWS) { tr { td { (key) } td.n { (number(*count)) } } } }
        }
        (more(duplicates.list.len().min(ROWS), duplicates.keys))
    }
}

pub(super) fn communes(report: &Report) -> Markup {
    html! {
        @if !report.crs.found_in.is_empty() {
            p { "Các xã chứa dữ liệu: "
                @for (i, found) in report.crs.found_in.iter().take(12).enumerate() {
                    @if i > 0 { ", " }
                    (found.name) " (" (found.code) ", " (decimal(found.share * 100.0, 0)) " %)"
                }
            }
        }
    }
}

pub(super) fn columns(report: &Report) -> Markup {
    if report.columns.is_empty() {
        return html! {};
    }
    html! {
        (heading("Cột của tệp", "Columns"))
        table {
            thead { tr { th { (head("Cột", "column")) } th { (head("Trở thành", "became")) } th { (head("Bảng mã", "encoding")) } th { (head("Chữ hỏng", "damage")) } } }
            tbody {
                @for column in &report.columns {
                    tr { td { code { (column.name) } } td { (became(column)) } td { (encoding(column)) } td { (damage(column)) } }
                }
            }
        }
    }
}

fn became(column: &ColumnReport) -> Markup {
    let field = column.field.as_deref().unwrap_or_default();
    html! {
        @match column.became {
            "field" => { "trường " code { (field) } },
            "extra" => "giữ ở phần bổ sung",
            "technical" => "cột kỹ thuật, bỏ",
            "personal" => { b { "dữ liệu cá nhân, bỏ" } },
            "conflict" => { b { "nhiều cột cùng khớp " (field) ", chưa dùng" } },
            other => (other),
        }
        @if let Some(reason) = &column.reason { " – " (reason.vi) }
    }
}

fn encoding(column: &ColumnReport) -> Markup {
    let Some(text) = &column.text else {
        return html! { "–" };
    };
    let how = match text.how {
        How::Ambiguous => " – chưa chắc",
        How::Given => " – chỉ định",
        _ => "",
    };
    html! { (text.encoding.name()) @if text.confidence < 1.0 { " (" (decimal(text.confidence * 100.0, 0)) " %)" } (how) }
}

fn damage(column: &ColumnReport) -> Markup {
    let d = &column.damage;
    let parts = [
        (d.lost, "mất ký tự"),
        (d.unmapped, "mã lạ"),
        (d.lossy, "mất chữ hoa"),
        (d.ambiguous_capitals, "chữ hoa chưa chắc"),
        (d.composed, "tổ hợp dấu"),
    ];
    let told: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", number(*count)))
        .collect();
    html! { (told.join(", ")) }
}

pub(super) fn notes(report: &Report) -> Markup {
    let notes = &report.notes;
    if notes.list.is_empty() {
        return html! {};
    }
    html! {
        (heading("Ghi chú về giá trị", "Notes about values"))
        table {
            thead { tr { th { (head("Trường", "field")) } th { (head("Giá trị", "value")) } th { (head("Đã làm gì", "what was done")) } th.n { (head("Số bản ghi", "records")) } } }
            tbody {
                @for note in notes.list.iter().take(ROWS) {
                    tr { td { code { (note.field) } } td { (note.value) } td { (note.text) } td.n { (number(note.records)) } }
                }
            }
        }
        (more(notes.list.len().min(ROWS), notes.list.len() as u64))
    }
}

pub(super) fn sources(report: &Report) -> Markup {
    html! {
        (heading("Tệp nguồn", "Source files"))
        @if !report.format.is_empty() {
            p { (report.format) @if !report.layer.is_empty() { ", lớp " code { (report.layer) } } }
        }
        table {
            thead { tr { th { (head("Tệp", "file")) } th.n { (head("Kích thước (byte)", "size")) } th { "SHA-256" } } }
            tbody { @for file in &report.sources { tr { td { (file.name) } td.n { (number(file.bytes)) } td { code { (file.sha256) } } } } }
        }
    }
}
