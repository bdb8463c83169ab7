//! Plans for the planner: which there are, and the record of one with its zones.

mod document;
pub mod list;
mod read;
pub mod record;
