//! What a cold tile of a register costs one thread, without HTTP: cutting it, and beside that compressing it.
//!
//! ```text
//! cargo run --release -p diaba-benches --bin diaba-bench-cut -- --data STORE [--tiles 200] [--rounds 3]
//! ```
//!
//! The checksum is that of all tiles of a zoom: two builds that say the same make the same bytes.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;
use diaba_benches::open;
use diaba_core::render;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::theme::Catalogue;
use diaba_core::tile::validate::validate;
use diaba_core::view::LayerView;
use libdeflater::{CompressionLvl, Compressor, crc32};

#[derive(Parser)]
struct Arguments {
    /// The data directory, with land parcels in it.
    #[arg(long)]
    data: PathBuf,
    /// Tiles of each zoom.
    #[arg(long, default_value_t = 200)]
    tiles: usize,
    /// How often each is cut.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Zooms.
    #[arg(long, value_delimiter = ',', default_values_t = [14, 15, 16])]
    zooms: Vec<u8>,
    /// Looks for faults in every tile as well.
    #[arg(long)]
    validate: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let catalogue = Arc::new(Catalogue::load(None)?);
    let view = open(&arguments.data, &catalogue)?.context("there are no land parcels")?;
    // Those found by looking, another time opened, so that nothing of it has been read before.
    let fresh = || open(&arguments.data, &catalogue)?.context("there are no land parcels");
    let mut compressor = Compressor::new(CompressionLvl::new(1).unwrap_or_default());
    let mut gzip = Vec::new();
    for &z in &arguments.zooms {
        let tiles = tiles(&view, z, arguments.tiles)?;
        let view = fresh()?;
        let [mut cold, mut cut, mut packed] = [Duration::ZERO; 3];
        let (mut sum, mut bytes, mut small, mut shown, mut faulty) = (0, 0, 0, 0, 0);
        for round in 0..=arguments.rounds {
            for tile in &tiles {
                let layers = [Arc::clone(&view)];
                let began = Instant::now();
                let made = render::tile(&layers, *tile)?;
                let done = Instant::now();
                gzip.resize(compressor.gzip_compress_bound(made.mvt.len()), 0);
                let squeezed = compressor.gzip_compress(&made.mvt, &mut gzip)?;
                // The first round brings the pages of the files into the process.
                if round > 0 {
                    cut += done - began;
                    packed += done.elapsed();
                    continue;
                }
                cold += done - began;
                if arguments.validate {
                    faulty += usize::from(!validate(&made.mvt).is_empty());
                }
                sum = crc32(&made.mvt) ^ u32::rotate_left(sum, 1);
                bytes += made.mvt.len();
                small += squeezed;
                shown += made.summary.iter().map(|layer| layer.shown).sum::<u64>();
            }
        }
        let count = tiles.len().max(1);
        let each = |time: Duration| time.as_secs_f64() * 1e3 / (arguments.rounds * count) as f64;
        say(&format!(
            "z{z}: {count} tiles, cut {:.3} ms the first time, {:.3} ms again, gzip {:.3} ms; features {}, bytes {}, gzip {}, faulty {faulty}, sum {sum:08x}",
            each(cold) * arguments.rounds as f64,
            each(cut),
            each(packed),
            shown / count as u64,
            bytes / count,
            small / count,
        ));
    }
    Ok(())
}

/// So many tiles of a zoom that hold parcels, spread over the register.
fn tiles(view: &Arc<LayerView>, z: u8, count: usize) -> Result<Vec<TileCoord>> {
    let [west, south, east, north] = view.extent_lonlat().context("it is empty")?;
    let at = |lon, lat| TileCoord::holding(z, World::from_lonlat(LonLat { lon, lat }));
    let (first, last) = (at(west, north)?, at(east, south)?);
    let mut all = Vec::new();
    for x in first.x()..=last.x() {
        for y in first.y()..=last.y() {
            all.push(TileCoord::new(z, x, y)?);
        }
    }
    // A mixed order, the same in every run.
    let mixed = |t: &TileCoord| (t.x().wrapping_mul(0x9E37_79B9) ^ t.y()).wrapping_mul(0x85EB_CA6B);
    all.sort_unstable_by_key(mixed);
    let mut found = Vec::new();
    for tile in all {
        if found.len() < count && !render::tile(&[Arc::clone(view)], tile)?.mvt.is_empty() {
            found.push(tile);
        }
    }
    Ok(found)
}

#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn say(line: &str) {
    println!("{line}");
}
