//! Editing single features: each edit one transaction, its rows locked and compared with what the client saw.
//!
//! Log, history and notice are the triggers', as for whoever edits by SQL.

use std::sync::Arc;

use sqlx::{Executor, PgConnection, Row as _};

use super::PostgisStore;
use super::bind::{insert, update};
use super::rows::read_rows;
use super::sql::{literal, query, raw};
use super::tables::{MANUAL, table_name};
use crate::edits::Row;
use crate::feature::{FeatureId, NewFeature, content_tag};
use crate::store::{Author, Edit, EditError, Editor, KeyHash, Outcome, StoreError};
use crate::theme::Theme;

/// In `extra`: the features a feature came of.
const PARENTS: &str = "parents";
/// In `extra` of superseded rows: the features that came of it.
const CHILDREN: &str = "children";

impl Editor for PostgisStore {
    fn read(&self, theme: &Arc<Theme>, id: FeatureId) -> Result<(String, Row), EditError> {
        let found = self.run(async {
            let mut connection = self.hosts.primary().await?;
            rows(&mut connection, theme, &[id]).await
        })?;
        found.into_iter().next().ok_or(EditError::NotFound(id))
    }

    fn edit(&self, theme: &Arc<Theme>, edit: Edit, author: &Author) -> Result<Outcome, EditError> {
        // The inner result is the edit's, the outer one the way to the database.
        self.run(async { Ok(self.transact(theme, edit, author).await) })?
    }

    fn key_holder(&self, key: &KeyHash) -> Result<Option<String>, StoreError> {
        self.run(self.holder_of(key))
    }
}

impl PostgisStore {
    async fn transact(
        &self,
        theme: &Theme,
        edit: Edit,
        author: &Author,
    ) -> Result<Outcome, EditError> {
        let mut connection = self.hosts.primary().await?;
        let begin = format!(
            "BEGIN;
             SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = '30s';
             SELECT set_config('diaba.who', {}, true), set_config('diaba.origin', {}, true);
             SELECT pg_advisory_xact_lock_shared(diaba.theme_lock({}))",
            literal(&author.who),
            literal(&author.from),
            literal(&theme.id)
        );
        let done = async {
            run(&mut connection, &begin).await?;
            let outcome = make(&mut connection, theme, edit).await?;
            run(&mut connection, "COMMIT").await?;
            Ok(outcome)
        }
        .await;
        if done.is_err() {
            // A connection that cannot even do this is thrown away by the pool when it is next tried.
            let _rolled_back = connection.execute(raw("ROLLBACK")).await;
        }
        done
    }
}

async fn make(
    connection: &mut PgConnection,
    theme: &Theme,
    edit: Edit,
) -> Result<Outcome, EditError> {
    let mut gone = Vec::new();
    let written = match edit {
        Edit::Create(mut feature) => {
            set_lineage(&mut feature, None);
            let id = new_ids(connection, 1).await?;
            write_new(connection, theme, MANUAL, &id, vec![feature]).await?;
            id
        }
        Edit::Replace {
            id,
            tag,
            mut feature,
        } => {
            let old = hold(connection, theme, &[(id, tag)]).await?;
            let parents = old
                .first()
                .and_then(|(_, row)| row.feature.extra.get(PARENTS));
            set_lineage(&mut feature, parents.cloned());
            update(connection, theme, id, &feature)
                .await
                .map_err(refused)?;
            vec![id]
        }
        Edit::Delete { id, tag } => {
            hold(connection, theme, &[(id, tag)]).await?;
            delete(connection, theme, &[id]).await?;
            gone.push(id);
            Vec::new()
        }
        Edit::Split { id, tag, into } => {
            let old = hold(connection, theme, &[(id, tag)]).await?;
            gone.push(id);
            succeed(connection, theme, &old, into).await?
        }
        Edit::Merge { ids, into } => {
            let old = hold(connection, theme, &ids).await?;
            gone.extend(ids.iter().map(|(id, _)| *id));
            succeed(connection, theme, &old, vec![into]).await?
        }
    };
    let rows = rows(connection, theme, &written).await?;
    Ok(Outcome { rows, gone })
}

/// Puts features in the place of others. They belong to the dataset of those, so that a later import of it replaces
/// both; where there are several datasets, to the one of rows made by hand.
async fn succeed(
    connection: &mut PgConnection,
    theme: &Theme,
    old: &[(String, Row)],
    mut new: Vec<NewFeature>,
) -> Result<Vec<FeatureId>, EditError> {
    let dataset = match old {
        [(first, _), rest @ ..] if rest.iter().all(|(d, _)| d == first) => first,
        _ => MANUAL,
    };
    let mut parents: Vec<FeatureId> = old.iter().map(|(_, row)| row.id).collect();
    parents.sort_unstable();
    let parents_json: Vec<u64> = parents.iter().map(|id| id.get()).collect();
    for feature in &mut new {
        set_lineage(feature, Some(parents_json.clone().into()));
    }
    let children = new_ids(connection, new.len()).await?;
    let list: Vec<String> = children.iter().map(FeatureId::to_string).collect();
    let said = format!(
        "SELECT set_config('diaba.children', '[{}]', true)",
        list.join(",")
    );
    run(connection, &said).await?;
    delete(connection, theme, &parents).await?;
    run(connection, "SELECT set_config('diaba.children', '', true)").await?;
    write_new(connection, theme, dataset, &children, new).await?;
    Ok(children)
}

