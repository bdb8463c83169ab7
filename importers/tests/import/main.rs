//! The real program on real files of every format.

mod attributes;
mod bundles;
mod common;
mod communes;
mod corpus;
mod damage;
mod formats;
mod killed;
mod legacy;
mod offices;
mod refusals;
mod samples;
mod shapes;
mod tables;
