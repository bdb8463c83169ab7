//! What the checks between features find, kept as features of a layer of their own, one dataset for each checked.

mod beside;
mod communes;
mod directory;
mod gate;
mod ground;
mod record;

pub use gate::{FINDINGS, Gate, findings_dataset};

pub(in crate::store) use beside::Changed;
pub(in crate::store) use communes::CommuneReader;
pub(in crate::store) use directory::{check, look, recheck, removed};
pub(in crate::store) use ground::{Part, Shards};
pub(in crate::store) use record::{Record, read};
