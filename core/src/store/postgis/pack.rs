//! Packing a dataset of the database into the cache.
//!
//! The moment is read on the primary; the rows, on a standby where there is one, may be a little newer. What was
//! committed after the moment is read again by the follower, and laying it over rows that have it already changes
//! nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::PostgisStore;
use super::history::{History, push};
use super::home::revision_name;
use super::read;
use super::rows::{copy_out, read_rows};
use super::sql::literal;
use crate::edits::Entry;
use crate::shard::{Origin, Provenance, Shard};
use crate::store::staging::{FromDatabase, Staging};
use crate::store::{ShardRef, StoreError};
use crate::theme::Theme;

/// How long another server that packs the same dataset is waited for.
const PATIENCE: Duration = Duration::from_mins(10);
/// How long a standby may be behind before the primary is read instead.
const BEHIND: Duration = Duration::from_secs(5);

impl PostgisStore {
    /// Packs a dataset as it is now, unless `meanwhile` finds, once nobody else is packing it, that it has been done.
    pub(super) fn pack(
        &self,
        shard: &ShardRef,
        theme: &Arc<Theme>,
        meanwhile: impl Fn() -> Result<Option<Arc<Shard>>, StoreError>,
    ) -> Result<Arc<Shard>, StoreError> {
        let staging = stage(shard, theme)?;
        if let Some(done) = meanwhile()? {
            return Ok(done);
        }
        let started = Instant::now();
        let mut writer = staging.row_writer()?;
        let mut entries = Vec::new();
        let history = History::to_go_on_with(shard, theme);
        let mut gone = staging.row_writer()?;
        let read = self.run(async {
            let moment = read::moment(&mut *self.hosts.primary().await?).await?;
            let mut reader = self.caught_up(&moment).await?;
            let mut reading = read::reading(&mut reader).await?;
            let read = read_dataset(&mut reading, shard, theme, |row| {
                push(&mut writer, theme, &row, None)
            })
            .await;
            read_log(&mut reading, shard, &moment.snapshot, &mut entries).await?;
            history
                .read(&mut reading, shard, theme, &moment.snapshot, &mut gone)
                .await?;
            read.map(|provenance| (moment, provenance))
        });
        let (moment, provenance) = read?;
        let origin = Origin {
            epoch: moment.epoch,
            moment: moment.snapshot,
        };
        // The history first: what is in it and among the edits is shown once, what is in neither never.
        let history = history.add(shard, theme, gone, origin.clone())?;
        let read = FromDatabase {
            revision: &shard.revision,
            origin,
            entries: &entries,
        };
        let folder = staging.seal_rows(writer, provenance, &read)?;
        let open = Arc::new(Shard::open(&folder, theme)?.with_history(history));
        tracing::info!(
            theme = theme.id,
            dataset = shard.dataset,
            features = open.manifest().features,
            seconds = started.elapsed().as_secs_f64(),
            "packed from the database"
        );
        Ok(open)
    }

    /// A connection to read from that has everything of the moment.
    async fn caught_up(
        &self,
        moment: &read::Moment,
    ) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>, StoreError> {
        let mut reader = self.hosts.reader().await?;
        let started = Instant::now();
        while !read::has_replayed(&mut reader, &moment.wal).await? {
            if started.elapsed() > BEHIND {
                tracing::warn!("the standby is behind; reading from the primary");
                return self.hosts.primary().await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(reader)
    }
}

/// The dataset's place in the cache, once nobody else packs it.
fn stage(shard: &ShardRef, theme: &Arc<Theme>) -> Result<Staging, StoreError> {
    let root = shard.folder.ancestors().nth(2).unwrap_or(&shard.folder);
    let started = Instant::now();
    loop {
        match Staging::begin(root, theme, &shard.dataset) {
            Err(StoreError::Busy { .. }) if started.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(100));
            }
            begun => return begun,
        }
    }
}

/// The dataset's entries of the log since its import, as far as the moment has them.
async fn read_log(
    connection: &mut PgConnection,
    shard: &ShardRef,
    moment: &str,
    log: &mut Vec<Entry>,
) -> Result<(), StoreError> {
    let condition = format!(
        "c.theme = {} AND c.dataset = {} AND pg_visible_in_snapshot(c.xid, {}::pg_snapshot)",
        literal(&shard.theme),
        literal(&shard.dataset),
        literal(moment)
    );
    read::entries(connection, &condition, |owner, entry| {
        if revision_name(owner.revision) == shard.revision {
            log.push(entry);
        }
    })
    .await
}

/// Gives every row of a dataset to `each`; says where they came from.
async fn read_dataset(
    connection: &mut PgConnection,
    shard: &ShardRef,
    theme: &Theme,
    mut each: impl FnMut(crate::edits::Row) -> Result<(), StoreError>,
) -> Result<Provenance, StoreError> {
    let (name, dataset) = (literal(&shard.theme), literal(&shard.dataset));
    let mut found = None;
    let select = format!(
        "SELECT revision, provenance::text FROM diaba.dataset WHERE theme = {name} AND dataset = {dataset}"
    );
    copy_out(connection, &select, |tuple| {
        let provenance = tuple
            .text(1)
            .and_then(|text| serde_json::from_str(text).ok());
        found = Some((
            tuple.i64(0).unwrap_or_default(),
            provenance.unwrap_or_default(),
        ));
        Ok(())
    })
    .await?;
    let here = found.filter(|(revision, _)| revision_name(*revision) == shard.revision);
    let Some((_, provenance)): Option<(i64, Provenance)> = here else {
        return Err(StoreError::Database(format!(
            "revision {} of {}/{} was replaced while it was being read",
            shard.revision, shard.theme, shard.dataset
        )));
    };
    read_rows(
        connection,
        theme,
        &format!("WHERE t.dataset = {dataset}"),
        |_, row| each(row),
    )
    .await?;
    Ok(provenance)
}
