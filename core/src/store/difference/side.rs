//! The records of one revision, to be found by id.

use std::ops::Range;
use std::path::Path;

use crate::feature::FeatureId;
use crate::shard::{Index, Manifest, ShardError, Surveyed, files};
use crate::theme::Theme;

/// One of the two revisions of a difference.
pub(in crate::store) struct Side {
    pub(super) surveyed: Surveyed,
    places: Places,
}

enum Places {
    /// As a sealed shard has them.
    Sealed(Index),
    /// Read through the file: where each record begins, and the records by id.
    Walked {
        offsets: Vec<u64>,
        by_id: Vec<(u64, u32)>,
    },
}

impl Side {
    /// The revision sealed in `folder`; `None` where it is of an older format, which is not read record by record.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn sealed(folder: &Path, theme: &Theme) -> Result<Option<Self>, ShardError> {
        if Manifest::read(folder)?.format != Manifest::FORMAT {
            return Ok(None);
        }
        Ok(Some(Self {
            surveyed: Surveyed::open(&folder.join(files::SURVEYED), theme)?,
            places: Places::Sealed(Index::open(&folder.join(files::INDEX))?),
        }))
    }

    /// The records of a file that is not packed.
    ///
    /// # Errors
    /// [`ShardError`] where it cannot be read.
    pub fn walked(path: &Path, theme: &Theme) -> Result<Self, ShardError> {
        let surveyed = Surveyed::open(path, theme)?;
        let offsets = surveyed.offsets(path)?;
        let mut by_id = Vec::with_capacity(offsets.len());
        for (ordinal, pair) in offsets.windows(2).enumerate() {
            let &[from, to] = pair else { continue };
            let id = surveyed.feature(from as usize..to as usize)?.id();
            by_id.push((id.unwrap_or_default(), ordinal as u32));
        }
        by_id.sort_unstable();
        Ok(Self {
            surveyed,
            places: Places::Walked { offsets, by_id },
        })
    }

    /// How many records there are.
    pub(super) fn len(&self) -> u32 {
        match &self.places {
            Places::Sealed(index) => index.len() as u32,
            Places::Walked { by_id, .. } => by_id.len() as u32,
        }
    }

    /// The record's bytes.
    pub(super) fn range(&self, ordinal: u32) -> Range<usize> {
        match &self.places {
            Places::Sealed(index) => index.range(ordinal),
            Places::Walked { offsets, .. } => {
                let at = |i: u32| offsets.get(i as usize).map_or(0, |o| *o as usize);
                at(ordinal)..at(ordinal + 1)
            }
        }
    }

    /// The position of the record with this id.
    pub(super) fn find(&self, id: FeatureId) -> Option<u32> {
        match &self.places {
            Places::Sealed(index) => index.find(id),
            Places::Walked { by_id, .. } => by_id
                .binary_search_by_key(&id.get(), |(id, _)| *id)
                .ok()
                .and_then(|at| by_id.get(at))
                .map(|(_, ordinal)| *ordinal),
        }
    }
}
