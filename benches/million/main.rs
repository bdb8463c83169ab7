//! What a register of a million parcels costs: opening it, finding a parcel, cutting its tiles.
//!
//! Runs on a data directory that `diaba-import` has filled, in process, without HTTP, on one thread:
//!
//! ```text
//! cargo run --release -p diaba-benches --bin diaba-bench-million -- --data DIR [--pack land_parcels.fgb]
//! ```

mod pack;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use diaba_benches::memory;
use diaba_core::registry::Registry;
use diaba_core::render;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;
use diaba_core::view::LayerView;
use geo::Coord;

#[derive(Parser)]
struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Packs this FlatGeobuf file into the directory first, and measures that too.
    #[arg(long)]
    pack: Option<PathBuf>,
    /// The theme to measure.
    #[arg(long, default_value = "land_parcels")]
    theme: String,
    /// Look-ups to make.
    #[arg(long, default_value_t = 500_000)]
    lookups: usize,
    /// Tiles to cut at each zoom.
    #[arg(long, default_value_t = 100)]
    tiles: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let catalogue = Arc::new(Catalogue::load(None)?);
    if let Some(file) = &arguments.pack {
        let theme = catalogue
            .theme(&arguments.theme)
            .context("no theme has this name")?;
        let started = Instant::now();
        let manifest = pack::pack(file, &arguments.data, &catalogue, theme)?;
        let seconds = started.elapsed().as_secs_f64();
        let bytes: u64 = manifest.files.iter().map(|f| f.bytes).sum();
        say(
            "pack",
            &format!(
                "{} features in {seconds:.1} s, {} MB",
                manifest.features,
                bytes / 1_000_000
            ),
        );
        for file in &manifest.files {
            say(
                "",
                &format!("{} {:.1} MB", file.name, file.bytes as f64 / 1e6),
            );
        }
        say("memory", &memory());
    }
    let started = Instant::now();
    let store = DirectoryStore::open(&arguments.data, Arc::clone(&catalogue))?;
    let registry = Registry::open(Box::new(store), catalogue)?;
    say("open", &format!("{:.1} ms", millis(started.elapsed())));
    let snapshot = registry.snapshot();
    let view = snapshot
        .layers
        .get(&arguments.theme)
        .context("the directory holds nothing of this theme")?;
    ensure!(!view.is_empty(), "the layer is empty");
    say("features", &view.len().to_string());

    let places = places(view, arguments.lookups);
    points(view, &places)?;
    keys(view, &places)?;
    for z in [5, 8, 10, 12, 13, 14, 15, 16, 17] {
        tiles(view, &places, z, arguments.tiles)?;
    }
    say("memory", &memory());
    Ok(())
}

/// Places inside parcels, spread over the whole layer in an order without locality.
fn places(view: &LayerView, count: usize) -> Vec<Coord<f64>> {
    let shards: Vec<_> = view.shards().collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..count)
        .map(|i| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = shards[i % shards.len()].index();
            let at = ((state >> 33) as usize % index.len().max(1)) as u32;
            let b = index.bbox(at);
            Coord {
                x: f64::midpoint(b.min_x, b.max_x),
                y: f64::midpoint(b.min_y, b.max_y),
            }
        })
        .collect()
}

fn points(view: &LayerView, places: &[Coord<f64>]) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut found = 0;
    for place in places {
        found += view.at_point(*place, 0.0)?.len();
    }
    rate("point look-ups", places.len(), started.elapsed(), found);
    Ok(())
}

fn keys(view: &LayerView, places: &[Coord<f64>]) -> anyhow::Result<()> {
    let key = &view.theme().key;
    let mut keys = Vec::new();
    for place in places.iter().take(20_000) {
        if let Some(feature) = view.at_point(*place, 0.0)?.first() {
            let values = feature.values()?;
            keys.push(
                key.iter()
                    .map(|&i| {
                        values[i]
                            .as_ref()
                            .map(ToString::to_string)
                            .unwrap_or_default()
                    })
                    .collect::<Vec<_>>(),
            );
        }
    }
    let started = Instant::now();
    let mut found = 0;
    for key in &keys {
        let parts: Vec<&str> = key.iter().map(String::as_str).collect();
        found += view.by_key(&parts).len();
    }
    rate("key look-ups", keys.len(), started.elapsed(), found);
    Ok(())
}

fn tiles(view: &Arc<LayerView>, places: &[Coord<f64>], z: u8, count: usize) -> anyhow::Result<()> {
    let mut coords: Vec<TileCoord> = Vec::new();
    for place in places.iter().take(count * 4) {
        let [lon, lat] = view.to_lonlat().point([place.x, place.y])?;
        coords.push(TileCoord::holding(
            z,
            World::from_lonlat(LonLat { lon, lat }),
        )?);
    }
    coords.sort_unstable();
    coords.dedup();
    coords.truncate(count);
    let layers = [Arc::clone(view)];
    let mut times = Vec::new();
    let (mut bytes, mut shown, mut largest) = (0, 0, (0, 0));
    for coord in &coords {
        let started = Instant::now();
        let tile = render::tile(&layers, *coord)?;
        times.push(started.elapsed());
        let features: u64 = tile.summary.iter().map(|s| s.shown).sum();
        bytes += tile.mvt.len();
        shown += features;
        largest = largest.max((tile.mvt.len(), features));
    }
    times.sort_unstable();
    let n = coords.len();
    let at = |share: usize| millis(times[(n - 1) * share / 100]);
    say(
        &format!("z{z} tiles"),
        &format!(
            "{n} tiles, mean {} features and {} KB, largest {} KB ({}); cut and encoded: p50 {:.2} ms, p95 {:.2} ms, max {:.2} ms",
            shown / n as u64,
            bytes / n / 1000,
            largest.0 / 1000,
            largest.1,
            at(50),
            at(95),
            at(100),
        ),
    );
    Ok(())
}

fn rate(what: &str, count: usize, took: Duration, found: usize) {
    say(
        what,
        &format!(
            "{:.0} a second ({count} made, {found} found)",
            count as f64 / took.as_secs_f64()
        ),
    );
}

fn millis(d: Duration) -> f64 {
    d.as_secs_f64() * 1000.0
}

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn say(what: &str, value: &str) {
    println!("{what:<16} {value}");
}
