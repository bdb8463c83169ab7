//! `cells.bin`: the class cells of one shard.
//!
//! ```text
//! header      magic "DIABACEL", version u32, tiles u32, totals u32, 0 u32, xxh3-64 of header (without it) and directory
//! directory   per base tile, by row then column: row u16, column u16, first total u32, totals u32,
//!             then per plane offset u64 (from the file's start), length u32
//! totals      per base tile and class: class u8, 0 × 7, count u64, area u64 (cm²)
//! planes      plane by plane, so that a tile of a low zoom reads one stretch of the file
//! ```
//!
//! All numbers are little-endian. The checksum covers what is believed (offsets, lengths, totals); a damaged plane is
//! refused or shows wrong classes, and the shard's manifest knows the checksum of the whole file.

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::canvas::Canvas;
use super::cells::{BASE_TILES, BaseTile, MAX_CLASS, Total};
use super::error::LevelsError;
use super::packed::{PLANES, PackedTile, decompress, longest, plane_side};

const MAGIC: &[u8; 8] = b"DIABACEL";
const VERSION: u32 = 1;
const HEADER: usize = 32;
const CHECKSUM_AT: usize = 24;
const ENTRY: usize = 12 + PLANES * 12;
const TOTAL: usize = 24;

/// The bytes of a file with these tiles, which are in order.
pub(super) fn write(tiles: Vec<(BaseTile, Canvas)>) -> Result<Vec<u8>, LevelsError> {
    let packed: Vec<PackedTile> = tiles
        .into_par_iter()
        .map(|(tile, canvas)| PackedTile::new(tile, canvas))
        .collect::<Result<_, _>>()?;
    let totals: usize = packed.iter().map(|t| t.totals.len()).sum();
    let body = HEADER + packed.len() * ENTRY + totals * TOTAL;
    let planes: usize = packed.iter().flat_map(|t| &t.planes).map(Vec::len).sum();

    let mut out = Vec::with_capacity(body + planes);
    out.extend_from_slice(MAGIC);
    for number in [VERSION, packed.len() as u32, totals as u32, 0] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(&[0; 8]);

    let mut next = body as u64;
    let mut offsets = vec![[0u64; PLANES]; packed.len()];
    for plane in 0..PLANES {
        for (tile, offsets) in packed.iter().zip(&mut offsets) {
            offsets[plane] = next;
            next += tile.planes[plane].len() as u64;
        }
    }
    let mut first_total = 0u32;
    for (tile, offsets) in packed.iter().zip(&offsets) {
        out.extend_from_slice(&tile.tile.y.to_le_bytes());
        out.extend_from_slice(&tile.tile.x.to_le_bytes());
        out.extend_from_slice(&first_total.to_le_bytes());
        out.extend_from_slice(&(tile.totals.len() as u32).to_le_bytes());
        first_total += tile.totals.len() as u32;
        for (offset, plane) in offsets.iter().zip(&tile.planes) {
            out.extend_from_slice(&offset.to_le_bytes());
            out.extend_from_slice(&(plane.len() as u32).to_le_bytes());
        }
    }
    for (class, total) in packed.iter().flat_map(|t| &t.totals) {
        out.extend_from_slice(&[*class, 0, 0, 0, 0, 0, 0, 0]);
        out.extend_from_slice(&total.count.to_le_bytes());
        out.extend_from_slice(&total.area_cm2.to_le_bytes());
    }
    let sum = checksum(&out);
    out[CHECKSUM_AT..HEADER].copy_from_slice(&sum.to_le_bytes());
    for plane in 0..PLANES {
        for tile in &packed {
            out.extend_from_slice(&tile.planes[plane]);
        }
    }
    Ok(out)
}

/// Checksum of header, directory and totals.
fn checksum(front: &[u8]) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(front.get(..CHECKSUM_AT).unwrap_or_default());
    hasher.update(front.get(HEADER..).unwrap_or_default());
    hasher.digest()
}

/// One base tile of an open file.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Which tile.
    pub tile: BaseTile,
    /// Totals of the features anchored in the tile, by class ascending.
    pub totals: Vec<(u8, Total)>,
    planes: [(usize, usize); PLANES],
}

/// The class cells of one shard, read in place from `B` (a mapped file, a vector, a slice).
///
/// Opening reads and checks the directory only; planes are decompressed when a tile needs them.
#[derive(Debug)]
pub struct Cells<B> {
    bytes: B,
    entries: Vec<Entry>,
}

/// [`Cells`] over borrowed bytes.
pub type CellsRef<'a> = Cells<&'a [u8]>;

