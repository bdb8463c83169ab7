//! Numbers by hash, for as many hashes as a file has records.
//!
//! Those that came last are a table in memory. A full table goes to disk, in order, and what stays of it is a filter of two
//! bytes a number that tells nearly always that a hash is not there. So a hash that is new, as nearly all are, costs no
//! read; one that may be known costs one.

use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use bytemuck::{Pod, Zeroable};
use rustc_hash::FxHashMap;

/// Numbers in memory: as many as a table of 2^21 places takes before it grows.
const KEPT: usize = (1 << 21) / 8 * 7;
/// Numbers of a part on disk that are read at once.
const PAGE: usize = 256;
/// A full table is put in order by so many parts, so that next to nothing is in memory twice.
const PARTS: u64 = 16;
const BUFFER: usize = 1 << 17;

/// A number for each hash.
#[derive(Debug)]
pub struct Ledger {
    kept: usize,
    /// By hashes that are spread.
    recent: FxHashMap<u64, u64>,
    /// The last one is the newest.
    full: Vec<Full>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::keeping(KEPT)
    }
}

impl FromIterator<(u64, u64)> for Ledger {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(pairs: I) -> Self {
        let spread = |(hash, number)| (spread(hash), number);
        Self {
            recent: pairs.into_iter().map(spread).collect(),
            ..Self::default()
        }
    }
}

impl Ledger {
    fn keeping(kept: usize) -> Self {
        Self {
            kept: kept.max(1),
            recent: FxHashMap::default(),
            full: Vec::new(),
        }
    }

    /// The number of `hash`, to be read or changed, and whether it is new: then it is `new`.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn entry(&mut self, hash: u64, new: u64) -> io::Result<(&mut u64, bool)> {
        if self.recent.len() >= self.kept {
            self.put_aside()?;
        }
        let hash = spread(hash);
        Ok(match self.recent.entry(hash) {
            Entry::Occupied(known) => (known.into_mut(), false),
            Entry::Vacant(vacant) => {
                let mut known = None;
                for full in self.full.iter().rev() {
                    known = full.find(hash)?;
                    if known.is_some() {
                        break;
                    }
                }
                (vacant.insert(known.unwrap_or(new)), known.is_none())
            }
        })
    }

    fn put_aside(&mut self) -> io::Result<()> {
        self.full.push(Full::of(&self.recent)?);
        self.recent.clear();
        Ok(())
    }
}

/// The hash by another name, in which every bit counts for the highest ones.
const fn spread(hash: u64) -> u64 {
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Pair {
    hash: u64,
    number: u64,
}

/// A table on disk, in the order of its hashes.
#[derive(Debug)]
struct Full {
    file: File,
    len: usize,
    /// The first hash of each page.
    pages: Vec<u64>,
    filter: Filter,
}

impl Full {
    fn of(table: &FxHashMap<u64, u64>) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        let mut pages = Vec::with_capacity(table.len() / PAGE + 1);
        let mut filter = Filter::of(table.len());
        let mut len = 0;
        let mut part: Vec<Pair> = Vec::with_capacity(table.len() / PARTS as usize * 2);
        for i in 0..PARTS {
            part.clear();
            part.extend(
                table
                    .iter()
                    .filter(|(hash, _)| **hash / (u64::MAX / PARTS + 1) == i)
                    .map(|(&hash, &number)| Pair { hash, number }),
            );
            part.sort_unstable();
            for pair in &part {
                if len % PAGE == 0 {
                    pages.push(pair.hash);
                }
                filter.add(pair.hash);
                len += 1;
            }
            out.write_all(bytemuck::cast_slice(&part))?;
        }
        Ok(Self {
            file: out.into_inner()?,
            len,
            pages,
            filter,
        })
    }

    fn find(&self, hash: u64) -> io::Result<Option<u64>> {
        let page = self.pages.partition_point(|first| *first <= hash);
        let Some(page) = page.checked_sub(1).filter(|_| self.filter.may_have(hash)) else {
            return Ok(None);
        };
        let first = page * PAGE;
        let mut pairs = [Pair::zeroed(); PAGE];
        let pairs = &mut pairs[..self.len.saturating_sub(first).min(PAGE)];
        let at = (first * size_of::<Pair>()) as u64;
        self.file
            .read_exact_at(bytemuck::cast_slice_mut(pairs), at)?;
        let found = pairs.binary_search_by_key(&hash, |pair| pair.hash);
        Ok(found
            .ok()
            .and_then(|at| pairs.get(at))
            .map(|pair| pair.number))
    }
}

/// Tells that a hash was not added, or that it may have been: four bits of a word for each (after B. Bloom).
#[derive(Debug)]
struct Filter(Vec<u64>);

impl Filter {
    /// For that many, of 16 bits each.
    fn of(hashes: usize) -> Self {
        Self(vec![0; hashes / 4 + 1])
    }

    /// Its word, and its bits there.
    fn place(&self, hash: u64) -> (usize, u64) {
        let word = (u128::from(hash) * self.0.len() as u128) >> 64;
        let bits = (0..4).fold(0, |bits, i| bits | 1 << ((hash >> (6 * i)) & 63));
        (word as usize, bits)
    }

    fn add(&mut self, hash: u64) {
        let (word, bits) = self.place(hash);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bits;
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        let (word, bits) = self.place(hash);
        self.0.get(word).is_none_or(|word| word & bits == bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_filter_is_seldom_wrong() {
        let mut filter = Filter::of(10_000);
        (0..10_000).for_each(|hash| filter.add(spread(hash)));
        assert!((0..10_000).all(|hash| filter.may_have(spread(hash))));
        let wrong = (10_000..110_000)
            .filter(|hash| filter.may_have(spread(*hash)))
            .count();
        assert!(wrong < 3_000, "{wrong}");
    }

    proptest! {
        #[test]
        fn a_ledger_is_a_table_however_few_it_keeps(
            hashes in proptest::collection::vec(prop_oneof![0..400u64, any::<u64>()], 0..2_000), kept in 1usize..600,
        ) {
            let (mut ledger, mut table) = (Ledger::keeping(kept), FxHashMap::default());
            for (i, hash) in hashes.into_iter().enumerate() {
                let (number, is_new) = ledger.entry(hash, i as u64).unwrap();
                prop_assert_eq!(is_new, !table.contains_key(&hash));
                let expected = table.entry(hash).or_insert(i as u64);
                prop_assert_eq!(*number, *expected);
                *number += 1;
                *expected += 1;
            }
        }
    }
}
