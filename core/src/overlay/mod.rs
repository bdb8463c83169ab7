//! How much ground two features have in common, and all pairs of two layers that have any.
//!
//! Areas are metres squared of the working plane. An area is measured, not constructed: no ring of the common ground is
//! ever made, so nothing is snapped to a grid and no crossing has to be placed exactly. Both outlines are cut to the box
//! they share ([`window`]); between the heights of two vertices each is a row of trapezoids, and what two trapezoids
//! share is a sum of lengths ([`slabs`]). A crossing that is off by a rounding moves the area by the square of that.
//!
//! A large zone is made ready once ([`Outline`]): its edges in runs with boxes, so that a parcel no edge comes near is
//! inside or outside by one count, and only the edges near a parcel are looked at for those that are cut.

mod common;
mod outline;
mod pairs;
mod read;
mod runs;
mod slabs;
mod window;

pub use common::{Desk, common_area};
pub use outline::Outline;
pub use pairs::{LEAST, Piece, each, pieces};
pub use read::outline_of;

#[cfg(test)]
mod tests;
