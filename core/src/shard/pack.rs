//! Packing: from `surveyed.fgb` to everything a shard is read by.
//!
//! Both cores work on runs of features; what they make is put together in the file's order, so the same
//! records always give the same bytes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::classes::{Class, burn};
use super::derive::{Derived, derive, lonlat_extent};
use super::disk::Disk;
use super::drawn::{DrawnColumns, DrawnWriter, NO_VALUE};
use super::ids::KeptId;
use super::index_writer::{IndexColumns, IndexWriter};
use super::keys::{KeyEntries, KeyIndex};
use super::manifest::{FileSeal, Manifest, Origin, Provenance};
use super::marks::MarkFile;
use super::periods::{Period, PeriodWriter};
use super::ready::Maker;
use super::surveyed::Surveyed;
use super::walk::Walk;
use super::words::{WordEntries, WordIndex};
use super::{ShardError, files};
use crate::crs::{Crs, Transform};
use crate::edits::{Entry, Mark};
use crate::figures::Figures;
use crate::levels::Rasteriser;
use crate::theme::Theme;

/// Features worked on at a time by one thread.
const RUN: usize = 4096;
/// Features made while those before them are put together: what is in memory of a shard, beside what finds a
/// million of its features.
const WAVE: usize = 8 * RUN;

/// What a shard is, besides its records.
pub(crate) struct Label<'a> {
    pub dataset: &'a str,
    pub revision: &'a str,
    pub working: Crs,
    pub provenance: Provenance,
    pub origin: Option<Origin>,
    /// The change log of the dataset up to the origin's moment.
    pub entries: &'a [Entry],
    pub kept_ids: Vec<KeptId>,
}

/// Derives every other file from the `surveyed.fgb` in `folder`, seals them, and writes the manifest.
///
/// # Errors
/// [`ShardError`]; `folder` then holds part of the files and no manifest.
pub(crate) fn pack(folder: &Path, theme: &Theme, label: Label<'_>) -> Result<Manifest, ShardError> {
    pack_beside(folder, theme, label, || ()).map(|(manifest, ())| manifest)
}

/// As [`pack`]; `beside` is done once the surveyed file and its index lie in `folder`, while the other files are made.
pub(crate) fn pack_beside<R: Send>(
    folder: &Path,
    theme: &Theme,
    label: Label<'_>,
    beside: impl FnOnce() -> R + Send,
) -> Result<(Manifest, R), ShardError> {
    let path = folder.join(files::SURVEYED);
    let disk = Disk::new(folder)?;
    disk.bring(&path);
    let surveyed = Surveyed::open(&path, theme)?;
    let (count, has_periods) = (surveyed.count(), surveyed.has_periods());
    let walk = surveyed.walk(&path)?;
    drop(surveyed);
    let to_lonlat = Transform::new(label.working, Crs::LONLAT)?;
    let work = Work {
        path: &path,
        theme,
        to_lonlat: &to_lonlat,
    };

    let mut whole = Whole::new(&path, folder, theme, has_periods)?;
    let end = work.waves(&mut whole, walk, count)?;
    let Whole {
        index,
        entries,
        words,
        figures,
        periods,
        drawn,
        cells,
        ..
    } = whole;
    let extent = index.extent;
    let extent_lonlat = lonlat_extent(std::iter::once(drawn.extent));
    write(&disk, &folder.join(files::INDEX), |out| {
        index.write(end, out)
    })?;
    let has_words = words.is_some();
    let rest = || {
        let mut names = vec![files::SURVEYED, files::INDEX, files::KEYS, files::DRAWN];
        let (found, others) = rayon::join(
            || write_lookups(&disk, folder, entries, words),
            || {
                write(&disk, &folder.join(files::DRAWN), |out| drawn.write(out))?;
                cells.map_or(Ok(()), |cells| {
                    let bytes = cells.into_bytes();
                    let bytes = bytes.map_err(|e| ShardError::corrupt(&path, e.to_string()))?;
                    write(&disk, &folder.join(files::CELLS), |out| {
                        out.write_all(&bytes)
                    })
                })
            },
        );
        found.and(others)?;
        if let Some(periods) = periods {
            let path = folder.join(files::PERIODS);
            write(&disk, &path, |out| periods.write(out))?;
            names.push(files::PERIODS);
        }
        if !label.entries.is_empty() {
            write_marks(&disk, folder, label.entries, &to_lonlat)?;
            names.push(files::MARKS);
        }
        if theme.generalise.coverage {
            names.push(files::CELLS);
        }
        if has_words {
            names.push(files::WORDS);
        }
        if theme.statistics.is_some() {
            write(&disk, &folder.join(files::FIGURES), |out| {
                figures.write(out)
            })?;
            names.push(files::FIGURES);
        }
        names
            .par_iter()
            .map(|name| FileSeal::of(folder, name))
            .collect::<Result<Vec<FileSeal>, ShardError>>()
    };
    let (seals, beside) = rayon::join(rest, beside);
    let seals = seals?;
    let sums: Vec<&str> = seals.iter().map(|s| s.xxh3.as_str()).collect();
    let extent = [extent.min_x, extent.min_y, extent.max_x, extent.max_y];
    let manifest = Manifest {
        format: Manifest::FORMAT,
        theme: theme.id.clone(),
        theme_hash: theme.hash.clone(),
        dataset: label.dataset.to_owned(),
        revision: label.revision.to_owned(),
        working_crs: label.working.epsg(),
        features: count as u64,
        extent: (extent[0] <= extent[2]).then_some(extent),
        extent_lonlat,
        content: format!("{:032x}", xxh3_128(sums.join(" ").as_bytes())),
        files: seals,
        provenance: label.provenance,
        origin: label.origin,
        kept_ids: label.kept_ids,
    };
    disk.done()?;
    manifest.write(folder)?;
    Ok((manifest, beside))
}

