//! A record as a file has it, carried into the fields of a theme.

mod codes;
mod record;
mod values;

pub use record::{Converted, Note, NoteKind, Reject};
