//! `drawn-webmercator.bin`: features as they are drawn, projected once, with the fields tiles carry.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::ShardError;
use super::map::{Container, ContainerWriter};
use super::ready::{NOWHERE, stencil_zooms};
use crate::space::{World, WorldBox};
use crate::theme::Theme;
use crate::tile::{Drawn, DrawnKind, Part, Ready, Stencil};

const MAGIC: [u8; 8] = *b"DIABADRW";
const FORMAT: u32 = 2;
/// Stands in the tags where a feature has no value for a field.
pub(super) const NO_VALUE: u32 = u32::MAX;

mod section {
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
const LONG: u8 = u8::MAX;

/// Takes a stencil from the front of those of a feature.
fn take_stencil<'s>(rest: &mut &'s [u8]) -> Option<&'s [u8]> {
    let mut length = u32::from(*rest.split_off_first()?);
    if length == u32::from(LONG) {
        length = u32::from_le_bytes(rest.split_off(..4)?.try_into().ok()?);
    }
    rest.split_off(..length as usize)
}

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
pub(super) const fn kind_code(kind: DrawnKind) -> u8 {
    match kind {
        DrawnKind::Point => 0,
        DrawnKind::Line => 1,
        DrawnKind::Polygon => 2,
    }
}

/// The open file.
#[derive(Debug)]
pub struct DrawnFile {
    file: Container,
    fields: usize,
    stencil_zooms: RangeInclusive<u8>,
    extent: OnceLock<WorldBox>,
}

impl DrawnFile {
    /// Opens the file of features of `theme` and checks that its parts fit together.
    ///
    /// # Errors
    /// [`ShardError::Io`], [`ShardError::Corrupt`].
    pub fn open(path: &Path, theme: &Theme) -> Result<Self, ShardError> {
        let fields = theme.tile_fields().count();
        let file = Container::open(path, MAGIC, FORMAT, section::COUNT)?;
        let drawn = Self {
            file,
            fields,
            stencil_zooms: stencil_zooms(theme),
            extent: OnceLock::new(),
        };
        let n = drawn.len();
        let labels = drawn.file.get::<World>(section::LABELS).len();
        let fits = drawn.file.bytes(section::KINDS).len() == n
            && drawn.file.get::<u64>(section::COORD_STARTS).len() == n + 1
            && drawn.file.get::<u64>(section::PART_STARTS).len() == n + 1
            && drawn.file.get::<u64>(section::STENCIL_STARTS).len() == n + 1
            && (labels == 0 || labels == n)
            && drawn.file.get::<u32>(section::TAGS).len() == n * fields;
        if fits {
            Ok(drawn)
        } else {
            Err(ShardError::corrupt(
                path,
                "its sections do not fit together",
            ))
        }
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.boxes().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Boxes, by position.
    pub fn boxes(&self) -> &[WorldBox] {
        self.file.get(section::BOXES)
    }

    /// The box of everything drawn.
    pub fn extent(&self) -> WorldBox {
        *self.extent.get_or_init(|| {
            self.boxes().iter().fold(WorldBox::EMPTY, |mut all, bbox| {
                all.union(bbox);
                all
            })
        })
    }

    /// The feature at a position, under the id the index gives it.
    pub fn feature(&self, ordinal: u32, id: u64) -> Option<Drawn<'_>> {
        let i = ordinal as usize;
        let bbox = *self.boxes().get(i)?;
        let kind = match self.file.bytes(section::KINDS).get(i)? {
            0 => DrawnKind::Point,
            1 => DrawnKind::Line,
            2 => DrawnKind::Polygon,
            _ => return None,
        };
        let parts = self.file.get(section::PARTS);
        let coords = self.file.get(section::COORDS);
        Some(Drawn {
            id,
            kind,
            bbox,
            parts: nth(parts, self.file.get(section::PART_STARTS), i)?,
            coords: nth(coords, self.file.get(section::COORD_STARTS), i)?,
            ready: Ready::default(),
        })
    }

