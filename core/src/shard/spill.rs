//! Features on their way into a `surveyed.fgb`: on disk in the order they came, then in the file in Hilbert order with
//! FlatGeobuf's own index before them. In memory is only where each of them is, and that of a million at most.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;

use super::hilbert::Curve;
use super::packed_rtree::{Box2, FANOUT};
use crate::bulk::{Column, KEPT, Sorter};

/// Features one thread gathers at a time.
const RUN: usize = 2048;
/// Bytes that are read along with features on either side of them.
const BETWEEN: u64 = 4096;
/// Bytes of a box, which stands before each feature.
const BOX: usize = size_of::<Box2>();
const BUFFER: usize = 1 << 20;

/// The features.
pub(super) struct Spill {
    file: BufWriter<File>,
    kept: usize,
    places: Column<Place>,
    extent: Box2,
}

/// What is known of a feature as it comes.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Place {
    /// The middle of its box.
    center: [f64; 2],
    /// Its box and itself.
    bytes: u64,
}

/// A feature's place in the order of the file, and where it lies as it came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Placed {
    /// Backward along the curve, as FlatGeobuf's own writer puts them; those on one spot as they came.
    order: u64,
    start: u64,
    bytes: u64,
}

impl Placed {
    const fn end(&self) -> u64 {
        self.start + self.bytes
    }
}

/// A node of FlatGeobuf's index: a leaf says where its feature lies behind the index, others which node is their first.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Node {
    bbox: Box2,
    first: u64,
}

impl Spill {
    /// Without any.
    pub fn new() -> io::Result<Self> {
        Self::keeping(KEPT)
    }

    /// Without any; in memory is where `kept` of them are.
    fn keeping(kept: usize) -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::with_capacity(BUFFER, tempfile::tempfile()?),
            kept,
            places: Column::new(kept),
            extent: Box2::EMPTY,
        })
    }

    /// How many there are.
    pub const fn len(&self) -> u64 {
        self.places.len()
    }

    /// Adds one.
    pub fn push(&mut self, bbox: Box2, feature: &[u8]) -> io::Result<()> {
        if self.len() >= u64::from(u32::MAX) {
            return Err(io::Error::other(
                "there are more features than can be counted",
            ));
        }
        self.file.write_all(bytemuck::bytes_of(&bbox))?;
        self.file.write_all(feature)?;
        self.extent.union(&bbox);
        self.places.push(Place {
            center: [
                f64::midpoint(bbox.min_x, bbox.max_x),
                f64::midpoint(bbox.min_y, bbox.max_y),
            ],
            bytes: (BOX + feature.len()) as u64,
        })
    }

    /// Writes the file at `path`, with the header made from the extent and the number of features.
    pub fn write(self, path: &Path, header: impl FnOnce(Box2, u64) -> Vec<u8>) -> io::Result<()> {
        let len = self.len();
        let header = header(self.extent, len);
        let file = self.file.into_inner()?;
        let (curve, mut order, mut start) = (Curve::over(self.extent), Sorter::new(self.kept), 0);
        for (i, place) in self.places.read()?.enumerate() {
            let Place { center, bytes } = place?;
            order.push(Placed {
                order: (u64::from(u32::MAX - curve.at(center)) << 32) | i as u64,
                start,
                bytes,
            })?;
            start += bytes;
        }
        let mut out = BufWriter::with_capacity(BUFFER, File::create(path)?);
        out.write_all(&header)?;
        if len == 0 {
            return out.flush();
        }
        let levels = Levels::over(len);
        let index_at = header.len() as u64;
        let node_at = |node: u64| SeekFrom::Start(index_at + node * size_of::<Node>() as u64);
        let mut leaves =
            BufWriter::with_capacity(BUFFER, OpenOptions::new().write(true).open(path)?);
        leaves.seek(node_at(levels.start(0)))?;
        out.seek(node_at(levels.nodes()))?;

        let (mut at, mut boxes) = (0, Parents::default());
        let threads = rayon::current_num_threads().max(1);
        let mut order = order.sorted()?;
        loop {
            let several: Vec<Placed> = order
                .by_ref()
                .take(RUN * threads)
                .collect::<io::Result<_>>()?;
            if several.is_empty() {
                break;
            }
            let gathered: Vec<Gathered> = several
                .par_chunks(RUN)
                .map(|run| gather(&file, run))
                .collect::<io::Result<_>>()?;
            for run in gathered {
                for (bbox, bytes) in run.boxes {
                    leaves.write_all(bytemuck::bytes_of(&Node { bbox, first: at }))?;
                    boxes.push(bbox);
                    at += bytes;
                }
                out.write_all(&run.features)?;
            }
        }
        out.flush()?;
        let mut boxes = boxes.done();
        for level in 1..levels.count() {
            let below = levels.start(level - 1);
            leaves.seek(node_at(levels.start(level)))?;
            let mut above = Parents::default();
            for (i, &bbox) in boxes.iter().enumerate() {
                let first = below + (i * FANOUT) as u64;
                leaves.write_all(bytemuck::bytes_of(&Node { bbox, first }))?;
                above.push(bbox);
            }
            boxes = above.done();
        }
        leaves.flush()
    }
}

