//! A database of a test's own, in one throw-away cluster a process.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use diaba_core::store::PostgisStore;
use diaba_core::theme::Catalogue;

use crate::{Outcome, PostGis, run};

/// A database with PostGIS; it goes with the cluster, when the process ends.
#[derive(Debug)]
pub struct Database {
    name: String,
    environment: BTreeMap<String, String>,
}

/// An empty database with PostGIS; `None` (said aloud) where PostgreSQL is not installed.
pub fn database() -> Option<Database> {
    static CLUSTER: OnceLock<Option<PostGis>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(PostGis::start).as_ref()?;
    Some(database_in(cluster))
}

/// An empty database with PostGIS in a cluster of the test's own.
pub fn database_in(cluster: &PostGis) -> Database {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    cluster.rows(&format!("CREATE DATABASE {name}"));
    let mut environment = cluster.environment().clone();
    environment.insert("PGDATABASE".to_owned(), name.clone());
    let database = Database { name, environment };
    database.rows("CREATE EXTENSION postgis");
    database
}

/// A database with the schema of the built-in themes.
pub fn migrated() -> Option<Database> {
    let database = database()?;
    database.store().migrate().expect("the schema is made");
    Some(database)
}

impl Database {
    /// Its URL, as the cluster's superuser.
    pub fn url(&self) -> String {
        let of = |key: &str| self.environment.get(key).map_or("", String::as_str);
        format!(
            "postgres://{}:{}@{}:{}/{}",
            of("PGUSER"),
            of("PGPASSWORD"),
            of("PGHOST"),
            of("PGPORT"),
            self.name
        )
    }

    /// Makes a login that is a member of these roles; the URL it connects with.
    pub fn login(&self, name: &str, roles: &[&str]) -> String {
        let login = format!("{}_{name}", self.name);
        self.rows(&format!("CREATE ROLE {login} LOGIN PASSWORD 'mat-khau'"));
        for role in roles {
            self.rows(&format!("GRANT {role} TO {login}"));
        }
        let of = |key: &str| self.environment.get(key).map_or("", String::as_str);
        format!(
            "postgres://{login}:mat-khau@{}:{}/{}",
            of("PGHOST"),
            of("PGPORT"),
            self.name
        )
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What PostgreSQL's programs are told by.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// The store on it with the built-in themes, shards in a folder that is left behind.
    pub fn store(&self) -> PostgisStore {
        store(&self.url())
    }

    /// The rows of a query, fields as text; it must succeed.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let outcome = self.psql(&self.url(), sql).ok();
        outcome
            .stdout
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect()
    }

    /// The one value a query answers, as text.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        rows.first()
            .and_then(|row| row.first())
            .cloned()
            .unwrap_or_default()
    }

    /// Runs SQL by psql on a URL of this database.
    pub fn psql(&self, url: &str, sql: &str) -> Outcome {
        run(&mut self.psql_command(url, sql))
    }

    /// psql, not started yet.
    pub fn psql_command(&self, url: &str, sql: &str) -> Command {
        let mut command = Command::new("psql");
        command
            .args(["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1"])
            .args(["-c", sql, url])
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }
}

/// The store at a URL with the built-in themes, its cache in a folder that is left behind.
pub fn store(url: &str) -> PostgisStore {
    let catalogue = Arc::new(Catalogue::load(None).expect("the built-in themes"));
    let cache = tempfile::tempdir().expect("a folder").keep();
    PostgisStore::connect(url, &cache, catalogue).expect("a URL")
}