/// Lineage is the register's to say, not the client's.
fn set_lineage(feature: &mut NewFeature, parents: Option<serde_json::Value>) {
    feature.extra.shift_remove(CHILDREN);
    match parents {
        Some(parents) => {
            feature.extra.insert(PARENTS.to_owned(), parents);
        }
        None => {
            feature.extra.shift_remove(PARENTS);
        }
    }
}

/// Locks the rows, in the order of their ids so that two edits never wait for each other, and compares their tags.
async fn hold(
    connection: &mut PgConnection,
    theme: &Theme,
    wanted: &[(FeatureId, Option<String>)],
) -> Result<Vec<(String, Row)>, EditError> {
    let mut ids: Vec<FeatureId> = wanted.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != wanted.len() {
        return Err(EditError::Refused("a feature is named twice".to_owned()));
    }
    let lock = format!(
        "SELECT 1 FROM {} WHERE id = ANY({}) ORDER BY id FOR UPDATE",
        table_name(&theme.id),
        array(&ids)
    );
    run(connection, &lock).await?;
    let found = rows(connection, theme, &ids).await?;
    for (id, tag) in wanted {
        let Some((_, row)) = found.iter().find(|(_, row)| row.id == *id) else {
            return Err(EditError::NotFound(*id));
        };
        let now = content_tag(*id, &row.feature);
        if tag.as_ref().is_some_and(|tag| *tag != now) {
            return Err(EditError::Changed { id: *id, tag: now });
        }
    }
    Ok(found)
}

/// The rows with these ids and their datasets, by id.
async fn rows(
    connection: &mut PgConnection,
    theme: &Theme,
    ids: &[FeatureId],
) -> Result<Vec<(String, Row)>, StoreError> {
    let mut found = Vec::new();
    if !ids.is_empty() {
        let rest = format!("WHERE t.id = ANY({}) ORDER BY t.id", array(ids));
        read_rows(connection, theme, &rest, |dataset, row| {
            found.push((dataset.to_owned(), row));
            Ok(())
        })
        .await?;
    }
    Ok(found)
}

fn array(ids: &[FeatureId]) -> String {
    let list: Vec<String> = ids.iter().map(FeatureId::to_string).collect();
    format!("'{{{}}}'::bigint[]", list.join(","))
}

async fn new_ids(connection: &mut PgConnection, count: usize) -> Result<Vec<FeatureId>, EditError> {
    let rows = query("SELECT nextval('diaba.manual_id') FROM generate_series(1, $1)")
        .bind(count as i64)
        .fetch_all(connection)
        .await
        .map_err(refused)?;
    let used_up = || EditError::Refused("the ids for features made by hand are used up".to_owned());
    rows.iter()
        .map(|row| {
            let id = row.try_get::<i64, _>(0).map_err(refused)?;
            u64::try_from(id)
                .ok()
                .and_then(FeatureId::new)
                .ok_or_else(used_up)
        })
        .collect()
}

async fn write_new(
    connection: &mut PgConnection,
    theme: &Theme,
    dataset: &str,
    ids: &[FeatureId],
    features: Vec<NewFeature>,
) -> Result<(), EditError> {
    for (id, feature) in ids.iter().zip(&features) {
        insert(connection, theme, dataset, *id, feature)
            .await
            .map_err(refused)?;
    }
    Ok(())
}

async fn delete(
    connection: &mut PgConnection,
    theme: &Theme,
    ids: &[FeatureId],
) -> Result<(), EditError> {
    let statement = format!(
        "DELETE FROM {} WHERE id = ANY({})",
        table_name(&theme.id),
        array(ids)
    );
    run(connection, &statement).await
}

async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), EditError> {
    connection
        .execute(raw(statement))
        .await
        .map(|_| ())
        .map_err(refused)
}

/// What the database says of the content is the client's to hear; all else is the home's trouble.
fn refused(e: sqlx::Error) -> EditError {
    let code = e
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        // Data exceptions, integrity constraints, and what PostGIS raises.
        Some(code) if code.starts_with("22") || code.starts_with("23") || code == "XX000" => {
            EditError::Refused(super::sql::reason(&e))
        }
        Some("55P03" | "40P01") => EditError::Store(StoreError::Database(
            "somebody else is writing there just now; try again".to_owned(),
        )),
        _ => EditError::Store(super::sql::failed(e)),
    }
}
