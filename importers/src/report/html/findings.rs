//! What the checks between features found, as tables.

use maud::{Markup, html};

use super::parts::{both, decimal, head, heading, number};
use super::tables::{ROWS, more};
use crate::report::Report;

/// Counts by kind and severity, then the first findings, gravest first; nothing where nothing was found.
pub(super) fn findings(report: &Report) -> Markup {
    let findings = &report.findings;
    if findings.is_none() {
        return html! {};
    }
    let area = |area: f64| {
        if area > 0.0 {
            decimal(area, 2)
        } else {
            "–".to_owned()
        }
    };
    html! {
        (heading("Lỗi hình học giữa các đối tượng", "Findings between features"))
        p {
            "Mỗi lỗi là một đối tượng của lớp " code { "quality_findings" } ", mở được trên bản đồ và trong QGIS."
            span.en lang="en" { " Each is a feature of that layer." }
        }
        table {
            thead { tr { th { (head("Loại lỗi", "kind")) } th { (head("Mức độ", "severity")) } th.n { (head("Số lượng", "count")) } th.n { (head("Diện tích (m²)", "area")) } } }
            tbody {
                @for c in &findings.counts {
                    tr { td { (both(&c.kind.title())) } td { (both(&c.severity.title())) } td.n { (number(c.count)) } td.n { (area(c.area)) } }
                }
            }
        }
        table {
            thead { tr { th { (head("Loại lỗi", "kind")) } th { (head("Đối tượng liên quan", "features concerned")) } th { (head("Mô tả", "description")) } th.n { (head("Đông; Bắc (m)", "easting; northing")) } } }
            tbody {
                @for r in findings.records.iter().take(ROWS) {
                    tr {
                        td style="white-space:nowrap" { (r.kind.title().vi) } td { (r.concerned()) } td { (r.detail.vi) }
                        td.n { @if let Some([x, y]) = r.at { (decimal(x, 2)) br; (decimal(y, 2)) } @else { "–" } }
                    }
                }
            }
        }
        (more(findings.records.len().min(ROWS), findings.total))
    }
}
