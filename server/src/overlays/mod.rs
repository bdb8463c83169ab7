//! Laying areas, features or plans on a layer: which features, how much ground, by function and land use.

mod csv;
mod gpkg;
mod ground;
pub mod overlay;
pub mod request;
mod rows;
mod stream;
mod table;
mod xlsx;
