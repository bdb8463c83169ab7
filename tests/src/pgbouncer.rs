//! A PgBouncer in transaction mode before a throw-away cluster.

use std::fs;

use crate::daemon::{Daemon, free_port, hand_over, unprivileged};
use crate::{Database, need};

/// A running PgBouncer; ends when dropped.
#[derive(Debug)]
pub struct PgBouncer {
    port: u16,
    _daemon: Daemon,
    _folder: tempfile::TempDir,
}

impl PgBouncer {
    /// One before `database`, with two connections to it for everybody; `None` (said aloud) where it is not installed.
    pub fn start(database: &Database) -> Option<Self> {
        const PROGRAM: &str = "/usr/sbin/pgbouncer";
        if !need::file(PROGRAM) {
            return None;
        }
        let of = |key: &str| {
            let environment = database.environment();
            environment.get(key).map_or("", String::as_str)
        };
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let ini = folder.path().join("pgbouncer.ini");
        let settings = format!(
            "[databases]\n\
             {name} = host={host} port={server} user={user} password={password}\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = any\n\
             pool_mode = transaction\n\
             default_pool_size = 2\n\
             ignore_startup_parameters = extra_float_digits\n",
            name = database.name(),
            host = of("PGHOST"),
            server = of("PGPORT"),
            user = of("PGUSER"),
            password = of("PGPASSWORD"),
        );
        fs::write(&ini, settings).unwrap();
        hand_over(folder.path());
        let daemon = Daemon::start("PgBouncer", unprivileged(PROGRAM).arg("-q").arg(&ini), port);
        Some(Self {
            port,
            _daemon: daemon,
            _folder: folder,
        })
    }

    /// The URL of `database` through it.
    pub fn url(&self, database: &Database) -> String {
        format!(
            "postgres://anybody@127.0.0.1:{}/{}",
            self.port,
            database.name()
        )
    }
}
