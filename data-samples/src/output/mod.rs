//! Writing files.

pub mod fgb;
