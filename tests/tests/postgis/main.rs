//! PostGIS as the system of record: schema, roles, imports, edits, and what happens when things break.

mod api;
mod edits;
mod follow;
mod import;
mod restore;
mod schema;
mod triggers;
