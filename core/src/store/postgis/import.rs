//! A new revision of a dataset: one transaction from the dataset's lock to the commit, so that an import that is
//! interrupted at any point leaves nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;
use sqlx::{Connection, Executor, PgConnection, Row};
use tempfile::TempDir;

use super::PostgisStore;
use super::copy_in::copy_in;
use super::difference::difference;
use super::findings;
use super::home::revision_name;
use super::replace::{self, STAGING};
use super::rows::copy_out;
use super::sql::{failed, literal, query, raw};
use super::stamp::{Stamp, Step};
use super::tables::{MANUAL, table_name};
use crate::crs::Crs;
use crate::feature::FeatureId;
use crate::quality::Checked;
use crate::shard::ids::{IdAssigner, KeptId};
use crate::shard::{Provenance, ShardWriter, files};
use crate::store::{Difference, EditedRow, Gate, StoreError, dataset_slug};
use crate::theme::Theme;

/// How long the last step waits for the transactions of people who are editing the theme.
const PATIENCE: Duration = Duration::from_mins(1);
/// Most edited rows that are listed.
const LISTED: usize = 20;

/// A revision in the making. Dropped unsealed, it leaves the dataset as it was.
pub struct DatabaseStaging {
    pub(super) store: Arc<PostgisStore>,
    pub(super) theme: Arc<Theme>,
    pub(super) dataset: String,
    /// Within the transaction that holds the dataset's lock.
    pub(super) connection: PgConnection,
    /// The revision in force; none before the first import.
    pub(super) before: Option<i64>,
    kept: Vec<KeptId>,
    pub(super) folder: TempDir,
}

/// What an import left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Number of the revision, as shards write it.
    pub revision: String,
    /// Features of the dataset.
    pub features: u64,
    /// Rows as they were before, with the ids they had.
    pub unchanged: u64,
    /// Rows that were superseded or removed; they are in the history.
    pub superseded: u64,
    /// What it made other; none where nothing was there before.
    pub difference: Option<Difference>,
}

impl PostgisStore {
    /// Begins a new revision of a dataset; holds the dataset's lock until it is sealed or dropped.
    ///
    /// # Errors
    /// [`StoreError::Name`], [`StoreError::Busy`], [`StoreError::Database`].
    pub fn stage(
        self: &Arc<Self>,
        theme: &Arc<Theme>,
        dataset: &str,
    ) -> Result<DatabaseStaging, StoreError> {
        if dataset_slug(dataset) != dataset {
            return Err(StoreError::Name(dataset.to_owned()));
        }
        if dataset == MANUAL {
            return Err(StoreError::Database(format!(
                "the dataset {MANUAL} holds rows made by hand and cannot be imported into; name another one"
            )));
        }
        let folder = tempfile::Builder::new()
            .prefix("diaba-import-")
            .tempdir()
            .map_err(|e| StoreError::io(std::env::temp_dir(), e))?;
        self.run(async {
            let mut connection = self.hosts.alone().await?;
            connection
                .execute(raw("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0"))
                .await
                .map_err(failed)?;
            claim(&mut connection, &theme.id, dataset).await?;
            let (before, kept) = in_force(&mut connection, &theme.id, dataset).await?;
            Ok(DatabaseStaging {
                store: Arc::clone(self),
                theme: Arc::clone(theme),
                dataset: dataset.to_owned(),
                connection,
                before,
                kept,
                folder,
            })
        })
    }
}

