//! `diaba migrate`: the schema brought to what this version and its themes need, in one transaction.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::error::BoxDynError;
use sqlx::migrate::{Migration, MigrationSource, MigrationType, Migrator};
use sqlx::{Connection, Executor, PgConnection, Row};

use super::hosts::Hosts;
use super::reconcile;
use super::roles;
use super::sql::{failed, query, raw};
use super::tables::SRID;
use crate::crs::Crs;
use crate::store::StoreError;
use crate::theme::Catalogue;

/// The fixed tables, oldest first. What was released is never changed: what comes later is another file.
const FIXED: [(i64, &str, &str); 4] = [
    (1, "tables", include_str!("migrations/0001_tables.sql")),
    (
        2,
        "revisions",
        include_str!("migrations/0002_revisions.sql"),
    ),
    (3, "findings", include_str!("migrations/0003_findings.sql")),
    (
        4,
        "triggers aside",
        include_str!("migrations/0004_triggers_aside.sql"),
    ),
];
/// Nobody else migrates meanwhile.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtextextended('diaba/migrate', 0))";

/// What a migration did, each step a sentence; empty where nothing was to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrated {
    /// What was changed.
    pub done: Vec<String>,
    /// What an operator should know and the migration left alone.
    pub left: Vec<String>,
}

impl super::PostgisStore {
    /// Brings the database's schema to what this version and the catalogue's themes need. Either all of it happens or
    /// nothing; done twice it changes nothing the second time.
    ///
    /// # Errors
    /// [`StoreError::Database`]: out of reach, a privilege missing, or a column that cannot become what its theme says.
    pub fn migrate(&self) -> Result<Migrated, StoreError> {
        self.run(migrate(&self.direct, &self.catalogue))
    }
}

async fn migrate(hosts: &Hosts, catalogue: &Arc<Catalogue>) -> Result<Migrated, StoreError> {
    let mut connection = hosts.alone().await?;
    let mut transaction = connection.begin().await.map_err(failed)?;
    let mut report = Migrated::default();
    transaction.execute(raw(LOCK)).await.map_err(failed)?;
    let postgis = extension(&mut transaction, &mut report).await?;
    fixed(&mut transaction, &postgis, &mut report).await?;
    planes(&mut transaction, &postgis, &mut report).await?;
    identity(&mut transaction, &mut report).await?;
    roles::create(&mut transaction, &mut report).await?;
    reconcile::themes(&mut transaction, &postgis, catalogue, &mut report).await?;
    reconcile::codes(&mut transaction, catalogue).await?;
    roles::grant(&mut transaction, catalogue).await?;
    transaction.commit().await.map_err(failed)?;
    // The server hears of a connection that ends; nothing can be done about one that does not end well.
    let _ended = connection.close().await;
    Ok(report)
}

/// Finds PostGIS, or asks for it; gives the schema it is in.
async fn extension(
    connection: &mut PgConnection,
    report: &mut Migrated,
) -> Result<String, StoreError> {
    const FIND: &str = "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                        WHERE e.extname = 'postgis'";
    if let Some(row) = connection.fetch_optional(raw(FIND)).await.map_err(failed)? {
        return row.try_get(0).map_err(failed);
    }
    connection
        .execute(raw("CREATE EXTENSION postgis"))
        .await
        .map_err(|e| {
            StoreError::Database(format!(
                "PostGIS is not in this database and cannot be added ({}); have a superuser run CREATE EXTENSION postgis",
                super::sql::reason(&e)
            ))
        })?;
    report
        .done
        .push("the extension postgis was added".to_owned());
    let row = connection.fetch_one(raw(FIND)).await.map_err(failed)?;
    row.try_get(0).map_err(failed)
}

/// The migrations of the fixed tables, as sqlx keeps account of them.
#[derive(Debug)]
struct Embedded {
    postgis: String,
}

impl MigrationSource<'static> for Embedded {
    fn resolve(self) -> BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        Box::pin(async move {
            Ok(FIXED
                .iter()
                .map(|(version, name, text)| {
                    let mut migration = Migration::new(
                        *version,
                        Cow::Borrowed(*name),
                        MigrationType::Simple,
                        Cow::Borrowed(*text),
                        false,
                    );
                    // The checksum is the file's; where PostGIS lies differs from database to database.
                    migration.sql = Cow::Owned(text.replace("@postgis@", &self.postgis));
                    migration
                })
                .collect())
        })
    }
}

