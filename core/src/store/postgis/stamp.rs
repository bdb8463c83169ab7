//! Writing down that a dataset has another revision: its row, its place among all revisions, the log, the notice.

use sqlx::{Executor, PgConnection, Row};

use super::sql::{failed, literal, query, raw};
use crate::shard::Provenance;
use crate::shard::ids::KeptId;
use crate::store::StoreError;

/// What made a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Import,
    Rollback,
    Remove,
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Rollback => "rollback",
            Self::Remove => "remove",
        }
    }
}

/// A revision that is about to be published.
pub(super) struct Stamp<'a> {
    pub theme: &'a str,
    pub dataset: &'a str,
    pub step: Step,
    pub provenance: &'a Provenance,
    pub kept: &'a [KeptId],
    pub features: u64,
    /// Whether its rows took the place of others, at the moment [`super::replace`] wrote down.
    pub replaced: bool,
}

impl Stamp<'_> {
    /// Publishes it; its number.
    pub async fn put(&self, connection: &mut PgConnection) -> Result<i64, StoreError> {
        let json = |e: serde_json::Error| StoreError::Database(e.to_string());
        let provenance = serde_json::to_string(self.provenance).map_err(json)?;
        let kept = serde_json::to_string(self.kept).map_err(json)?;
        // Rows copied straight into the table stand since the transaction began.
        let moment = if self.replaced {
            "(SELECT at FROM pg_temp.diaba_moment)"
        } else {
            "now()"
        };
        let statement = format!(
            "INSERT INTO diaba.dataset_revision (theme, dataset, revision, operation, provenance, kept_ids, features, stands_from)
             VALUES ($1, $2, nextval('diaba.revision'), $3, $4::json, $5::json, $6, {moment})
             RETURNING revision"
        );
        let revision: i64 = query(&statement)
            .bind(self.theme)
            .bind(self.dataset)
            .bind(self.step.name())
            .bind(&provenance)
            .bind(&kept)
            .bind(self.features as i64)
            .fetch_one(&mut *connection)
            .await
            .and_then(|row| row.try_get(0))
            .map_err(failed)?;
        self.point(connection, revision).await?;
        query(
            "INSERT INTO diaba.change (theme, dataset, revision, operation, at, who, origin)
             SELECT $1, $2, $3, $4, clock_timestamp(), session_user, coalesce(host(inet_client_addr()), 'local')",
        )
        .bind(self.theme)
        .bind(self.dataset)
        .bind(revision)
        .bind(self.step.name())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
        let notify = format!("SELECT pg_notify('diaba', {})", literal(self.theme));
        connection.execute(raw(&notify)).await.map_err(failed)?;
        Ok(revision)
    }

    /// The row servers look at.
    async fn point(&self, connection: &mut PgConnection, revision: i64) -> Result<(), StoreError> {
        let statement = match self.step {
            Step::Remove => "DELETE FROM diaba.dataset WHERE theme = $1 AND dataset = $2 AND revision <> $3",
            Step::Import | Step::Rollback => {
                "INSERT INTO diaba.dataset AS d (theme, dataset, revision, provenance, kept_ids, features, imported_at)
                 SELECT theme, dataset, revision, provenance, kept_ids, features, clock_timestamp()
                 FROM diaba.dataset_revision WHERE theme = $1 AND dataset = $2 AND revision = $3
                 ON CONFLICT (theme, dataset) DO UPDATE SET revision = excluded.revision, provenance = excluded.provenance,
                   kept_ids = excluded.kept_ids, features = excluded.features, imported_at = excluded.imported_at,
                   imported_by = session_user"
            }
        };
        query(statement)
            .bind(self.theme)
            .bind(self.dataset)
            .bind(revision)
            .execute(connection)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
