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
use super::drawn::{DrawnColumns, DrawnWriter, NO_VALUE};
use super::ids::KeptId;
use super::index::{Index, IndexColumns};
use super::keys::{KeyEntries, KeyIndex};
use super::manifest::{FileSeal, Manifest, Origin, Provenance};
use super::marks::MarkFile;
use super::packed_rtree::Box2;
use super::periods::{Period, PeriodFile};
use super::ready::Maker;
use super::rings::Ring;
use super::surveyed::Surveyed;
use super::words::{WordEntries, WordIndex};
use super::{ShardError, files};
use crate::crs::{Crs, Transform};
use crate::edits::{Entry, Mark};
use crate::figures::Figures;
use crate::levels::Rasteriser;
use crate::theme::Theme;

/// Features worked on at a time by one thread.
const RUN: usize = 4096;
/// Features made while those before them are put together: what is in memory of a shard, beside what finds its features.
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
    let surveyed = Surveyed::open(&path, theme)?;
    let offsets = surveyed.offsets(&path)?;
    let (count, has_periods) = (offsets.len() - 1, surveyed.has_periods());
    drop(surveyed);
    let to_lonlat = Transform::new(label.working, Crs::LONLAT)?;
    let work = Work {
        path: &path,
        offsets: &offsets,
        theme,
        to_lonlat: &to_lonlat,
    };

    let mut whole = Whole::new(&path, folder, theme, count)?;
    let mut made = Vec::new();
    for first in (0..count).step_by(WAVE) {
        let (kept, next) = rayon::join(
            || whole.push(std::mem::take(&mut made)),
            || work.wave(first..(first + WAVE).min(count)),
        );
        kept?;
        made = next?;
    }
    whole.push(made)?;

    let Whole {
        mut index,
        entries,
        words,
        figures,
        periods,
        drawn,
        cells,
        ..
    } = whole;
    index.offsets = offsets;
    let extent = index.boxes.iter().fold(Box2::EMPTY, |mut all, b| {
        all.union(b);
        all
    });
    let extent_lonlat = lonlat_extent(std::iter::once(drawn.extent));
    write(&folder.join(files::INDEX), |out| Index::write(out, index))?;
    let rest = || {
        let mut names = vec![files::SURVEYED, files::INDEX, files::KEYS, files::DRAWN];
        let (found, others) = rayon::join(
            || write_lookups(folder, &entries, words.as_ref()),
            || {
                write(&folder.join(files::DRAWN), |out| drawn.write(out))?;
                cells.map_or(Ok(()), |cells| {
                    let bytes = cells.into_bytes();
                    write(&folder.join(files::CELLS), |out| out.write_all(&bytes))
                })
            },
        );
        found.and(others)?;
        if has_periods {
            let path = folder.join(files::PERIODS);
            write(&path, |out| PeriodFile::write(out, &periods))?;
            names.push(files::PERIODS);
        }
        if !label.entries.is_empty() {
            write_marks(folder, label.entries, &to_lonlat)?;
            names.push(files::MARKS);
        }
        if theme.generalise.coverage {
            names.push(files::CELLS);
        }
        if words.is_some() {
            names.push(files::WORDS);
        }
        if theme.statistics.is_some() {
            write(&folder.join(files::FIGURES), |out| figures.write(out))?;
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
    manifest.write(folder)?;
    Ok((manifest, beside))
}

/// What features are found by: keys, and the words of names where the theme is searched by them.
fn write_lookups(
    folder: &Path,
    keys: &KeyEntries,
    words: Option<&WordEntries>,
) -> Result<(), ShardError> {
    write(&folder.join(files::KEYS), |out| {
        KeyIndex::write(out, keys).map_err(io::Error::other)
    })?;
    let Some(words) = words else { return Ok(()) };
    write(&folder.join(files::WORDS), |out| {
        WordIndex::write(out, words)
    })
}

fn write_marks(folder: &Path, entries: &[Entry], to_lonlat: &Transform) -> Result<(), ShardError> {
    let marks = entries
        .par_iter()
        .filter_map(|e| Mark::of(e, to_lonlat))
        .collect();
    write(&folder.join(files::MARKS), |out| {
        MarkFile::write(out, marks)
    })
}

/// What is known of all features, those that were put together so far.
struct Whole<'a> {
    path: &'a Path,
    index: IndexColumns,
    entries: KeyEntries,
    /// Where the theme is searched by names.
    words: Option<WordEntries>,
    figures: Figures,
    periods: Vec<Period>,
    drawn: DrawnWriter,
    /// The cells of the generalised levels, where the theme has them.
    cells: Option<Rasteriser>,
}

