//! Features on their way into a `surveyed.fgb`: on disk in the order they came, then in the file in Hilbert order with
//! FlatGeobuf's own index before them. In memory is only where each of them is.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;

use super::hilbert::order;
use super::packed_rtree::{Box2, FANOUT};

/// Features one thread gathers at a time.
const RUN: usize = 2048;
/// Bytes of a box, which stands before each feature.
const BOX: usize = size_of::<Box2>();
const BUFFER: usize = 1 << 20;

/// The features.
pub(super) struct Spill {
    file: BufWriter<File>,
    /// Where each ends.
    ends: Vec<u64>,
    centers: Vec<[f64; 2]>,
    extent: Box2,
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
        Ok(Self {
            file: BufWriter::with_capacity(BUFFER, tempfile::tempfile()?),
            ends: Vec::new(),
            centers: Vec::new(),
            extent: Box2::EMPTY,
        })
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.ends.len() as u64
    }

    /// Adds one.
    pub fn push(&mut self, bbox: Box2, feature: &[u8]) -> io::Result<()> {
        if self.ends.len() >= u32::MAX as usize {
            return Err(io::Error::other(
                "there are more features than can be counted",
            ));
        }
        self.file.write_all(bytemuck::bytes_of(&bbox))?;
        self.file.write_all(feature)?;
        let start = self.ends.last().copied().unwrap_or_default();
        self.ends.push(start + (BOX + feature.len()) as u64);
        self.centers.push([
            f64::midpoint(bbox.min_x, bbox.max_x),
            f64::midpoint(bbox.min_y, bbox.max_y),
        ]);
        self.extent.union(&bbox);
        Ok(())
    }

    /// Writes the file at `path`, with the header made from the extent and the number of features.
    pub fn write(self, path: &Path, header: impl FnOnce(Box2, u64) -> Vec<u8>) -> io::Result<()> {
        let header = header(self.extent, self.len());
        let file = self.file.into_inner()?;
        let features = order(self.extent, &self.centers);
        drop(self.centers);
        let mut out = BufWriter::with_capacity(BUFFER, File::create(path)?);
        out.write_all(&header)?;
        if features.is_empty() {
            return out.flush();
        }
        let levels = Levels::over(features.len() as u64);
        let index_at = header.len() as u64;
        let node_at = |node: u64| SeekFrom::Start(index_at + node * size_of::<Node>() as u64);
        let mut leaves =
            BufWriter::with_capacity(BUFFER, OpenOptions::new().write(true).open(path)?);
        leaves.seek(node_at(levels.start(0)))?;
        out.seek(node_at(levels.nodes()))?;

        let source = Source {
            file: &file,
            ends: &self.ends,
        };
        let (mut at, mut boxes) = (0, Parents::default());
        let threads = rayon::current_num_threads().max(1);
        for several in features.chunks(RUN * threads) {
            let gathered: Vec<Gathered> = several
                .par_chunks(RUN)
                .map(|run| source.gather(run))
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

/// Where features lie that have not been put in order.
struct Source<'a> {
    file: &'a File,
    ends: &'a [u64],
}

/// Features in order.
struct Gathered {
    /// The box of each, and how many bytes it has.
    boxes: Vec<(Box2, u64)>,
    features: Vec<u8>,
}

impl Source<'_> {
    fn gather(&self, run: &[u32]) -> io::Result<Gathered> {
        let mut all = Gathered {
            boxes: Vec::with_capacity(run.len()),
            features: Vec::with_capacity(run.len() * 512),
        };
        let mut one = Vec::new();
        for &position in run {
            let position = position as usize;
            let end = |i: usize| self.ends.get(i).copied().unwrap_or_default();
            let start = position.checked_sub(1).map_or(0, end);
            one.resize((end(position) - start) as usize, 0);
            self.file.read_exact_at(&mut one, start)?;
            let (bbox, feature) = one
                .split_at_checked(BOX)
                .ok_or(io::ErrorKind::UnexpectedEof)?;
            all.boxes
                .push((bytemuck::pod_read_unaligned(bbox), feature.len() as u64));
            all.features.extend_from_slice(feature);
        }
        Ok(all)
    }
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
