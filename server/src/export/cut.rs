//! Making the tiles of a segment, as the server makes them.

use diaba_core::render;
use diaba_core::space::TileCoord;
use libdeflater::{CompressionLvl, Compressor};

use super::error::ExportError;
use super::ledger::Ledger;
use super::plan::Plan;
use super::segment::{Content, Record, Segment};
use crate::response::gzip;

/// Makes tiles on one thread.
pub struct Cutter<'p> {
    plan: &'p Plan,
    /// What was exported before, where only what has changed since is wanted.
    since: Option<&'p Ledger>,
    compressor: Compressor,
    gzip: Vec<u8>,
}

impl<'p> Cutter<'p> {
    /// A cutter for one thread.
    pub fn new(plan: &'p Plan, since: Option<&'p Ledger>) -> Self {
        let level = CompressionLvl::new(gzip::ARCHIVED).unwrap_or_default();
        Self {
            plan,
            since,
            compressor: Compressor::new(level),
            gzip: Vec::new(),
        }
    }

    /// Makes these tiles; `made` is told after each.
    ///
    /// # Errors
    /// [`ExportError::Render`] where one cannot be made.
    pub fn segment(
        &mut self,
        tiles: &[(u64, TileCoord)],
        made: impl Fn(),
    ) -> Result<Vec<u8>, ExportError> {
        let mut segment = Segment::default();
        for (id, coord) in tiles {
            self.tile(*id, *coord, &mut segment)?;
            made();
        }
        Ok(segment.into_bytes())
    }

    fn tile(
        &mut self,
        id: u64,
        coord: TileCoord,
        segment: &mut Segment,
    ) -> Result<(), ExportError> {
        let name = || format!("{}/{}/{}", coord.z(), coord.x(), coord.y());
        let layers = &self.plan.layers;
        let version = render::version(layers, coord);
        let version = u128::from_str_radix(&version, 16).unwrap_or_default();
        let record = |content| Record {
            id,
            version,
            content,
        };
        let same = self.since.and_then(|ledger| ledger.version_of(id)) == Some(version);
        let pushed = if same {
            segment.push(record(Content::Same))
        } else {
            let tile = render::tile(layers, coord).map_err(|source| ExportError::Render {
                tile: name(),
                source,
            })?;
            if tile.mvt.is_empty() {
                segment.push(record(Content::Empty))
            } else {
                self.gzip
                    .resize(self.compressor.gzip_compress_bound(tile.mvt.len()), 0);
                let length = self.compressor.gzip_compress(&tile.mvt, &mut self.gzip);
                length
                    .ok()
                    .and_then(|length| self.gzip.get(..length))
                    .and_then(|gzip| segment.push(record(Content::Tile(gzip))))
            }
        };
        pushed.ok_or_else(|| {
            ExportError::usage(
                format!("Ô {} quá lớn để ghi vào tệp.", name()),
                format!("Tile {} is too large for an archive.", name()),
            )
        })
    }
}
