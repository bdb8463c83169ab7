//! The tables of the themes, brought to what the theme files say: columns are added and renamed, never dropped, and
//! never change their type.

use std::collections::BTreeMap;

use sqlx::{Executor, PgConnection, Row};

use super::migrate::Migrated;
use super::sql::{self, failed, literal, name, query, raw};
use super::tables::{MANUAL, OWN_COLUMNS, SCHEMA, column_type, geometry_type, table_name};
use super::triggers;
use crate::store::StoreError;
use crate::theme::{Catalogue, Field, Theme};

/// Tables of the schema that are no theme's.
const FIXED: [&str; 10] = [
    "instance",
    "dataset",
    "dataset_revision",
    "change",
    "history",
    "code",
    "code_warnings",
    "api_key",
    "index_aside",
    "_sqlx_migrations",
];
/// Longest name PostgreSQL keeps whole, less the longest addition of ours.
const LONGEST: usize = 63 - "_dataset".len();

/// Brings every theme's table up to date.
pub(super) async fn themes(
    connection: &mut PgConnection,
    postgis: &str,
    catalogue: &Catalogue,
    report: &mut Migrated,
) -> Result<(), StoreError> {
    for theme in catalogue.themes() {
        check_names(theme)?;
        let columns = columns(connection, &theme.id).await?;
        if columns.is_empty() {
            create(connection, theme).await?;
            report.done.push(format!("the table {} was made", theme.id));
        } else {
            alter(connection, theme, &columns, report).await?;
        }
        index(connection, theme, report).await?;
        comment(connection, theme).await?;
        triggers::install(connection, theme, postgis).await?;
        query("INSERT INTO diaba.dataset (theme, dataset, revision) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING")
            .bind(&theme.id)
            .bind(MANUAL)
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
    }
    Ok(())
}

fn check_names(theme: &Theme) -> Result<(), StoreError> {
    let refuse = |reason: String| {
        Err(StoreError::Database(format!(
            "theme {}: {reason}",
            theme.id
        )))
    };
    if FIXED.contains(&theme.id.as_str()) {
        return refuse("a table of this name is Diaba's own; call the theme otherwise".to_owned());
    }
    for field in &theme.fields {
        if OWN_COLUMNS.contains(&field.name.as_str()) {
            return refuse(format!(
                "a column {} is Diaba's own; call the field otherwise",
                field.name
            ));
        }
    }
    let longest = theme.fields.iter().map(|f| &f.name).chain([&theme.id]);
    match longest.max_by_key(|n| n.len()) {
        Some(long) if long.len() > LONGEST => {
            refuse(format!("{long} is longer than {LONGEST} bytes"))
        }
        _ => Ok(()),
    }
}

/// The table's columns and their types; none where there is no table.
async fn columns(
    connection: &mut PgConnection,
    theme: &str,
) -> Result<BTreeMap<String, String>, StoreError> {
    query(
        "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
         JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
    )
    .bind(SCHEMA)
    .bind(theme)
    .fetch_all(connection)
    .await
    .and_then(|rows| rows.iter().map(|r| Ok((r.try_get(0)?, r.try_get(1)?))).collect())
    .map_err(failed)
}

async fn create(connection: &mut PgConnection, theme: &Theme) -> Result<(), StoreError> {
    let table = table_name(&theme.id);
    let mut fields = String::new();
    for field in &theme.fields {
        fields.push_str(&name(&field.name));
        fields.push(' ');
        fields.push_str(column_type(field.kind));
        fields.push_str(",\n");
    }
    let statement = format!(
        "CREATE TABLE {table} (
           id bigint PRIMARY KEY DEFAULT nextval('diaba.manual_id') CHECK (id >= 0 AND id < 9007199254740992),
           dataset text NOT NULL DEFAULT '{MANUAL}',
           {fields}
           extra json CHECK (json_typeof(extra) = 'object'),
           geom {} NOT NULL CHECK (NOT ST_IsEmpty(geom)),
           valid_from timestamptz NOT NULL DEFAULT now())",
        geometry_type(theme.geometry)
    );
    connection.execute(raw(&statement)).await.map_err(failed)?;
    Ok(())
}

