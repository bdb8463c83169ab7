//! The checks of an import into the database, and the findings that go with it in the same transaction.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sqlx::PgConnection;

use super::arrival::{Arrival, bring_indexes_back};
use super::import::{DatabaseStaging, flag, run};
use super::rows::read_rows;
use super::settled::{BESIDE, near, settled};
use super::sql::literal;
use super::tables::table_name;
use crate::quality::{Checked, Communes};
use crate::shard::{Box2, Provenance, RowWriter, files, lay};
use crate::store::StoreError;
use crate::store::findings::{CommuneReader, FINDINGS, Gate, Part, Shards, findings_dataset, read};
use crate::theme::Theme;

/// Rows one statement takes away.
const AT_ONCE: usize = 1_000;

/// Checks the rows of the staging's dataset as they are within its transaction, and puts what is found in the place of its
/// findings, also of one without rows. What its linework showed stays where `linework` says so.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn renew(
    staging: &mut DatabaseStaging,
    linework: bool,
) -> Result<Checked, StoreError> {
    let mut gate = Gate::open(staging.store.catalogue());
    let (theme, dataset) = (Arc::clone(&staging.theme), staging.dataset.clone());
    let own = |name: &str| format!("WHERE t.dataset = {}", literal(name));
    if let Some(findings) = gate.findings().cloned().filter(|_| linework) {
        let rows = own(&findings_dataset(&theme.id, &dataset));
        read_rows(staging.connection()?, &findings, &rows, |_, row| {
            gate.linework.extend(
                read(&findings, &row.feature.values, row.feature.geometry)
                    .filter(|finding| finding.kind.is_of_linework()),
            );
            Ok(())
        })
        .await?;
    }
    let mut writer = RowWriter::new(Arc::clone(&theme), &dataset, crate::crs::Crs::WORKING)?;
    if theme.topology.is_some() {
        read_rows(staging.connection()?, &theme, &own(&dataset), |_, row| {
            // A row that cannot be kept is the server's to report.
            let _left_out = writer.push(&row, None);
            Ok(())
        })
        .await?;
    }
    let checked = if writer.is_empty() {
        gate.linework.drain(..).collect()
    } else {
        writer.finish(&staging.folder.path().join(files::SURVEYED))?;
        check(staging, &gate).await?
    };
    replace(staging, &checked, &gate).await?;
    Ok(checked)
}

/// Checks the records in the staging's folder against each other and the table's rows beside them.
///
/// # Errors
/// [`StoreError::Findings`] where the gate is shut; [`StoreError`].
pub(super) async fn check(
    staging: &mut DatabaseStaging,
    gate: &Gate,
) -> Result<Checked, StoreError> {
    let theme = Arc::clone(&staging.theme);
    let dataset = staging.dataset.clone();
    let Some(rules) = &theme.topology else {
        return gate.check(&theme, &dataset, None, &Communes::default());
    };
    let units = rules
        .commune
        .as_ref()
        .and_then(|rule| gate.catalogue.theme(&rule.theme).map(|units| (rule, units)));
    let communes = match units
        .and_then(|(rule, units)| CommuneReader::new(rule, units).map(|reader| (units, reader)))
    {
        Some((units, reader)) => communes(staging.connection()?, units, reader).await?,
        None => Communes::default(),
    };
    let folder = staging.folder.path().to_owned();
    let ground = staging.ground.take();
    let laid = || -> Result<Part, StoreError> {
        if let Some(ground) = ground {
            ground.finish(&folder.join(files::SURVEYED))?;
        }
        lay::index(&folder, &theme)?;
        Ok(Part::open(&folder, &dataset, &theme)?)
    };
    let found = |own: Part, beside: Vec<Part>| {
        let shards = Shards::new(Arc::clone(&theme), own, beside);
        gate.check(&theme, &dataset, Some(&shards), &communes)
    };
    if staging.arrival != Arrival::BareTable {
        let own = laid()?;
        let beside = beside(staging.connection()?, &theme, &own, &dataset, &folder).await?;
        return found(own, beside);
    }
    // The table was empty, so nothing lies beside; the database makes its indexes while the records are checked here.
    let connection = staging.connection()?;
    let (checked, brought) = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let checked = scope.spawn(|| found(laid()?, Vec::new()));
            let talk = bring_indexes_back(connection, &theme.id);
            let brought = tokio::runtime::Handle::current().block_on(talk);
            let checked = checked
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (checked, brought)
        })
    });
    brought?;
    staging.arrival = Arrival::Table;
    checked
}

