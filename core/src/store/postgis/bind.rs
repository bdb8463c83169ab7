//! A single row written by INSERT or UPDATE, its values as parameters.

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres};

use super::geometry::to_ewkb;
use super::sql::{name, query};
use super::tables::{column_type, table_name};
use crate::feature::{FeatureId, NewFeature, Value};
use crate::theme::{FieldType, Theme};

/// Inserts a row.
pub(super) async fn insert(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    id: FeatureId,
    feature: &NewFeature,
) -> Result<(), sqlx::Error> {
    let (columns, places) = lists(theme, 3);
    let statement = format!(
        "INSERT INTO {} (id, dataset, {columns}) VALUES ($1, $2, {places})",
        table_name(&theme.id)
    );
    let query = query(&statement).bind(id.get() as i64).bind(dataset);
    bind(query, theme, feature)?.execute(connection).await?;
    Ok(())
}

/// Gives a row other content.
pub(super) async fn update(
    connection: &mut PgConnection,
    theme: &Theme,
    id: FeatureId,
    feature: &NewFeature,
) -> Result<(), sqlx::Error> {
    let (columns, places) = lists(theme, 2);
    let statement = format!(
        "UPDATE {} SET ({columns}) = ROW({places}) WHERE id = $1",
        table_name(&theme.id)
    );
    let query = query(&statement).bind(id.get() as i64);
    bind(query, theme, feature)?.execute(connection).await?;
    Ok(())
}

/// The columns and the places of their parameters, the first of which has the number `first`.
fn lists(theme: &Theme, first: usize) -> (String, String) {
    let mut columns = "extra, geom".to_owned();
    let mut places = format!("${first}::text::json, ${}::bytea", first + 1);
    for (i, field) in theme.fields.iter().enumerate() {
        columns.push_str(", ");
        columns.push_str(&name(&field.name));
        // Dates and JSON travel as text.
        let through = match field.kind {
            FieldType::Date | FieldType::Json => "::text",
            _ => "",
        };
        let place = format!(", ${}{through}::{}", first + 2 + i, column_type(field.kind));
        places.push_str(&place);
    }
    (columns, places)
}

fn bind<'q>(
    query: Query<'q, Postgres, PgArguments>,
    theme: &Theme,
    feature: &NewFeature,
) -> Result<Query<'q, Postgres, PgArguments>, sqlx::Error> {
    let extra = if feature.extra.is_empty() {
        None
    } else {
        Some(serde_json::to_string(&feature.extra).map_err(|e| sqlx::Error::Encode(e.into()))?)
    };
    let geometry =
        to_ewkb(theme.geometry, &feature.geometry).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let mut query = query.bind(extra).bind(geometry);
    for (i, field) in theme.fields.iter().enumerate() {
        let value = feature.values.get(i).and_then(Option::as_ref);
        query = match (field.kind, value) {
            (FieldType::Integer, Some(Value::Integer(v))) => query.bind(*v),
            (FieldType::Integer, _) => query.bind(None::<i64>),
            (FieldType::Real, value) => query.bind(value.and_then(Value::as_f64)),
            (FieldType::Boolean, Some(Value::Bool(v))) => query.bind(*v),
            (FieldType::Boolean, _) => query.bind(None::<bool>),
            (FieldType::Json, Some(Value::Json(v))) => query.bind(v.to_string()),
            (FieldType::Text | FieldType::Date, Some(Value::Text(v))) => query.bind(v.clone()),
            (FieldType::Text | FieldType::Date | FieldType::Json, _) => query.bind(None::<String>),
        };
    }
    Ok(query)
}