    /// What is ready of the feature at a position for tiles of `zoom`.
    pub fn ready(&self, ordinal: u32, zoom: u8) -> Ready<'_> {
        let i = ordinal as usize;
        Ready {
            stencil: self.stencil(i, zoom),
            label: self.label(i),
        }
    }

    /// The stencil of the `i`-th feature at a zoom.
    fn stencil(&self, i: usize, zoom: u8) -> Stencil<'_> {
        let bytes = || {
            let before = self
                .stencil_zooms
                .contains(&zoom)
                .then(|| zoom - self.stencil_zooms.start())?;
            let (stencils, starts) = (
                self.file.bytes(section::STENCILS),
                self.file.get(section::STENCIL_STARTS),
            );
            let mut rest = nth(stencils, starts, i)?;
            for _ in 0..before {
                take_stencil(&mut rest)?;
            }
            take_stencil(&mut rest)
        };
        Stencil {
            zoom,
            bytes: bytes().unwrap_or_default(),
        }
    }

    /// Where the label of the `i`-th feature stands.
    fn label(&self, i: usize) -> Option<World> {
        let labels: &[World] = self.file.get(section::LABELS);
        labels.get(i).copied().filter(|place| *place != NOWHERE)
    }

    /// Brings the features at these positions near the processor, with the tags that are wanted and what is ready of them
    /// for tiles of `zoom`. A feature lies in many sections; whoever reads one after the other waits for the memory each
    /// time, while reads that do not wait for one another go on at once.
    pub fn fetch(&self, ordinals: &[u32], zoom: u8, wanted: impl Fn(u32) -> bool) {
        let stencilled = self.stencil_zooms.contains(&zoom);
        let kinds = self.file.bytes(section::KINDS);
        let coord_starts: &[u64] = self.file.get(section::COORD_STARTS);
        let part_starts: &[u64] = self.file.get(section::PART_STARTS);
        let stencil_starts: &[u64] = self.file.get(section::STENCIL_STARTS);
        let tags: &[u32] = self.file.get(section::TAGS);
        let coords: &[World] = self.file.get(section::COORDS);
        let parts: &[Part] = self.file.get(section::PARTS);
        let stencils = self.file.bytes(section::STENCILS);
        let value_starts: &[u64] = self.file.get(section::VALUE_STARTS);
        let mut seen = 0;
        for &ordinal in ordinals {
            let i = ordinal as usize;
            seen ^= u64::from(kinds.get(i).copied().unwrap_or_default());
            seen ^= part_starts.get(i).copied().unwrap_or_default();
            seen ^= coord_starts.get(i).copied().unwrap_or_default();
            seen ^= stencil_starts.get(i).copied().unwrap_or_default();
            seen ^= u64::from(tags.get(i * self.fields).copied().unwrap_or_default());
        }
        for &ordinal in ordinals {
            let i = ordinal as usize;
            let first = |starts: &[u64]| starts.get(i).map_or(0, |start| *start as usize);
            if stencilled {
                // The few that have none, or cross the tile's edge, are waited for.
                let stencil = stencils.get(first(stencil_starts)).copied();
                seen ^= u64::from(stencil.unwrap_or_default());
            } else {
                seen ^= u64::from(coords.get(first(coord_starts)).map_or(0, |at| at.x));
                let part = parts.get(first(part_starts));
                seen ^= u64::from(part.is_some_and(|part| part.is_hole()));
            }
            let own = tags.get(i * self.fields..).unwrap_or_default();
            for (_, value) in (0..)
                .zip(own)
                .take(self.fields)
                .filter(|(field, _)| wanted(*field))
            {
                seen ^= value_starts
                    .get(*value as usize)
                    .copied()
                    .unwrap_or_default();
            }
        }
        std::hint::black_box(seen);
    }

    /// The feature's tags that are wanted: position of the tile field among the theme's, and the value as MVT encodes it.
    /// What is not wanted is not looked at: values lie far apart.
    pub fn tags(
        &self,
        ordinal: u32,
        wanted: impl Fn(u32) -> bool,
    ) -> impl Iterator<Item = (u32, &[u8])> {
        let start = ordinal as usize * self.fields;
        let tags: &[u32] = self
            .file
            .get::<u32>(section::TAGS)
            .get(start..start + self.fields)
            .unwrap_or_default();
        let values = self.file.bytes(section::VALUES);
        let starts = self.file.get(section::VALUE_STARTS);
        let tags = (0..).zip(tags).filter(move |(field, _)| wanted(*field));
        tags.filter_map(move |(field, value)| Some((field, nth(values, starts, *value as usize)?)))
    }
}

/// The values of the `i`-th of those that begin at `starts`.
fn nth<'v, T>(values: &'v [T], starts: &[u64], i: usize) -> Option<&'v [T]> {
    let start = usize::try_from(*starts.get(i)?).ok()?;
    let end = usize::try_from(*starts.get(i + 1)?).ok()?;
    values.get(start..end)
}
