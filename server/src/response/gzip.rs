//! Whole-buffer gzip.

use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor, Decompressor};

/// Level for bodies made on demand. Tiles are half entropy already: level 1 gives 2.5 % more bytes than level 6 in
/// half the time, on tiles of 29 to 207 KB.
pub const ON_DEMAND: i32 = 1;
/// Level for tiles of an archive, made once and read by many.
pub const ARCHIVED: i32 = 6;
/// Level for files compressed once and kept.
pub const KEPT: i32 = 12;

/// Most room for what comes out that a thread keeps, bytes.
const MOST_ROOM: usize = 1 << 20;

/// A compressor and room for what comes out of it: a tile's worth of both is some hundred kilobytes, which would otherwise
/// be asked for and cleared for every tile.
struct Press {
    compressor: Compressor,
    out: Vec<u8>,
}

impl Press {
    fn new(level: i32) -> Self {
        Self {
            compressor: Compressor::new(CompressionLvl::new(level).unwrap_or_default()),
            out: Vec::new(),
        }
    }

    fn compress(&mut self, data: &[u8]) -> Option<Vec<u8>> {
        let bound = self.compressor.gzip_compress_bound(data.len());
        if self.out.len() < bound {
            self.out.resize(bound, 0);
        }
        let written = self.compressor.gzip_compress(data, &mut self.out).ok()?;
        let smaller = self.out.get(..written).filter(|_| written < data.len());
        let smaller = smaller.map(<[u8]>::to_vec);
        if self.out.len() > MOST_ROOM {
            self.out = Vec::new();
        }
        smaller
    }
}

thread_local! {
    /// Of each thread that compresses on demand.
    static PRESS: RefCell<Press> = RefCell::new(Press::new(ON_DEMAND));
}

/// `data` compressed at `level` (1 to 12), or `None` where that does not make it smaller.
pub fn compress(data: &[u8], level: i32) -> Option<Vec<u8>> {
    if level == ON_DEMAND {
        PRESS.with_borrow_mut(|press| press.compress(data))
    } else {
        Press::new(level).compress(data)
    }
}

/// The `length` bytes that were compressed into `gzip`, or `None` where it holds something else.
pub fn decompress(gzip: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    let written = Decompressor::new().gzip_decompress(gzip, &mut out).ok()?;
    (written == length).then_some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_compressed_comes_back(data in proptest::collection::vec(0u8..4, 0..4000), level in 1..=12i32) {
            if let Some(gzip) = compress(&data, level) {
                prop_assert!(gzip.len() < data.len());
                prop_assert_eq!(decompress(&gzip, data.len()), Some(data));
            }
        }

        #[test]
        fn what_was_compressed_before_leaves_no_trace(lengths in proptest::collection::vec(0..6000usize, 2..5)) {
            for length in lengths {
                let data: Vec<u8> = (0..length).map(|at| (at * at / 700) as u8).collect();
                let fresh = Press::new(ON_DEMAND).compress(&data);
                prop_assert_eq!(compress(&data, ON_DEMAND), fresh);
            }
        }

        #[test]
        fn foreign_bytes_are_refused(data in proptest::collection::vec(any::<u8>(), 0..400), length in 0..4000usize) {
            let _ = decompress(&data, length);
        }
    }
}
