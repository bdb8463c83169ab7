//! A new revision of a dataset: one transaction from the dataset's lock to the commit, so that an import that is
//! interrupted at any point leaves nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;
use sqlx::{Connection, Executor, PgConnection, Row};
use tempfile::TempDir;

use super::PostgisStore;
use super::arrival::{Arrival, arrange, bring_indexes_back};
use super::difference::difference;
use super::findings;
use super::home::revision_name;
use super::incoming::{DatabaseWriter, RowEncoder};
use super::replace::{self, STAGING};
use super::rows::copy_out;
use super::sql::{failed, literal, query, raw};
use super::stamp::{Stamp, Step};
use super::tables::{MANUAL, table_name};
use crate::feature::FeatureId;
use crate::quality::Checked;
use crate::shard::ids::{IdAssigner, KeptId};
use crate::shard::{GroundWriter, Provenance};
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
    /// Within the transaction that holds the dataset's lock; with the writer while there is one.
    connection: Option<PgConnection>,
    /// The revision in force; none before the first import.
    pub(super) before: Option<i64>,
    kept: Vec<KeptId>,
    /// Where the rows went.
    pub(super) arrival: Arrival,
    /// The features to be checked, until they lie in the folder.
    pub(super) ground: Option<GroundWriter>,
    pub(super) folder: TempDir,
}

/// Rows that are in the database, not published yet.
pub(super) struct Received {
    rows: u64,
    kept: Vec<KeptId>,
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
                connection: Some(connection),
                before,
                kept,
                arrival: Arrival::Table,
                ground: None,
                folder,
            })
        })
    }
}