/// Features in order.
struct Gathered {
    /// The box of each, and how many bytes it has.
    boxes: Vec<(Box2, u64)>,
    features: Vec<u8>,
}

/// The features of a run, from where they lie as they came. Those that came shortly after one another are read at once.
fn gather(file: &File, run: &[Placed]) -> io::Result<Gathered> {
    let mut came: Vec<(usize, Placed)> = run.iter().copied().enumerate().collect();
    came.sort_unstable_by_key(|(_, placed)| placed.start);
    let (mut read, mut starts) = (Vec::with_capacity(run.len() * 512), vec![0; run.len()]);
    for several in came.chunk_by(|(_, a), (_, b)| b.start - a.end() <= BETWEEN) {
        let [(_, first), ..] = several else { continue };
        let end = several.last().map_or(first.start, |(_, last)| last.end());
        let from = read.len();
        for (i, placed) in several {
            if let Some(start) = starts.get_mut(*i) {
                *start = from + (placed.start - first.start) as usize;
            }
        }
        read.resize(from + (end - first.start) as usize, 0);
        file.read_exact_at(read.get_mut(from..).unwrap_or_default(), first.start)?;
    }
    let mut all = Gathered {
        boxes: Vec::with_capacity(run.len()),
        features: Vec::with_capacity(read.len()),
    };
    for (placed, start) in run.iter().zip(starts) {
        let (bbox, feature) = read
            .get(start..start + placed.bytes as usize)
            .and_then(|one| one.split_at_checked(BOX))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        all.boxes
            .push((bytemuck::pod_read_unaligned(bbox), feature.len() as u64));
        all.features.extend_from_slice(feature);
    }
    Ok(all)
}

/// Boxes of the level above the one pushed.
#[derive(Default)]
struct Parents {
    boxes: Vec<Box2>,
    children: usize,
}

impl Parents {
    fn push(&mut self, child: Box2) {
        if self.children.is_multiple_of(FANOUT) {
            self.boxes.push(child);
        } else if let Some(parent) = self.boxes.last_mut() {
            parent.union(&child);
        }
        self.children += 1;
    }

    fn done(self) -> Vec<Box2> {
        self.boxes
    }
}

/// Nodes of each level, leaves first; in the file the root comes first. A tree has a root above its leaves even where
/// there is one leaf.
struct Levels(Vec<u64>);

impl Levels {
    fn over(leaves: u64) -> Self {
        let mut levels = vec![leaves];
        let mut nodes = leaves;
        loop {
            nodes = nodes.div_ceil(FANOUT as u64);
            levels.push(nodes);
            if nodes <= 1 {
                return Self(levels);
            }
        }
    }

    fn count(&self) -> usize {
        self.0.len()
    }

    fn nodes(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The first node of a level.
    fn start(&self, level: usize) -> u64 {
        self.0.iter().skip(level + 1).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(features: &[(u8, u8)], kept: usize) -> Vec<u8> {
        let mut spill = Spill::keeping(kept).unwrap();
        for (i, (x, y)) in features.iter().enumerate() {
            let mut bbox = Box2::point(f64::from(*x), f64::from(*y));
            bbox.extend(f64::from(*x) + 1.0, f64::from(*y));
            spill
                .push(bbox, format!("{i} at {x} {y}").as_bytes())
                .unwrap();
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        let head = |_, len: u64| format!("{len}: ").into_bytes();
        spill.write(file.path(), head).unwrap();
        std::fs::read(file.path()).unwrap()
    }

    #[test]
    fn features_on_one_spot_keep_their_order() {
        let bytes = written(&[(7, 7); 4], KEPT);
        assert!(bytes.ends_with(b"0 at 7 71 at 7 72 at 7 73 at 7 7"));
    }

    proptest! {
        #[test]
        fn a_file_is_the_same_however_little_is_in_memory(features in proptest::collection::vec(any::<(u8, u8)>(), 0..300), kept in 0usize..100) {
            prop_assert_eq!(written(&features, kept), written(&features, KEPT));
        }
    }
}
