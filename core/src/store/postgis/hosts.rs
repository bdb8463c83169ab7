//! The hosts of a database URL: the primary that is written to and listened at, and the others.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, PgConnection, Postgres, Row};

use super::connect::{self, Address};
use super::sql::{self, failed};
use crate::store::StoreError;

/// Longest wait for a connection of one host.
pub(super) const CONNECT: Duration = Duration::from_secs(3);
/// Connections kept to a host.
const CONNECTIONS: u32 = 8;

/// All hosts of one URL.
pub(super) struct Hosts {
    hosts: Vec<Host>,
    /// Position of the host that was the primary when last asked.
    primary: AtomicUsize,
}

struct Host {
    name: String,
    options: PgConnectOptions,
    pool: PgPool,
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.hosts.iter().map(|h| h.name.as_str()).collect();
        f.write_str(&names.join(", "))
    }
}

impl Hosts {
    /// The hosts a URL names. Must be called within a runtime.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let hosts = connect::addresses(url)?
            .into_iter()
            .map(|Address { name, options }| Host {
                pool: PgPoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(CONNECT)
                    .idle_timeout(Duration::from_mins(10))
                    .connect_lazy_with(options.clone()),
                name,
                options,
            })
            .collect();
        Ok(Self {
            hosts,
            primary: AtomicUsize::new(0),
        })
    }

    /// A pooled connection to the primary.
    pub async fn primary(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        let mut problems = Vec::new();
        for (i, host) in self.by_trust() {
            match host.acquire().await {
                Ok(mut connection) => match self.writable(&mut connection).await {
                    Ok(true) => {
                        self.primary.store(i, Ordering::Relaxed);
                        return Ok(connection);
                    }
                    Ok(false) => problems.push(format!("{}: a standby", host.name)),
                    Err(e) => problems.push(format!("{}: {e}", host.name)),
                },
                Err(e) => problems.push(e.to_string()),
            }
        }
        Err(none(&problems))
    }

    /// A connection of its own to the primary, in no pool.
    pub async fn alone(&self) -> Result<PgConnection, StoreError> {
        let mut problems = Vec::new();
        for (i, host) in self.by_trust() {
            match host.connect().await {
                Ok(mut connection) => match self.writable(&mut connection).await {
                    Ok(true) => {
                        self.primary.store(i, Ordering::Relaxed);
                        return Ok(connection);
                    }
                    Ok(false) => problems.push(format!("{}: a standby", host.name)),
                    Err(e) => problems.push(format!("{}: {e}", host.name)),
                },
                Err(e) => problems.push(e.to_string()),
            }
        }
        Err(none(&problems))
    }

    /// A pool of one connection to the primary as it is now, for a listener.
    pub async fn listening(&self) -> Result<PgPool, StoreError> {
        drop(self.primary().await?);
        let host = &self.hosts[self.primary.load(Ordering::Relaxed)];
        Ok(PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(host.options.clone()))
    }

    /// A pooled connection to a standby where one answers, else to the primary.
    ///
    /// `pg_current_snapshot()` does not name the transactions in progress on a standby, and it is behind: a moment
    /// is always read on the primary.
    pub async fn reader(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        let first = self.primary.load(Ordering::Relaxed);
        for (i, host) in self.hosts.iter().enumerate() {
            if i == first {
                continue;
            }
            match host.acquire().await {
                Ok(connection) => return Ok(connection),
                Err(e) => tracing::debug!(host = host.name, "not read from: {e}"),
            }
        }
        self.primary().await
    }

    fn by_trust(&self) -> impl Iterator<Item = (usize, &Host)> {
        let first = self.primary.load(Ordering::Relaxed);
        let n = self.hosts.len();
        (0..n).filter_map(move |k| {
            let i = (first + k) % n;
            self.hosts.get(i).map(|host| (i, host))
        })
    }

    /// Whether this host takes writes; one that is alone is taken at its word when it refuses one.
    async fn writable(&self, connection: &mut PgConnection) -> Result<bool, StoreError> {
        if self.hosts.len() == 1 {
            return Ok(true);
        }
        let row = sqlx::Executor::fetch_one(connection, sql::raw("SELECT pg_is_in_recovery()"))
            .await
            .map_err(failed)?;
        Ok(!row.try_get::<bool, _>(0).map_err(failed)?)
    }
}

impl Host {
    async fn acquire(&self) -> Result<PoolConnection<Postgres>, StoreError> {
        match self.pool.acquire().await {
            Ok(connection) => Ok(connection),
            // The pool tries again and again until its time is over, and does not say at what it failed.
            Err(sqlx::Error::PoolTimedOut) => {
                let _closed = self.connect().await?;
                Err(StoreError::Database(format!(
                    "{}: all connections are in use",
                    self.name
                )))
            }
            Err(e) => Err(self.unreachable(&e)),
        }
    }

    async fn connect(&self) -> Result<PgConnection, StoreError> {
        match tokio::time::timeout(CONNECT, self.options.connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(e)) => Err(self.unreachable(&e)),
            Err(_) => Err(StoreError::Database(format!(
                "{} does not answer",
                self.name
            ))),
        }
    }

    fn unreachable(&self, e: &sqlx::Error) -> StoreError {
        StoreError::Database(format!("{}: {}", self.name, sql::reason(e)))
    }
}

fn none(problems: &[String]) -> StoreError {
    let texts: Vec<&str> = problems
        .iter()
        .map(|p| p.strip_prefix("the database cannot be used: ").unwrap_or(p))
        .collect();
    StoreError::Database(texts.join("; "))
}
