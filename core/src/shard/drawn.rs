//! `drawn-webmercator.bin`: features as they are drawn, projected once, with the fields tiles carry.

use std::io::{self, Write};
use std::path::Path;

use rustc_hash::FxHashMap;

use super::draw::DrawnGeometry;
use super::map::ContainerWriter;
use crate::space::{World, WorldBox};
use crate::tile::{DrawnKind, Part};

pub(super) const MAGIC: [u8; 8] = *b"DIABADRW";
pub(super) const FORMAT: u32 = 3;
/// Stands in the tags where a feature has no value for a field.
pub(super) const NO_VALUE: u32 = u32::MAX;

pub(super) mod section {
    pub const BOXES: usize = 0;
    pub const KINDS: usize = 1;
    /// One more than features.
    pub const COORD_STARTS: usize = 2;
    /// One more than features.
    pub const PART_STARTS: usize = 3;
    pub const PARTS: usize = 4;
    pub const COORDS: usize = 5;
    /// Features × tile fields: positions in the values.
    pub const TAGS: usize = 6;
    /// One more than values.
    pub const VALUE_STARTS: usize = 7;
    /// Encoded MVT values.
    pub const VALUES: usize = 8;
    /// One more than features.
    pub const STENCIL_STARTS: usize = 9;
    /// Of each feature its stencils, one for each zoom they are made for, each behind its length.
    pub const STENCILS: usize = 10;
    /// Of each feature where its label stands; none at all where the theme has no labels.
    pub const LABELS: usize = 11;
    pub const COUNT: usize = 12;
}

/// The drawn features of a run, on their way to the file.
#[derive(Debug, Default)]
pub(super) struct DrawnColumns {
    pub boxes: Vec<WorldBox>,
    pub kinds: Vec<u8>,
    /// Where the vertices of each feature end.
    pub coord_ends: Vec<u64>,
    /// Where the parts of each feature end.
    pub part_ends: Vec<u64>,
    pub parts: Vec<Part>,
    pub coords: Vec<World>,
    /// Positions in the run's own values.
    pub tags: Vec<u32>,
    pub value_ends: Vec<u64>,
    pub values: Vec<u8>,
    /// Where the stencils of each feature end.
    pub stencil_ends: Vec<u64>,
    pub stencils: Vec<u8>,
    pub labels: Vec<World>,
}

impl DrawnColumns {
    /// The vertices of a feature.
    pub fn coords_of(&self, feature: usize) -> &[World] {
        slice(&self.coords, &self.coord_ends, feature)
    }

    /// Adds the drawing of the next feature.
    pub fn push(&mut self, drawing: &DrawnGeometry) {
        self.boxes.push(drawing.bbox);
        self.kinds.push(kind_code(drawing.kind));
        self.parts.extend_from_slice(&drawing.parts);
        self.coords.extend_from_slice(&drawing.coords);
        self.part_ends.push(self.parts.len() as u64);
        self.coord_ends.push(self.coords.len() as u64);
    }

    /// Adds a stencil of the feature at hand.
    pub fn push_stencil(&mut self, stencil: &[u8]) {
        match u8::try_from(stencil.len()) {
            Ok(length) if length < LONG => self.stencils.push(length),
            _ => {
                self.stencils.push(LONG);
                self.stencils.extend((stencil.len() as u32).to_le_bytes());
            }
        }
        self.stencils.extend_from_slice(stencil);
    }

    /// The parts of a feature.
    pub fn parts_of(&self, feature: usize) -> &[Part] {
        slice(&self.parts, &self.part_ends, feature)
    }
}

fn slice<'a, T>(values: &'a [T], ends: &[u64], i: usize) -> &'a [T] {
    let end = |i: usize| ends.get(i).map(|&end| end as usize);
    let start = i.checked_sub(1).map_or(Some(0), end);
    match (start, end(i)) {
        (Some(start), Some(end)) => values.get(start..end).unwrap_or_default(),
        _ => &[],
    }
}

/// Stands for a stencil's length where that follows as 32 bits.
pub(super) const LONG: u8 = u8::MAX;

