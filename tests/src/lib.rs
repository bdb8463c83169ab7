//! The harness of the end-to-end tests: the real binaries, driven as people drive them.
//!
//! A test makes a data directory with [`import`], starts a server on it with [`Diaba::serve`] and asks it things
//! over HTTP. Dropping the server ends it as an operator would and fails the test if its log holds a warning the
//! test did not announce. Where a test needs a program that may be absent (Node, GDAL's tools, PostgreSQL) it asks
//! [`need`] for it: without the program the test says that it was skipped, and under `scripts/test` it fails.

mod binaries;
mod command;
mod daemon;
pub mod database;
mod http;
mod import;
pub mod live;
pub mod need;
mod pgbouncer;
mod postgis;
mod province;
pub mod repository;
pub mod room;
mod serve;
mod standby;
pub mod tiles;

pub use binaries::binary;
pub use command::{Outcome, run};
pub use database::Database;
pub use http::Answer;
pub use import::{Import, import, import_into_database};
pub use pgbouncer::PgBouncer;
pub use postgis::PostGis;
pub use province::{Province, province};
pub use serve::Diaba;
pub use standby::Standby;
