//! Edits: rows changed in the system of record since a shard was packed.
//!
//! A [`store`](crate::store) says what changed as an [`EditBatch`]; a view lays it over the shard.

mod batch;
mod edited;
mod index;
mod marks;
mod overlay;
mod renew;

pub use batch::{EditBatch, Entry, Operation, Row, Since, Superseded};
pub use edited::Edited;
pub(crate) use marks::{Mark, MarkTree, Touched, build as build_marks};
pub use overlay::Edits;