/// Most values kept in mind, so that one that comes again is not written again.
const KNOWN: usize = 1 << 18;

/// The drawn features of a shard, run after run.
pub(super) struct DrawnWriter {
    sections: ContainerWriter,
    coords: u64,
    parts: u64,
    known: FxHashMap<Vec<u8>, u32>,
    values: u32,
    value_bytes: u64,
    stencil_bytes: u64,
    /// The box of everything drawn.
    pub extent: WorldBox,
}

impl DrawnWriter {
    /// Without any; its sections wait in `folder`.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let mut sections = ContainerWriter::new(folder, section::COUNT)?;
        for starts in [
            section::COORD_STARTS,
            section::PART_STARTS,
            section::VALUE_STARTS,
            section::STENCIL_STARTS,
        ] {
            sections.push(starts, &[0_u64])?;
        }
        Ok(Self {
            sections,
            coords: 0,
            parts: 0,
            known: FxHashMap::default(),
            values: 0,
            value_bytes: 0,
            stencil_bytes: 0,
            extent: WorldBox::EMPTY,
        })
    }

    /// Adds the features of a run.
    pub fn push(&mut self, run: &DrawnColumns) -> io::Result<()> {
        let values: Vec<u32> = (0..run.value_ends.len())
            .map(|i| self.value(slice(&run.values, &run.value_ends, i)))
            .collect::<io::Result<_>>()?;
        let of_shard = |tag: &u32| values.get(*tag as usize).copied().unwrap_or(NO_VALUE);
        let tags: Vec<u32> = run.tags.iter().map(of_shard).collect();
        let behind = |ends: &[u64], before: u64| -> Vec<u64> {
            ends.iter().map(|end| end + before).collect()
        };
        let out = &mut self.sections;
        out.push(section::BOXES, &run.boxes)?;
        out.push(section::KINDS, &run.kinds)?;
        out.push(section::COORD_STARTS, &behind(&run.coord_ends, self.coords))?;
        out.push(section::PART_STARTS, &behind(&run.part_ends, self.parts))?;
        out.push(section::PARTS, &run.parts)?;
        out.push(section::COORDS, &run.coords)?;
        out.push(section::TAGS, &tags)?;
        let stencil_starts = behind(&run.stencil_ends, self.stencil_bytes);
        out.push(section::STENCIL_STARTS, &stencil_starts)?;
        out.push(section::STENCILS, &run.stencils)?;
        out.push(section::LABELS, &run.labels)?;
        self.stencil_bytes += run.stencils.len() as u64;
        self.coords += run.coords.len() as u64;
        self.parts += run.parts.len() as u64;
        for bbox in run.boxes.iter().filter(|b| b.min_x <= b.max_x) {
            self.extent.union(bbox);
        }
        Ok(())
    }

    /// The position of a value, which is written where it is not kept in mind.
    fn value(&mut self, bytes: &[u8]) -> io::Result<u32> {
        if let Some(&at) = self.known.get(bytes) {
            return Ok(at);
        }
        let at = self.values;
        if at == NO_VALUE {
            return Err(io::Error::other(
                "there are more values than can be counted",
            ));
        }
        self.values += 1;
        self.value_bytes += bytes.len() as u64;
        self.sections.push(section::VALUES, bytes)?;
        self.sections
            .push(section::VALUE_STARTS, &[self.value_bytes])?;
        // Values that differ in every record would fill the memory and save nothing.
        if self.known.len() >= KNOWN {
            self.known.clear();
        }
        self.known.insert(bytes.to_vec(), at);
        Ok(at)
    }

    /// Writes the file.
    pub fn write(self, out: &mut impl Write) -> io::Result<()> {
        self.sections.write(out, MAGIC, FORMAT)
    }
}

/// A kind as the file keeps it.
const fn kind_code(kind: DrawnKind) -> u8 {
    match kind {
        DrawnKind::Point => 0,
        DrawnKind::Line => 1,
        DrawnKind::Polygon => 2,
    }
}
