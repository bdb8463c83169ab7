//! `diaba-import list`: what a home holds.

use super::opened::Opened;
use super::words::{columns, files, grid, number, time};
use crate::cli::ListArguments;
use crate::error::ImportError;

/// The answer, text or JSON, with the newline at its end.
///
/// # Errors
/// [`ImportError`] where the home cannot be read.
pub fn list(arguments: &ListArguments) -> Result<String, ImportError> {
    let opened = Opened::new(&arguments.home)?;
    let theme = arguments.theme.as_deref();
    if let Some(theme) = theme {
        let _known = opened.theme(theme)?;
    }
    let states = opened.revisions.datasets(theme)?;
    if arguments.json {
        return super::show::json(&states);
    }
    if states.is_empty() {
        return Ok("Chưa có bộ dữ liệu nào · there is no dataset\n".to_owned());
    }
    let heads = [
        [
            "Bộ dữ liệu",
            "Bản",
            "Bản ghi",
            "Nhập lúc",
            "Tệp",
            "Lưới",
            "Đã sửa",
            "Còn giữ",
        ],
        [
            "dataset", "revision", "records", "imported", "file", "grid", "edited", "kept",
        ],
    ];
    let mut rows: Vec<Vec<String>> = heads
        .iter()
        .map(|head| head.iter().map(|&name| name.to_owned()).collect())
        .collect();
    for state in &states {
        let mut row = vec![format!("{}/{}", state.theme, state.dataset)];
        match state.current() {
            Some(current) => row.extend([
                current.revision.clone(),
                number(current.features),
                time(&current.provenance.imported_at),
                files(current),
                grid(current),
                number(state.edited),
            ]),
            None => row.extend(["(đã gỡ · removed)", "–", "–", "–", "–", "–"].map(str::to_owned)),
        }
        let earlier = state.revisions.len() - usize::from(state.current().is_some());
        row.push(number(earlier as u64));
        rows.push(row);
    }
    Ok(columns(&rows))
}
