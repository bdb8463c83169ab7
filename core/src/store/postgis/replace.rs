//! Putting staged rows in the place of a dataset's: what is the same stays, what is other goes to the history.

use sqlx::{Executor, PgConnection, Row};

use super::sql::{failed, literal, raw};
use super::tables::table_name;
use super::triggers::row_json;
use super::write::columns;
use crate::store::StoreError;
use crate::theme::Theme;

/// The table the records of an import wait in; it goes with the transaction.
pub(super) const STAGING: &str = "pg_temp.diaba_staging";

/// What became of the rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    /// Rows of the dataset now.
    pub features: u64,
    /// Rows that stand as before.
    pub unchanged: u64,
    /// Rows that went to the history.
    pub superseded: u64,
}

/// Makes the table.
pub(super) async fn stage(connection: &mut PgConnection, theme: &Theme) -> Result<(), StoreError> {
    let statement = format!(
        "CREATE TEMP TABLE diaba_staging ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0",
        columns(theme),
        table_name(&theme.id)
    );
    connection.execute(raw(&statement)).await.map_err(failed)?;
    Ok(())
}

/// Finds the rows of the dataset that are not as staged, and writes down the moment they go.
pub(super) async fn mark(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
) -> Result<(), StoreError> {
    let (table, list, dataset) = (table_name(&theme.id), columns(theme), literal(dataset));
    // Images of whole rows are compared: json has no equality, and this one holds to the last bit. Whoever edited the
    // theme has committed, so no row stands since later than now.
    let statement = format!(
        "CREATE UNIQUE INDEX ON pg_temp.diaba_staging (id);
         ANALYZE pg_temp.diaba_staging;
         CREATE TEMP TABLE diaba_superseded ON COMMIT DROP AS
         SELECT t.id FROM (SELECT {list} FROM {table} WHERE dataset = {dataset}) t
         LEFT JOIN (SELECT {list} FROM pg_temp.diaba_staging) s ON s.id = t.id
         WHERE s.id IS NULL OR s *<> t;
         CREATE TEMP TABLE diaba_moment ON COMMIT DROP AS SELECT clock_timestamp() AS at"
    );
    connection.execute(raw(&statement)).await.map_err(failed)?;
    Ok(())
}

/// Replaces the rows of the dataset that are marked, of which `revision` is in force. Nobody else is writing to the theme's table.
pub(super) async fn replace(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    revision: i64,
) -> Result<Counts, StoreError> {
    let table = table_name(&theme.id);
    let list = columns(theme);
    let (id, dataset) = (literal(&theme.id), literal(dataset));
    let row = row_json(theme, "t", "t.extra");
    let mut step = async |statement: String| -> Result<u64, StoreError> {
        let done = connection.execute(raw(&statement)).await.map_err(failed)?;
        Ok(done.rows_affected())
    };
    let superseded = step(format!(
        "INSERT INTO diaba.history (theme, dataset, revision, feature, valid_from, valid_to, \"row\", geom, who, operation)
         SELECT {id}, t.dataset, {revision}, t.id, t.valid_from, greatest(m.at, t.valid_from), {row}, t.geom, session_user, 'import'
         FROM {table} t JOIN pg_temp.diaba_superseded u USING (id) CROSS JOIN pg_temp.diaba_moment m"
    ))
    .await?;
    step(format!(
        "DELETE FROM {table} t USING pg_temp.diaba_superseded u WHERE t.id = u.id"
    ))
    .await?;
    let new = step(format!(
        "INSERT INTO {table} ({list}, valid_from) SELECT {list}, m.at FROM pg_temp.diaba_staging s CROSS JOIN pg_temp.diaba_moment m
         WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = s.id AND t.dataset = {dataset})"
    ))
    .await?;
    let count = format!("SELECT count(*) FROM {table} WHERE dataset = {dataset}");
    let features: i64 = connection
        .fetch_one(raw(&count))
        .await
        .and_then(|row| row.try_get(0))
        .map_err(failed)?;
    let features = u64::try_from(features).unwrap_or_default();
    Ok(Counts {
        features,
        unchanged: features.saturating_sub(new),
        superseded,
    })
}
