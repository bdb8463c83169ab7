//! Figures of a theme: how many features, what area and length, by commune and class. Packed with each shard, carried on
//! with every edit, and added up over shards; never counted anew for a question.
//!
//! Areas and lengths are kept in whole mm² and mm, so that what is added and taken away again leaves nothing behind, in
//! whatever order.

mod share;
mod table;

pub use share::Share;
pub use table::{Figures, Row, Sum};
