//! Growing areas for the agronomist: the sheet of one, and all of a filter as a workbook.

pub mod export;
mod ground;
mod sheet;
mod workbook;
pub mod zone;
