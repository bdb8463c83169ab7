//! Writing files.

pub mod committed;
pub mod convert;
pub mod fgb;
pub mod offices;
pub mod tcvn3;
