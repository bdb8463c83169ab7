//! `index.bin`: ids, where each feature and each ring lies in `surveyed.fgb`, and the packed R-tree of boxes.

use std::io::{self, Write};
use std::ops::Range;
use std::path::Path;

use super::ShardError;
use super::map::{Container, write_container};
use super::packed_rtree::{Box2, PackedRTree, build};
use super::rings::Ring;
use crate::feature::FeatureId;

const MAGIC: [u8; 8] = *b"DIABAIDX";
const FORMAT: u32 = 1;

/// The sections, in order.
mod section {
    pub const IDS: usize = 0;
    pub const OFFSETS: usize = 1;
    pub const BY_ID: usize = 2;
    pub const NODES: usize = 3;
    /// One more than features.
    pub const RING_STARTS: usize = 4;
    pub const RINGS: usize = 5;
    pub const COUNT: usize = 6;
}

/// What the index is made of, by position of the features.
#[derive(Debug, Default)]
pub(super) struct IndexColumns {
    pub ids: Vec<u64>,
    /// Where each feature lies in `surveyed.fgb`, and the end of the last.
    pub offsets: Vec<u64>,
    pub boxes: Vec<Box2>,
    /// Where each feature's rings begin in `rings`, and the end of the last.
    pub ring_starts: Vec<u64>,
    pub rings: Vec<Ring>,
}

/// The index of a shard.
#[derive(Debug)]
pub struct Index {
    file: Container,
    len: usize,
}

impl Index {
    /// Opens the file and checks that its parts fit together.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let file = Container::open(path, MAGIC, FORMAT, section::COUNT)?;
        let len = file.get::<u64>(section::IDS).len();
        let index = Self { file, len };
        let fits = index.offsets().len() == len + 1
            && index.by_id().len() == len
            && index.ring_starts().len() == len + 1
            && PackedRTree::new(index.nodes(), len).is_some();
        if fits {
            Ok(index)
        } else {
            Err(ShardError::corrupt(
                path,
                "its sections do not fit together",
            ))
        }
    }

    /// Writes the index.
    ///
    /// # Errors
    /// Those of `out`.
    pub(super) fn write(out: &mut impl Write, columns: IndexColumns) -> io::Result<()> {
        let ids = columns.ids;
        let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
        by_id.sort_unstable_by_key(|&i| ids[i as usize]);
        let nodes = build(columns.boxes);
        let sections: [&[u8]; section::COUNT] = [
            bytemuck::cast_slice(&ids),
            bytemuck::cast_slice(&columns.offsets),
            bytemuck::cast_slice(&by_id),
            bytemuck::cast_slice(&nodes),
            bytemuck::cast_slice(&columns.ring_starts),
            bytemuck::cast_slice(&columns.rings),
        ];
        write_container(out, MAGIC, FORMAT, &sections)
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the shard holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Ids, by position.
    pub fn ids(&self) -> &[u64] {
        self.file.get(section::IDS)
    }

    /// The id of the feature at a position; a position outside the shard gives the smallest id.
    pub fn id(&self, ordinal: u32) -> FeatureId {
        self.ids()
            .get(ordinal as usize)
            .and_then(|raw| FeatureId::new(*raw))
            .unwrap_or(FeatureId::MIN)
    }

    /// Positions in the order of their ids.
    pub fn by_id(&self) -> &[u32] {
        self.file.get(section::BY_ID)
    }

    /// The position of the feature with this id.
    pub fn find(&self, id: FeatureId) -> Option<u32> {
        let ids = self.ids();
        let by_id = self.by_id();
        let raw = |i: &u32| ids.get(*i as usize).copied().unwrap_or(u64::MAX);
        by_id
            .binary_search_by_key(&id.get(), raw)
            .ok()
            .and_then(|at| by_id.get(at).copied())
    }

    /// The tree of boxes.
    pub fn tree(&self) -> PackedRTree<'_> {
        PackedRTree::new(self.nodes(), self.len).unwrap_or(PackedRTree::EMPTY)
    }

    /// The box of the feature at a position.
    pub fn bbox(&self, ordinal: u32) -> Box2 {
        self.nodes()
            .get(ordinal as usize)
            .copied()
            .unwrap_or(Box2::EMPTY)
    }

    /// Where the feature at a position lies in `surveyed.fgb`.
    pub fn range(&self, ordinal: u32) -> Range<usize> {
        let offsets = self.offsets();
        let at = |i: usize| {
            offsets
                .get(i)
                .and_then(|o| usize::try_from(*o).ok())
                .unwrap_or(0)
        };
        at(ordinal as usize)..at(ordinal as usize + 1)
    }

    /// The rings of the polygons of the feature at a position; none for points and lines.
    pub fn rings(&self, ordinal: u32) -> &[Ring] {
        let starts = self.ring_starts();
        let at = |i: usize| starts.get(i).and_then(|o| usize::try_from(*o).ok());
        match (at(ordinal as usize), at(ordinal as usize + 1)) {
            (Some(start), Some(end)) => self
                .file
                .get(section::RINGS)
                .get(start..end)
                .unwrap_or_default(),
            _ => &[],
        }
    }

    fn ring_starts(&self) -> &[u64] {
        self.file.get(section::RING_STARTS)
    }

    fn offsets(&self) -> &[u64] {
        self.file.get(section::OFFSETS)
    }

    fn nodes(&self) -> &[Box2] {
        self.file.get(section::NODES)
    }
}
