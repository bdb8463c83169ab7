//! Answers: JSON, pages, files, and the headers that let clients keep them.

pub mod asset;
pub mod coding;
pub mod conditional;
pub mod gzip;
pub mod json;
pub mod page;

pub use asset::Asset;
pub use coding::Coding;
pub use json::Json;
pub use page::Page;
