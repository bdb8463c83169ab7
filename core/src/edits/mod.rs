//! Edits: rows changed in the system of record since a shard was packed.
//!
//! A [`store`](crate::store) says what changed as an [`EditBatch`]; a view lays it over the shard.

mod batch;
mod edited;
mod index;
mod overlay;

pub use batch::{EditBatch, Entry, Operation, Row, Since, Superseded};
pub use edited::Edited;
pub use overlay::Edits;
