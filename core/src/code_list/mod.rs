//! Code lists: versioned sets of official codes with their names, colours, classes and the maps from old codes to
//! new, as `styles/code_lists/<id>.toml` says them.

mod index;
mod load;
mod lookup;
mod model;
#[cfg(test)]
mod tests;

pub use lookup::CodeError;
pub use model::*;
