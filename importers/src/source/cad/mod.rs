//! Drawings: features made of linework, hatches and texts, by profiles that are data.

mod attach;
mod cadastral;
mod drawing;
mod edges;
mod elements;
mod faces;
mod found;
mod generic;
mod head;
mod label;
mod made;
mod mapping;
mod openings;
mod options;
pub mod package;
mod package_fields;
mod parcels;
mod plan_record;
mod planning;
mod profile;
mod remarks;
mod sheet;
mod side_table;
mod zones;

pub use drawing::{Drawing, DrawnLayer, Said};
pub use generic::GenericSource;
pub use head::{Kind, recognise};
pub use options::DrawingOptions;

use std::path::Path;

use super::Source;
use crate::error::ImportError;
use crate::job::Job;

/// Opens the drawing of `job`, which [`recognise`] took for a `kind`.
///
/// # Errors
/// [`ImportError`] says why it cannot be read, with advice.
pub fn open(job: &Job, kind: Kind) -> Result<Box<dyn Source>, ImportError> {
    head::complete(&job.file, kind)?;
    let mapping = mapping::of(job)?;
    if [&mapping.zones, &mapping.plans].contains(&&job.theme.id) {
        return Ok(Box::new(planning::open(job, kind, &mapping)?));
    }
    Ok(match profile::of(job)? {
        Some(profile) => Box::new(cadastral::open(job, kind, &profile)?),
        None => Box::new(GenericSource::open(job, kind)?),
    })
}

/// What is wrong with a file the operator wrote for a drawing.
fn wrong(path: &Path, vi: impl Into<String>, en: impl Into<String>) -> ImportError {
    let file = path.display();
    ImportError::Usage {
        vi: format!("{file}: {}", vi.into()),
        en: format!("{file}: {}", en.into()),
    }
}
