//! One base tile while features are burnt into it.

use rustc_hash::FxHashMap;

use super::cells::{BASE_CELLS, Claim, Total};
use super::error::LevelsError;

/// The cells and totals so far. Features come ordered by place, so a tile nothing was burnt into for a while is seldom
/// wanted again: its cells can be laid by, compressed.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    /// Claims by row; nothing where no centre was covered, or where they are laid by.
    claims: Vec<Claim>,
    /// The claims, compressed; nothing where they are not laid by.
    laid_by: Vec<u8>,
    /// When something was burnt into it the last time.
    pub burnt: u64,
    /// Totals of the features anchored here, by class.
    pub totals: FxHashMap<u8, Total>,
}

impl Canvas {
    /// Whether its claims are at hand.
    pub const fn is_open(&self) -> bool {
        !self.claims.is_empty()
    }

    /// Its claims by row, all of them at hand from now on.
    ///
    /// # Errors
    /// [`LevelsError::Corrupt`] where they were laid by and do not come back.
    pub fn claims_mut(&mut self) -> Result<&mut [Claim], LevelsError> {
        if self.claims.is_empty() {
            self.claims = unpacked(&std::mem::take(&mut self.laid_by))?;
        }
        Ok(&mut self.claims)
    }

    /// Its claims by row; nothing where no centre was covered.
    ///
    /// # Errors
    /// As [`Canvas::claims_mut`].
    pub fn into_claims(self) -> Result<Vec<Claim>, LevelsError> {
        if self.laid_by.is_empty() {
            Ok(self.claims)
        } else {
            unpacked(&self.laid_by)
        }
    }

    /// Takes over what was burnt into `other`.
    ///
    /// # Errors
    /// As [`Canvas::claims_mut`].
    pub fn merge(&mut self, mut other: Self) -> Result<(), LevelsError> {
        for (class, total) in std::mem::take(&mut other.totals) {
            self.totals.entry(class).or_default().add(total);
        }
        let theirs = other.into_claims()?;
        if !theirs.is_empty() {
            for (a, b) in self.claims_mut()?.iter_mut().zip(theirs) {
                *a = b.max(*a);
            }
        }
        Ok(())
    }

    /// Keeps the claims compressed until they are wanted again.
    pub fn lay_by(&mut self) {
        if self.is_open() {
            let claims = std::mem::take(&mut self.claims);
            self.laid_by = lz4_flex::block::compress(bytemuck::cast_slice(&claims));
        }
    }
}

/// Claims that were laid by, or empty ones where none were.
fn unpacked(laid_by: &[u8]) -> Result<Vec<Claim>, LevelsError> {
    let mut claims = vec![Claim::EMPTY; BASE_CELLS];
    if !laid_by.is_empty() {
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut claims);
        let whole = bytes.len();
        match lz4_flex::block::decompress_into(laid_by, bytes) {
            Ok(len) if len == whole => {}
            _ => {
                return Err(LevelsError::Corrupt(
                    "cells that were laid by do not come back",
                ));
            }
        }
    }
    Ok(claims)
}
