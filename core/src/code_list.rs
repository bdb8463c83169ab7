//! Code lists: versioned sets of official codes with their names, colours and the maps from old codes to new.

/// A code list.
#[derive(Debug, Clone)]
pub struct CodeList {}
