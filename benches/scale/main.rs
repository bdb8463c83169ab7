//! Whether a tile grows dearer with the register around it: the same ground of a small and of a large one, of the same
//! density, tile by tile in turns. In process, without HTTP, on one thread:
//!
//! ```text
//! cargo run --release -p diaba-benches --bin diaba-bench-scale -- [--small 100000] [--large 5000000]
//! ```

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use diaba_benches::{CORNER, SIDE, memory, open, pack, sheet};
use diaba_core::crs::{Crs, Transform};
use diaba_core::render;
use diaba_core::space::{LonLat, TileCoord, World};
use diaba_core::theme::Catalogue;
use diaba_core::view::LayerView;

#[derive(Parser)]
struct Arguments {
    /// Parcels of the small register.
    #[arg(long, default_value_t = 100_000)]
    small: u32,
    /// Parcels of the large one.
    #[arg(long, default_value_t = 5_000_000)]
    large: u32,
    /// How often each tile is cut of each.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    ensure!(
        arguments.small > 1_000 && arguments.large > arguments.small,
        "the large register must have more parcels than the small one, and that more than a thousand"
    );
    let catalogue = Arc::new(Catalogue::load(None)?);
    let folder = tempfile::tempdir()?;
    let small = register(&folder.path().join("small"), &catalogue, arguments.small)?;
    let large = register(&folder.path().join("large"), &catalogue, arguments.large)?;
    // The ground both have, a parcel or two in from its edge, where tiles hold as much of either.
    let side = (f64::from(arguments.small).sqrt() - 4.0) * SIDE;
    let (from, to) = (CORNER.x + 2.0 * SIDE, CORNER.x + 2.0 * SIDE + side);
    let (low, high) = (CORNER.y + 2.0 * SIDE, CORNER.y + 2.0 * SIDE + side);
    for z in [14, 15, 16] {
        let tiles = inside(z, [from, low], [to, high])?;
        let mut took = [Duration::ZERO; 2];
        for round in 0..=arguments.rounds {
            for tile in &tiles {
                for (view, took) in [&small, &large].into_iter().zip(&mut took) {
                    let layers = [Arc::clone(view)];
                    let began = Instant::now();
                    let cut = render::tile(&layers, *tile)?;
                    // The first round brings the files into memory.
                    *took += if round == 0 {
                        Duration::ZERO
                    } else {
                        began.elapsed()
                    };
                    ensure!(!cut.mvt.is_empty(), "{tile:?} is empty");
                }
            }
        }
        let each = took.map(|t| t.as_secs_f64() * 1e3 / (arguments.rounds * tiles.len()) as f64);
        say(&format!(
            "z{z}: {} tiles, {:.3} ms of {} parcels, {:.3} ms of {}: {:.2} times",
            tiles.len(),
            each[0],
            arguments.small,
            each[1],
            arguments.large,
            each[1] / each[0]
        ));
    }
    say(&memory());
    Ok(())
}

/// A register of so many parcels, packed and opened.
fn register(root: &Path, catalogue: &Arc<Catalogue>, parcels: u32) -> Result<Arc<LayerView>> {
    let theme = catalogue
        .theme("land_parcels")
        .context("there is no theme of parcels")?;
    let began = Instant::now();
    pack(root, catalogue, theme, sheet(theme, parcels))?;
    say(&format!(
        "{parcels} parcels packed in {:.1} s",
        began.elapsed().as_secs_f64()
    ));
    open(root, catalogue)?.context("the register just packed cannot be opened")
}

/// The tiles of a zoom that lie wholly in a box of the working plane.
fn inside(z: u8, low: [f64; 2], high: [f64; 2]) -> Result<Vec<TileCoord>> {
    let to_lonlat = Transform::new(Crs::WORKING, Crs::LONLAT)?;
    let at = |point: [f64; 2]| -> Result<TileCoord> {
        let [lon, lat] = to_lonlat.point(point)?;
        Ok(TileCoord::holding(
            z,
            World::from_lonlat(LonLat { lon, lat }),
        )?)
    };
    let (south_west, north_east) = (at(low)?, at(high)?);
    let mut tiles = Vec::new();
    for x in south_west.x() + 1..north_east.x() {
        for y in north_east.y() + 1..south_west.y() {
            tiles.push(TileCoord::new(z, x, y)?);
        }
    }
    ensure!(
        !tiles.is_empty(),
        "no tile of zoom {z} lies in the small register"
    );
    Ok(tiles)
}

#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn say(line: &str) {
    println!("{line}");
}