async fn alter(
    connection: &mut PgConnection,
    theme: &Theme,
    columns: &BTreeMap<String, String>,
    report: &mut Migrated,
) -> Result<(), StoreError> {
    let table = table_name(&theme.id);
    let differs = |column: &str, found: &str, wanted: &str| {
        StoreError::Database(format!(
            "the column {column} of {} is {found} in the database and {wanted} in the theme; a type is never changed by \
             itself. Call the field otherwise in the theme, or convert the column by ALTER TABLE and migrate again",
            theme.id
        ))
    };
    let geometry = geometry_type(theme.geometry);
    match columns.get("geom") {
        Some(found) if found.ends_with(geometry) => {}
        found => {
            let found = found.map_or("nothing", String::as_str);
            return Err(differs("geom", found, geometry));
        }
    }
    for field in &theme.fields {
        let wanted = column_type(field.kind);
        let earlier = field.was.iter().find_map(|was| {
            let free = theme.field_index(was).is_none();
            columns.get(was).filter(|_| free).map(|kind| (was, kind))
        });
        let statement = match (columns.get(&field.name), earlier) {
            (Some(found), _) if found == wanted => continue,
            (Some(found), _) => return Err(differs(&field.name, found, wanted)),
            (None, Some((was, found))) if found == wanted => {
                report
                    .done
                    .push(format!("{}.{was} was renamed to {}", theme.id, field.name));
                format!(
                    "ALTER TABLE {table} RENAME COLUMN {} TO {}",
                    name(was),
                    name(&field.name)
                )
            }
            (None, Some((was, found))) => return Err(differs(was, found, wanted)),
            (None, None) => {
                report
                    .done
                    .push(format!("{}.{} was added", theme.id, field.name));
                format!(
                    "ALTER TABLE {table} ADD COLUMN {} {wanted}",
                    name(&field.name)
                )
            }
        };
        connection.execute(raw(&statement)).await.map_err(failed)?;
    }
    let known = |column: &str| {
        OWN_COLUMNS.contains(&column)
            || theme
                .fields
                .iter()
                .any(|f| f.name == column || f.was.iter().any(|w| w == column))
    };
    for column in columns.keys().filter(|c| !known(c)) {
        report.left.push(format!(
            "{}.{column} is no field of the theme; it stays",
            theme.id
        ));
    }
    Ok(())
}

/// Indexes: geometry, dataset, business key. The key's is made anew where the key is another one.
async fn index(
    connection: &mut PgConnection,
    theme: &Theme,
    report: &mut Migrated,
) -> Result<(), StoreError> {
    let table = table_name(&theme.id);
    let own = |what: &str| name(&format!("{}_{what}", theme.id));
    let fixed = format!(
        "CREATE INDEX IF NOT EXISTS {} ON {table} USING gist (geom);
         CREATE INDEX IF NOT EXISTS {} ON {table} (dataset)",
        own("geom"),
        own("dataset")
    );
    connection.execute(raw(&fixed)).await.map_err(failed)?;
    let key: Vec<String> = theme
        .key
        .iter()
        .filter_map(|&i| theme.fields.get(i))
        .filter(|f| f.kind != crate::theme::FieldType::Json)
        .map(|f| name(&f.name))
        .collect();
    let wanted = key.join(", ");
    let index = format!("{SCHEMA}.{}", own("key"));
    let found: Option<String> = query("SELECT obj_description(to_regclass($1), 'pg_class')")
        .bind(&index)
        .fetch_one(&mut *connection)
        .await
        .and_then(|row| row.try_get(0))
        .map_err(failed)?;
    if key.is_empty() || found.as_deref() == Some(&wanted) {
        return Ok(());
    }
    if found.is_some() {
        report
            .done
            .push(format!("the index of {}'s key was made anew", theme.id));
    }
    let statement = format!(
        "DROP INDEX IF EXISTS {index}; CREATE INDEX {} ON {table} ({wanted}); COMMENT ON INDEX {index} IS {}",
        own("key"),
        literal(&wanted)
    );
    connection.execute(raw(&statement)).await.map_err(failed)?;
    Ok(())
}

