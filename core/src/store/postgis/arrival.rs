//! Where the rows of an import go while its file is still being read.

use sqlx::PgConnection;

use super::import::{flag, run};
use super::replace;
use super::sql::literal;
use super::tables::table_name;
use crate::store::StoreError;
use crate::theme::Theme;

/// Where the rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Into the theme's table, whose indexes are in place.
    Table,
    /// Into the theme's table, which was empty; its indexes are made when all rows are there, and its idle triggers put back.
    BareTable,
    /// Aside, to be compared with the dataset's rows and to replace them.
    Aside,
}

/// Makes ready for the rows, which go aside where they are to replace others: rows of a dataset that was never there go
/// right into the theme's table, whose indexes and idle triggers are set aside where it is empty.
pub(super) async fn arrange(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    replaces: bool,
) -> Result<Arrival, StoreError> {
    run(connection, "SET LOCAL diaba.import = 'on'").await?;
    let any = format!(
        "SELECT EXISTS (SELECT FROM {table} WHERE dataset = {of})
             OR EXISTS (SELECT FROM diaba.dataset_revision WHERE theme = {} AND dataset = {of})",
        literal(&theme.id),
        table = table_name(&theme.id),
        of = literal(dataset)
    );
    if replaces || flag(connection, &any).await? {
        replace::stage(connection, theme).await?;
        return Ok(Arrival::Aside);
    }
    let aside = format!("SELECT diaba.set_indexes_aside({})", literal(&theme.id));
    Ok(if flag(connection, &aside).await? {
        Arrival::BareTable
    } else {
        Arrival::Table
    })
}

/// Makes the indexes that were set aside, and puts the triggers back.
pub(super) async fn bring_indexes_back(
    connection: &mut PgConnection,
    theme: &str,
) -> Result<(), StoreError> {
    let statement = format!(
        "SET LOCAL maintenance_work_mem = '256MB'; SELECT diaba.bring_indexes_back({})",
        literal(theme)
    );
    run(connection, &statement).await
}
