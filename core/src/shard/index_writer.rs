//! `index.bin` in the making, run of features after run.

use std::io::{self, Write};
use std::path::Path;

use bytemuck::{Pod, Zeroable};

use super::index::{FORMAT, MAGIC, section};
use super::map::ContainerWriter;
use super::packed_rtree::Box2;
use super::rings::{Ring, RingsAt};
use super::tree_builder::TreeBuilder;
use crate::bulk::{KEPT, Sorter};

/// What the index is made of, of features that follow one another.
#[derive(Debug, Default)]
pub(super) struct IndexColumns {
    pub ids: Vec<u64>,
    /// Where each feature begins in `surveyed.fgb`.
    pub offsets: Vec<u64>,
    pub boxes: Vec<Box2>,
    pub rings: Vec<Ring>,
    /// Where the rings of each feature end.
    pub ring_ends: Vec<usize>,
}

/// A feature by its id; of several with one id, as rows that stood before have it, the first comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct ById {
    id: u64,
    ordinal: u64,
}

/// The index of the features so far: on disk, but for what finds them by id and by place.
pub(super) struct IndexWriter {
    sections: ContainerWriter,
    by_id: Sorter<ById>,
    tree: TreeBuilder,
    features: u64,
    /// Rings kept beside the words of their features.
    beside: u64,
    /// Box of all of them.
    pub extent: Box2,
}

impl IndexWriter {
    /// Without any; its sections wait in `folder`.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Self::keeping(folder, KEPT)
    }

    fn keeping(folder: &Path, kept: usize) -> io::Result<Self> {
        Ok(Self {
            sections: ContainerWriter::new(folder, section::COUNT)?,
            by_id: Sorter::new(kept),
            tree: TreeBuilder::default(),
            features: 0,
            beside: 0,
            extent: Box2::EMPTY,
        })
    }

    /// Adds features.
    pub fn push(&mut self, run: &IndexColumns) -> io::Result<()> {
        for (&id, ordinal) in run.ids.iter().zip(self.features..) {
            self.by_id.push(ById { id, ordinal })?;
        }
        self.features += run.ids.len() as u64;
        if u32::try_from(self.features).is_err() {
            return Err(io::Error::other(
                "there are more features than can be counted",
            ));
        }
        for leaf in &run.boxes {
            self.tree.push(leaf);
            self.extent.union(leaf);
        }
        let (mut words, mut beside) = (Vec::with_capacity(run.ids.len()), Vec::new());
        let mut start = 0;
        for &end in &run.ring_ends {
            let own = run.rings.get(start..end).unwrap_or_default();
            let word = RingsAt::of(own, self.beside, &mut beside);
            words.push(
                word.ok_or_else(|| io::Error::other("there are more rings than can be counted"))?,
            );
            start = end;
        }
        self.beside += beside.len() as u64;
        let out = &mut self.sections;
        out.push(section::IDS, &run.ids)?;
        out.push(section::OFFSETS, &run.offsets)?;
        out.push(section::NODES, &run.boxes)?;
        out.push(section::RINGS_AT, &words)?;
        out.push(section::RINGS, &beside)
    }

    /// Writes the index of features the last of which ends at `end` of `surveyed.fgb`.
    pub fn write(self, end: u64, out: &mut impl Write) -> io::Result<()> {
        let mut sections = self.sections;
        sections.push(section::OFFSETS, &[end])?;
        for by_id in self.by_id.sorted()? {
            sections.push(section::BY_ID, &[by_id?.ordinal as u32])?;
        }
        let leaves = sections.read(section::NODES)?;
        let above = self.tree.finish();
        above.grids(leaves, |grids| sections.push(section::GRIDS, grids))?;
        sections.push(section::NODES, above.nodes())?;
        sections.write(out, MAGIC, FORMAT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::index::Index;
    use super::*;
    use crate::feature::FeatureId;

    fn written(boxes: &[(u8, u8)], run: usize, kept: usize) -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let mut index = IndexWriter::keeping(folder.path(), kept).unwrap();
        for (first, boxes) in boxes
            .chunks(run)
            .enumerate()
            .map(|(i, boxes)| (i * run, boxes))
        {
            let mut columns = IndexColumns::default();
            for (i, (x, y)) in boxes.iter().enumerate().map(|(i, at)| (first + i, at)) {
                columns.ids.push(id(i));
                columns.offsets.push(i as u64 * 100);
                columns
                    .boxes
                    .push(Box2::point(f64::from(*x), f64::from(*y)));
                columns.ring_ends.push(0);
            }
            index.push(&columns).unwrap();
        }
        let mut bytes = Vec::new();
        index.write(boxes.len() as u64 * 100, &mut bytes).unwrap();
        bytes
    }

    /// In no order.
    fn id(i: usize) -> u64 {
        (i as u64 * 7_919) % 1_000_003
    }

    proptest! {
        #[test]
        fn an_index_is_the_same_however_little_is_in_memory(
            boxes in proptest::collection::vec(any::<(u8, u8)>(), 0..700), run in 1usize..200, kept in 0usize..100,
        ) {
            let bytes = written(&boxes, run, kept);
            prop_assert_eq!(&bytes, &written(&boxes, boxes.len().max(1), KEPT));
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), bytes).unwrap();
            let index = Index::open(file.path()).unwrap();
            prop_assert_eq!(index.len(), boxes.len());
            for i in 0..boxes.len() {
                prop_assert_eq!(index.find(FeatureId::new(id(i)).unwrap()), Some(i as u32));
                prop_assert_eq!(index.range(i as u32), i * 100..(i + 1) * 100);
            }
        }
    }
}
