//! Packing: from `surveyed.fgb` to everything a shard is read by.
//!
//! Both cores work on runs of features; what they make is put together in the file's order, so the same
//! records always give the same bytes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::classes::{Class, burn};
use super::derive::{Derived, derive, lonlat_extent};
use super::drawn::{DrawnColumns, NO_VALUE, kind_code};
use super::ids::KeptId;
use super::index::{Index, IndexColumns};
use super::keys::{self, KeyIndex};
use super::manifest::{FileSeal, Manifest, Origin, Provenance};
use super::marks::MarkFile;
use super::packed_rtree::Box2;
use super::periods::{Period, PeriodFile};
use super::rings::Ring;
use super::surveyed::Surveyed;
use super::{ShardError, files};
use crate::crs::{Crs, Transform};
use crate::edits::{Entry, Mark};
use crate::levels::Rasteriser;
use crate::theme::Theme;

/// Features worked on at a time by one thread.
const RUN: usize = 4096;

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
    let path = folder.join(files::SURVEYED);
    let surveyed = Surveyed::open(&path, theme)?;
    let offsets = surveyed.offsets(&path)?;
    let to_lonlat = Transform::new(label.working, Crs::LONLAT)?;
    let work = Work {
        surveyed: &surveyed,
        offsets: &offsets,
        theme,
        to_lonlat: &to_lonlat,
    };

    let count = offsets.len() - 1;
    let runs: Vec<Run> = (0..count.div_ceil(RUN))
        .into_par_iter()
        .map(|i| work.run(i * RUN..((i + 1) * RUN).min(count)))
        .collect::<Result<_, _>>()?;
    let mut index = IndexColumns {
        ids: Vec::with_capacity(count),
        boxes: Vec::with_capacity(count),
        rings_at: Vec::with_capacity(count),
        ..IndexColumns::default()
    };
    let mut entries = Vec::with_capacity(count);
    let mut classes = Vec::with_capacity(count);
    let mut periods = Vec::new();
    let mut drawn = DrawnColumns {
        coord_starts: vec![0],
        part_starts: vec![0],
        value_starts: vec![0],
        ..Default::default()
    };
    let mut values = FxHashMap::default();
    for run in runs {
        index.ids.extend(run.ids);
        index.boxes.extend(run.boxes);
        index
            .push_rings(&run.rings, &run.ring_ends)
            .ok_or_else(|| ShardError::corrupt(&path, "it has more rings than can be counted"))?;
        entries.extend(run.entries);
        classes.extend(run.classes);
        periods.extend(run.periods);
        append(&mut drawn, run.drawn, &mut values);
    }
    drop(values);

    index.offsets = offsets;
    let extent = index.boxes.iter().fold(Box2::EMPTY, |mut all, b| {
        all.union(b);
        all
    });
    let extent_lonlat = lonlat_extent(drawn.boxes.iter().copied());
    let mut names = vec![files::SURVEYED, files::INDEX, files::KEYS, files::DRAWN];
    write(&folder.join(files::INDEX), |out| Index::write(out, index))?;
    write(&folder.join(files::KEYS), |out| {
        KeyIndex::write(out, entries).map_err(io::Error::other)
    })?;
    write(&folder.join(files::DRAWN), |out| drawn.write(out))?;
    if surveyed.has_periods() {
        let path = folder.join(files::PERIODS);
        write(&path, |out| PeriodFile::write(out, &periods))?;
        names.push(files::PERIODS);
    }
    if !label.entries.is_empty() {
        write_marks(folder, label.entries, &to_lonlat)?;
        names.push(files::MARKS);
    }
    if theme.generalise.coverage {
        let cells = rasterise(&drawn, &classes, folder)?;
        write(&folder.join(files::CELLS), |out| out.write_all(&cells))?;
        names.push(files::CELLS);
    }
    drop(surveyed);

    let seals: Vec<FileSeal> = names
        .iter()
        .map(|name| FileSeal::of(folder, name))
        .collect::<Result<_, _>>()?;
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
    Ok(manifest)
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

struct Work<'a> {
    surveyed: &'a Surveyed,
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
    entries: Vec<(Vec<u8>, u32)>,
    classes: Vec<Class>,
    periods: Vec<Period>,
    /// Starts are relative to the run, without the leading 0; tags are positions in the run's own values.
    drawn: DrawnColumns,
}

