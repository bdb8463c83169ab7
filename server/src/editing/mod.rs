//! Changing single features: OGC API Features Part 4, split and merge.
//!
//! Off unless switched on, and then only for holders of a key. What is sent passes the same conversion and the same
//! repair as an import; what a person's data would be is dropped and named. Every edit is one transaction of the home,
//! kept with who made it and from where.

pub mod access;
pub mod body;
pub mod carry;
pub mod cover;
pub mod create;
pub mod delete;
pub mod geometry;
pub mod held;
pub mod limits;
pub mod merge;
pub mod options;
pub mod precondition;
pub mod properties;
pub mod record;
pub mod refusals;
pub mod replace;
pub mod split;
pub mod unite;
pub mod update;
pub mod written;
