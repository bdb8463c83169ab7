//! A throw-away PostgreSQL with PostGIS, as an oracle.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::{need, run};

/// A PostgreSQL cluster of its own on a free port, gone when this is dropped (or its process dies: the wrapper
/// lives as long as its standard input is open).
#[derive(Debug)]
pub struct PostGis {
    wrapper: Child,
    stdin: Option<ChildStdin>,
    environment: BTreeMap<String, String>,
}

impl PostGis {
    /// Starts one with PostGIS in its database; `None` (said aloud) where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        if !need::file("/usr/bin/pg_virtualenv")
            || !need::program("psql")
            || !need::program("ogr2ogr")
        {
            return None;
        }
        let mut wrapper = Command::new("pg_virtualenv")
            .args([
                "-t",
                "-v",
                "15",
                "sh",
                "-c",
                "env | grep ^PG; echo ready; exec cat >/dev/null",
            ])
            // libpq is to ask this cluster only.
            .env_remove("PGSERVICE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("pg_virtualenv starts");
        let stdin = wrapper.stdin.take();
        let mut environment = BTreeMap::new();
        let mut lines = BufReader::new(wrapper.stdout.take().unwrap()).lines();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| {
            if let Some((name, value)) = line.split_once('=') {
                environment.insert(name.to_owned(), value.to_owned());
            }
            line == "ready"
        });
        // The wrapper says its farewell there; with nobody reading it would die of it before it has cleaned up.
        std::thread::spawn(move || lines.for_each(drop));
        assert!(ready, "pg_virtualenv gave no cluster");
        let this = Self {
            wrapper,
            stdin,
            environment,
        };
        this.rows("CREATE EXTENSION postgis");
        Some(this)
    }

    /// Loads `layer` of `file` as the table `table` with the geometry column `geom`, in the file's own CRS.
    pub fn load(&self, file: &std::path::Path, table: &str, options: &[&str]) {
        let mut command = Command::new("ogr2ogr");
        command
            .args([
                "-f",
                "PostgreSQL",
                "PG:",
                "-nln",
                table,
                "-lco",
                "GEOMETRY_NAME=geom",
                "-nlt",
                "GEOMETRY",
            ])
            .args(options)
            .arg(file)
            .envs(&self.environment);
        let _ = run(&mut command).ok();
    }

    /// The rows of a query, fields as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let mut command = Command::new("psql");
        command
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-F",
                "\t",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                sql,
            ])
            .envs(&self.environment);
        let outcome = run(&mut command).ok();
        outcome
            .stdout
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect()
    }

    /// The one number a query answers.
    pub fn number(&self, sql: &str) -> f64 {
        let rows = self.rows(sql);
        rows.first()
            .and_then(|row| row.first())
            .and_then(|v| v.parse().ok())
            .unwrap_or_else(|| panic!("{sql}: {rows:?}"))
    }
}

impl Drop for PostGis {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.wrapper.wait();
    }
}