impl<'a> Whole<'a> {
    fn new(path: &'a Path, folder: &Path, theme: &Theme, count: usize) -> Result<Self, ShardError> {
        Ok(Self {
            path,
            index: IndexColumns {
                ids: Vec::with_capacity(count),
                boxes: Vec::with_capacity(count),
                rings_at: Vec::with_capacity(count),
                ..IndexColumns::default()
            },
            entries: KeyEntries::default(),
            words: (!theme.search.is_empty()).then(WordEntries::default),
            figures: Figures::default(),
            periods: Vec::new(),
            drawn: DrawnWriter::new(folder).map_err(|e| ShardError::io(folder, e))?,
            cells: theme.generalise.coverage.then(Rasteriser::new),
        })
    }

    /// Adds the runs of a wave, in their order.
    fn push(&mut self, wave: Vec<Run>) -> Result<(), ShardError> {
        for run in wave {
            self.index.ids.extend(&run.ids);
            self.index.boxes.extend(&run.boxes);
            self.index
                .push_rings(&run.rings, &run.ring_ends)
                .ok_or_else(|| {
                    ShardError::corrupt(self.path, "it has more rings than can be counted")
                })?;
            self.entries.append(&run.entries);
            if let Some(words) = &mut self.words {
                words.append(&run.words);
            }
            self.figures.add_all(&run.figures);
            self.periods.extend(run.periods);
            self.drawn
                .push(&run.drawn)
                .map_err(|e| ShardError::io(self.path, e))?;
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
    offsets: &'a [u64],
    theme: &'a Theme,
    to_lonlat: &'a Transform,
}

/// What one thread made of a run of features.
#[derive(Default)]
struct Run {
    ids: Vec<u64>,
    boxes: Vec<Box2>,
    rings: Vec<Ring>,
    /// Relative to the run.
    ring_ends: Vec<usize>,
    entries: KeyEntries,
    words: WordEntries,
    figures: Figures,
    classes: Vec<Class>,
    periods: Vec<Period>,
    drawn: DrawnColumns,
}

impl Work<'_> {
    /// Makes the runs of a wave on all threads. The file is mapped anew for each: what was read of it can then leave
    /// memory.
    fn wave(&self, ordinals: Range<usize>) -> Result<Vec<Run>, ShardError> {
        let surveyed = Surveyed::open(self.path, self.theme)?;
        let firsts: Vec<usize> = ordinals.clone().step_by(RUN).collect();
        firsts
            .into_par_iter()
            .map(|first| self.run(&surveyed, first..(first + RUN).min(ordinals.end)))
            .collect()
    }

    fn run(&self, surveyed: &Surveyed, ordinals: Range<usize>) -> Result<Run, ShardError> {
        let mut run = Run::default();
        let mut interned: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
        let mut maker = Maker::new(self.theme);
        for ordinal in ordinals {
            self.feature(surveyed, ordinal, &mut run, &mut interned, &mut maker)?;
        }
        Ok(run)
    }

    fn feature(
        &self,
        surveyed: &Surveyed,
        ordinal: usize,
        run: &mut Run,
        interned: &mut FxHashMap<Vec<u8>, u32>,
        maker: &mut Maker,
    ) -> Result<(), ShardError> {
        let refuse = |reason: &str| ShardError::Record {
            record: ordinal as u64,
            reason: reason.to_owned(),
        };
        let range = self.offsets[ordinal] as usize..self.offsets[ordinal + 1] as usize;
        let feature = surveyed.feature(range)?;
        let geometry = feature.geometry()?;
        let values = feature.values();
        run.ids
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
        run.boxes.push(bbox);
        run.rings.extend(feature.rings());
        run.ring_ends.push(run.rings.len());
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

fn write(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), ShardError> {
    let done = || {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        fill(&mut out)?;
        out.into_inner()?.sync_all()
    };
    done().map_err(|e| ShardError::io(path, e))
}
