//! A run of finished tiles on its way into an archive.
//!
//! A record is the tile's number (u64), its version (u128), its length (u32) and so many bytes, little-endian; a
//! segment ends in the checksum of its records (xxh3, 128 bits), so that one that was written by half is told.

use xxhash_rust::xxh3::xxh3_128;

/// Length of a tile that holds nothing.
const EMPTY: u32 = 0;
/// Stands for the length of a tile that is as it was in the version the export goes on from.
const SAME: u32 = u32::MAX;
/// Bytes of the checksum.
const SUM: usize = 16;

/// A segment being made.
#[derive(Debug, Default)]
pub struct Segment {
    bytes: Vec<u8>,
}

/// What became of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content<'s> {
    /// Nothing lies there.
    Empty,
    /// It is as it was in the version the export goes on from.
    Same,
    /// Its bytes, gzip.
    Tile(&'s [u8]),
}

/// A tile of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'s> {
    /// Its number, as [`pmtiles::TileId`].
    pub id: u64,
    /// What it was made at.
    pub version: u128,
    /// What became of it.
    pub content: Content<'s>,
}

impl Segment {
    /// Adds a tile; `None` where it is too large to be written down.
    pub fn push(&mut self, record: Record<'_>) -> Option<()> {
        let (length, tile): (u32, &[u8]) = match record.content {
            Content::Empty => (EMPTY, &[]),
            Content::Same => (SAME, &[]),
            Content::Tile(tile) => (u32::try_from(tile.len()).ok().filter(|n| *n != SAME)?, tile),
        };
        self.bytes.extend_from_slice(&record.id.to_le_bytes());
        self.bytes.extend_from_slice(&record.version.to_le_bytes());
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(tile);
        Some(())
    }

    /// The segment as it is kept.
    pub fn into_bytes(mut self) -> Vec<u8> {
        let sum = xxh3_128(&self.bytes);
        self.bytes.extend_from_slice(&sum.to_le_bytes());
        self.bytes
    }
}

/// The records of a kept segment; `None` where it is not whole.
pub fn read(bytes: &[u8]) -> Option<Vec<Record<'_>>> {
    let (mut rest, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM)?)?;
    if xxh3_128(rest).to_le_bytes() != sum {
        return None;
    }
    let mut records = Vec::new();
    while !rest.is_empty() {
        let (id, after) = rest.split_first_chunk::<8>()?;
        let (version, after) = after.split_first_chunk::<16>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length);
        let taken = if length == SAME { 0 } else { length as usize };
        let (tile, after) = after.split_at_checked(taken)?;
        records.push(Record {
            id: u64::from_le_bytes(*id),
            version: u128::from_le_bytes(*version),
            content: match length {
                EMPTY => Content::Empty,
                SAME => Content::Same,
                _ => Content::Tile(tile),
            },
        });
        rest = after;
    }
    Some(records)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn records_come_back_and_a_cut_segment_does_not() {
        let tiles = [Content::Tile(b"abc"), Content::Empty, Content::Same];
        let records: Vec<_> = tiles
            .into_iter()
            .zip(7..)
            .map(|(content, id)| Record {
                id,
                version: u128::MAX - u128::from(id),
                content,
            })
            .collect();
        let mut segment = Segment::default();
        for record in &records {
            segment.push(*record).unwrap();
        }
        let bytes = segment.into_bytes();
        assert_eq!(read(&bytes).unwrap(), records);
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), None, "{end}");
        }
        let mut other = bytes;
        other[2] ^= 1;
        assert_eq!(read(&other), None);
    }

    proptest! {
        #[test]
        fn no_bytes_break_reading(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let mut sealed = bytes;
            let sum = xxh3_128(&sealed);
            sealed.extend_from_slice(&sum.to_le_bytes());
            let _ = read(&sealed);
        }
    }
}
