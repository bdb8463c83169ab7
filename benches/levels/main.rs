//! The generalised levels of a register of parcels: what it costs to trace them all, as a server does ahead of requests,
//! and to cut every tile of z5 to z13; whether each is valid, meets its neighbours without a seam, and shows its classes
//! as large as they are.
//!
//! ```text
//! cargo run --release -p diaba-benches --bin diaba-bench-levels -- --data DIR
//! ```

mod meet;
mod shares;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use diaba_benches::memory;
use diaba_core::registry::Registry;
use diaba_core::render;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;
use diaba_core::tile::validate::{Layer, read};
use diaba_core::view::LayerView;
use libdeflater::{CompressionLvl, Compressor};

use crate::shares::Shares;

/// Traces the low zooms of a register just opened, cuts every tile of them once, on one thread, and prints a table.
#[derive(Parser)]
struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// The theme to measure, one that is generalised to classes.
    #[arg(long, default_value = "land_parcels")]
    theme: String,
}

/// The tiles of one zoom, as they came out.
struct Level {
    millis: Vec<f64>,
    gzip: Vec<usize>,
    invalid: usize,
    seams: usize,
    shares: Shares,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let catalogue = Arc::new(Catalogue::load(None)?);
    let store = DirectoryStore::open(&arguments.data, Arc::clone(&catalogue))?;
    let registry = Registry::open(Box::new(store), catalogue)?;
    let snapshot = registry.snapshot();
    let view = snapshot
        .layers
        .get(&arguments.theme)
        .context("the directory holds nothing of this theme")?;
    let below = view.theme().zooms.detail;
    let mut out = std::io::stdout().lock();
    let before = memory();
    let started = Instant::now();
    let missing = view.levels_missing();
    for coord in &missing {
        view.classes(*coord)?;
    }
    writeln!(
        out,
        "{} features. All levels ({} tiles) were traced in {:.1} s on one thread; memory before: {before}; after: {}\n",
        view.len(),
        missing.len(),
        started.elapsed().as_secs_f64(),
        memory()
    )?;
    writeln!(
        out,
        "| zoom | tiles | cut, p50 ms | max ms | all ms | mean KB, gzip | max KB, gzip | invalid | seams | drawn : true area of each class, share |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|")?;
    for z in 5..below {
        let level = level(view, z)?;
        let all: f64 = level.millis.iter().sum();
        let n = level.millis.len();
        writeln!(
            out,
            "| {z} | {n} | {:.2} | {:.2} | {all:.0} | {:.1} | {:.1} | {} | {} | {} |",
            level.millis.get(n / 2).copied().unwrap_or_default(),
            level.millis.last().copied().unwrap_or_default(),
            level.gzip.iter().sum::<usize>() as f64 / n.max(1) as f64 / 1e3,
            level.gzip.iter().max().copied().unwrap_or_default() as f64 / 1e3,
            level.invalid,
            level.seams,
            level.shares,
        )?;
    }
    Ok(())
}

fn level(view: &Arc<LayerView>, z: u8) -> Result<Level> {
    let layers = [Arc::clone(view)];
    let mut compressor = Compressor::new(CompressionLvl::new(1).unwrap_or_default());
    let mut read_tiles: BTreeMap<(u32, u32), Vec<Layer>> = BTreeMap::new();
    let mut level = Level {
        millis: Vec::new(),
        gzip: Vec::new(),
        invalid: 0,
        seams: 0,
        shares: Shares::default(),
    };
    for coord in coords(view, z)? {
        let started = Instant::now();
        let tile = render::tile(&layers, coord)?;
        let millis = started.elapsed().as_secs_f64() * 1e3;
        if tile.mvt.is_empty() {
            continue;
        }
        level.millis.push(millis);
        let mut packed = vec![0; compressor.gzip_compress_bound(tile.mvt.len())];
        level
            .gzip
            .push(compressor.gzip_compress(&tile.mvt, &mut packed)?);
        let (read, violations) = read(&tile.mvt);
        level.invalid += usize::from(!violations.is_empty());
        level.shares.add(coord, &read);
        read_tiles.insert((coord.x(), coord.y()), read);
    }
    level.seams = meet::seams(&read_tiles);
    level.millis.sort_unstable_by(f64::total_cmp);
    Ok(level)
}

/// The tiles over the layer's extent, row by row.
fn coords(view: &LayerView, z: u8) -> Result<Vec<TileCoord>> {
    let [west, south, east, north] = view.extent_lonlat().context("the layer is empty")?;
    let at = |lon, lat| TileCoord::holding(z, World::from_lonlat(LonLat { lon, lat }));
    let (first, last) = (at(west, north)?, at(east, south)?);
    let mut coords = Vec::new();
    for y in first.y()..=last.y() {
        for x in first.x()..=last.x() {
            coords.push(TileCoord::new(z, x, y)?);
        }
    }
    Ok(coords)
}
