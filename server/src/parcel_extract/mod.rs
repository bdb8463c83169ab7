//! The extract of a parcel: one document, as JSON, as a page and as an A4 sheet to be handed out.

pub mod document;
pub mod extract;
mod html;
mod numbers;
mod pdf;
mod read;

pub use numbers::{named, shown};
