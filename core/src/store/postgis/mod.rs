//! PostGIS as the home of data: the system of record, out of which shards are packed into a cache directory.
//!
//! Everything lies in the schema `diaba`, see `migrations/`; [`migrate`](PostgisStore::migrate) makes it. Whoever calls
//! is synchronous; the connections live on a small runtime of the store's own, so none of its methods may be called
//! from within another runtime's task.

mod arrival;
mod bind;
mod cache;
mod connect;
mod copy;
mod difference;
mod edit;
mod findings;
mod follow;
mod geometry;
mod history;
mod home;
mod hosts;
mod import;
mod incoming;
mod keys;
mod listen;
mod migrate;
mod pack;
mod read;
mod reconcile;
mod replace;
mod restore;
mod revisions;
mod roles;
mod rows;
mod scan;
mod settled;
mod sql;
mod stamp;
mod tables;
mod triggers;
mod write;

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use self::cache::Cache;
use self::hosts::Hosts;
use self::listen::Hint;
use super::StoreError;
use crate::theme::Catalogue;

pub use import::{DatabaseStaging, Imported};
pub use incoming::{DatabaseWriter, EncodedRow, RowEncoder};
pub use migrate::Migrated;
pub use tables::MANUAL;

/// A database with PostGIS, and the folder shards packed from it are kept in.
pub struct PostgisStore {
    /// There until the store is dropped.
    runtime: Option<Runtime>,
    hosts: Arc<Hosts>,
    /// Where LISTEN connects to; the hosts themselves unless a pooler stands before them.
    direct: Arc<Hosts>,
    cache: Cache,
    /// Given when somebody said that it is worth looking; there once somebody listens.
    listening: OnceLock<Arc<Hint>>,
    catalogue: Arc<Catalogue>,
}

impl std::fmt::Debug for PostgisStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostgisStore({})", self.hosts)
    }
}

impl PostgisStore {
    /// The database at `url`, `postgres://user@host1,host2/name`; shards are kept in `cache`.
    ///
    /// Nothing is connected to before something is asked: a database that is down is no error here.
    ///
    /// # Errors
    /// [`StoreError::Database`] where the URL is none; never with a password in it.
    pub fn connect(url: &str, cache: &Path, catalogue: Arc<Catalogue>) -> Result<Self, StoreError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("diaba-postgis")
            .enable_all()
            .build()
            .map_err(|e| StoreError::io(cache, e))?;
        let hosts = {
            let _within = runtime.enter();
            Arc::new(Hosts::parse(url)?)
        };
        Ok(Self {
            runtime: Some(runtime),
            direct: Arc::clone(&hosts),
            hosts,
            cache: Cache::new(cache),
            listening: OnceLock::new(),
            catalogue,
        })
    }

    /// Listens for notices at `url` instead: behind PgBouncer in transaction mode there is no LISTEN.
    ///
    /// # Errors
    /// As [`PostgisStore::connect`].
    pub fn listening_at(mut self, url: &str) -> Result<Self, StoreError> {
        self.direct = self.within(|| Hosts::parse(url))?.into();
        Ok(self)
    }

    /// Themes and code lists.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Runs a conversation with the database to its end.
    fn run<T>(&self, talk: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(talk),
            None => Err(StoreError::Database("the store is closing".to_owned())),
        }
    }

    /// Has a conversation go on by itself.
    fn spawn<T: Send + 'static>(
        &self,
        talk: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<T>, StoreError> {
        match &self.runtime {
            Some(runtime) => Ok(runtime.spawn(talk)),
            None => Err(StoreError::Database("the store is closing".to_owned())),
        }
    }

    fn within<T>(&self, f: impl FnOnce() -> T) -> T {
        let _within = self.runtime.as_ref().map(Runtime::enter);
        f()
    }
}

impl Drop for PostgisStore {
    fn drop(&mut self) {
        // Dropping a runtime waits for it, which a task of another one must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