impl DatabaseStaging {
    /// The connection, within the transaction.
    pub(super) fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        self.connection
            .as_mut()
            .ok_or_else(|| StoreError::Database("its rows are still being sent".to_owned()))
    }

    /// Takes the records; they are sent as they come, by whoever pushes them: not within a task of a runtime.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn writer(&mut self) -> Result<DatabaseWriter, StoreError> {
        self.begin(false)
    }

    /// Takes records that are only to be compared and checked; the theme's table stays as it is, its indexes too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn writer_aside(&mut self) -> Result<DatabaseWriter, StoreError> {
        self.begin(true)
    }

    fn begin(&mut self, aside: bool) -> Result<DatabaseWriter, StoreError> {
        let (store, theme) = (Arc::clone(&self.store), Arc::clone(&self.theme));
        let (dataset, replaces) = (self.dataset.clone(), aside || self.before.is_some());
        let connection = self.connection()?;
        let (others, arrival) = store.run(async {
            let others = ids_elsewhere(connection, &theme, &dataset).await?;
            let arrival = arrange(connection, &theme, &dataset, replaces).await?;
            Ok((others, arrival))
        })?;
        self.arrival = arrival;
        let elsewhere = Box::new(move |id: FeatureId| others.contains(&id.get()));
        let ids = IdAssigner::new(&theme.id, &dataset, &self.kept, elsewhere);
        let table = match arrival {
            Arrival::Aside => STAGING.to_owned(),
            Arrival::Table | Arrival::BareTable => table_name(&theme.id),
        };
        let connection = self.connection.take();
        let connection = connection
            .ok_or_else(|| StoreError::Database("its rows are being sent already".to_owned()))?;
        let encoder = RowEncoder::new(&theme, &dataset);
        DatabaseWriter::begin(&store, connection, &table, encoder, ids)
    }

    /// Waits until the database has the rows.
    pub(super) fn receive(&mut self, writer: DatabaseWriter) -> Result<Received, StoreError> {
        let sent = writer.finish()?;
        self.connection = Some(sent.connection);
        self.ground = sent.ground;
        Ok(Received {
            rows: sent.rows,
            kept: sent.kept,
        })
    }

    /// Goes on with another dataset in the same transaction.
    pub(super) async fn turn_to(
        &mut self,
        theme: &Arc<Theme>,
        dataset: &str,
    ) -> Result<(), StoreError> {
        let connection = self.connection()?;
        claim(connection, &theme.id, dataset).await?;
        (self.before, self.kept) = in_force(connection, &theme.id, dataset).await?;
        self.theme = Arc::clone(theme);
        dataset.clone_into(&mut self.dataset);
        Ok(())
    }

    /// Replaces the dataset's rows by the records and publishes them as a new revision.
    ///
    /// # Errors
    /// [`StoreError::Edited`] where people edited rows since the revision in force and `over_edits` is not said;
    /// [`StoreError`]. The dataset is then as it was.
    pub fn seal(
        mut self,
        writer: DatabaseWriter,
        provenance: &Provenance,
        over_edits: bool,
    ) -> Result<Imported, StoreError> {
        let received = self.receive(writer)?;
        let store = Arc::clone(&self.store);
        store.run(async move {
            let imported = self.publish(&received, provenance, over_edits).await?;
            self.commit().await?;
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
        writer: DatabaseWriter,
        gate: &Gate,
    ) -> Result<(Option<Difference>, Checked), StoreError> {
        let _received = self.receive(writer)?;
        let store = Arc::clone(&self.store);
        store.run(async move {
            let checked = findings::check(&mut self, gate).await?;
            let Some(before) = self.before.map(revision_name) else {
                return Ok((None, checked));
            };
            let (theme, dataset) = (Arc::clone(&self.theme), self.dataset.clone());
            let connection = self.connection()?;
            replace::mark(connection, &theme, &dataset).await?;
            let difference = difference(connection, &theme, &dataset, &before).await?;
            Ok((Some(difference), checked))
        })
    }

    /// As [`DatabaseStaging::seal`], once the records have been checked against each other and the rows beside them.
    ///
    /// # Errors
    /// [`StoreError::Findings`] where the gate is strict and shut; as [`DatabaseStaging::seal`].
    pub fn seal_checked(
        mut self,
        writer: DatabaseWriter,
        provenance: &Provenance,
        over_edits: bool,
        gate: &Gate,
    ) -> Result<(Imported, Checked), StoreError> {
        let received = self.receive(writer)?;
        let store = Arc::clone(&self.store);
        store.run(async move {
            let checked = findings::check(&mut self, gate).await?;
            let imported = self.publish(&received, provenance, over_edits).await?;
            findings::replace(&mut self, &checked, gate).await?;
            self.commit().await?;
            Ok((imported, checked))
        })
    }

    pub(super) async fn publish(
        &mut self,
        received: &Received,
        provenance: &Provenance,
        over_edits: bool,
    ) -> Result<Imported, StoreError> {
        let (theme, dataset) = (Arc::clone(&self.theme), self.dataset.clone());
        let (before, arrival) = (self.before, self.arrival);
        let connection = self.connection()?;
        if let Some(before) = before {
            lock(connection, &theme.id, &dataset).await?;
            edited_keep_out(connection, &theme.id, &dataset, before, over_edits).await?;
        }
        let mut made_other = None;
        let counts = if arrival == Arrival::Aside {
            replace::mark(connection, &theme, &dataset).await?;
            if let Some(before) = before {
                let before = revision_name(before);
                made_other = Some(difference(connection, &theme, &dataset, &before).await?);
            }
            let revision = before.unwrap_or_default();
            replace::replace(connection, &theme, &dataset, revision).await?
        } else {
            if arrival == Arrival::BareTable {
                bring_indexes_back(connection, &theme.id).await?;
            }
            replace::Counts {
                features: received.rows,
                ..replace::Counts::default()
            }
        };
        let stamp = Stamp {
            theme: &theme.id,
            dataset: &dataset,
            step: Step::Import,
            provenance,
            kept: &received.kept,
            features: counts.features,
            replaced: arrival == Arrival::Aside,
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

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        run(self.connection()?, "COMMIT").await?;
        if let Some(connection) = self.connection.take() {
            // The database hears of a connection that ends; nothing can be done about one that does not end well.
            let _ended = connection.close().await;
        }
        Ok(())
    }
}

/// Ids that other datasets of the theme have.
async fn ids_elsewhere(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
) -> Result<FxHashSet<u64>, StoreError> {
    let mut others: FxHashSet<u64> = FxHashSet::default();
    let select = format!(
        "SELECT id FROM {} WHERE dataset <> {}",
        table_name(&theme.id),
        literal(dataset)
    );
    copy_out(connection, &select, |tuple| {
        others.extend(tuple.i64(0).and_then(|id| u64::try_from(id).ok()));
        Ok(())
    })
    .await?;
    Ok(others)
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
