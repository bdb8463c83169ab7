//! Bringing an earlier revision of a dataset back out of the history, and taking a dataset away.

use std::sync::Arc;

use sqlx::{Executor, PgConnection, Row};

use super::findings;
use super::home::revision_name;
use super::import::{DatabaseStaging, edited_keep_out, lock};
use super::replace::{self, STAGING};
use super::revisions::list;
use super::sql::{failed, literal, name, query, raw};
use super::stamp::{Stamp, Step};
use super::tables::{history_columns, row_columns, table_name};
use crate::quality::Checked;
use crate::shard::Provenance;
use crate::shard::ids::KeptId;
use crate::store::revisions::again;
use crate::store::{DatasetState, Restored, Revision, StoreError};
use crate::theme::Theme;

impl DatabaseStaging {
    /// As [`Revisions::rollback`](crate::store::Revisions::rollback): the rows as they stood when the revision was
    /// replaced, what people had edited in it among them.
    pub(super) fn restore(
        mut self,
        to: Option<&str>,
        over_edits: bool,
    ) -> Result<Restored, StoreError> {
        let store = Arc::clone(&self.store);
        store.run(async move {
            let state = self.state().await?;
            let chosen = choose(&state, to)?;
            let number = number(&chosen.revision);
            let (theme, dataset) = (Arc::clone(&self.theme), self.dataset.clone());
            let before = self.before;
            let connection = self.connection()?;
            importing(connection).await?;
            lock(connection, &theme.id, &dataset).await?;
            if let Some(before) = before {
                edited_keep_out(connection, &theme.id, &dataset, before, over_edits).await?;
            }
            replace::stage(connection, &theme).await?;
            bring_back(connection, &theme, &dataset, number).await?;
            replace::mark(connection, &theme, &dataset).await?;
            let in_force = before.unwrap_or_default();
            let counts = replace::replace(connection, &theme, &dataset, in_force).await?;
            let kept = kept_ids(connection, &theme.id, &dataset, number).await?;
            let stamp = Stamp {
                theme: &theme.id,
                dataset: &dataset,
                step: Step::Rollback,
                provenance: &again(&chosen.provenance, &chosen.revision),
                kept: &kept,
                features: counts.features,
                replaced: true,
            };
            let revision = stamp.put(connection).await?;
            // What its linework showed was said of another file.
            findings::renew(&mut self, false).await?;
            self.commit().await?;
            Ok(Restored {
                before: state.published,
                restored: chosen.revision,
                revision: revision_name(revision),
                features: counts.features,
            })
        })
    }

    /// As [`Revisions::remove`](crate::store::Revisions::remove).
    pub(super) fn remove(mut self, over_edits: bool) -> Result<Revision, StoreError> {
        let store = Arc::clone(&self.store);
        store.run(async move {
            let state = self.state().await?;
            let (theme, dataset) = (Arc::clone(&self.theme), self.dataset.clone());
            let (Some(before), Some(current)) = (self.before, state.current().cloned()) else {
                return Err(StoreError::NoDataset {
                    theme: theme.id.clone(),
                    dataset,
                });
            };
            let connection = self.connection()?;
            importing(connection).await?;
            lock(connection, &theme.id, &dataset).await?;
            edited_keep_out(connection, &theme.id, &dataset, before, over_edits).await?;
            replace::stage(connection, &theme).await?;
            replace::mark(connection, &theme, &dataset).await?;
            let _counts = replace::replace(connection, &theme, &dataset, before).await?;
            let stamp = Stamp {
                theme: &theme.id,
                dataset: &dataset,
                step: Step::Remove,
                provenance: &Provenance::default(),
                kept: &[],
                features: 0,
                replaced: true,
            };
            stamp.put(connection).await?;
            findings::renew(&mut self, false).await?;
            self.commit().await?;
            Ok(current)
        })
    }

    /// As [`Revisions::check`](crate::store::Revisions::check).
    pub(super) fn check_again(mut self) -> Result<Checked, StoreError> {
        let store = Arc::clone(&self.store);
        store.run(async move {
            if self.before.is_none() {
                return Err(StoreError::NoDataset {
                    theme: self.theme.id.clone(),
                    dataset: self.dataset.clone(),
                });
            }
            let checked = findings::renew(&mut self, true).await?;
            self.commit().await?;
            Ok(checked)
        })
    }

