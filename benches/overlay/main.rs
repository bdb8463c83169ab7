//! Every pair of plan zone and parcel that have ground in common, with the area, beside PostGIS on the same records.
//!
//! Wants a data directory with parcels and a PostgreSQL that `psql` and `ogr2ogr` reach by their environment; it is run
//! by `benches/overlay/run`, which makes both.

mod beside;
mod zones;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Parser;
use diaba_benches::memory;
use diaba_core::overlay;
use diaba_core::registry::Registry;
use diaba_core::store::DirectoryStore;
use diaba_core::theme::Catalogue;
use diaba_core::view::{FeatureRef, LayerView};

#[derive(Parser)]
struct Arguments {
    /// The data directory.
    #[arg(long)]
    data: PathBuf,
    /// Zones to lay on it, about.
    #[arg(long, default_value_t = 2_000)]
    zones: u32,
    /// How often Diaba's own run is done; the fastest counts, as it does for PostGIS.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

/// Pairs by the ids of zone and parcel, and the area in common, m².
type Pairs = HashMap<(u64, u64), f64>;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let catalogue = Arc::new(Catalogue::load(None)?);
    let snapshot = |theme: &str| -> anyhow::Result<Arc<LayerView>> {
        let store = DirectoryStore::open(&arguments.data, Arc::clone(&catalogue))?;
        let registry = Registry::open(Box::new(store), Arc::clone(&catalogue))?;
        let layers = registry.snapshot();
        layers.layers.get(theme).cloned().context("an empty layer")
    };
    zones::lay(
        &arguments.data,
        &catalogue,
        &*snapshot("land_parcels")?,
        arguments.zones,
    )?;
    let (zones, parcels) = (snapshot("urban_plan_zones")?, snapshot("land_parcels")?);
    let all: Vec<FeatureRef<'_>> = zones.search(&zones::everywhere());
    let vertices: usize = all
        .iter()
        .map(|zone| {
            zone.geometry()
                .map_or(0, |g| geo::CoordsIter::coords_count(&g))
        })
        .sum();
    say("zones", &format!("{} of {vertices} vertices", all.len()));
    say("parcels", &parcels.len().to_string());

    let mut best = f64::INFINITY;
    let mut ours = Pairs::new();
    for _ in 0..arguments.rounds.max(1) {
        let mut found = Vec::new();
        let started = Instant::now();
        overlay::each(&all, &parcels, overlay::LEAST, |zone, _, pieces| {
            let zone = zone.id().get();
            found.extend(
                pieces
                    .iter()
                    .map(|p| ((zone, p.feature.id().get()), p.area)),
            );
            ControlFlow::Continue(())
        });
        let seconds = started.elapsed().as_secs_f64();
        say("diaba", &format!("{seconds:.2} s, {} pairs", found.len()));
        best = best.min(seconds);
        ours = found.into_iter().collect();
    }
    say("memory", &memory());

    let theirs = beside::measure(&zones, &parcels)?;
    say(
        "postgis",
        &format!("{:.1} s the fastest of its ways", theirs.seconds),
    );
    say("ratio", &format!("{:.1}", theirs.seconds / best));
    let worst = compare(&ours, &theirs.pairs);
    ensure!(worst <= 1e-4, "an area differs by {worst} m²");
    Ok(())
}

/// The largest difference of a pair, m²; a pair one of them does not name has no area there.
fn compare(ours: &Pairs, theirs: &Pairs) -> f64 {
    let (mut worst, mut only_ours, mut only_theirs) = (0.0f64, 0, 0);
    for (pair, area) in ours {
        let other = theirs.get(pair);
        only_ours += usize::from(other.is_none());
        worst = worst.max((area - other.unwrap_or(&0.0)).abs());
    }
    for (pair, area) in theirs {
        if !ours.contains_key(pair) {
            only_theirs += usize::from(*area >= overlay::LEAST);
            worst = worst.max(*area);
        }
    }
    let sum = |pairs: &Pairs| pairs.values().sum::<f64>();
    say(
        "difference",
        &format!(
            "largest {worst:.2e} m² a pair, {:.2e} m² of all {:.0} m²",
            (sum(ours) - sum(theirs)).abs(),
            sum(ours)
        ),
    );
    say(
        "pairs",
        &format!(
            "{} in both, {only_ours} only Diaba's, {only_theirs} only PostGIS's",
            ours.len() - only_ours
        ),
    );
    worst
}

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn say(what: &str, value: &str) {
    println!("| {what} | {value} |");
}
