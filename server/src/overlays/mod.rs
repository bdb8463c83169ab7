//! Laying areas, features or plans on a layer: which features, how much ground, by function and land use.

mod csv;
mod ground;
pub mod overlay;
pub mod request;
mod rows;
mod table;
mod xlsx;
