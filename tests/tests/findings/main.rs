//! What is wrong between parcels, from the file to the map, the same in both homes.

mod found;
mod ground;
mod settled;
