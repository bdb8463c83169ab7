//! A streaming standby of a throw-away cluster.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::daemon::{Daemon, free_port, hand_over, unprivileged};
use crate::{Database, PostGis, run};

const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// A second PostgreSQL that follows the first; ends when dropped.
#[derive(Debug)]
pub struct Standby {
    port: u16,
    _daemon: Daemon,
    folder: tempfile::TempDir,
}

impl Standby {
    /// Copies the cluster as it is and follows it from there; returns once `database` can be read on it.
    pub fn of(cluster: &PostGis, database: &Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        hand_over(folder.path());
        let data = folder.path().join("data");
        let mut copy = unprivileged(&format!("{PROGRAMS}/pg_basebackup"));
        copy.arg("-D")
            .arg(&data)
            .args(["-R", "-X", "stream", "-c", "fast"])
            .envs(cluster.environment());
        let _ = run(&mut copy).ok();
        // Debian keeps a cluster's settings outside its data.
        let settings = data.join("postgresql.conf");
        fs::write(&settings, "hot_standby = on\n").unwrap();
        let trust = data.join("pg_hba.conf");
        fs::write(&trust, "host all all 127.0.0.1/32 scram-sha-256\n").unwrap();
        hand_over(folder.path());
        let port = free_port();
        let daemon = Daemon::start(
            "the standby",
            unprivileged(&format!("{PROGRAMS}/postgres"))
                .arg("-D")
                .arg(&data)
                .args(["-p", &port.to_string()])
                .args(["-c", "listen_addresses=127.0.0.1"])
                .args(["-c", "unix_socket_directories="])
                .arg("-c")
                .arg(format!("config_file={}", settings.display()))
                .arg("-c")
                .arg(format!("hba_file={}", trust.display())),
            port,
        );
        let this = Self {
            port,
            _daemon: daemon,
            folder,
        };
        let started = Instant::now();
        while database.psql(&this.url(database), "SELECT 1").code != Some(0) {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "the standby cannot be read"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        this
    }

    /// `host:port` of it, for a URL.
    pub fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The URL of `database` on it alone.
    pub fn url(&self, database: &Database) -> String {
        let of = |key: &str| {
            let environment = database.environment();
            environment.get(key).map_or("", String::as_str)
        };
        format!(
            "postgres://{}:{}@{}/{}",
            of("PGUSER"),
            of("PGPASSWORD"),
            self.place(),
            database.name()
        )
    }

    /// Makes it the primary.
    pub fn promote(&self) {
        let mut command: Command = unprivileged(&format!("{PROGRAMS}/pg_ctl"));
        command
            .args(["promote", "-w", "-D"])
            .arg(self.folder.path().join("data"));
        let _ = run(&mut command).ok();
    }
}