impl<B: AsRef<[u8]>> Cells<B> {
    /// Opens the bytes of a `cells.bin`.
    ///
    /// # Errors
    /// [`LevelsError::Corrupt`] or [`LevelsError::Version`] where the bytes are anything else, cut or damaged; memory
    /// stays within a small multiple of their length.
    pub fn open(bytes: B) -> Result<Self, LevelsError> {
        let entries = read_directory(bytes.as_ref())?;
        Ok(Self { bytes, entries })
    }

    /// Base tiles in the file, by row then column.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Decompresses a plane of an entry of this file into `out`.
    pub(super) fn plane(
        &self,
        entry: &Entry,
        plane: usize,
        out: &mut [u8],
    ) -> Result<(), LevelsError> {
        let stored = entry
            .planes
            .get(plane)
            .and_then(|&(from, to)| self.bytes.as_ref().get(from..to));
        decompress(stored.ok_or(CUT)?, plane_side(plane), out)
    }
}

const CUT: LevelsError = LevelsError::Corrupt("the file is shorter than it says");

fn read_directory(bytes: &[u8]) -> Result<Vec<Entry>, LevelsError> {
    let mut header = Reader(bytes);
    if header.array()? != *MAGIC {
        return Err(LevelsError::Corrupt(
            "it does not begin as a file of class cells",
        ));
    }
    let version = header.u32()?;
    if version != VERSION {
        return Err(LevelsError::Version(version));
    }
    let (tiles, totals, _) = (
        header.u32()? as usize,
        header.u32()? as usize,
        header.u32()?,
    );
    let sum = header.u64()?;
    let size = |n: usize, each: usize| n.checked_mul(each).ok_or(CUT);
    let (directory, totals) = (size(tiles, ENTRY)?, size(totals, TOTAL)?);
    let body = HEADER
        .checked_add(directory)
        .and_then(|n| n.checked_add(totals))
        .ok_or(CUT)?;
    let front = bytes.get(..body).ok_or(CUT)?;
    if checksum(front) != sum {
        return Err(LevelsError::Corrupt(
            "the directory does not match its checksum",
        ));
    }
    let (directory, totals) = front.get(HEADER..).unwrap_or_default().split_at(directory);
    let entries: Vec<Entry> = directory
        .chunks_exact(ENTRY)
        .map(|raw| read_entry(raw, totals, bytes.len()))
        .collect::<Result<_, _>>()?;
    if !entries.is_sorted_by(|a, b| a.tile < b.tile) {
        return Err(LevelsError::Corrupt("the tiles are not in order"));
    }
    Ok(entries)
}

fn read_entry(raw: &[u8], totals: &[u8], len: usize) -> Result<Entry, LevelsError> {
    let mut raw = Reader(raw);
    let tile = BaseTile {
        y: u16::from_le_bytes(raw.array()?),
        x: u16::from_le_bytes(raw.array()?),
    };
    if u32::from(tile.x.max(tile.y)) >= BASE_TILES {
        return Err(LevelsError::Corrupt("a tile lies outside the grid"));
    }
    let (first, count) = (raw.u32()? as usize, raw.u32()? as usize);
    if count > usize::from(MAX_CLASS) {
        return Err(LevelsError::Corrupt(
            "a tile has more totals than there are classes",
        ));
    }
    let from = first.checked_mul(TOTAL).ok_or(CUT)?;
    let own = totals
        .get(from..)
        .and_then(|rest| rest.get(..count * TOTAL))
        .ok_or(CUT)?;
    let totals = own
        .chunks_exact(TOTAL)
        .map(read_total)
        .collect::<Result<Vec<_>, _>>()?;
    if !totals.is_sorted_by(|a, b| a.0 < b.0) {
        return Err(LevelsError::Corrupt(
            "the totals of a tile are not in order",
        ));
    }
    let mut planes = [(0, 0); PLANES];
    for (plane, range) in planes.iter_mut().enumerate() {
        let from = usize::try_from(raw.u64()?).map_err(|_| CUT)?;
        let length = raw.u32()? as usize;
        let to = from
            .checked_add(length)
            .filter(|to| *to <= len)
            .ok_or(CUT)?;
        if length > longest(plane_side(plane)) {
            return Err(LevelsError::Corrupt("a plane is longer than its cells"));
        }
        *range = (from, to);
    }
    Ok(Entry {
        tile,
        totals,
        planes,
    })
}

fn read_total(raw: &[u8]) -> Result<(u8, Total), LevelsError> {
    let mut raw = Reader(raw);
    let [class, ..] = raw.array::<8>()?;
    if class == 0 || class > MAX_CLASS {
        return Err(LevelsError::Corrupt("a total has no class"));
    }
    Ok((
        class,
        Total {
            count: raw.u64()?,
            area_cm2: raw.u64()?,
        },
    ))
}

/// Takes numbers from the front of a slice.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], LevelsError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*head)
    }

    fn u32(&mut self) -> Result<u32, LevelsError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, LevelsError> {
        self.array().map(u64::from_le_bytes)
    }
}
