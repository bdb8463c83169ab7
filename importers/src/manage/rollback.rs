//! `diaba-import rollback`: an earlier revision stands again.

use super::opened::Opened;
use super::words::number;
use crate::cli::RollbackArguments;
use crate::error::ImportError;

/// Does it, and says so in a line.
///
/// # Errors
/// [`ImportError`]; nothing has then changed.
pub fn rollback(arguments: &RollbackArguments) -> Result<String, ImportError> {
    let opened = Opened::new(&arguments.home)?;
    let (theme, dataset) = &arguments.dataset;
    let theme = opened.theme(theme)?;
    let done = opened.revisions.rollback(
        &theme,
        dataset,
        arguments.to.as_deref(),
        arguments.over_edits,
    )?;
    let before = done.before.as_deref().unwrap_or("–");
    let (restored, revision, features) = (done.restored, done.revision, number(done.features));
    Ok(format!(
        "{}/{dataset} {revision}: {restored} đứng trở lại thay {before}, {features} bản ghi · {restored} stands again in the place of {before}, {features} records\n",
        theme.id
    ))
}
