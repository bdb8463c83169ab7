//! `marks.bin`: the entries of the change log a shard was packed after, where that is a database.

use std::io::{self, Write};
use std::path::Path;

use super::ShardError;
use super::map::{Container, write_container};
use crate::edits::{Mark, MarkTree, build_marks};

const MAGIC: [u8; 8] = *b"DIABAMRK";
const FORMAT: u32 = 1;

mod section {
    pub const MARKS: usize = 0;
    pub const NODES: usize = 1;
    pub const COUNT: usize = 2;
}

/// The open file.
#[derive(Debug)]
pub(super) struct MarkFile(Container);

impl MarkFile {
    /// Opens the file and checks that its parts fit together.
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let file = Self(Container::open(path, MAGIC, FORMAT, section::COUNT)?);
        if file.checked().is_some() {
            Ok(file)
        } else {
            Err(ShardError::corrupt(
                path,
                "its sections do not fit together",
            ))
        }
    }

    /// Writes the marks.
    pub fn write(out: &mut impl Write, mut marks: Vec<Mark>) -> io::Result<()> {
        let nodes = build_marks(&mut marks);
        let sections: [&[u8]; section::COUNT] =
            [bytemuck::cast_slice(&marks), bytemuck::cast_slice(&nodes)];
        write_container(out, MAGIC, FORMAT, &sections)
    }

    pub fn tree(&self) -> MarkTree<'_> {
        self.checked().unwrap_or_default()
    }

    fn checked(&self) -> Option<MarkTree<'_>> {
        MarkTree::new(self.0.get(section::MARKS), self.0.get(section::NODES))
    }
}
