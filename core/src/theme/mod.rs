//! Themes: kinds of layers as data. `styles/themes/<id>.toml` says what a theme is; nothing about a theme is Rust.

mod catalogue;
mod check;
mod convert;
mod drawing;
mod error;
mod examples;
mod extract;
mod hash;
mod legend;
mod load;
mod matching;
mod model;
mod names;
mod personal;
mod raw;
mod readings;
mod resolve;
mod statistics;
#[cfg(test)]
mod tests;
mod topology;

pub use catalogue::Catalogue;
pub use convert::{Converted, Note, NoteKind, RecordReader, Reject, chainage_metres, parse_number};
pub use error::ThemeError;
pub use extract::{Bank, Corridor, CorridorRule, ExtractRule, FARTHEST, Role};
pub use legend::{Legend, LegendEntry};
pub use matching::{Column, FieldMap, Target};
pub use model::*;
pub use personal::PersonalRules;
pub use readings::{Grade, Readings};
pub use statistics::Statistics;
pub use topology::{CommuneRule, Topology};
