//! What there is of each feature where features are many: in memory up to a bound, beyond it in files without a name.
//!
//! A dataset of a million features never leaves memory here; one of any size takes as much of it as that one.

mod column;
mod ledger;
mod runs;
mod sorter;

pub(crate) use column::Column;
pub use ledger::Ledger;
pub(crate) use runs::{Item, Runs};
pub(crate) use sorter::Sorter;

/// Values of one kind that are kept in memory.
pub(crate) const KEPT: usize = 1 << 20;
