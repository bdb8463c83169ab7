//! Findings of other datasets that a dataset's new records settle, within the import's transaction.

use std::path::Path;
use std::sync::Arc;

use sqlx::{Executor, PgConnection, Row};

use super::import::DatabaseStaging;
use super::rows::read_rows;
use super::sql::{failed, literal, raw};
use super::tables::SRID;
use crate::shard::{Box2, files};
use crate::store::StoreError;
use crate::store::findings::{Changed, Part, Shards};
use crate::theme::Theme;

/// Folders of the datasets beside the one that is checked, by number.
pub(super) const BESIDE: &str = "beside-";
/// The schema PostGIS is in, which need not be on anybody's search path.
const WHERE_POSTGIS_IS: &str = "SELECT quote_ident(n.nspname) FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'";

/// The findings of other datasets that the records in the staging's folder settle, by id.
pub(super) async fn settled(
    staging: &mut DatabaseStaging,
    findings: &Theme,
) -> Result<Vec<u64>, StoreError> {
    let (theme, dataset) = (Arc::clone(&staging.theme), staging.dataset.clone());
    let shards = checked_shards(staging.folder.path(), &theme, &dataset)?;
    let changed = Changed::new(&dataset, shards.as_ref(), theme.topology.as_ref());
    let mut condition = format!("bo_du_lieu_khac = {}", literal(&dataset));
    if let Some(reach) = changed.reach() {
        let near = near(staging.connection()?, reach).await?;
        condition = format!("({condition} OR (loai_loi IN ('gap', 'sliver') AND {near}))");
    }
    let rest = format!(
        "WHERE chuyen_de = {} AND bo_du_lieu <> {} AND {condition}",
        literal(&theme.id),
        literal(&dataset)
    );
    let mut settled = Vec::new();
    read_rows(staging.connection()?, findings, &rest, |_, row| {
        if changed.settles(findings, &row.feature.values, &row.feature.geometry) {
            settled.push(row.id.get());
        }
        Ok(())
    })
    .await?;
    Ok(settled)
}

/// What [`check`] left in the folder; none where nothing was checked.
fn checked_shards(
    folder: &Path,
    theme: &Arc<Theme>,
    dataset: &str,
) -> Result<Option<Shards>, StoreError> {
    if theme.topology.is_none() || !folder.join(files::INDEX).is_file() {
        return Ok(None);
    }
    let own = Part::open(folder, dataset, theme)?;
    let beside = (0..)
        .map(|i| folder.join(format!("{BESIDE}{i}")))
        .take_while(|place| place.is_dir())
        .map(|place| Part::open(&place, "", theme))
        .collect::<Result<_, _>>()?;
    Ok(Some(Shards::new(Arc::clone(theme), own, beside)))
}

/// The condition that a row `t` comes near the box.
pub(super) async fn near(connection: &mut PgConnection, b: &Box2) -> Result<String, StoreError> {
    let postgis: String = connection
        .fetch_one(raw(WHERE_POSTGIS_IS))
        .await
        .and_then(|row| row.try_get(0))
        .map_err(failed)?;
    let polygon = format!(
        "SRID={SRID};POLYGON(({0} {1},{2} {1},{2} {3},{0} {3},{0} {1}))",
        b.min_x, b.min_y, b.max_x, b.max_y
    );
    Ok(format!(
        "t.geom OPERATOR({postgis}.&&) {}::{postgis}.geometry",
        literal(&polygon)
    ))
}
