//! PostGIS as the system of record: schema, roles, imports, edits, and what happens when things break.

mod api;
mod edits;
mod follow;
mod full_disk;
mod import;
mod long_absence;
mod pooler;
mod restore;
mod revisions;
mod schema;
mod standby;
mod triggers;
