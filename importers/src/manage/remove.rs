//! `diaba-import remove`: a dataset leaves its layer.

use std::io::{IsTerminal, Write};

use super::opened::Opened;
use super::words::number;
use crate::cli::RemoveArguments;
use crate::error::ImportError;
use crate::job::Home;

/// Does it, once it is said twice, and says so in a line.
///
/// # Errors
/// [`ImportError`]; nothing has then changed.
pub fn remove(arguments: &RemoveArguments) -> Result<String, ImportError> {
    let opened = Opened::new(&arguments.home)?;
    let (theme, dataset) = &arguments.dataset;
    let theme = opened.theme(theme)?;
    let state = opened.dataset(&theme.id, dataset)?;
    let named = format!("{}/{dataset}", theme.id);
    if !arguments.yes {
        let records = state.current().map_or(0, |r| r.features);
        confirm(&named, records, matches!(opened.home, Home::Database(_)))?;
    }
    let gone = opened
        .revisions
        .remove(&theme, dataset, arguments.over_edits)?;
    let (revision, features) = (gone.revision, number(gone.features));
    Ok(format!(
        "{named}: đã gỡ {revision}, {features} bản ghi · {revision} was taken away, {features} records\n"
    ))
}

/// Has the dataset's name typed where somebody sits at a terminal.
fn confirm(named: &str, records: u64, history: bool) -> Result<(), ImportError> {
    let usage = |vi: String, en: String| ImportError::Usage { vi, en };
    if !std::io::stdin().is_terminal() {
        return Err(usage(
            format!("Gỡ {named}: hãy thêm --yes."),
            format!("To take {named} away, add --yes."),
        ));
    }
    let (vi, en) = if history {
        ("vẫn còn trong lịch sử", "stay in the history")
    } else {
        ("không lấy lại được", "cannot be brought back")
    };
    let records = number(records);
    // A closed standard error is no reason not to ask.
    let _ = write!(
        std::io::stderr(),
        "{records} bản ghi của {named} sẽ rời khỏi bản đồ và {vi}. Gõ {named} để đồng ý.\n\
         {records} records of {named} will leave the map and {en}. Type {named} to agree: "
    );
    let mut typed = String::new();
    std::io::stdin()
        .read_line(&mut typed)
        .map_err(|e| usage(e.to_string(), e.to_string()))?;
    if typed.trim() == named {
        Ok(())
    } else {
        Err(usage(
            "Không gỡ gì.".to_owned(),
            "Nothing was taken away.".to_owned(),
        ))
    }
}