async fn comment(connection: &mut PgConnection, theme: &Theme) -> Result<(), StoreError> {
    let table = table_name(&theme.id);
    let mut text = format!(
        "COMMENT ON TABLE {table} IS {};
         COMMENT ON COLUMN {table}.id IS 'Mã đối tượng · feature id';
         COMMENT ON COLUMN {table}.dataset IS 'Bộ dữ liệu · dataset';
         COMMENT ON COLUMN {table}.extra IS 'Trường khác của tệp nguồn · further fields of the source';
         COMMENT ON COLUMN {table}.geom IS 'Hình theo VN-2000 / TM-3 107-00 (EPSG:9214), mét · geometry, metres';
         COMMENT ON COLUMN {table}.valid_from IS 'Có hiệu lực từ · stands so since';",
        literal(&format!("{} · {}", theme.title.vi, theme.title.en))
    );
    for field in &theme.fields {
        let column = format!(
            "COMMENT ON COLUMN {table}.{} IS {};",
            name(&field.name),
            literal(&titled(field))
        );
        text.push_str(&column);
    }
    connection.execute(raw(&text)).await.map_err(failed)?;
    Ok(())
}

fn titled(field: &Field) -> String {
    let unit = field
        .unit
        .as_ref()
        .map(|u| format!(" ({u})"))
        .unwrap_or_default();
    format!("{} · {}{unit}", field.title.vi, field.title.en)
}

/// Copies the code lists, and says in the view `code_warnings` which values are in none of them: a warning to whoever
/// looks, never a reason to refuse a row.
pub(super) async fn codes(
    connection: &mut PgConnection,
    catalogue: &Catalogue,
) -> Result<(), StoreError> {
    connection
        .execute(raw("DELETE FROM diaba.code"))
        .await
        .map_err(failed)?;
    let (mut lists, mut codes, mut vi, mut en, mut current) =
        (vec![], vec![], vec![], vec![], vec![]);
    for list in catalogue.code_lists() {
        for code in list.codes() {
            lists.push(list.id.as_str());
            codes.push(code.code.as_str());
            vi.push(code.title.vi.as_str());
            en.push(code.title.en.as_str());
            current.push(list.is_current(code));
        }
    }
    // A code that meant something else before has an entry for each meaning; the one in force is shown.
    query(
        "INSERT INTO diaba.code SELECT DISTINCT ON (list, code) list, code, vi, en, current
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[]) u(list, code, vi, en, current)
         ORDER BY list, code, current DESC",
    )
    .bind(&lists)
    .bind(&codes)
    .bind(&vi)
    .bind(&en)
    .bind(&current)
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    let mut parts = Vec::new();
    for theme in catalogue.themes() {
        for field in theme
            .fields
            .iter()
            .filter(|f| f.kind == crate::theme::FieldType::Text)
        {
            let Some(list) = &field.code_list else {
                continue;
            };
            let column = name(&field.name);
            parts.push(format!(
                "SELECT {}::text AS theme, t.dataset, t.id, {}::text AS field, t.{column} AS value, {}::text AS list FROM {} t
                 WHERE t.{column} IS NOT NULL AND NOT EXISTS
                   (SELECT FROM diaba.code c WHERE c.list = {} AND c.code = t.{column} AND c.current)",
                literal(&theme.id),
                literal(&field.name),
                literal(&list.id),
                table_name(&theme.id),
                literal(&list.id),
            ));
        }
    }
    if parts.is_empty() {
        parts.push("SELECT ''::text AS theme, ''::text AS dataset, 0::bigint AS id, ''::text AS field, ''::text AS value, ''::text AS list WHERE false".to_owned());
    }
    let view = format!(
        "CREATE OR REPLACE VIEW diaba.code_warnings AS {};
         COMMENT ON VIEW diaba.code_warnings IS 'Giá trị không có trong danh mục mã hiện hành · values that are in no code list in force'",
        parts.join(" UNION ALL ")
    );
    connection.execute(raw(&view)).await.map_err(|e| {
        StoreError::Database(format!(
            "the view code_warnings cannot be made: {}",
            sql::reason(&e)
        ))
    })?;
    Ok(())
}
