//! Themes: kinds of layers as data.

mod model;

pub use model::*;
