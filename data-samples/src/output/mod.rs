//! Writing files.

pub mod committed;
pub mod convert;
pub mod drawing;
pub mod dxf;
pub mod fgb;
pub mod offices;
pub mod planning;
pub mod tcvn3;
