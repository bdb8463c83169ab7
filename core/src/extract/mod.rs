//! The extract of a parcel: its corners as surveyed, who lies beside it, and everything that touches it, with areas and
//! what each rests on. Which themes have something to say, and how, their files say ([`crate::theme::ExtractRule`]).

mod breadth;
mod corners;
mod ends;
mod neighbours;
mod strip;
mod touching;

pub use breadth::Breadth;
pub use corners::{Corner, CornerRing, Survey, corners_in_order};
pub use neighbours::{Neighbour, neighbours};
pub use touching::{LEAST_SHOWN, Touch, Touched, Touching, Unmeasured, settled, touching};

#[cfg(test)]
mod tests;
