//! A base tile's planes, compressed.

use super::canvas::Canvas;
use super::cells::{BASE_CELLS, BaseTile, Claim, LEVELS, TILE_CELLS, Total, block_side};
use super::error::LevelsError;
use super::majority;

/// Planes of a base tile: the classes of every level, base first, then the strengths of the base claims.
pub(super) const PLANES: usize = LEVELS + 1;
/// The plane of strengths.
pub(super) const STRENGTHS: usize = LEVELS;

/// One base tile as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct PackedTile {
    /// Which tile.
    pub tile: BaseTile,
    /// Its planes, each compressed on its own; an empty one means that every cell is 0.
    pub planes: [Vec<u8>; PLANES],
    /// Totals of the features anchored in the tile, by class ascending.
    pub totals: Vec<(u8, Total)>,
}

impl PackedTile {
    /// Packs one canvas of a rasteriser.
    ///
    /// # Errors
    /// [`LevelsError::Corrupt`] where its cells were laid by and do not come back.
    pub(super) fn new(tile: BaseTile, canvas: Canvas) -> Result<Self, LevelsError> {
        let mut totals: Vec<_> = canvas
            .totals
            .iter()
            .map(|(class, total)| (*class, *total))
            .collect();
        totals.sort_unstable_by_key(|(class, _)| *class);
        let claims = canvas.into_claims()?;
        let mut packed = Self::from_claims(tile, &claims);
        packed.totals = totals;
        if !claims.is_empty() {
            let strengths: Vec<u8> = claims.iter().map(|c| c.strength()).collect();
            packed.planes[STRENGTHS] = compress(&strengths, TILE_CELLS);
        }
        Ok(packed)
    }

    /// Packs the classes of all levels and nothing else; no claims at all mean an empty tile.
    pub(super) fn from_claims(tile: BaseTile, claims: &[Claim]) -> Self {
        let mut planes: [Vec<u8>; PLANES] = Default::default();
        if claims.len() == BASE_CELLS {
            let base: Vec<u8> = claims.iter().map(|c| c.class()).collect();
            for (level, block) in majority::blocks(&base).iter().enumerate() {
                planes[level + 1] = compress(block, block_side(level + 1));
            }
            planes[0] = compress(&base, TILE_CELLS);
        }
        Self {
            tile,
            planes,
            totals: Vec::new(),
        }
    }
}

/// Cells along a side of a plane.
pub(super) const fn plane_side(plane: usize) -> usize {
    if plane == STRENGTHS {
        TILE_CELLS
    } else {
        block_side(plane)
    }
}

/// Longest a plane of `side` may be when stored: what does not get smaller is stored as it is.
pub(super) const fn longest(side: usize) -> usize {
    side * side
}

/// The plane as it is stored: nothing when every cell is 0; else LZ4 over each row xor the row above it (features are
/// taller than a row, so most bytes become 0), or the cells themselves where that is no smaller.
pub(super) fn compress(cells: &[u8], side: usize) -> Vec<u8> {
    if cells.iter().all(|c| *c == 0) {
        return Vec::new();
    }
    let mut delta = cells.to_vec();
    for (d, above) in delta[side..].iter_mut().zip(cells) {
        *d ^= above;
    }
    let packed = lz4_flex::block::compress(&delta);
    if packed.len() < longest(side) {
        packed
    } else {
        cells.to_vec()
    }
}

/// Reads a stored plane into `out`, which holds `side` × `side` cells.
pub(super) fn decompress(stored: &[u8], side: usize, out: &mut [u8]) -> Result<(), LevelsError> {
    const WRONG: LevelsError =
        LevelsError::Corrupt("a plane of cells does not decompress to its size");
    if out.len() != longest(side) {
        return Err(WRONG);
    }
    if stored.is_empty() {
        out.fill(0);
    } else if stored.len() == out.len() {
        out.copy_from_slice(stored);
    } else {
        if lz4_flex::block::decompress_into(stored, out).map_err(|_| WRONG)? != out.len() {
            return Err(WRONG);
        }
        for row in 1..side {
            let (above, below) = out.split_at_mut(row * side);
            for (cell, above) in below.iter_mut().zip(&above[(row - 1) * side..]) {
                *cell ^= above;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plane_comes_back(level in 3usize..9, runs in prop::collection::vec((any::<u8>(), 1usize..60), 1..80)) {
            let side = block_side(level);
            let cells: Vec<u8> =
                runs.iter().cycle().flat_map(|&(v, n)| std::iter::repeat_n(v, n)).take(side * side).collect();
            let stored = compress(&cells, side);
            let mut back = vec![7; side * side];
            decompress(&stored, side, &mut back).unwrap();
            prop_assert_eq!(&back, &cells);
            if !stored.is_empty() {
                // A shorter one is an error or other cells, never a panic.
                let _ = decompress(&stored[..stored.len() - 1], side, &mut back);
            }
        }

        #[test]
        fn noise_is_refused_or_read_but_never_more_than_a_plane(noise in prop::collection::vec(any::<u8>(), 0..3000)) {
            let mut out = vec![0; 32 * 32];
            let _ = decompress(&noise, 32, &mut out);
        }
    }
}
