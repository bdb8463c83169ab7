//! The past of the datasets of a database: every revision is written down, and its rows are in the history.

use std::sync::Arc;

use sqlx::{PgConnection, Row};

use super::PostgisStore;
use super::home::revision_name;
use super::sql::{failed, query};
use super::tables::MANUAL;
use crate::quality::Checked;
use crate::shard::Provenance;
use crate::store::{DatasetState, Restored, Revision, Revisions, StoreError};
use crate::theme::Theme;

impl Revisions for Arc<PostgisStore> {
    fn datasets(&self, theme: Option<&str>) -> Result<Vec<DatasetState>, StoreError> {
        self.run(async {
            let mut connection = self.hosts.primary().await?;
            list(&mut connection, theme, None).await
        })
    }

    fn rollback(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
        to: Option<&str>,
        over_edits: bool,
    ) -> Result<Restored, StoreError> {
        refuse_manual(dataset)?;
        self.stage(theme, dataset)?.restore(to, over_edits)
    }

    fn remove(
        &self,
        theme: &Arc<Theme>,
        dataset: &str,
        over_edits: bool,
    ) -> Result<Revision, StoreError> {
        refuse_manual(dataset)?;
        self.stage(theme, dataset)?.remove(over_edits)
    }

    fn check(&self, theme: &Arc<Theme>, dataset: &str) -> Result<Checked, StoreError> {
        refuse_manual(dataset)?;
        self.stage(theme, dataset)?.check_again()
    }
}

fn refuse_manual(dataset: &str) -> Result<(), StoreError> {
    if dataset == MANUAL {
        return Err(StoreError::Database(format!(
            "the dataset {MANUAL} holds rows made by hand; it has no revisions, is not removed and not checked by itself"
        )));
    }
    Ok(())
}

/// Every dataset that has a revision, of one theme or all, or one of them, with its revisions.
pub(super) async fn list(
    connection: &mut PgConnection,
    theme: Option<&str>,
    dataset: Option<&str>,
) -> Result<Vec<DatasetState>, StoreError> {
    let rows = query(
        "SELECT r.theme, r.dataset, r.revision, r.features, r.provenance::text, d.revision,
                (SELECT count(DISTINCT c.feature) FROM diaba.change c WHERE c.theme = d.theme AND c.dataset = d.dataset
                   AND c.revision = d.revision AND c.feature IS NOT NULL)
         FROM diaba.dataset_revision r LEFT JOIN diaba.dataset d USING (theme, dataset)
         WHERE r.operation <> 'remove' AND ($1::text IS NULL OR r.theme = $1) AND ($2::text IS NULL OR r.dataset = $2)
         ORDER BY r.theme, r.dataset, r.revision DESC",
    )
    .bind(theme)
    .bind(dataset)
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    let mut found: Vec<DatasetState> = Vec::new();
    for row in rows {
        let provenance: String = row.try_get(4).map_err(failed)?;
        let provenance: Provenance = serde_json::from_str(&provenance).unwrap_or_default();
        let revision = Revision {
            revision: revision_name(row.try_get(2).map_err(failed)?),
            features: row.try_get::<i64, _>(3).map_err(failed)?.unsigned_abs(),
            provenance,
        };
        let (theme, dataset): (String, String) = (
            row.try_get(0).map_err(failed)?,
            row.try_get(1).map_err(failed)?,
        );
        match found.last_mut() {
            Some(last) if last.theme == theme && last.dataset == dataset => {
                last.revisions.push(revision);
            }
            _ => found.push(DatasetState {
                theme,
                dataset,
                published: row
                    .try_get::<Option<i64>, _>(5)
                    .map_err(failed)?
                    .map(revision_name),
                edited: row.try_get::<i64, _>(6).map_err(failed)?.unsigned_abs(),
                revisions: vec![revision],
            }),
        }
    }
    Ok(found)
}
