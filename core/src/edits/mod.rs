//! Edits: rows changed in the system of record since a shard was packed.
//!
//! ```text
//! store: EditBatch ─▶ Edits::apply ─▶ rows by id, box and key     found and drawn beside the shard's
//!                                   ├▶ positions hidden           the shard's records of the same ids
//!                                   ├▶ marks                      what moves the versions of tiles
//!                                   ├▶ base tiles to burn anew    when a generalised tile next needs them
//!                                   └▶ superseded rows            for what is asked as of a time
//! ```
//!
//! A row is derived by the packer's own code, so an edit answers and looks as it will when it is packed. Edits never
//! change: each batch makes the next, and a reader keeps those of its view.

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
