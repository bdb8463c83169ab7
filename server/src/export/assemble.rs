//! Finished segments put together, in order, to an archive.

use std::path::Path;

use diaba_core::space::TileCoord;
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use super::error::ExportError;
use super::ledger::Ledger;
use super::mbtiles::Mbtiles;
use super::metadata::Metadata;
use super::parts::Parts;
use super::plan::Plan;
use super::pmtiles::Pmtiles;
use super::request::Format;
use super::segment::{self, Content};

/// What an archive came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Tiles in it.
    pub tiles: u64,
    /// Different ones among them.
    pub distinct: u64,
    /// Tiles left out because they are as they were.
    pub same: u64,
    /// Tiles that held something and hold nothing any more.
    pub removed: u64,
}

/// An archive being written.
enum Archive {
    Pmtiles(Box<Pmtiles>),
    Mbtiles(Mbtiles),
}

impl Archive {
    fn create(
        format: Format,
        path: &Path,
        plan: &Plan,
        removed: &[TileCoord],
    ) -> Result<Self, ExportError> {
        let metadata = Metadata::of(plan);
        Ok(match format {
            Format::Pmtiles => {
                let archive = Pmtiles::create(path, plan, &metadata, removed)?;
                Self::Pmtiles(Box::new(archive))
            }
            Format::Mbtiles => Self::Mbtiles(Mbtiles::create(path, plan, &metadata, removed)?),
        })
    }

    fn add(&mut self, coord: TileCoord, gzip: &[u8], key: u128) -> Result<(), ExportError> {
        match self {
            Self::Pmtiles(archive) => archive.add(coord, gzip, key),
            Self::Mbtiles(archive) => archive.add(coord, gzip, key),
        }
    }

    fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Pmtiles(archive) => archive.finish(),
            Self::Mbtiles(archive) => archive.finish(),
        }
    }
}

/// Puts `segments` finished segments of `plan` together, as [`Parts::archive`] and [`Parts::versions`].
///
/// # Errors
/// [`ExportError`].
pub fn assemble(
    plan: &Plan,
    parts: &Parts,
    segments: usize,
    format: Format,
    since: Option<&Ledger>,
) -> Result<Counts, ExportError> {
    let mut counts = Counts::default();
    let ledger = ledger(plan, parts, segments, since, &mut counts)?;
    let removed: Vec<TileCoord> = since
        .into_iter()
        .flat_map(Ledger::holding)
        .filter(|id| !ledger.held(*id))
        .filter_map(address)
        .collect();
    counts.removed = removed.len() as u64;
    ledger.write(&parts.versions())?;
    let mut archive = Archive::create(format, &parts.archive(), plan, &removed)?;
    let mut keys: FxHashSet<u128> = FxHashSet::default();
    let mut tiles = plan.tiles.iter();
    for number in 0..segments {
        let bytes = parts.read(number)?;
        for record in records(parts, &bytes)? {
            let coord = tiles.next().filter(|(id, _)| *id == record.id);
            let Some((_, coord)) = coord else {
                return Err(ExportError::archive(
                    &parts.archive(),
                    "segments out of order",
                ));
            };
            if let Content::Tile(gzip) = record.content {
                let key = xxh3_128(gzip);
                keys.insert(key);
                archive.add(*coord, gzip, key)?;
                counts.tiles += 1;
            }
        }
    }
    archive.finish()?;
    counts.distinct = keys.len() as u64;
    Ok(counts)
}

/// The versions of all tiles.
fn ledger(
    plan: &Plan,
    parts: &Parts,
    segments: usize,
    since: Option<&Ledger>,
    counts: &mut Counts,
) -> Result<Ledger, ExportError> {
    let mut ledger = Ledger::new(plan.identity.clone());
    for number in 0..segments {
        let bytes = parts.read(number)?;
        for record in records(parts, &bytes)? {
            let empty = match record.content {
                Content::Empty => true,
                Content::Tile(_) => false,
                Content::Same => {
                    counts.same += 1;
                    !since.is_some_and(|since| since.held(record.id))
                }
            };
            ledger.insert(record.id, record.version, empty);
        }
    }
    Ok(ledger)
}

fn records<'s>(parts: &Parts, bytes: &'s [u8]) -> Result<Vec<segment::Record<'s>>, ExportError> {
    segment::read(bytes)
        .ok_or_else(|| ExportError::archive(&parts.archive(), "a finished segment is damaged"))
}

/// The tile of this number.
fn address(id: u64) -> Option<TileCoord> {
    let at = pmtiles::TileCoord::from(pmtiles::TileId::new(id).ok()?);
    TileCoord::new(at.z(), at.x(), at.y()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::plan::tile_id;
    use super::*;

    #[test]
    fn a_number_names_its_tile() {
        for (z, x, y) in [
            (0, 0, 0),
            (1, 1, 0),
            (16, 52_100, 28_700),
            (22, 5, 4_000_000),
        ] {
            let coord = TileCoord::new(z, x, y).unwrap();
            assert_eq!(address(tile_id(coord)), Some(coord));
        }
        assert_eq!(address(u64::MAX), None);
    }
}
