//! `index.bin`: ids, where each feature and each ring lies in `surveyed.fgb`, and the packed R-tree of boxes.

use std::ops::Range;
use std::path::Path;

use super::ShardError;
use super::map::Container;
use super::node_grid::NodeGrid;
use super::packed_rtree::{Box2, Levels, PackedRTree};
use super::rings::{Rings, RingsAt};
use crate::feature::FeatureId;

pub(super) const MAGIC: [u8; 8] = *b"DIABAIDX";
pub(super) const FORMAT: u32 = 2;

/// The sections, in order.
pub(super) mod section {
    pub const IDS: usize = 0;
    pub const OFFSETS: usize = 1;
    pub const BY_ID: usize = 2;
    pub const NODES: usize = 3;
    pub const GRIDS: usize = 4;
    pub const RINGS_AT: usize = 5;
    /// Of the features that have more than one.
    pub const RINGS: usize = 6;
    pub const COUNT: usize = 7;
}

/// The index of a shard.
#[derive(Debug)]
pub struct Index {
    file: Container,
    len: usize,
    levels: Levels,
}

impl Index {
    /// Opens the file and checks that its parts fit together.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let file = Container::open(path, MAGIC, FORMAT, section::COUNT)?;
        let len = file.get::<u64>(section::IDS).len();
        let levels = Levels::over(len);
        let index = Self { file, len, levels };
        let fits = index.offsets().len() == len + 1
            && index.by_id().len() == len
            && index.rings_at().len() == len
            && PackedRTree::new(index.nodes(), index.grids(), levels).is_some();
        if fits {
            Ok(index)
        } else {
            Err(ShardError::corrupt(
                path,
                "its sections do not fit together",
            ))
        }
    }

    /// Has what was read of it leave memory.
    pub(crate) fn let_go(&self) {
        self.file.let_go();
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
        PackedRTree::new(self.nodes(), self.grids(), self.levels).unwrap_or(PackedRTree::EMPTY)
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
    pub fn rings(&self, ordinal: u32) -> Rings<'_> {
        self.rings_at()
            .get(ordinal as usize)
            .map_or(Rings::Many(&[]), |at| {
                at.rings(self.file.get(section::RINGS))
            })
    }

    fn rings_at(&self) -> &[RingsAt] {
        self.file.get(section::RINGS_AT)
    }

    fn offsets(&self) -> &[u64] {
        self.file.get(section::OFFSETS)
    }

    fn nodes(&self) -> &[Box2] {
        self.file.get(section::NODES)
    }

    fn grids(&self) -> &[NodeGrid] {
        self.file.get(section::GRIDS)
    }
}
