//! The report as text, Vietnamese first: for a terminal, a mail, a file beside the data.

use std::fmt::Write;

use diaba_core::store::Changed;

use super::{Outcome, Report};
use crate::manage::{number, time};

/// Lines shown of a long list; the JSON has more.
pub(super) const LINES: usize = 40;

/// The report of one file as text.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, report);
    out
}

fn write_all(out: &mut String, report: &Report) -> std::fmt::Result {
    let ended = match report.outcome {
        Outcome::Imported => "đã nhập · imported",
        Outcome::DryRun => "chạy thử, không ghi gì · dry run, nothing written",
        Outcome::Refused => "từ chối, không thay đổi gì · refused, nothing changed",
        Outcome::PassedOver => "bỏ qua · passed over",
    };
    writeln!(out, "BÁO CÁO NHẬP DỮ LIỆU · IMPORT REPORT")?;
    writeln!(
        out,
        "{}/{} {}",
        report.theme,
        report.dataset,
        report.revision.as_deref().unwrap_or_default()
    )?;
    writeln!(out, "{}, {ended}", time(&report.when))?;
    if let Some(refusal) = &report.refusal {
        writeln!(out, "\n{}\n{}", refusal.vi, refusal.en)?;
    }
    for file in &report.sources {
        writeln!(
            out,
            "Tệp · file: {}, {} byte, SHA-256 {}",
            file.name,
            number(file.bytes),
            file.sha256
        )?;
    }
    let c = &report.counts;
    heading(out, "Bản ghi", "Records")?;
    for (vi, en, count) in [
        ("đọc", "read", c.read),
        ("nhập", "imported", c.imported),
        ("sửa hình", "repaired", c.repaired),
        ("loại", "rejected", c.rejected),
    ] {
        writeln!(out, "  {:>12}  {vi} · {en}", number(count))?;
    }
    if !report.warnings.is_empty() {
        heading(out, "Cần xem", "To look at")?;
        for warning in &report.warnings {
            writeln!(out, "  ! {}\n    {}", warning.vi, warning.en)?;
        }
    }
    difference(out, report)?;
    coordinates(out, report)?;
    rejects(out, report)?;
    if !report.findings.is_none() {
        heading(out, "Lỗi hình học", "Findings between features")?;
        report.findings.write(out)?;
    }
    if let Some(areas) = &report.areas {
        heading(out, "Diện tích", "Areas")?;
        writeln!(
            out,
            "  so sánh {} bản ghi trên EPSG:{}: {} lệch 0,2–1 %, {} lệch hơn 1 % · compared, off by 0.2–1 %, by more",
            number(areas.compared),
            areas.plane,
            number(areas.differ),
            number(areas.contradict)
        )?;
        for r in areas.records.iter().take(LINES) {
            writeln!(
                out,
                "  {} {}: {} m² / {} m² ({:+.2} %)",
                r.record, r.key, r.declared, r.computed, r.percent
            )?;
        }
    }
    if !report.repairs.by_kind.is_empty() {
        heading(out, "Hình đã sửa", "Repaired geometry")?;
        for (kind, count) in &report.repairs.by_kind {
            let title = kind.title();
            writeln!(out, "  {:>12}  {} · {}", number(*count), title.vi, title.en)?;
        }
    }
    if report.duplicates.keys > 0 {
        heading(out, "Khóa trùng", "Shared keys")?;
        for (key, count) in report.duplicates.list.iter().take(LINES) {
            writeln!(out, "  {key} × {count}")?;
        }
    }
    columns(out, report)?;
    if !report.notes.list.is_empty() {
        heading(out, "Ghi chú về giá trị", "Notes about values")?;
        for note in report.notes.list.iter().take(LINES) {
            writeln!(
                out,
                "  {:>12}  {} “{}”: {}",
                number(note.records),
                note.field,
                note.value,
                note.text
            )?;
        }
    }
    writeln!(out, "\n{}", report.tool)
}

fn heading(out: &mut String, vi: &str, en: &str) -> std::fmt::Result {
    writeln!(out, "\n{} · {}", vi.to_uppercase(), en.to_uppercase())
}

fn difference(out: &mut String, report: &Report) -> std::fmt::Result {
    let Some(d) = &report.difference else {
        return Ok(());
    };
    heading(out, &format!("So với bản {}", d.before), "Difference")?;
    let keys = |list: &[Changed]| {
        let names: Vec<&str> = list.iter().take(10).map(|c| c.key.as_str()).collect();
        names.join("; ")
    };
    for (vi, en, count, list) in [
        ("thêm", "added", d.added, &d.first_added),
        ("bớt", "removed", d.removed, &d.first_removed),
        (
            "đổi hình",
            "geometry changed",
            d.changed_geometry,
            &d.first_changed_geometry,
        ),
        (
            "đổi thuộc tính",
            "values changed",
            d.changed_attributes,
            &d.first_changed_attributes,
        ),
    ] {
        writeln!(out, "  {:>12}  {vi} · {en}  {}", number(count), keys(list))?;
    }
    writeln!(out, "  {:>12}  như cũ · unchanged", number(d.unchanged))?;
    for (field, count) in &d.fields {
        writeln!(out, "  {:>12}  đổi {field}", number(*count))?;
    }
    Ok(())
}

fn coordinates(out: &mut String, report: &Report) -> std::fmt::Result {
    let crs = &report.crs;
    heading(out, "Hệ tọa độ", "Coordinates")?;
    if let Some(declared) = &crs.declared {
        writeln!(out, "  tệp ghi · declared: {declared}")?;
    }
    if let Some(epsg) = crs.epsg {
        writeln!(out, "  đọc theo · read as: EPSG:{epsg}")?;
    }
    if !crs.operation.is_empty() {
        writeln!(out, "  phép chuyển · operation: {}", crs.operation)?;
    }
    for score in &crs.scores {
        let commune = score
            .commune
            .map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0));
        let swapped = if score.swapped {
            " (đổi trục · axes swapped)"
        } else {
            ""
        };
        writeln!(
            out,
            "  EPSG:{}{swapped}: xã · commune {commune}, tỉnh · province {:.1} %",
            score.epsg,
            score.province * 100.0
        )?;
    }
    Ok(())
}

fn rejects(out: &mut String, report: &Report) -> std::fmt::Result {
    let rejects = &report.rejects;
    if rejects.by_reason.is_empty() {
        return Ok(());
    }
    heading(out, "Bản ghi bị loại", "Rejected records")?;
    for (code, count) in &rejects.by_reason {
        writeln!(out, "  {:>12}  {code}", number(*count))?;
    }
    for r in rejects.records.iter().take(LINES) {
        let field = if r.field.is_empty() {
            String::new()
        } else {
            format!(" {}=“{}”", r.field, r.value)
        };
        writeln!(
            out,
            "  {} {}{field}: {} · {}",
            r.record, r.key, r.reason.vi, r.reason.en
        )?;
    }
    if let Some(file) = &report.rejects_file {
        writeln!(out, "  → {file} (QGIS)")?;
    }
    Ok(())
}

fn columns(out: &mut String, report: &Report) -> std::fmt::Result {
    if report.columns.is_empty() {
        return Ok(());
    }
    heading(out, "Cột", "Columns")?;
    for column in &report.columns {
        let field = column.field.as_deref().unwrap_or_default();
        let encoding = column
            .text
            .as_ref()
            .map(|t| format!(", {} {:.0} %", t.encoding.name(), t.confidence * 100.0))
            .unwrap_or_default();
        writeln!(
            out,
            "  {} → {} {field}{encoding}",
            column.name, column.became
        )?;
    }
    Ok(())
}
