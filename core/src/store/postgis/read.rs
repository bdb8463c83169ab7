//! Reading the log and the state of the database.

use sqlx::{Connection, PgConnection, Postgres, Transaction};

use super::copy::Tuple;
use super::rows::copy_out;
use super::sql::{failed, literal};
use crate::edits::{Entry, Operation};
use crate::feature::FeatureId;
use crate::shard::Box2;
use crate::store::StoreError;

/// A moment of the database.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// Names the run of transactions: another one after a restore or a failover.
    pub epoch: String,
    /// What was committed, as `pg_snapshot` writes it.
    pub snapshot: String,
    /// How far the log of writes had come.
    pub wal: String,
}

/// A read-only transaction that sees one moment; it ends when it is dropped.
pub(super) async fn reading(
    connection: &mut PgConnection,
) -> Result<Transaction<'_, Postgres>, StoreError> {
    connection
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await
        .map_err(failed)
}

/// The moment it is; to be asked of the primary.
pub(super) async fn moment(connection: &mut PgConnection) -> Result<Moment, StoreError> {
    let mut found = None;
    copy_out(
        connection,
        "SELECT diaba.epoch(), pg_current_snapshot()::text, pg_current_wal_lsn()::text",
        |tuple| {
            let text = |i| tuple.text(i).unwrap_or_default().to_owned();
            found = Some(Moment {
                epoch: text(0),
                snapshot: text(1),
                wal: text(2),
            });
            Ok(())
        },
    )
    .await?;
    found.ok_or_else(|| StoreError::Database("it does not say which one it is".to_owned()))
}

/// Whether what this server shows has come as far as that; a primary always has.
pub(super) async fn has_replayed(
    connection: &mut PgConnection,
    wal: &str,
) -> Result<bool, StoreError> {
    let mut has = false;
    let select = format!(
        "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= {}::pg_lsn",
        literal(wal)
    );
    copy_out(connection, &select, |tuple| {
        has = tuple.bool(0).unwrap_or_default();
        Ok(())
    })
    .await?;
    Ok(has)
}

/// Whose entry it is.
pub(super) struct Owner<'a> {
    pub theme: &'a str,
    pub dataset: &'a str,
    pub revision: i64,
}

/// Gives the log's entries of single rows that meet `condition` to `each`, by serial.
pub(super) async fn entries(
    connection: &mut PgConnection,
    condition: &str,
    mut each: impl FnMut(&Owner<'_>, Entry),
) -> Result<(), StoreError> {
    let select = format!(
        "SELECT theme, dataset, revision, serial, feature, operation::text,
                old_box[1], old_box[2], old_box[3], old_box[4], new_box[1], new_box[2], new_box[3], new_box[4]
         FROM diaba.change c WHERE feature IS NOT NULL AND {condition} ORDER BY serial"
    );
    copy_out(connection, &select, |tuple| {
        let damaged = || StoreError::Database("an entry of the change log is damaged".to_owned());
        let (owner, entry) = entry(tuple).ok_or_else(damaged)?;
        each(&owner, entry);
        Ok(())
    })
    .await
}

fn entry<'a>(tuple: &Tuple<'a>) -> Option<(Owner<'a>, Entry)> {
    let owner = Owner {
        theme: tuple.text(0)?,
        dataset: tuple.text(1)?,
        revision: tuple.i64(2)?,
    };
    let bbox = |first: usize| {
        Some(Box2 {
            min_x: tuple.f64(first)?,
            min_y: tuple.f64(first + 1)?,
            max_x: tuple.f64(first + 2)?,
            max_y: tuple.f64(first + 3)?,
        })
    };
    let entry = Entry {
        serial: tuple.i64(3)?.try_into().ok()?,
        id: FeatureId::new(tuple.i64(4)?.try_into().ok()?)?,
        operation: match tuple.text(5)? {
            "insert" => Operation::Insert,
            "update" => Operation::Update,
            "delete" => Operation::Delete,
            _ => return None,
        },
        old: bbox(6),
        new: bbox(10),
    };
    Some((owner, entry))
}
