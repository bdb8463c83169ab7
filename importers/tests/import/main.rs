//! The real program on real files of every format.

mod common;
mod communes;
mod formats;
mod killed;
mod legacy;
mod refusals;
