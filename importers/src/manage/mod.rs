//! What can be done with datasets that are there: looked at, checked, taken back, taken away.

mod check;
mod list;
mod opened;
mod remove;
mod rollback;
mod show;
mod words;

pub use check::check;
pub use list::list;
pub use remove::remove;
pub use rollback::rollback;
pub use show::show;
pub(crate) use words::{number, time};
