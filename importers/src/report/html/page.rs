//! The page of one file.

use diaba_core::quality::Severity;
use maud::{Markup, html};

use super::findings::findings;
use super::map::map;
use super::parts::{badge, decimal, document, heading, number, time};
use super::tables::{
    areas, columns, communes, difference, duplicates, notes, rejects, repairs, sources,
};
use crate::report::{Outcome, Report};

/// The page of a report.
pub fn page(report: &Report) -> String {
    let title = format!("Báo cáo nhập dữ liệu {}/{}", report.theme, report.dataset);
    let body = html! {
        header {
            p.over { "Báo cáo nhập dữ liệu · Import report" }
            h1 { (subject(report)) (badge(report)) }
            p.meta {
                (report.theme) "/" (report.dataset)
                @if let Some(revision) = &report.revision { " · bản " b { (revision) } }
                " · " (time(&report.when))
                @if let Some(file) = report.sources.first() { " · " (file.name) }
            }
        }
        @if let Some(refusal) = &report.refusal {
            div.notice.bad { p { b { "Không thay đổi gì. " } (refusal.vi) } p.en lang="en" { (refusal.en) } }
        }
        (numbers(report))
        @for warning in &report.warnings {
            div.notice { p { (warning.vi) } @if warning.en != warning.vi { p.en lang="en" { (warning.en) } } }
        }
        @let drawn = map(&report.picture);
        @if !drawn.0.is_empty() {
            (heading("Bản đồ", "Map"))
            (drawn)
        }
        (difference(report))
        (findings(report))
        (rejects(report))
        (areas(report))
        (repairs(report))
        (duplicates(report))
        (crs(report))
        (communes(report))
        (columns(report))
        (notes(report))
        (sources(report))
        footer {
            (report.tool) ". Diện tích và tọa độ theo hệ ghi ở trên; cột cá nhân không được giữ lại ở bất kỳ đâu. "
            span lang="en" { "Personal columns are kept nowhere." }
        }
    };
    document(&title, &body)
}

fn subject(report: &Report) -> String {
    let title = report.picture.title.as_ref();
    let theme = title.map_or(report.theme.as_str(), |t| t.vi.as_str());
    format!("{theme}: {}", report.dataset)
}

fn numbers(report: &Report) -> Markup {
    let c = &report.counts;
    let taken = if report.outcome == Outcome::DryRun {
        ("Sẽ nhập", "would be imported")
    } else {
        ("Đã nhập", "imported")
    };
    let share = |part: u64| {
        let percent = part as f64 * 100.0 / (c.read.max(1)) as f64;
        format!(
            "{} %",
            decimal(percent, usize::from(percent < 99.95 && percent > 0.0))
        )
    };
    html! {
        div.numbers {
            div { b { (number(c.read)) } span { "Bản ghi đọc được" } span.en lang="en" { "records read" } }
            div.good { b { (number(c.imported)) } span { (taken.0) " (" (share(c.imported)) ")" } span.en lang="en" { (taken.1) } }
            div.bad[c.rejected > 0] { b { (number(c.rejected)) } span { "Bị loại" } span.en lang="en" { "rejected" } }
            div.warn[c.repaired > 0] { b { (number(c.repaired)) } span { "Hình đã sửa" } span.en lang="en" { "repaired" } }
            @if let Some(areas) = &report.areas {
                div.warn[areas.contradict > 0] { b { (number(areas.contradict)) } span { "Diện tích lệch > 1 %" } span.en lang="en" { "area off by > 1 %" } }
            }
            @if !report.findings.is_none() {
                @let errors = report.findings.severe(Severity::Error);
                div.bad[errors > 0] { b { (number(errors)) } span { "Lỗi hình học phải sửa" } span.en lang="en" { "findings to be corrected" } }
                div.warn { b { (number(report.findings.total - errors)) } span { "Hình học cần xem lại" } span.en lang="en" { "findings to be looked at" } }
            }
            @if report.duplicates.keys > 0 {
                div.warn { b { (number(report.duplicates.keys)) } span { "Khóa trùng" } span.en lang="en" { "keys shared" } }
            }
        }
    }
}

fn crs(report: &Report) -> Markup {
    let crs = &report.crs;
    html! {
        (heading("Hệ tọa độ", "Coordinates"))
        dl {
            @if let Some(declared) = &crs.declared { dt { "Tệp ghi" br; small lang="en" { "declared" } } dd { (declared) } }
            @if let Some(epsg) = crs.epsg {
                dt { "Đã đọc theo" br; small lang="en" { "read as" } }
                dd {
                    "EPSG:" (epsg)
                    @if crs.given { " – người nhập chỉ định" }
                    @if crs.datum_assumed { " – tham số lưới VN-2000, tệp ghi mốc khác" }
                    @if crs.scored { " – chọn theo vị trí so với xã" }
                    @if crs.axes_swapped { " – đã đổi lại hai trục" }
                }
            }
            @if !crs.operation.is_empty() { dt { "Phép chuyển" br; small lang="en" { "operation" } } dd { code { (crs.operation) } } }
            @if let Some(share) = crs.in_commune {
                dt { "Nằm trong xã đã khai" br; small lang="en" { "in the declared commune" } } dd { (decimal(share * 100.0, 1)) " %" }
            }
        }
        @if !crs.scores.is_empty() {
            table {
                thead { tr { th { "Hệ tọa độ thử" } th.n { "Nằm trong xã đã khai" } th.n { "Nằm trong tỉnh" } th style="width:34%" {} } }
                tbody {
                    @for score in crs.scores.iter().take(8) {
                        tr {
                            td { "EPSG:" (score.epsg) @if score.swapped { " (đổi trục)" } }
                            td.n { @if let Some(share) = score.commune { (decimal(share * 100.0, 1)) " %" } @else { "–" } }
                            td.n { (decimal(score.province * 100.0, 1)) " %" }
                            td { span.bar style=(format!("width:{:.0}%", score.commune.unwrap_or(score.province) * 100.0)) {} }
                        }
                    }
                }
            }
        }
    }
}
