//! Attributes of parcels from the land database's exchange files, joined to parcels by their key.

mod dossier;
mod join;
mod json;
mod table;
mod xml;

pub use join::{AttributeReport, Joined, Joiner};
pub use table::{AttributeTable, load};
