//! A record as a file has it, carried into the fields of a theme.

mod chainage;
mod codes;
mod numbers;
mod record;
mod values;

pub use chainage::chainage_metres;
pub use numbers::parse_number;
pub use record::{Converted, Note, NoteKind, RecordReader, Reject};
