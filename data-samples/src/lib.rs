//! Makes a synthetic province, deterministically, at any size.
//!
//! A believable part of Bắc Giang in EPSG:9214: villages, paddy, orchards on hills, forest, rivers with dikes,
//! reservoirs, canals, roads, communes, plans and growing zones. Names and codes of communes are real; every
//! shape and every other value is invented. The same seed gives the same bytes on every machine and with any
//! number of threads.

pub mod chance;
pub mod ground;
pub mod layout;
pub mod output;
pub mod province;
pub mod register;
pub mod themes;