/// Rows of other datasets that lie beside the records, each dataset in a folder for itself.
async fn beside(
    connection: &mut PgConnection,
    theme: &Arc<Theme>,
    own: &Part,
    dataset: &str,
    folder: &Path,
) -> Result<Vec<Part>, StoreError> {
    let extent = own.extent().widened(1.0);
    if extent.is_empty() {
        return Ok(Vec::new());
    }
    let rest = format!(
        "WHERE t.dataset <> {} AND {}",
        literal(dataset),
        near(connection, &extent).await?
    );
    let mut writers: BTreeMap<String, RowWriter> = BTreeMap::new();
    read_rows(connection, theme, &rest, |other, row| {
        let mut reach = Box2::EMPTY;
        for c in geo::CoordsIter::coords_iter(&row.feature.geometry) {
            reach.extend(c.x, c.y);
        }
        if !own.any_near(&reach.widened(1.0)) {
            return Ok(());
        }
        let writer = if let Some(writer) = writers.get_mut(other) {
            writer
        } else {
            let made = RowWriter::new(Arc::clone(theme), other, crate::crs::Crs::WORKING)?;
            writers.entry(other.to_owned()).or_insert(made)
        };
        // A row that cannot be kept is the server's to report.
        let _left_out = writer.push(&row, None);
        Ok(())
    })
    .await?;
    let mut parts = Vec::new();
    for (i, (other, writer)) in writers.into_iter().enumerate() {
        if writer.is_empty() {
            continue;
        }
        let place = folder.join(format!("{BESIDE}{i}"));
        std::fs::create_dir_all(&place).map_err(|e| StoreError::io(&place, e))?;
        writer.finish(&place.join(files::SURVEYED))?;
        lay::index(&place, theme)?;
        parts.push(Part::open(&place, &other, theme)?);
    }
    Ok(parts)
}

async fn communes(
    connection: &mut PgConnection,
    units: &Theme,
    mut reader: CommuneReader<'_>,
) -> Result<Communes, StoreError> {
    read_rows(connection, units, "", |_, row| {
        reader.take(&row.feature.values, row.feature.geometry);
        Ok(())
    })
    .await?;
    Ok(reader.done())
}

/// Puts the findings in the place of those of the dataset's last import, in the transaction of this one. What others say
/// of the dataset is not true any more and goes, as do their gaps which it fills; what still is true is among the new ones.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn replace(
    staging: &mut DatabaseStaging,
    checked: &Checked,
    gate: &Gate,
) -> Result<(), StoreError> {
    let Some(findings) = gate.findings() else {
        return Ok(());
    };
    let (theme, dataset) = (Arc::clone(&staging.theme), staging.dataset.clone());
    let table = table_name(FINDINGS);
    let settled = settled(staging, findings).await?;
    // Rows go one by one, as if by hand: the log and the history say so, and servers follow.
    run(staging.connection()?, "SET LOCAL diaba.import = 'off'").await?;
    for ids in settled.chunks(AT_ONCE) {
        let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
        let gone = format!("DELETE FROM {table} WHERE id IN ({})", ids.join(", "));
        run(staging.connection()?, &gone).await?;
    }
    let name = findings_dataset(&theme.id, &dataset);
    let there = format!(
        "SELECT EXISTS (SELECT FROM {table} WHERE dataset = {})",
        literal(&name)
    );
    let there = flag(staging.connection()?, &there).await?;
    if checked.findings.is_empty() {
        if there {
            let gone = format!("DELETE FROM {table} WHERE dataset = {}", literal(&name));
            run(staging.connection()?, &gone).await?;
        }
        return Ok(());
    }
    run(
        staging.connection()?,
        "DROP TABLE IF EXISTS pg_temp.diaba_staging, pg_temp.diaba_superseded, pg_temp.diaba_moment",
    )
    .await?;
    staging.turn_to(findings, &name).await?;
    // Rows are sent by whoever makes them, who waits for the database.
    let received = tokio::task::block_in_place(|| {
        let mut writer = staging.writer()?;
        for record in Gate::records(findings, &theme, &dataset, checked) {
            writer.push(&record)?;
        }
        staging.receive(writer)
    })?;
    let provenance = Provenance {
        format: "diaba".to_owned(),
        ..Provenance::default()
    };
    staging.publish(&received, &provenance, true).await?;
    Ok(())
}