impl Work<'_> {
    fn run(&self, ordinals: std::ops::Range<usize>) -> Result<Run, ShardError> {
        let mut run = Run::default();
        let mut interned: FxHashMap<Vec<u8>, u32> = FxHashMap::default();
        for ordinal in ordinals {
            self.feature(ordinal, &mut run, &mut interned)?;
        }
        Ok(run)
    }

    fn feature(
        &self,
        ordinal: usize,
        run: &mut Run,
        interned: &mut FxHashMap<Vec<u8>, u32>,
    ) -> Result<(), ShardError> {
        let refuse = |reason: &str| ShardError::Record {
            record: ordinal as u64,
            reason: reason.to_owned(),
        };
        let range = self.offsets[ordinal] as usize..self.offsets[ordinal + 1] as usize;
        let feature = self.surveyed.feature(range)?;
        let geometry = feature.geometry()?;
        let values = feature.values();
        run.ids
            .push(feature.id().ok_or_else(|| refuse("it has no id"))?);

        let Derived {
            bbox,
            key,
            class,
            drawing,
            tags,
        } = derive(self.theme, self.to_lonlat, &geometry, &values)?;
        run.boxes.push(bbox);
        run.rings.extend(feature.rings());
        run.ring_ends.push(run.rings.len());
        run.entries
            .push((keys::entry(&key, ordinal as u32), ordinal as u32));
        run.classes.push(class);
        if self.surveyed.has_periods() {
            let (since, until) = feature.stood();
            run.periods.push(Period::new(since, until));
        }

        let drawn = &mut run.drawn;
        drawn.boxes.push(drawing.bbox);
        drawn.kinds.push(kind_code(drawing.kind));
        drawn.parts.extend_from_slice(&drawing.parts);
        drawn.coords.extend_from_slice(&drawing.coords);
        drawn.part_starts.push(drawn.parts.len() as u64);
        drawn.coord_starts.push(drawn.coords.len() as u64);
        for encoded in tags {
            let tag = encoded.map_or(NO_VALUE, |bytes| intern(drawn, bytes, interned));
            drawn.tags.push(tag);
        }
        Ok(())
    }
}

/// The position of the value `bytes` in `drawn`, which grows by it where it is new.
fn intern(drawn: &mut DrawnColumns, bytes: Vec<u8>, known: &mut FxHashMap<Vec<u8>, u32>) -> u32 {
    if let Some(&at) = known.get(&bytes) {
        return at;
    }
    let at = known.len() as u32;
    drawn.values.extend_from_slice(&bytes);
    drawn.value_starts.push(drawn.values.len() as u64);
    known.insert(bytes, at);
    at
}

/// Puts the drawing of a run behind what is there.
fn append(all: &mut DrawnColumns, run: DrawnColumns, values: &mut FxHashMap<Vec<u8>, u32>) {
    let mut start = 0;
    let renumbered: Vec<u32> = run
        .value_starts
        .iter()
        .map(|&end| {
            let bytes = run.values[start..end as usize].to_vec();
            start = end as usize;
            intern(all, bytes, values)
        })
        .collect();
    all.tags.extend(run.tags.iter().map(|&t| {
        if t == NO_VALUE {
            t
        } else {
            renumbered[t as usize]
        }
    }));
    let (coords, parts) = (all.coords.len() as u64, all.parts.len() as u64);
    all.coord_starts
        .extend(run.coord_starts.iter().map(|at| at + coords));
    all.part_starts
        .extend(run.part_starts.iter().map(|at| at + parts));
    all.boxes.extend(run.boxes);
    all.kinds.extend(run.kinds);
    all.parts.extend(run.parts);
    all.coords.extend(run.coords);
}

/// Burns every polygon's class into the cells of the generalised levels.
fn rasterise(
    drawn: &DrawnColumns,
    classes: &[Class],
    folder: &Path,
) -> Result<Vec<u8>, ShardError> {
    let failed = |e: crate::levels::LevelsError| {
        ShardError::corrupt(&folder.join(files::CELLS), e.to_string())
    };
    let threads = rayon::current_num_threads().max(1);
    let share = classes.len().div_ceil(threads).max(1);
    let parts: Vec<Rasteriser> = classes
        .par_chunks(share)
        .enumerate()
        .map(|(i, classes)| {
            let mut cells = Rasteriser::new();
            for (at, class) in classes.iter().enumerate() {
                let feature = i * share + at;
                let (coords, parts) = (drawn.coords_of(feature), drawn.parts_of(feature));
                burn(&mut cells, *class, coords, parts)?;
            }
            Ok(cells)
        })
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    let mut all = Rasteriser::new();
    for part in parts {
        all = all.merge(part).map_err(failed)?;
    }
    Ok(all.into_bytes())
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
