//! Keys of those who may edit: only their hashes are kept.

use sqlx::{Connection, Row};

use super::PostgisStore;
use super::sql::{failed, query};
use crate::store::{ApiKey, KeyEntry, KeyHash, StoreError};

impl PostgisStore {
    /// Makes a key for whoever is called `name`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn add_key(&self, name: &str) -> Result<ApiKey, StoreError> {
        let key = ApiKey::generate()?;
        let hash = key.hash();
        self.run(async {
            let mut connection = self.hosts.primary().await?;
            let mut transaction = connection.begin().await.map_err(failed)?;
            query("INSERT INTO diaba.api_key (hash, name) VALUES ($1, $2)")
                .bind(hash.as_bytes().as_slice())
                .bind(name)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            transaction.commit().await.map_err(failed)
        })?;
        Ok(key)
    }

    /// Every key there ever was, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keys(&self) -> Result<Vec<KeyEntry>, StoreError> {
        self.run(async {
            let mut connection = self.hosts.primary().await?;
            let mut keys = Vec::new();
            let select =
                "SELECT name, created_at, revoked_at FROM diaba.api_key ORDER BY created_at, name";
            super::rows::copy_out(&mut connection, select, |tuple| {
                keys.push(KeyEntry {
                    name: tuple.text(0).unwrap_or_default().to_owned(),
                    created: tuple.timestamp(1).unwrap_or_default(),
                    revoked: tuple.timestamp(2),
                });
                Ok(())
            })
            .await?;
            Ok(keys)
        })
    }

    /// Takes back every key of `name`; how many there were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn revoke_keys(&self, name: &str) -> Result<u64, StoreError> {
        self.run(async {
            let mut connection = self.hosts.primary().await?;
            let mut transaction = connection.begin().await.map_err(failed)?;
            let done = query(
                "UPDATE diaba.api_key SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL",
            )
            .bind(name)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            transaction.commit().await.map_err(failed)?;
            Ok(done.rows_affected())
        })
    }

    pub(super) async fn holder_of(&self, key: &KeyHash) -> Result<Option<String>, StoreError> {
        let mut connection = self.hosts.primary().await?;
        let mut transaction = connection.begin().await.map_err(failed)?;
        let row = query("SELECT name FROM diaba.api_key WHERE hash = $1 AND revoked_at IS NULL")
            .bind(key.as_bytes().as_slice())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(failed)?;
        transaction.rollback().await.map_err(failed)?;
        row.map(|row| row.try_get(0)).transpose().map_err(failed)
    }
}
