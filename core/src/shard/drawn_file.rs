//! The open `drawn-webmercator.bin`.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::OnceLock;

use super::ShardError;
use super::drawn::{FORMAT, MAGIC, section};
use super::drawn_features::DrawnFeatures;
use super::map::Container;
use super::ready::stencil_zooms;
use crate::space::{World, WorldBox};
use crate::theme::Theme;

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

    /// Its features, to look at many of them.
    pub fn features(&self) -> DrawnFeatures<'_> {
        let file = &self.file;
        DrawnFeatures {
            fields: self.fields,
            first_stencil: *self.stencil_zooms.start(),
            last_stencil: *self.stencil_zooms.end(),
            boxes: self.boxes(),
            kinds: file.bytes(section::KINDS),
            coord_starts: file.get(section::COORD_STARTS),
            part_starts: file.get(section::PART_STARTS),
            parts: file.get(section::PARTS),
            coords: file.get(section::COORDS),
            tags: file.get(section::TAGS),
            value_starts: file.get(section::VALUE_STARTS),
            values: file.bytes(section::VALUES),
            stencil_starts: file.get(section::STENCIL_STARTS),
            stencils: file.bytes(section::STENCILS),
            labels: file.get(section::LABELS),
        }
    }
}
