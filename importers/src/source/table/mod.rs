//! Tables: CSV and Excel workbooks with a geometry column, coordinates, or the corners of parcels.

mod corners;
mod csv;
mod header;
mod roles;
mod rows;
mod sheet;
mod source;

pub use source::TableSource;
