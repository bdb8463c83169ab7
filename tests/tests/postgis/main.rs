//! PostGIS as the system of record: schema, roles, imports, edits, and what happens when things break.

mod follow;
mod schema;
mod triggers;