impl DatabaseStaging {
    /// Takes the records.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn writer(&mut self) -> Result<ShardWriter, StoreError> {
        let store = Arc::clone(&self.store);
        store.run(self.writer_now())
    }

    /// Goes on with another dataset in the same transaction.
    pub(super) async fn turn_to(
        &mut self,
        theme: &Arc<Theme>,
        dataset: &str,
    ) -> Result<(), StoreError> {
        claim(&mut self.connection, &theme.id, dataset).await?;
        (self.before, self.kept) = in_force(&mut self.connection, &theme.id, dataset).await?;
        self.theme = Arc::clone(theme);
        dataset.clone_into(&mut self.dataset);
        Ok(())
    }

    pub(super) async fn writer_now(&mut self) -> Result<ShardWriter, StoreError> {
        let mut others: FxHashSet<u64> = FxHashSet::default();
        let select = format!(
            "SELECT id FROM {} WHERE dataset <> {}",
            table_name(&self.theme.id),
            literal(&self.dataset)
        );
        copy_out(&mut self.connection, &select, |tuple| {
            others.extend(tuple.i64(0).and_then(|id| u64::try_from(id).ok()));
            Ok(())
        })
        .await?;
        let elsewhere = move |id: FeatureId| others.contains(&id.get());
        let ids = IdAssigner::new(
            &self.theme.id,
            &self.dataset,
            &self.kept,
            Box::new(elsewhere),
        );
        Ok(ShardWriter::new(
            Arc::clone(&self.theme),
            &self.dataset,
            Crs::WORKING,
            ids,
        )?)
    }

    /// Replaces the dataset's rows by the records and publishes them as a new revision.
    ///
    /// # Errors
    /// [`StoreError::Edited`] where people edited rows since the revision in force and `over_edits` is not said;
    /// [`StoreError`]. The dataset is then as it was.
    pub fn seal(
        mut self,
        writer: ShardWriter,
        provenance: &Provenance,
        over_edits: bool,
    ) -> Result<Imported, StoreError> {
        let path = self.folder.path().join(files::SURVEYED);
        let kept = writer.finish(&path)?;
        let store = Arc::clone(&self.store);
        store.run(async move {
            let imported = self.publish(&path, &kept, provenance, over_edits).await?;
            self.connection
                .execute(raw("COMMIT"))
                .await
                .map_err(failed)?;
            let _ended = self.connection.close().await;
            Ok(imported)
        })
    }

    /// What the records would make other than the revision in force, none where there is none, and what the checks find in
    /// them; nothing is written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn compare(
        mut self,
        writer: ShardWriter,
        gate: &Gate,
    ) -> Result<(Option<Difference>, Checked), StoreError> {
        let path = self.folder.path().join(files::SURVEYED);
        let _kept = writer.finish(&path)?;
        let store = Arc::clone(&self.store);
        store.run(async move {
            let checked = findings::check(&mut self, gate).await?;
            let Some(before) = self.before.map(revision_name) else {
                return Ok((None, checked));
            };
            let (theme, dataset) = (&self.theme, &self.dataset);
            let connection = &mut self.connection;
            replace::stage(connection, theme).await?;
            copy_in(connection, STAGING, &path, theme, dataset).await?;
            replace::mark(connection, theme, dataset).await?;
            difference(connection, theme, dataset, &before)
                .await
                .map(|difference| (Some(difference), checked))
        })
    }

    /// As [`DatabaseStaging::seal`], once the records have been checked against each other and the rows beside them.
    ///
    /// # Errors
    /// [`StoreError::Findings`] where the gate is strict and shut; as [`DatabaseStaging::seal`].
    pub fn seal_checked(
        mut self,
        writer: ShardWriter,
        provenance: &Provenance,
        over_edits: bool,
        gate: &Gate,
    ) -> Result<(Imported, Checked), StoreError> {
        let path = self.folder.path().join(files::SURVEYED);
        let kept = writer.finish(&path)?;
        let store = Arc::clone(&self.store);
        store.run(async move {
            let checked = findings::check(&mut self, gate).await?;
            let imported = self.publish(&path, &kept, provenance, over_edits).await?;
            findings::replace(&mut self, &checked, gate).await?;
            run(&mut self.connection, "COMMIT").await?;
            let _ended = self.connection.close().await;
            Ok((imported, checked))
        })
    }

    pub(super) async fn publish(
        &mut self,
        path: &Path,
        kept: &[KeptId],
        provenance: &Provenance,
        over_edits: bool,
    ) -> Result<Imported, StoreError> {
        let (theme, dataset) = (Arc::clone(&self.theme), self.dataset.clone());
        let table = table_name(&theme.id);
        let connection = &mut self.connection;
        run(connection, "SET LOCAL diaba.import = 'on'").await?;
        let any = format!(
            "SELECT EXISTS (SELECT FROM {table} WHERE dataset = {of})
                 OR EXISTS (SELECT FROM diaba.dataset_revision WHERE theme = {} AND dataset = {of})",
            literal(&theme.id),
            of = literal(&dataset)
        );
        let replaces = self.before.is_some() || flag(connection, &any).await?;
        if replaces {
            replace::stage(connection, &theme).await?;
            copy_in(connection, STAGING, path, &theme, &dataset).await?;
        }
        if let Some(before) = self.before {
            lock(connection, &theme.id, &dataset).await?;
            edited_keep_out(connection, &theme.id, &dataset, before, over_edits).await?;
        }
        let mut made_other = None;
        let counts = if replaces {
            replace::mark(connection, &theme, &dataset).await?;
            if let Some(before) = self.before {
                let before = revision_name(before);
                made_other = Some(difference(connection, &theme, &dataset, &before).await?);
            }
            replace::replace(
                connection,
                &theme,
                &dataset,
                self.before.unwrap_or_default(),
            )
            .await?
        } else {
            let features = fill(connection, &theme, &dataset, path).await?;
            replace::Counts {
                features,
                ..replace::Counts::default()
            }
        };
        let stamp = Stamp {
            theme: &theme.id,
            dataset: &dataset,
            step: Step::Import,
            provenance,
            kept,
            features: counts.features,
            replaced: replaces,
        };
        let revision = stamp.put(connection).await?;
        Ok(Imported {
            revision: revision_name(revision),
            features: counts.features,
            unchanged: counts.unchanged,
            superseded: counts.superseded,
            difference: made_other,
        })
    }
}

