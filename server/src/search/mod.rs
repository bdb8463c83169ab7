//! The search box: what a typed text may stand for.

pub mod find;
mod texts;

pub(crate) use find::degrees;
