//! What the register says about the land: communes, map sheets, parcels and their values.

pub mod communes;
pub mod defects;
pub mod parcels;
pub mod places;
pub mod survey;
