//! An export from its plan to the finished file.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::assemble::{Counts, assemble};
use super::cut::Cutter;
use super::error::ExportError;
use super::ledger::{self, Ledger};
use super::parts::Parts;
use super::plan::Plan;
use super::progress::Progress;
use super::request::Format;

/// Tiles in a segment: what is made again at most, a thread, when an export is killed.
const SEGMENT: usize = 128;

/// What an export came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The version of the archive, see [`super::plan::Identity::version`].
    pub version: String,
    /// The version its unchanged tiles are left out of.
    pub since: Option<String>,
    /// Tiles.
    pub counts: Counts,
    /// Bytes of the archive.
    pub bytes: u64,
}

/// Exports `plan` to `out`. `since` is what [`super::Request::since`] said.
///
/// # Errors
/// [`ExportError`]; what stood at `out` stands as it was, and what was finished is taken over by the next export of the
/// same.
pub fn export(
    mut plan: Plan,
    out: &Path,
    since: Option<&str>,
    threads: usize,
    progress: &Progress,
) -> Result<Exported, ExportError> {
    let format = Format::of(out)?;
    let since = since
        .map(|said| Ledger::find(said, out, &plan.identity))
        .transpose()?;
    plan.identity.since = since.as_ref().map(|s| s.identity.version.clone());
    let parts = Parts::open(out, &plan.identity, SEGMENT)?;
    make(&plan, since.as_ref(), &parts, threads, progress)?;
    let segments = plan.tiles.len().div_ceil(SEGMENT);
    let counts = assemble(&plan, &parts, segments, format, since.as_ref())?;
    let bytes = fs::metadata(parts.archive()).map_err(ExportError::io(&parts.archive()))?;
    place(&parts.archive(), out)?;
    place(&parts.versions(), &ledger::beside(out))?;
    parts.remove()?;
    Ok(Exported {
        version: plan.identity.version,
        since: plan.identity.since,
        counts,
        bytes: bytes.len(),
    })
}

fn place(from: &Path, to: &Path) -> Result<(), ExportError> {
    fs::rename(from, to).map_err(ExportError::io(to))
}

/// Makes the segments that are not finished yet.
fn make(
    plan: &Plan,
    since: Option<&Ledger>,
    parts: &Parts,
    threads: usize,
    progress: &Progress,
) -> Result<(), ExportError> {
    let segments: Vec<_> = plan.tiles.chunks(SEGMENT).collect();
    let finished = (0..segments.len()).filter(|number| parts.has(*number));
    let done: usize = finished
        .filter_map(|number| segments.get(number))
        .map(|tiles| tiles.len())
        .sum();
    progress.begin(done as u64, plan.tiles.len() as u64);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let failure = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                let mut cutter = Cutter::new(plan, since);
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(tiles) = segments.get(number) else {
                        break;
                    };
                    if parts.has(number) {
                        continue;
                    }
                    let segment = cutter.segment(tiles, || progress.step());
                    let kept = segment.and_then(|segment| parts.write(number, &segment));
                    if let Err(error) = kept {
                        stop.store(true, Ordering::Relaxed);
                        if let Ok(mut failure) = failure.lock() {
                            failure.get_or_insert(error);
                        }
                    }
                }
            });
        }
    });
    progress.end();
    match failure.into_inner() {
        Ok(Some(error)) => Err(error),
        Ok(None) => Ok(()),
        Err(_) => Err(ExportError::archive(&parts.archive(), "a thread broke off")),
    }
}
