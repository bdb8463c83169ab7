//! Rows of a theme's table, and of the history, as the rest of the house has them.

use futures_util::TryStreamExt;
use sqlx::PgConnection;

use super::copy::{Reader, Tuple};
use super::geometry::from_ewkb;
use super::sql::failed;
use super::tables::{history_columns, row_columns, table_name};
use crate::edits::{Row, Superseded};
use crate::feature::{FeatureId, NewFeature, Value};
use crate::store::StoreError;
use crate::theme::{FieldType, Theme};

/// Gives each row of the theme's table `t` that meets `rest` (`WHERE …`, `ORDER BY …` of `t`) to `each`, with its dataset.
///
/// # Errors
/// [`StoreError::Database`]; what `each` says.
pub(super) async fn read_rows(
    connection: &mut PgConnection,
    theme: &Theme,
    rest: &str,
    mut each: impl FnMut(&str, Row) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let select = format!(
        "SELECT {} FROM {} t {rest}",
        row_columns(theme, "t"),
        table_name(&theme.id)
    );
    copy_out(connection, &select, |tuple| {
        let (dataset, row) = decode(theme, tuple, 0)?;
        each(dataset, row)
    })
    .await
}

/// Gives each row of the history `h` of the theme that meets `condition` to `each`, with its dataset, by serial.
///
/// # Errors
/// As [`read_rows`].
pub(super) async fn read_history(
    connection: &mut PgConnection,
    theme: &Theme,
    condition: &str,
    mut each: impl FnMut(&str, Superseded) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let select = format!(
        "SELECT h.serial, h.valid_to, {} FROM diaba.history h
         CROSS JOIN LATERAL json_populate_record(NULL::{}, h.row) r
         WHERE h.theme = {} AND ({condition}) ORDER BY h.serial",
        history_columns(theme),
        table_name(&theme.id),
        super::sql::literal(&theme.id),
    );
    copy_out(connection, &select, |tuple| {
        let damaged = || StoreError::Database("a row of the history is damaged".to_owned());
        let (dataset, row) = decode(theme, tuple, 2)?;
        let serial = tuple.i64(0).and_then(|n| u64::try_from(n).ok());
        let superseded = Superseded {
            serial: serial.ok_or_else(damaged)?,
            row,
            until: tuple.timestamp(1).ok_or_else(damaged)?,
        };
        each(dataset, superseded)
    })
    .await
}

/// Runs a SELECT by binary COPY: no prepared statement, no types to look up, no row kept.
pub(super) async fn copy_out(
    connection: &mut PgConnection,
    select: &str,
    mut each: impl FnMut(&Tuple<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let statement = format!("COPY ({select}) TO STDOUT (FORMAT binary)");
    let mut stream = connection.copy_out_raw(&statement).await.map_err(failed)?;
    let mut reader = Reader::default();
    let mut refusal = None;
    while let Some(piece) = stream.try_next().await.map_err(failed)? {
        // A stream that is dropped halfway leaves the connection with the rest: it is read to its end.
        if refusal.is_none()
            && let Err(e) = reader.feed(&piece, &mut each)
        {
            refusal = Some(e.unwrap_or_else(cut));
        }
    }
    match refusal {
        Some(e) => Err(e),
        None if reader.is_done() => Ok(()),
        None => Err(cut()),
    }
}

fn cut() -> StoreError {
    StoreError::Database("the rows it sent cannot be read".to_owned())
}

/// The row whose columns begin at `first`, in the order of [`row_columns`].
fn decode<'a>(
    theme: &Theme,
    tuple: &Tuple<'a>,
    first: usize,
) -> Result<(&'a str, Row), StoreError> {
    let id = tuple
        .i64(first)
        .and_then(|id| u64::try_from(id).ok())
        .and_then(FeatureId::new);
    let Some(id) = id else {
        return Err(StoreError::Database(format!(
            "a row of {} has an id that is no number from 0 to 2^53",
            theme.id
        )));
    };
    let refuse = |reason: &str| {
        StoreError::Database(format!("row {id} of {} cannot be read: {reason}", theme.id))
    };
    let dataset = tuple
        .text(first + 1)
        .ok_or_else(|| refuse("it has no dataset"))?;
    let extra = match tuple.text(first + 3) {
        None => serde_json::Map::new(),
        Some(text) => serde_json::from_str(text).map_err(|e| refuse(&e.to_string()))?,
    };
    let geometry = tuple
        .get(first + 4)
        .ok_or_else(|| refuse("it has no geometry"))?;
    let geometry = from_ewkb(geometry).map_err(|e| refuse(&e))?;
    let values = theme
        .fields
        .iter()
        .enumerate()
        .map(|(i, field)| value(field.kind, tuple, first + 5 + i))
        .collect();
    let row = Row {
        id,
        feature: NewFeature {
            geometry,
            values,
            extra,
        },
        since: tuple.timestamp(first + 2),
    };
    Ok((dataset, row))
}

fn value(kind: FieldType, tuple: &Tuple<'_>, column: usize) -> Option<Value> {
    match kind {
        FieldType::Text => tuple.text(column).map(|v| Value::Text(v.to_owned())),
        FieldType::Integer => tuple.i64(column).map(Value::Integer),
        FieldType::Real => tuple.f64(column).map(Value::Real),
        FieldType::Boolean => tuple.bool(column).map(Value::Bool),
        FieldType::Date => tuple.date(column).map(Value::Text),
        FieldType::Json => serde_json::from_str(tuple.text(column)?)
            .ok()
            .map(Value::Json),
    }
}
