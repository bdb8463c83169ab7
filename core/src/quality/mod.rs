//! What somebody should look at in the data: where features contradict each other, the ground or their linework.
//!
//! Polygons of a theme that covers its ground are swept feature by feature, each against those whose boxes meet its own
//! ([`Ground::near`] asks the packed R-tree). Beside every edge two lines are probed, one tolerance to its inside and one
//! to its outside: where the inner one lies in another feature the two overlap, where the outer one lies in none the
//! ground there is open. So edges that neighbours share, vertex for vertex or with T-junctions between, cost a few
//! comparisons and leave nothing. What is left is small: pairs whose overlap is computed exactly, and open edges that are
//! chained to rings, of which those that enclose little ground are gaps.

mod chain;
mod check;
mod commune;
mod finding;
mod gap;
mod ground;
mod outline;
mod overlap;
mod probe;
mod sweep;
mod width;

pub use check::{Checked, Counted, MOST, check};
pub use commune::Communes;
pub use finding::{Finding, FindingKind, Severity};
pub(crate) use ground::polygons;
pub use ground::{Ground, Named, RingTaker};

#[cfg(test)]
mod tests;
