//! A throw-away PostgreSQL with PostGIS, as an oracle.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::daemon::unprivileged;
use crate::{need, room, run};

/// A PostgreSQL cluster of its own on a free port, gone when this is dropped (or its process dies: the wrapper
/// lives as long as its standard input is open).
#[derive(Debug)]
pub struct PostGis {
    wrapper: Child,
    stdin: Option<ChildStdin>,
    environment: BTreeMap<String, String>,
}

/// Two clusters that begin at once may find the same port free.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

impl PostGis {
    /// Starts one with PostGIS in its database; `None` (said aloud) where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// As [`PostGis::start`], with further options of `pg_virtualenv`.
    pub fn start_with(options: &[&str]) -> Option<Self> {
        if !need::file("/usr/bin/pg_virtualenv")
            || !need::program("psql")
            || !need::program("ogr2ogr")
        {
            return None;
        }
        let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let this = (0..5).find_map(|_| Self::attempt(options));
        let this = this.expect("pg_virtualenv makes a cluster");
        this.rows("CREATE EXTENSION postgis");
        Some(this)
    }

    /// A cluster, unless its port was taken by somebody else meanwhile.
    fn attempt(options: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let told = folder.path().join("environment");
        // Its output goes nowhere: a pipe nobody reads any more would kill it before it has cleaned up.
        let mut wrapper = Command::new("pg_virtualenv")
            .args(["-t", "-v", "15"])
            .args(options)
            .args(["sh", "-c"])
            .arg(
                r#"env | grep ^PG >"$TOLD.part" && mv "$TOLD.part" "$TOLD" && exec cat >/dev/null"#,
            )
            .env("TOLD", &told)
            .env_remove("PGSERVICE")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pg_virtualenv starts");
        let stdin = wrapper.stdin.take();
        while !told.exists() {
            if wrapper.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let environment = fs::read_to_string(&told)
            .unwrap()
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Self {
            wrapper,
            stdin,
            environment,
        })
    }

    /// What PostgreSQL's programs are told by to reach it.
    pub fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// Stops the server as a power cut would.
    pub fn kill(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// Starts the server again.
    pub fn revive(&self) {
        self.control(&["start"]);
    }

    /// Takes away, or gives back, the room for files that grow beyond a size; for connections made from now on.
    pub fn limit_room(&self, bytes: Option<u64>) {
        let rows = self.rows("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
        let pid = rows[0][0].parse().unwrap();
        room::set(unprivileged("prlimit"), pid, bytes);
    }

    fn control(&self, words: &[&str]) {
        let cluster = self
            .environment
            .get("PGCLUSTER")
            .map_or("15/regress", |c| c);
        let (version, name) = cluster.split_once('/').unwrap_or(("15", "regress"));
        let mut command = Command::new("pg_ctlcluster");
        command
            .args([version, name])
            .args(words)
            .envs(&self.environment);
        let _ = run(&mut command).ok();
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
