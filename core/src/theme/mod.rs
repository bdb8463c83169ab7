//! Themes: kinds of layers as data. `styles/themes/<id>.toml` says what a theme is; nothing about a theme is Rust.

mod catalogue;
mod convert;
mod error;
mod examples;
mod load;
mod matching;
mod model;
mod personal;
mod raw;

pub use catalogue::Catalogue;
pub use convert::{Converted, Note, NoteKind, Reject};
pub use error::ThemeError;
pub use matching::{Column, FieldMap, Target};
pub use model::*;
pub use personal::PersonalRules;
