//! `diaba-import show`: one dataset, or one revision of it.

use std::fmt::Write;

use diaba_core::store::{DatasetState, Revision, StoreError};
use serde::Serialize;

use super::opened::Opened;
use super::words::{columns, files, grid, number, time};
use crate::cli::ShowArguments;
use crate::error::ImportError;
use crate::job::Home;

/// What is told of a revision in JSON.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    state: &'a DatasetState,
    shown: &'a Revision,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<serde_json::Value>,
}

/// The answer, text or JSON, with the newline at its end.
///
/// # Errors
/// [`ImportError`] where there is no such dataset or revision.
pub fn show(arguments: &ShowArguments) -> Result<String, ImportError> {
    let opened = Opened::new(&arguments.home)?;
    let (theme, dataset) = &arguments.dataset;
    let _known = opened.theme(theme)?;
    let state = opened.dataset(theme, dataset)?;
    let wanted = arguments.revision.as_deref().or(state.published.as_deref());
    let shown = match wanted {
        Some(name) => state.revisions.iter().find(|r| r.revision == name),
        None => state.revisions.first(),
    };
    let Some(shown) = shown else {
        return Err(StoreError::NoRevision {
            theme: theme.clone(),
            dataset: dataset.clone(),
            revision: wanted.unwrap_or_default().to_owned(),
            kept: state.revisions.iter().map(|r| r.revision.clone()).collect(),
        }
        .into());
    };
    let report = report(&opened.home, &state, shown);
    if arguments.json {
        let report = report
            .as_deref()
            .and_then(|path| serde_json::from_slice(&std::fs::read(path).ok()?).ok());
        let state = &state;
        return json(&Told {
            state,
            shown,
            report,
        });
    }
    Ok(text(&state, shown, report.as_deref()))
}

/// An answer in JSON.
///
/// # Errors
/// [`ImportError::Store`] where it cannot be written as such.
pub(super) fn json(answer: &impl Serialize) -> Result<String, ImportError> {
    serde_json::to_string_pretty(answer)
        .map(|text| text + "\n")
        .map_err(|e| ImportError::Store(e.to_string()))
}

/// The report that lies beside a revision of a directory. One that was brought back has the first one's.
fn report(home: &Home, state: &DatasetState, shown: &Revision) -> Option<std::path::PathBuf> {
    let Home::Directory(data) = home else {
        return None;
    };
    let folder = data.join(&state.theme).join(&state.dataset);
    let first = shown
        .provenance
        .restores
        .as_ref()
        .unwrap_or(&shown.revision);
    let path = folder.join(format!("{first}.report.json"));
    path.is_file().then_some(path)
}

fn text(state: &DatasetState, shown: &Revision, report: Option<&std::path::Path>) -> String {
    let provenance = &shown.provenance;
    let counts = &provenance.counts;
    let stands = state.published.as_deref() == Some(&shown.revision);
    let mut facts = vec![
        (
            "Bộ dữ liệu · dataset",
            format!("{}/{}", state.theme, state.dataset),
        ),
        (
            "Bản · revision",
            format!(
                "{}{}",
                shown.revision,
                if stands {
                    " (hiện hành · in force)"
                } else {
                    ""
                }
            ),
        ),
        ("Bản ghi · records", number(shown.features)),
        (
            "Đọc, sửa, loại · read, repaired, rejected",
            format!(
                "{}, {}, {}",
                number(counts.read),
                number(counts.repaired),
                number(counts.rejected)
            ),
        ),
        ("Nhập lúc · imported", time(&provenance.imported_at)),
        ("Định dạng · format", provenance.format.clone()),
        ("Lưới · grid", grid(shown)),
        ("Phép chuyển · operation", provenance.operation.clone()),
        ("Chương trình · program", provenance.tool.clone()),
    ];
    if let Some(earlier) = &provenance.restores {
        facts.push(("Đưa trở lại từ · brings back", earlier.clone()));
    }
    if stands && state.edited > 0 {
        facts.push(("Đã sửa sau khi nhập · edited since", number(state.edited)));
    }
    if let Some(path) = report {
        facts.push(("Báo cáo · report", path.display().to_string()));
    }
    let rows: Vec<Vec<String>> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| vec![name.to_owned(), value])
        .collect();
    let mut out = columns(&rows);
    for file in &provenance.sources {
        let _ = writeln!(
            out,
            "Tệp · file  {}, {} byte, SHA-256 {}",
            file.name,
            number(file.bytes),
            file.sha256
        );
    }
    for note in &provenance.notes {
        let _ = writeln!(out, "! {note}");
    }
    let _ = writeln!(out, "\nCác bản · revisions");
    let kept: Vec<Vec<String>> = state
        .revisions
        .iter()
        .map(|r| {
            let mark = if state.published.as_ref() == Some(&r.revision) {
                "→"
            } else {
                " "
            };
            vec![
                format!("{mark} {}", r.revision),
                number(r.features),
                time(&r.provenance.imported_at),
                files(r),
                grid(r),
            ]
        })
        .collect();
    out + &columns(&kept)
}
