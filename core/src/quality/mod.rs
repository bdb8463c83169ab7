//! What somebody should look at in the data: where features contradict each other, the ground or their linework.
//!
//! Polygons of a theme that covers its ground are swept feature by feature, each against those whose boxes meet its own
//! ([`Ground::near`] asks the packed R-tree). Where neighbours share their edges vertex for vertex, that each has its twin
//! tells that nothing is wrong. Elsewhere, beside every edge two lines are probed, one tolerance to its inside and one
//! to its outside: where the inner one lies in another feature the two overlap, where the outer one lies in none the
//! ground there is open. So edges that neighbours share with T-junctions between leave nothing. What is left is small:
//! pairs whose overlap is computed exactly, and open edges that are chained to rings, of which those that enclose little
//! ground are gaps.

mod chain;
mod check;
mod commune;
mod finding;
mod gap;
mod ground;
mod once;
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