pub(super) async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), StoreError> {
    connection
        .execute(raw(statement))
        .await
        .map(|_| ())
        .map_err(failed)
}

/// Takes the dataset's lock until the transaction ends.
async fn claim(
    connection: &mut PgConnection,
    theme: &str,
    dataset: &str,
) -> Result<(), StoreError> {
    let lock = format!(
        "SELECT pg_try_advisory_xact_lock(diaba.dataset_lock({}, {}))",
        literal(theme),
        literal(dataset)
    );
    if flag(connection, &lock).await? {
        return Ok(());
    }
    Err(StoreError::Busy {
        theme: theme.to_owned(),
        dataset: dataset.to_owned(),
    })
}

/// The one boolean a statement answers.
pub(super) async fn flag(
    connection: &mut PgConnection,
    statement: &str,
) -> Result<bool, StoreError> {
    let row = connection.fetch_one(raw(statement)).await.map_err(failed)?;
    row.try_get(0).map_err(failed)
}

/// Copies the records of a dataset that was never there into the theme's table. Where that is empty its indexes are made
/// afterwards.
async fn fill(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    path: &Path,
) -> Result<u64, StoreError> {
    let name = literal(&theme.id);
    let aside = flag(
        connection,
        &format!("SELECT diaba.set_indexes_aside({name})"),
    )
    .await?;
    let features = copy_in(connection, &table_name(&theme.id), path, theme, dataset).await?;
    if aside {
        run(
            connection,
            &format!(
                "SET LOCAL maintenance_work_mem = '256MB'; SELECT diaba.bring_indexes_back({name})"
            ),
        )
        .await?;
    }
    Ok(features)
}

/// The revision in force and the ids that are kept with it.
async fn in_force(
    connection: &mut PgConnection,
    theme: &str,
    dataset: &str,
) -> Result<(Option<i64>, Vec<KeptId>), StoreError> {
    let row = query(
        "SELECT revision, kept_ids::text FROM diaba.dataset WHERE theme = $1 AND dataset = $2",
    )
    .bind(theme)
    .bind(dataset)
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    let Some(row) = row else {
        return Ok((None, Vec::new()));
    };
    let kept: String = row.try_get(1).map_err(failed)?;
    let kept = serde_json::from_str(&kept).map_err(|e| {
        StoreError::Database(format!("kept_ids of {theme}/{dataset} are damaged: {e}"))
    })?;
    Ok((Some(row.try_get(0).map_err(failed)?), kept))
}

/// Waits until nobody is editing the theme, and keeps everybody from it until the commit. Asks again and again
/// instead of queueing: whoever wants to edit meanwhile does not wait behind an import that waits.
pub(super) async fn lock(
    connection: &mut PgConnection,
    theme: &str,
    dataset: &str,
) -> Result<(), StoreError> {
    let statement = format!(
        "SELECT pg_try_advisory_xact_lock(diaba.theme_lock({}))",
        literal(theme)
    );
    let started = Instant::now();
    while !flag(connection, &statement).await? {
        if started.elapsed() > PATIENCE {
            return Err(StoreError::Database(format!(
                "a transaction that edits {theme} has been open for a minute, so {dataset} cannot be replaced; ask \
                 whoever it is to save or cancel (pg_stat_activity), and import again"
            )));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Refuses where people edited rows of the dataset since its revision and `over_edits` is not said.
pub(super) async fn edited_keep_out(
    connection: &mut PgConnection,
    theme: &str,
    dataset: &str,
    revision: i64,
    over_edits: bool,
) -> Result<(), StoreError> {
    if over_edits {
        return Ok(());
    }
    let edited = edited(connection, theme, dataset, revision).await?;
    if edited.is_empty() {
        return Ok(());
    }
    Err(StoreError::Edited {
        theme: theme.to_owned(),
        dataset: dataset.to_owned(),
        count: edited.len(),
        rows: edited.into_iter().take(LISTED).collect(),
    })
}

/// What people did to the dataset's rows since its revision, one entry a row, the newest.
async fn edited(
    connection: &mut PgConnection,
    theme: &str,
    dataset: &str,
    revision: i64,
) -> Result<Vec<EditedRow>, StoreError> {
    query(
        "SELECT DISTINCT ON (feature) feature, operation, who, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
         FROM diaba.change WHERE theme = $1 AND dataset = $2 AND revision = $3 AND feature IS NOT NULL
         ORDER BY feature, serial DESC",
    )
    .bind(theme)
    .bind(dataset)
    .bind(revision)
    .fetch_all(connection)
    .await
    .and_then(|rows| {
        rows.iter()
            .map(|row| {
                Ok(EditedRow {
                    id: row.try_get::<i64, _>(0)? as u64,
                    operation: row.try_get(1)?,
                    who: row.try_get(2)?,
                    at: row.try_get(3)?,
                })
            })
            .collect()
    })
    .map_err(failed)
}