    async fn state(&mut self) -> Result<DatasetState, StoreError> {
        let (theme, dataset) = (self.theme.id.clone(), self.dataset.clone());
        let found = list(self.connection()?, Some(&theme), Some(&dataset)).await?;
        found
            .into_iter()
            .next()
            .ok_or(StoreError::NoDataset { theme, dataset })
    }
}

async fn importing(connection: &mut PgConnection) -> Result<(), StoreError> {
    connection
        .execute(raw("SET LOCAL diaba.import = 'on'"))
        .await
        .map(|_| ())
        .map_err(failed)
}

/// The revision to come back to: the one named, else the one before that in force.
fn choose(state: &DatasetState, to: Option<&str>) -> Result<Revision, StoreError> {
    let published = state.published.as_deref();
    let mut others = state
        .revisions
        .iter()
        .filter(|r| Some(r.revision.as_str()) != published);
    let found = match to {
        Some(to) => others.clone().find(|r| r.revision == to),
        None => others.find(|r| published.is_none_or(|p| number(&r.revision) < number(p))),
    };
    found.cloned().ok_or_else(|| StoreError::NoRevision {
        theme: state.theme.clone(),
        dataset: state.dataset.clone(),
        revision: to.unwrap_or("before").to_owned(),
        kept: state
            .revisions
            .iter()
            .map(|r| r.revision.clone())
            .filter(|name| Some(name.as_str()) != published)
            .collect(),
    })
}

fn number(revision: &str) -> i64 {
    let digits = revision.strip_prefix('r').unwrap_or(revision);
    digits.parse().unwrap_or_default()
}

/// Stages the rows of a revision as they stood when the next one took its place.
async fn bring_back(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    revision: i64,
) -> Result<(), StoreError> {
    let ended: String = query(
        "SELECT to_char(min(stands_from) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM diaba.dataset_revision
         WHERE theme = $1 AND dataset = $2 AND revision > $3",
    )
    .bind(&theme.id)
    .bind(dataset)
    .bind(revision)
    .fetch_one(&mut *connection)
    .await
    .and_then(|row| row.try_get::<Option<String>, _>(0))
    .map_err(failed)?
    .ok_or_else(|| StoreError::Database(format!("revision {revision} is the one in force")))?;
    let (id, dataset) = (literal(&theme.id), literal(dataset));
    let ended = format!("{}::timestamptz", literal(&ended));
    // What a split wrote into the row it did away with is no part of how the row stood.
    let extra = "CASE WHEN gone AND extra::jsonb ? 'children' THEN nullif((extra::jsonb - 'children')::text, '{}')::json ELSE extra END";
    let mut list = String::new();
    for field in &theme.fields {
        list.push_str(", ");
        list.push_str(&name(&field.name));
    }
    // Of each id the version that went first after the revision ended is the one that stood at its end.
    let statement = format!(
        "INSERT INTO {STAGING} (id, dataset, extra, geom{list})
         SELECT DISTINCT ON (id) id, dataset, {extra}, geom{list}
         FROM (
           SELECT {history}, h.serial, h.operation = 'delete' FROM diaba.history h CROSS JOIN LATERAL json_populate_record(NULL::{table}, h.row) r
           WHERE h.theme = {id} AND h.dataset = {dataset}
             AND (h.revision > {revision} OR (h.revision = {revision} AND h.operation = 'import'))
           UNION ALL
           SELECT {now}, 9223372036854775807, false FROM {table} t WHERE t.dataset = {dataset}
         ) x (id, dataset, valid_from, extra, geom{list}, serial, gone)
         WHERE valid_from < {ended}
         ORDER BY id, serial",
        history = history_columns(theme),
        now = row_columns(theme, "t"),
        table = table_name(&theme.id),
    );
    connection.execute(raw(&statement)).await.map_err(failed)?;
    Ok(())
}

async fn kept_ids(
    connection: &mut PgConnection,
    theme: &str,
    dataset: &str,
    revision: i64,
) -> Result<Vec<KeptId>, StoreError> {
    let text: String = query(
        "SELECT kept_ids::text FROM diaba.dataset_revision WHERE theme = $1 AND dataset = $2 AND revision = $3",
    )
    .bind(theme)
    .bind(dataset)
    .bind(revision)
    .fetch_one(connection)
    .await
    .and_then(|row| row.try_get(0))
    .map_err(failed)?;
    serde_json::from_str(&text).map_err(|e| {
        StoreError::Database(format!("kept_ids of {theme}/{dataset} are damaged: {e}"))
    })
}
