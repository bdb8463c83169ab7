//! The index of a surveyed file that is not packed: ids, boxes and rings, and nothing that is only drawn or looked up.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;

use super::index::{Index, IndexColumns};
use super::packed_rtree::Box2;
use super::rings::Ring;
use super::surveyed::Surveyed;
use super::{ShardError, files};
use crate::theme::Theme;

/// Features worked on at a time by one thread.
const RUN: usize = 4096;

/// Writes `index.bin` beside the `surveyed.fgb` in `folder`.
///
/// # Errors
/// [`ShardError`].
pub(crate) fn index(folder: &Path, theme: &Theme) -> Result<(), ShardError> {
    let path = folder.join(files::SURVEYED);
    let surveyed = Surveyed::open(&path, theme)?;
    let offsets = surveyed.offsets(&path)?;
    let runs: Vec<Run> = offsets
        .par_windows(2)
        .chunks(RUN)
        .map(|windows| {
            let mut run = Run::default();
            for window in windows {
                if let [from, to] = window {
                    run.add(&surveyed, *from as usize..*to as usize)?;
                }
            }
            Ok(run)
        })
        .collect::<Result<_, ShardError>>()?;
    let mut columns = IndexColumns::default();
    for run in runs {
        columns.ids.extend(run.ids);
        columns.boxes.extend(run.boxes);
        columns
            .push_rings(&run.rings, &run.ends)
            .ok_or_else(|| ShardError::corrupt(&path, "it has more rings than can be counted"))?;
    }
    columns.offsets = offsets;
    let path = folder.join(files::INDEX);
    let write = || {
        let mut out = BufWriter::new(File::create(&path)?);
        Index::write(&mut out, columns)?;
        out.flush()
    };
    write().map_err(|e| ShardError::io(&path, e))
}

#[derive(Default)]
struct Run {
    ids: Vec<u64>,
    boxes: Vec<Box2>,
    rings: Vec<Ring>,
    ends: Vec<usize>,
}

impl Run {
    fn add(
        &mut self,
        surveyed: &Surveyed,
        range: std::ops::Range<usize>,
    ) -> Result<(), ShardError> {
        let feature = surveyed.feature(range)?;
        self.ids.push(feature.id().unwrap_or_default());
        self.boxes.push(Box2::of(&feature.geometry()?));
        self.rings.extend(feature.rings());
        self.ends.push(self.rings.len());
        Ok(())
    }
}
