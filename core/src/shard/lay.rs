//! The index of a surveyed file that is not packed: ids, boxes and rings, and nothing that is only drawn or looked up.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;

use super::index_writer::{IndexColumns, IndexWriter};
use super::packed_rtree::Box2;
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
    let mut walk = surveyed.walk(&path)?;
    let failed = |e| ShardError::io(folder, e);
    let mut index = IndexWriter::new(folder).map_err(failed)?;
    let wave = RUN * rayon::current_num_threads().max(1);
    let end = loop {
        let offsets = walk.next(wave)?;
        let runs: Vec<IndexColumns> = offsets
            .par_windows(2)
            .chunks(RUN)
            .map(|windows| run(&surveyed, &windows))
            .collect::<Result<_, ShardError>>()?;
        if runs.is_empty() {
            break offsets.last().copied().unwrap_or_default();
        }
        for run in &runs {
            index.push(run).map_err(failed)?;
        }
        surveyed.let_go();
    };
    let path = folder.join(files::INDEX);
    let write = || {
        let mut out = BufWriter::new(File::create(&path)?);
        index.write(end, &mut out)?;
        out.flush()
    };
    write().map_err(|e| ShardError::io(&path, e))
}

/// What the index wants of the features in these places of the file.
fn run(surveyed: &Surveyed, places: &[&[u64]]) -> Result<IndexColumns, ShardError> {
    let mut run = IndexColumns::default();
    for place in places {
        let &[start, end] = *place else { continue };
        let feature = surveyed.feature(start as usize..end as usize)?;
        run.offsets.push(start);
        run.ids.push(feature.id().unwrap_or_default());
        run.boxes.push(Box2::of(&feature.geometry()?));
        run.rings.extend(feature.rings());
        run.ring_ends.push(run.rings.len());
    }
    Ok(run)
}
