//! What a new revision of a dataset made other.

mod compare;
mod side;
mod tally;

pub(super) use compare::compare;
pub(super) use side::Side;
pub(super) use tally::LISTED;
pub use tally::{Changed, Difference};