async fn fixed(
    connection: &mut PgConnection,
    postgis: &str,
    report: &mut Migrated,
) -> Result<(), StoreError> {
    connection
        .execute(raw(&format!(
            "CREATE SCHEMA IF NOT EXISTS diaba; SET LOCAL search_path = diaba, pg_catalog, {postgis}"
        )))
        .await
        .map_err(failed)?;
    let refuse = |e: sqlx::migrate::MigrateError| {
        StoreError::Database(match e {
            sqlx::migrate::MigrateError::VersionMissing(version) => format!(
                "its schema is of a newer version of Diaba (migration {version}); use that version"
            ),
            sqlx::migrate::MigrateError::ExecuteMigration(e, version) => {
                format!("migration {version} failed: {}", super::sql::reason(&e))
            }
            sqlx::migrate::MigrateError::Execute(e) => super::sql::reason(&e),
            other => other.to_string(),
        })
    };
    let before = applied(connection).await?;
    let source = Embedded {
        postgis: postgis.to_owned(),
    };
    let mut migrator = Migrator::new(source).await.map_err(refuse)?;
    // The transaction holds a lock of our own.
    migrator.set_locking(false);
    migrator.run(&mut *connection).await.map_err(refuse)?;
    for (version, name, _) in FIXED.iter().skip(usize::try_from(before).unwrap_or(0)) {
        report
            .done
            .push(format!("migration {version} ({name}) was applied"));
    }
    Ok(())
}

/// How many migrations were applied before.
async fn applied(connection: &mut PgConnection) -> Result<i64, StoreError> {
    let there = connection
        .fetch_one(raw(
            "SELECT to_regclass('diaba._sqlx_migrations') IS NOT NULL",
        ))
        .await
        .and_then(|row| row.try_get::<bool, _>(0))
        .map_err(failed)?;
    if !there {
        return Ok(0);
    }
    connection
        .fetch_one(raw("SELECT count(*) FROM diaba._sqlx_migrations"))
        .await
        .and_then(|row| row.try_get(0))
        .map_err(failed)
}

/// The VN-2000 grids `spatial_ref_sys` does not have, with the datum shift of Quyết định 05/2007/QĐ-BTNMT.
async fn planes(
    connection: &mut PgConnection,
    postgis: &str,
    report: &mut Migrated,
) -> Result<(), StoreError> {
    for (epsg, minutes) in Crs::tm3() {
        let meridian = f64::from(minutes) / 60.0;
        let name = format!("VN-2000 / TM-3 {}-{:02}", minutes / 60, minutes % 60);
        let srtext = format!(
            r#"PROJCS["{name}",GEOGCS["VN-2000",DATUM["Vietnam_2000",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],TOWGS84[{SHIFT}],AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4756"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{meridian}],PARAMETER["scale_factor",0.9999],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","{epsg}"]]"#
        );
        let proj4text = format!(
            "+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 +towgs84={SHIFT} +units=m +no_defs"
        );
        let statement = format!(
            "INSERT INTO {postgis}.spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
             SELECT $1, 'EPSG', $1, $2, $3
             WHERE NOT EXISTS (SELECT FROM {postgis}.spatial_ref_sys WHERE srid = $1)"
        );
        let added = query(&statement)
            .bind(epsg as i32)
            .bind(srtext)
            .bind(proj4text)
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
        if added.rows_affected() > 0 {
            report
                .done
                .push(format!("EPSG:{epsg} {name} was added to spatial_ref_sys"));
        }
    }
    Ok(())
}

/// EPSG:6960 in the position-vector signs of `towgs84`: metres, arc seconds, parts per million.
const SHIFT: &str =
    "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278";
const _: () = assert!(SRID == 9214);

/// Gives a database that is new or a copy its own epoch. In a copy the numbers of transactions are another
/// cluster's: the log says nothing there any more, and the history counts as old.
async fn identity(connection: &mut PgConnection, report: &mut Migrated) -> Result<(), StoreError> {
    let row = connection
        .fetch_optional(raw(
            "SELECT identity = diaba.identity() FROM diaba.instance",
        ))
        .await
        .map_err(failed)?;
    let known: Option<bool> = row.map(|r| r.try_get(0)).transpose().map_err(failed)?;
    if known == Some(true) {
        return Ok(());
    }
    if known == Some(false) {
        connection
            .execute(raw(
                "TRUNCATE diaba.change; UPDATE diaba.history SET xid = '0'; DELETE FROM diaba.instance",
            ))
            .await
            .map_err(failed)?;
        report.done.push(
            "the database is a copy of another one: it has an epoch of its own now, shards are packed from it anew"
                .to_owned(),
        );
    }
    connection
        .execute(raw(
            "INSERT INTO diaba.instance (epoch, identity) SELECT left(replace(gen_random_uuid()::text, '-', ''), 12), diaba.identity()",
        ))
        .await
        .map_err(failed)?;
    Ok(())
}
