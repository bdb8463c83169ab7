//! ZIP archives: what they are, and how they are unpacked without trusting them.

mod limits;
mod names;
mod unpack;

pub use limits::{LIMITS, Limits};
pub use unpack::{Budget, Kind, check, kind, only_kml, unpack};
