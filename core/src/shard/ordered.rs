//! Entries in order, as the first two sections of a container: those that begin alike lie behind one another, and are found
//! by halving what is left to look at.

use std::io;

use super::entries::Entries;
use super::map::{Container, ContainerWriter};

/// Entries in order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ordered<'f> {
    bytes: &'f [u8],
    ends: &'f [u64],
}

/// A text, a zero byte, and the feature's position (4 bytes, the highest first); in order.
const ENTRIES: usize = 0;
/// Where each ends.
const ENDS: usize = 1;

impl<'f> Ordered<'f> {
    /// Sections of a container that they take; what else there is comes behind.
    pub const SECTIONS: usize = 2;

    /// Those of a container.
    pub fn of(file: &'f Container) -> Self {
        Self {
            bytes: file.bytes(ENTRIES),
            ends: file.get(ENDS),
        }
    }

    /// Writes `entries`, and calls `each` with the text and the number of every one.
    pub fn write(
        entries: Entries,
        file: &mut ContainerWriter,
        mut each: impl FnMut(&[u8], u64) -> io::Result<()>,
    ) -> io::Result<()> {
        let (mut count, mut end) = (0, 0_u64);
        entries.in_order(|entry| {
            end += entry.len() as u64;
            file.push(ENTRIES, entry)?;
            file.push(ENDS, &[end])?;
            let (text, _) = parted(entry);
            each(text, count)?;
            count += 1;
            Ok(())
        })
    }

    /// Number of the first entry that is not before `beginning`; how many there are where all are.
    pub fn first(&self, beginning: &[u8]) -> usize {
        let mut left = 0..self.ends.len();
        while !left.is_empty() {
            let middle = usize::midpoint(left.start, left.end);
            if self.entry(middle) < beginning {
                left.start = middle + 1;
            } else {
                left.end = middle;
            }
        }
        left.start
    }

    /// Text and position of the entries from the one at `first` on, as long as they begin so. The zero byte behind a text
    /// counts as part of it.
    pub fn beginning<'p>(
        self,
        first: usize,
        beginning: &'p [u8],
    ) -> impl Iterator<Item = (&'f [u8], u32)> + use<'f, 'p> {
        (first..self.ends.len())
            .map(move |at| self.entry(at))
            .take_while(move |entry| entry.starts_with(beginning))
            .map(parted)
    }

    /// The text of an entry; none behind the last.
    pub fn text(&self, at: usize) -> Option<&'f [u8]> {
        (at < self.ends.len()).then(|| parted(self.entry(at)).0)
    }

    fn entry(&self, at: usize) -> &'f [u8] {
        let end = |at: usize| self.ends.get(at).map_or(0, |&end| end as usize);
        let start = at.checked_sub(1).map_or(0, end);
        self.bytes.get(start..end(at)).unwrap_or_default()
    }
}

/// An entry's text and position.
fn parted(entry: &[u8]) -> (&[u8], u32) {
    let Some((closed, ordinal)) = entry.split_last_chunk() else {
        return (entry, 0);
    };
    let text = closed.strip_suffix(&[0]).unwrap_or(closed);
    (text, u32::from_be_bytes(*ordinal))
}
