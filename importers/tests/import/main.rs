//! The real program on real files of every format.

mod attributes;
mod bad_input;
mod beginnings;
mod bundles;
mod cadastral;
mod common;
mod communes;
mod corpus;
mod damage;
mod drawn;
mod formats;
mod identical;
mod identical_drawing;
mod killed;
mod legacy;
mod located;
mod measured;
mod offices;
mod papers;
mod planning;
mod refusals;
mod revisions;
mod samples;
mod shapes;
mod stored;
mod tables;
