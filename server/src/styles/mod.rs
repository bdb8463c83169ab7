//! Map styles, fonts and sprites, all from here: no map needs another host.
//!
//! Built in from the repository's `styles/`; a directory given with `--styles` and laid out alike adds to it or
//! replaces it, file by file:
//!
//! ```text
//! maps/<name>.json              MapLibre styles, whose addresses may begin with "/"
//! sprites/<file>                sprite sheets and their indexes
//! fonts/<stack>/<range>.pbf     glyphs (signed distance fields), 256 code points a file
//! ```

pub mod font;
mod library;
pub mod list;
pub mod sprite;
pub mod style;

pub use library::Styles;
