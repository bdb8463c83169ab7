//! What staged rows make other than the rows of a dataset.

use sqlx::{Executor, PgConnection, Row};

use super::sql::{failed, literal, name, raw};
use super::tables::table_name;
use crate::feature::FeatureId;
use crate::shard::ids::KEY_SEPARATOR;
use crate::store::difference::LISTED;
use crate::store::{Changed, Difference, StoreError};
use crate::theme::{FieldType, Theme};

/// Compares the rows that [`super::replace::mark`] found to be other; before any of them is replaced.
pub(super) async fn difference(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    before: &str,
) -> Result<Difference, StoreError> {
    let asked = Asked {
        theme,
        table: table_name(&theme.id),
        dataset: literal(dataset),
    };
    let mut counts = vec![
        "count(*) FILTER (WHERE s.id IS NULL)".to_owned(),
        format!("count(*) FILTER (WHERE {MOVED})"),
        format!(
            "count(*) FILTER (WHERE s.id IS NOT NULL AND {})",
            asked.other()
        ),
    ];
    for (_, other) in asked.fields() {
        counts.push(format!(
            "count(*) FILTER (WHERE s.id IS NOT NULL AND {other})"
        ));
    }
    let select = format!("SELECT {} {}", counts.join(", "), asked.superseded());
    let row = connection.fetch_one(raw(&select)).await.map_err(failed)?;
    let at = |i: usize| -> Result<u64, StoreError> {
        row.try_get::<i64, _>(i)
            .map(i64::unsigned_abs)
            .map_err(failed)
    };
    let mut found = Difference {
        before: before.to_owned(),
        removed: at(0)?,
        changed_geometry: at(1)?,
        changed_attributes: at(2)?,
        ..Difference::default()
    };
    for (i, (field, _)) in asked.fields().into_iter().enumerate() {
        let count = at(3 + i)?;
        if count > 0 {
            found.fields.insert(field, count);
        }
    }
    let added = format!(
        "FROM pg_temp.diaba_staging s WHERE NOT EXISTS (SELECT FROM {} t WHERE t.id = s.id AND t.dataset = {})",
        asked.table, asked.dataset
    );
    let count = format!("SELECT count(*), (SELECT count(*) FROM pg_temp.diaba_staging) {added}");
    let row = connection.fetch_one(raw(&count)).await.map_err(failed)?;
    found.added = row.try_get::<i64, _>(0).map_err(failed)?.unsigned_abs();
    let staged = row.try_get::<i64, _>(1).map_err(failed)?.unsigned_abs();
    let superseded = asked.superseded();
    let other = format!("SELECT count(*) {superseded} WHERE s.id IS NOT NULL");
    let row = connection.fetch_one(raw(&other)).await.map_err(failed)?;
    let changed = row.try_get::<i64, _>(0).map_err(failed)?.unsigned_abs();
    found.unchanged = staged.saturating_sub(found.added + changed);
    found.first_added = asked.first(connection, "s", &added).await?;
    let listed = |condition: &str| format!("{superseded} WHERE {condition}");
    found.first_removed = asked
        .first(connection, "t", &listed("s.id IS NULL"))
        .await?;
    found.first_changed_geometry = asked.first(connection, "s", &listed(MOVED)).await?;
    let other = format!("s.id IS NOT NULL AND {}", asked.other());
    found.first_changed_attributes = asked.first(connection, "s", &listed(&other)).await?;
    Ok(found)
}

/// To the bit: the geometry's own equality is one of boxes.
const MOVED: &str = "ST_AsEWKB(s.geom) <> ST_AsEWKB(t.geom)";

struct Asked<'a> {
    theme: &'a Theme,
    table: String,
    dataset: String,
}

impl Asked<'_> {
    /// The rows that are replaced, each with what takes its place.
    fn superseded(&self) -> String {
        format!(
            "FROM {} t JOIN pg_temp.diaba_superseded u ON u.id = t.id LEFT JOIN pg_temp.diaba_staging s ON s.id = t.id",
            self.table
        )
    }

    /// Each field, and when it is another.
    fn fields(&self) -> Vec<(String, String)> {
        let compared = |field: &str, json: bool| {
            let column = name(field);
            // json has no equality; its text has.
            let text = if json { "::text" } else { "" };
            format!("s.{column}{text} IS DISTINCT FROM t.{column}{text}")
        };
        let fields = self.theme.fields.iter();
        fields
            .map(|f| (f.name.clone(), compared(&f.name, f.kind == FieldType::Json)))
            .chain([("extra".to_owned(), compared("extra", true))])
            .collect()
    }

    /// When any of them is.
    fn other(&self) -> String {
        let all: Vec<String> = self.fields().into_iter().map(|(_, other)| other).collect();
        format!("({})", all.join(" OR "))
    }

    async fn first(
        &self,
        connection: &mut PgConnection,
        of: &str,
        rest: &str,
    ) -> Result<Vec<Changed>, StoreError> {
        let parts: Vec<String> = self
            .theme
            .key
            .iter()
            .filter_map(|&i| self.theme.fields.get(i))
            .map(|field| format!("coalesce({of}.{}::text, '')", name(&field.name)))
            .collect();
        let key = if parts.is_empty() {
            "''".to_owned()
        } else {
            parts.join(" || '/' || ")
        };
        let select = format!("SELECT {of}.id, {key} {rest} ORDER BY {of}.id LIMIT {LISTED}");
        let rows = connection.fetch_all(raw(&select)).await.map_err(failed)?;
        rows.iter()
            .map(|row| {
                let id: i64 = row.try_get(0).map_err(failed)?;
                let key: String = row.try_get(1).map_err(failed)?;
                Ok(Changed {
                    id: FeatureId::new(id.unsigned_abs()).unwrap_or(FeatureId::MIN),
                    key: key.replace(KEY_SEPARATOR, "/"),
                })
            })
            .collect()
    }
}
