//! The first 127 bytes of PMTiles, as far as the library does not tell where the parts of the file lie.
//!
//! Source: the PMTiles specification, version 3, section 3 (header): all numbers little-endian.

use super::error::ArchiveError;

/// Bytes of the header.
pub const BYTES: usize = 127;

/// Where the parts of an archive lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The first directory: where it begins, and its bytes.
    pub root: (u64, u64),
    /// The metadata.
    pub metadata: (u64, u64),
    /// The other directories.
    pub leaves: (u64, u64),
    /// The tiles.
    pub data: (u64, u64),
}

impl Head {
    /// Reads it.
    ///
    /// # Errors
    /// [`ArchiveError::Kind`] where it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        let bytes = bytes.get(..BYTES).ok_or(ArchiveError::Kind)?;
        if !bytes.starts_with(b"PMTiles\x03") {
            return Err(ArchiveError::Kind);
        }
        let number = |at: usize| {
            let field = bytes.get(at..).and_then(<[u8]>::first_chunk);
            field.map_or(0, |field| u64::from_le_bytes(*field))
        };
        let part = |at: usize| (number(at), number(at + 8));
        Ok(Self {
            root: part(8),
            metadata: part(24),
            leaves: part(40),
            data: part(56),
        })
    }

    /// Whether a file of `length` bytes has everything it names.
    ///
    /// # Errors
    /// [`ArchiveError::Cut`].
    pub fn fits(&self, length: u64) -> Result<(), ArchiveError> {
        for (section, (offset, bytes)) in [
            ("the first directory", self.root),
            ("the metadata", self.metadata),
            ("the directories", self.leaves),
            ("the tiles", self.data),
        ] {
            let end = offset.saturating_add(bytes);
            if end > length && bytes > 0 {
                return Err(ArchiveError::Cut {
                    section,
                    end,
                    length,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_read_and_a_cut_file_is_told() {
        let mut bytes = vec![0; BYTES];
        bytes[..8].copy_from_slice(b"PMTiles\x03");
        for (field, value) in [127u64, 20, 16_384, 30, 900, 40, 17_000, 5_000]
            .iter()
            .enumerate()
        {
            bytes[8 + field * 8..16 + field * 8].copy_from_slice(&value.to_le_bytes());
        }
        let head = Head::read(&bytes).unwrap();
        assert_eq!((head.root, head.data), ((127, 20), (17_000, 5_000)));
        assert!(head.fits(22_000).is_ok());
        let error = head.fits(21_999).unwrap_err().to_string();
        assert!(error.contains("the tiles ends at byte 22000"), "{error}");
        bytes[7] = 2;
        assert!(matches!(Head::read(&bytes), Err(ArchiveError::Kind)));
    }

    proptest! {
        #[test]
        fn no_bytes_break_reading(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), length in any::<u64>()) {
            let _ = Head::read(&bytes);
            if bytes.len() >= 8 {
                bytes[..8].copy_from_slice(b"PMTiles\x03");
            }
            if let Ok(head) = Head::read(&bytes) {
                let _ = head.fits(length);
            }
        }
    }
}
