//! Following the change log.
//!
//! A serial number is no order of commits: a slow transaction commits a smaller one later. What is new is what was not
//! visible at the moment last read (`pg_visible_in_snapshot`), whatever its number.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;

use sqlx::PgConnection;
use xxhash_rust::xxh3::Xxh3;

use super::PostgisStore;
use super::home::{Dataset, revision_name};
use super::read;
use super::rows::{copy_out, read_history, read_rows};
use super::sql::literal;
use crate::edits::{EditBatch, Since};
use crate::store::StoreError;

/// Theme and dataset.
type Key = (String, String);

impl PostgisStore {
    /// The database's name and its datasets.
    pub(super) async fn datasets(&self) -> Result<(String, Vec<Dataset>), StoreError> {
        let mut connection = self.hosts.primary().await?;
        let mut reading = read::reading(&mut connection).await?;
        let moment = read::moment(&mut reading).await?;
        let datasets = datasets(&mut reading).await?;
        if super::cache::is_name(&moment.epoch) {
            Ok((moment.epoch, datasets))
        } else {
            Err(StoreError::Database(
                "the name it gives itself is damaged; run `diaba migrate`".to_owned(),
            ))
        }
    }

    /// Differs when a dataset has been imported, withdrawn or brought back.
    pub(super) async fn revisions_stamp(&self) -> Result<u64, StoreError> {
        let mut connection = self.hosts.primary().await?;
        let mut hash = Xxh3::new();
        // An import that began earlier may commit later: the highest number alone would not tell.
        let select = "SELECT diaba.epoch(), count(*), coalesce(sum(revision), 0)::bigint, \
                      coalesce(bit_xor(hashtextextended(theme || '/' || dataset, revision)), 0) \
                      FROM diaba.dataset";
        copy_out(&mut connection, select, |tuple| {
            hash.write(tuple.text(0).unwrap_or_default().as_bytes());
            for i in 1..4 {
                hash.write_i64(tuple.i64(i).unwrap_or_default());
            }
            Ok(())
        })
        .await?;
        Ok(hash.finish())
    }

    /// What happened to each dataset after its moment.
    pub(super) async fn edits_since(&self, since: &[Since]) -> Result<Vec<EditBatch>, StoreError> {
        let mut connection = self.hosts.primary().await?;
        let mut reading = read::reading(&mut connection).await?;
        self.read_edits(&mut reading, since).await
    }

    async fn read_edits(
        &self,
        reading: &mut PgConnection,
        since: &[Since],
    ) -> Result<Vec<EditBatch>, StoreError> {
        let now = read::moment(reading).await?;
        let current: BTreeMap<Key, i64> = datasets(reading)
            .await?
            .into_iter()
            .map(|d| ((d.theme, d.name), d.revision))
            .collect();
        let mut batches: BTreeMap<Key, EditBatch> = BTreeMap::new();
        let mut by_moment: BTreeMap<&str, BTreeSet<Key>> = BTreeMap::new();
        for it in since {
            let key = (it.theme.clone(), it.dataset.clone());
            let revision = current.get(&key).map(|r| revision_name(*r));
            // Moments of two runs of transactions cannot be compared.
            if it.epoch != now.epoch || revision.as_ref() != Some(&it.revision) {
                continue;
            }
            by_moment.entry(&it.moment).or_default().insert(key.clone());
            let batch = EditBatch {
                theme: it.theme.clone(),
                dataset: it.dataset.clone(),
                moment: now.snapshot.clone(),
                ..EditBatch::default()
            };
            batches.insert(key, batch);
        }
        for (moment, keys) in by_moment {
            let moment = literal(moment);
            let later = |alias: &str| {
                format!(
                    "{alias}.xid >= pg_snapshot_xmin({moment}::pg_snapshot)
                     AND NOT pg_visible_in_snapshot({alias}.xid, {moment}::pg_snapshot)"
                )
            };
            read::entries(reading, &later("c"), |owner, entry| {
                let key = (owner.theme.to_owned(), owner.dataset.to_owned());
                if keys.contains(&key)
                    && current.get(&key) == Some(&owner.revision)
                    && let Some(batch) = batches.get_mut(&key)
                {
                    batch.entries.push(entry);
                }
            })
            .await?;
            self.read_superseded(reading, &later("h"), &keys, &mut batches)
                .await?;
        }
        for batch in batches.values_mut() {
            self.read_changed_rows(reading, batch).await?;
        }
        Ok(since
            .iter()
            .filter_map(|it| batches.remove(&(it.theme.clone(), it.dataset.clone())))
            .collect())
    }

    /// The rows the entries name, as they are now.
    async fn read_changed_rows(
        &self,
        reading: &mut PgConnection,
        batch: &mut EditBatch,
    ) -> Result<(), StoreError> {
        let ids: BTreeSet<u64> = batch.entries.iter().map(|e| e.id.get()).collect();
        let Some(theme) = self
            .catalogue
            .theme(&batch.theme)
            .filter(|_| !ids.is_empty())
        else {
            return Ok(());
        };
        let list: Vec<String> = ids.iter().map(u64::to_string).collect();
        let wanted = format!(
            "WHERE t.id = ANY('{{{}}}'::bigint[]) AND t.dataset = {} ORDER BY t.id",
            list.join(","),
            literal(&batch.dataset)
        );
        let rows = &mut batch.rows;
        read_rows(reading, theme, &wanted, |_, row| {
            rows.push(row);
            Ok(())
        })
        .await
    }

    /// Rows that took their place in the history.
    async fn read_superseded(
        &self,
        reading: &mut PgConnection,
        later: &str,
        keys: &BTreeSet<Key>,
        batches: &mut BTreeMap<Key, EditBatch>,
    ) -> Result<(), StoreError> {
        let themes: BTreeSet<&str> = keys
            .iter()
            .filter(|key| batches.get(*key).is_some_and(|b| !b.entries.is_empty()))
            .map(|(theme, _)| theme.as_str())
            .collect();
        for id in themes {
            let Some(theme) = self.catalogue.theme(id) else {
                continue;
            };
            read_history(reading, theme, later, |dataset, row| {
                let key = (id.to_owned(), dataset.to_owned());
                if keys.contains(&key)
                    && let Some(batch) = batches.get_mut(&key)
                {
                    batch.superseded.push(row);
                }
                Ok(())
            })
            .await?;
        }
        Ok(())
    }
}

async fn datasets(reading: &mut PgConnection) -> Result<Vec<Dataset>, StoreError> {
    let mut found = Vec::new();
    let select = "SELECT theme, dataset, revision FROM diaba.dataset ORDER BY 1, 2";
    copy_out(reading, select, |tuple| {
        let text = |i| tuple.text(i).unwrap_or_default().to_owned();
        found.push(Dataset {
            theme: text(0),
            name: text(1),
            revision: tuple.i64(2).unwrap_or_default(),
        });
        Ok(())
    })
    .await?;
    Ok(found)
}
