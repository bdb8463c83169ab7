//! What the command line names, files, folders and archives, made into one import a dataset.

mod expand;
mod naming;
mod sidecars;

pub use expand::{Failed, Input, Inputs, PassedOver, expand};
pub use naming::name_datasets;
