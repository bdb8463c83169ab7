//! The report as a page to be handed to somebody: one file, nothing fetched from anywhere, fit for paper.

mod findings;
mod folder;
mod map;
mod page;
mod parts;
mod tables;

pub use folder::folder;
pub use page::page;