/// What features are found by: keys, and the words of names where the theme is searched by them.
fn write_lookups(
    disk: &Disk,
    folder: &Path,
    keys: KeyEntries,
    words: Option<WordEntries>,
) -> Result<(), ShardError> {
    write(disk, &folder.join(files::KEYS), |out| {
        KeyIndex::write(out, keys, folder)
    })?;
    let Some(words) = words else { return Ok(()) };
    write(disk, &folder.join(files::WORDS), |out| {
        WordIndex::write(out, words, folder)
    })
}

fn write_marks(
    disk: &Disk,
    folder: &Path,
    entries: &[Entry],
    to_lonlat: &Transform,
) -> Result<(), ShardError> {
    let marks = entries
        .par_iter()
        .filter_map(|e| Mark::of(e, to_lonlat))
        .collect();
    write(disk, &folder.join(files::MARKS), |out| {
        MarkFile::write(out, marks)
    })
}

/// What is known of all features, those that were put together so far.
struct Whole<'a> {
    path: &'a Path,
    index: IndexWriter,
    entries: KeyEntries,
    /// Where the theme is searched by names.
    words: Option<WordEntries>,
    figures: Figures,
    /// Where the file says when its records stood.
    periods: Option<PeriodWriter>,
    drawn: DrawnWriter,
    /// The cells of the generalised levels, where the theme has them.
    cells: Option<Rasteriser>,
}

impl<'a> Whole<'a> {
    fn new(
        path: &'a Path,
        folder: &Path,
        theme: &Theme,
        has_periods: bool,
    ) -> Result<Self, ShardError> {
        let failed = |e| ShardError::io(folder, e);
        let periods = has_periods.then(|| PeriodWriter::new(folder)).transpose();
        Ok(Self {
            path,
            index: IndexWriter::new(folder).map_err(failed)?,
            entries: KeyEntries::default(),
            words: (!theme.search.is_empty()).then(WordEntries::default),
            figures: Figures::default(),
            periods: periods.map_err(failed)?,
            drawn: DrawnWriter::new(folder).map_err(failed)?,
            cells: theme.generalise.coverage.then(Rasteriser::new),
        })
    }

    /// Adds the runs of a wave, in their order.
    fn push(&mut self, wave: Vec<Run>) -> Result<(), ShardError> {
        for run in wave {
            let mut append = || {
                self.index.push(&run.index)?;
                self.entries.append(&run.entries)?;
                if let Some(words) = &mut self.words {
                    words.append(&run.words)?;
                }
                if let Some(periods) = &mut self.periods {
                    periods.push(&run.periods)?;
                }
                self.drawn.push(&run.drawn)
            };
            append().map_err(|e| ShardError::io(self.path, e))?;
            self.figures.add_all(&run.figures);
            let Some(cells) = &mut self.cells else {
                continue;
            };
            for (i, class) in run.classes.iter().enumerate() {
                let (coords, parts) = (run.drawn.coords_of(i), run.drawn.parts_of(i));
                burn(cells, *class, coords, parts)
                    .map_err(|e| ShardError::corrupt(self.path, e.to_string()))?;
            }
        }
        Ok(())
    }
}

struct Work<'a> {
    path: &'a Path,
    theme: &'a Theme,
    to_lonlat: &'a Transform,
}

