//! The real program on real files of every format.

mod common;
mod communes;
mod damage;
mod formats;
mod killed;
mod legacy;
mod offices;
mod refusals;
