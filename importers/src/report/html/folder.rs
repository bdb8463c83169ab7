//! The page over several files.

use diaba_core::quality::Severity;
use maud::html;

use super::map::map;
use super::parts::{badge, document, head, heading, number, time};
use crate::report::picture::Picture;
use crate::report::{Outcome, Report};

/// The page over reports, each with the address of its own page where it has one.
pub fn folder(reports: &[(&Report, Option<String>)]) -> String {
    let all = || reports.iter().map(|(report, _)| *report);
    let sum = |of: fn(&Report) -> u64| number(all().map(of).sum());
    let refused = all().filter(|r| r.outcome == Outcome::Refused).count();
    let passed_over = all().filter(|r| r.outcome == Outcome::PassedOver).count();
    let when = all().next().map(|r| time(&r.when)).unwrap_or_default();
    let body = html! {
        header {
            p.over { "Báo cáo nhập dữ liệu · Import report" }
            h1 { (number(reports.len() as u64)) " tệp" }
            p.meta { (when) }
        }
        div.numbers {
            div.good { b { (number((reports.len() - refused - passed_over) as u64)) } span { "Tệp đã nhập" } span.en lang="en" { "files imported" } }
            div.bad[refused > 0] { b { (number(refused as u64)) } span { "Tệp bị từ chối" } span.en lang="en" { "files refused" } }
            div { b { (sum(|r| r.counts.read)) } span { "Bản ghi đọc được" } span.en lang="en" { "records read" } }
            div.good { b { (sum(|r| r.counts.imported)) } span { "Bản ghi đã nhập" } span.en lang="en" { "imported" } }
            div.bad[all().any(|r| r.counts.rejected > 0)] { b { (sum(|r| r.counts.rejected)) } span { "Bị loại" } span.en lang="en" { "rejected" } }
            div.bad[all().any(|r| r.findings.severe(Severity::Error) > 0)] { b { (sum(|r| r.findings.total)) } span { "Lỗi hình học" } span.en lang="en" { "findings" } }
        }
        @let drawn = map(&together(all()));
        @if !drawn.0.is_empty() {
            (heading("Bản đồ", "Map"))
            (drawn)
        }
        (heading("Từng tệp", "File by file"))
        table {
            thead { tr {
                th { (head("Tệp", "file")) } th { (head("Bộ dữ liệu", "dataset")) } th.n { (head("Đọc", "read")) } th.n { (head("Nhập", "imported")) }
                th.n { (head("Sửa", "repaired")) } th.n { (head("Loại", "rejected")) } th.n { (head("Lỗi hình", "findings")) } th { (head("Kết quả", "outcome")) }
            } }
            tbody {
                @for (report, page) in reports {
                    tr {
                        td { (file(report)) }
                        td {
                            @if report.dataset.is_empty() { "–" } @else {
                            @let name = format!("{}/{}", report.theme, report.dataset);
                            @if let Some(page) = page { a href=(page) { (name) } } @else { (name) }
                            @if let Some(revision) = &report.revision { " " (revision) }
                            }
                        }
                        td.n { (number(report.counts.read)) } td.n { (number(report.counts.imported)) }
                        td.n { (number(report.counts.repaired)) } td.n { (number(report.counts.rejected)) }
                        td.n { (number(report.findings.total)) }
                        td {
                            (badge(report))
                            @if let Some(refusal) = &report.refusal { p { (refusal.vi) } }
                        }
                    }
                }
            }
        }
        footer { (all().next().map_or("", |r| r.tool.as_str())) }
    };
    document("Báo cáo nhập dữ liệu", &body)
}

/// What a file is called: where it lies within its folder, else its name.
fn file(report: &Report) -> &str {
    let name = || report.sources.first().map(|f| f.name.as_str());
    report.file.as_deref().or_else(name).unwrap_or("–")
}

/// One map of all.
fn together<'r>(reports: impl Iterator<Item = &'r Report>) -> Picture {
    let mut all = Picture::default();
    for report in reports {
        all.join(&report.picture);
    }
    all
}