/// What one thread made of a run of features.
#[derive(Default)]
struct Run {
    index: IndexColumns,
    entries: KeyEntries,
    words: WordEntries,
    figures: Figures,
    classes: Vec<Class>,
    periods: Vec<Period>,
    drawn: DrawnColumns,
}

impl Work<'_> {
    /// Makes the runs of all waves, each while those of the one before are put together. Returns where the last feature
    /// ends.
    fn waves(
        &self,
        whole: &mut Whole<'_>,
        mut walk: Walk,
        count: usize,
    ) -> Result<u64, ShardError> {
        let mut made = Vec::new();
        let mut end = 0;
        for first in (0..count.max(1)).step_by(WAVE) {
            let offsets = walk.next(WAVE)?;
            end = offsets.last().copied().unwrap_or(end);
            let (kept, next) = rayon::join(
                || whole.push(std::mem::take(&mut made)),
                || self.wave(first, &offsets),
            );
            kept?;
            made = next?;
        }
        whole.push(made)?;
        Ok(end)
    }

    /// Makes the runs of a wave on all threads: of the features that lie between these offsets, the first of which is at
    /// position `first`. The file is mapped anew for each wave: what was read of it can then leave memory.
    fn wave(&self, first: usize, offsets: &[u64]) -> Result<Vec<Run>, ShardError> {
        let surveyed = Surveyed::open(self.path, self.theme)?;
        let count = offsets.len().saturating_sub(1);
        let firsts: Vec<usize> = (0..count).step_by(RUN).collect();
        firsts
            .into_par_iter()
            .map(|at| {
                let own = offsets.get(at..=(at + RUN).min(count));
                self.run(&surveyed, first + at, own.unwrap_or_default())
            })
            .collect()
    }

    fn run(&self, surveyed: &Surveyed, first: usize, offsets: &[u64]) -> Result<Run, ShardError> {
        let mut run = Run::default();
        let mut interned: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
        let mut maker = Maker::new(self.theme);
        for (ordinal, ends) in (first..).zip(offsets.windows(2)) {
            let &[start, end] = ends else { continue };
            let range = start as usize..end as usize;
            run.index.offsets.push(start);
            self.feature(
                surveyed,
                (ordinal, range),
                &mut run,
                &mut interned,
                &mut maker,
            )?;
        }
        Ok(run)
    }

    fn feature(
        &self,
        surveyed: &Surveyed,
        (ordinal, range): (usize, Range<usize>),
        run: &mut Run,
        interned: &mut FxHashMap<Vec<u8>, u32>,
        maker: &mut Maker,
    ) -> Result<(), ShardError> {
        let refuse = |reason: &str| ShardError::Record {
            record: ordinal as u64,
            reason: reason.to_owned(),
        };
        let feature = surveyed.feature(range)?;
        let geometry = feature.geometry()?;
        let values = feature.values();
        let index = &mut run.index;
        index
            .ids
            .push(feature.id().ok_or_else(|| refuse("it has no id"))?);

        let Derived {
            bbox,
            key,
            words,
            share,
            class,
            drawing,
            tags,
        } = derive(self.theme, self.to_lonlat, &geometry, &values)?;
        index.boxes.push(bbox);
        index.rings.extend(feature.rings());
        index.ring_ends.push(index.rings.len());
        run.entries.push(&key, ordinal as u32);
        run.words.push(&words, ordinal as u32);
        if let Some(share) = &share {
            run.figures.put_in(share);
        }
        run.classes.push(class);
        if surveyed.has_periods() {
            let (since, until) = feature.stood();
            run.periods.push(Period::new(since, until));
        }

        let drawn = &mut run.drawn;
        drawn.push(&drawing);
        maker.add(&drawing, drawn);
        for encoded in tags.iter() {
            let tag = encoded.map_or(NO_VALUE, |bytes| intern(drawn, bytes, interned));
            drawn.tags.push(tag);
        }
        Ok(())
    }
}

/// The position of the value `bytes` in `drawn`, which grows by it where it is new.
fn intern(drawn: &mut DrawnColumns, bytes: &[u8], known: &mut FxHashMap<Vec<u8>, u32>) -> u32 {
    if let Some(&at) = known.get(bytes) {
        return at;
    }
    let at = known.len() as u32;
    drawn.values.extend_from_slice(bytes);
    drawn.value_ends.push(drawn.values.len() as u64);
    known.insert(bytes.to_vec(), at);
    at
}

/// Writes a file, which is on its way to the disk then.
fn write(
    disk: &Disk,
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), ShardError> {
    let done = || {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        fill(&mut out)?;
        out.flush()
    };
    done().map_err(|e| ShardError::io(path, e))?;
    disk.bring(path);
    Ok(())
}
