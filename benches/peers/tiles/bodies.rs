//! What is to be said of answers once they are there.

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::Result;
use diaba_core::tile::validate::validate;
use flate2::read::GzDecoder;
use libdeflater::{CompressionLvl, Compressor};

use crate::ask::Body;

/// The tiles themselves, not compressed.
pub fn plain(bodies: &[Body]) -> Result<Vec<Vec<u8>>> {
    bodies
        .iter()
        .map(|body| {
            let mut tile = Vec::new();
            if body.gzip {
                GzDecoder::new(body.bytes.as_slice()).read_to_end(&mut tile)?;
            } else {
                tile.clone_from(&body.bytes);
            }
            Ok(tile)
        })
        .collect()
}

/// Seconds all cores together need to compress `tiles` as fast as gzip can (libdeflate, level 1, which is what the server
/// uses): no server that compresses with it is faster.
pub fn seconds_to_gzip(tiles: &[Vec<u8>]) -> Result<f64> {
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism()?.get();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mut compressor = Compressor::new(CompressionLvl::new(1).unwrap_or_default());
                let mut out = Vec::new();
                while let Some(tile) = tiles.get(next.fetch_add(1, Ordering::Relaxed)) {
                    out.resize(compressor.gzip_compress_bound(tile.len()), 0);
                    // The bound leaves room for everything, so there is no failure to speak of.
                    let _ = std::hint::black_box(compressor.gzip_compress(tile, &mut out));
                }
            });
        }
    });
    Ok(started.elapsed().as_secs_f64())
}

/// Tiles in which the strict validator finds a fault (MVT 2.1: rings, winding, tags, commands).
pub fn faulty(tiles: &[Vec<u8>]) -> usize {
    tiles
        .iter()
        .filter(|tile| !validate(tile).is_empty())
        .count()
}
