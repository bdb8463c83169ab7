//! How many planted defects the checks between features find in a register of a million parcels, how many they invent,
//! and what that takes.
//!
//! ```text
//! cargo run --release -p diaba-benches --bin diaba-bench-topology -- --parcels 1000000 --defects 1000
//! ```
//!
//! The parcels are those of `diaba-samples`, a planar partition. Defects are planted on edges far from each other; what
//! they come to is known from geo's overlay of each changed parcel with those around it, without the code under test.

mod plant;
mod score;

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use diaba_benches::memory;
use diaba_core::feature::{NewFeature, Value};
use diaba_core::shard::Provenance;
use diaba_core::store::{DirectoryStore, Revisions};
use diaba_core::theme::{Catalogue, Theme};
use diaba_samples::province::Province;
use diaba_samples::register::parcels::Parcel;
use diaba_samples::register::survey::survey;
use diaba_samples::themes::{admin_units, polygon};

const DATASET: &str = "bench";

#[derive(Parser)]
struct Arguments {
    /// Parcels, about.
    #[arg(long, default_value_t = 1_000_000)]
    parcels: usize,
    /// Defects to plant.
    #[arg(long, default_value_t = 1_000)]
    defects: usize,
    /// Seed of the province.
    #[arg(long, default_value_t = 24)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let catalogue = Arc::new(Catalogue::load(None)?);
    let theme = catalogue.theme("land_parcels").context("no land_parcels")?;
    let folder = tempfile::tempdir()?;
    let store = DirectoryStore::create(folder.path(), Arc::clone(&catalogue))?;

    let province = Province::new(arguments.parcels, arguments.seed)?;
    let parcels: Vec<Parcel> = province
        .members
        .iter()
        .flat_map(|member| survey(&province, member).parcels)
        .collect();
    let mut shapes: Vec<_> = parcels.iter().map(|p| polygon(&p.rings)).collect();
    say("parcels", &shapes.len().to_string());
    communes(&store, &catalogue, &province)?;

    pack(&store, theme, &parcels, &shapes)?;
    let started = Instant::now();
    let clean = store.check(theme, DATASET)?;
    say(
        "clean",
        &format!(
            "{} findings in {:.1} s",
            clean.findings.len(),
            started.elapsed().as_secs_f64()
        ),
    );

    let rules = theme.topology.as_ref().context("no [topology]")?;
    let expected = plant::plant(&mut shapes, arguments.defects, rules);
    let [overlaps, gaps, slivers] = plant::tally(&expected);
    say(
        "planted",
        &format!(
            "{} defects: {overlaps} overlaps, {gaps} gaps, {slivers} slivers",
            expected.len()
        ),
    );
    let started = Instant::now();
    pack(&store, theme, &parcels, &shapes)?;
    say(
        "packed",
        &format!("{:.1} s", started.elapsed().as_secs_f64()),
    );
    let started = Instant::now();
    let checked = store.check(theme, DATASET)?;
    let seconds = started.elapsed().as_secs_f64();
    let keys: Vec<String> = parcels.iter().map(key).collect();
    let score = score::score(&expected, &checked.findings, &keys);
    say(
        "found",
        &format!(
            "{} of {}, {} missed, {} invented, in {seconds:.1} s",
            score.found,
            expected.len(),
            score.missed.len(),
            score.invented.len()
        ),
    );
    for text in score.missed.iter().take(5) {
        say("missed", text);
    }
    for text in score.invented.iter().take(5) {
        say("invented", text);
    }
    say("memory", &memory());
    anyhow::ensure!(
        clean.findings.is_empty() && score.missed.is_empty() && score.invented.is_empty(),
        "what was found is not what was planted"
    );
    Ok(())
}

fn key(p: &Parcel) -> String {
    format!(
        "{}/{}/{}/{}",
        p.commune.joined, p.sheet, p.number, p.commune.code
    )
}

fn communes(
    store: &DirectoryStore,
    catalogue: &Catalogue,
    province: &Province,
) -> anyhow::Result<()> {
    let theme = catalogue.theme("admin_units").context("no admin_units")?;
    let staging = store.stage(theme, DATASET)?;
    let mut writer = staging.writer()?;
    let mut codes: Vec<&str> = province.members.iter().map(|m| m.commune.joined).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let squares: Vec<_> = province
            .members
            .iter()
            .filter(|m| m.commune.joined == code)
            .flat_map(|m| m.squares.iter().copied())
            .collect();
        let ground = admin_units::multipolygon(admin_units::boundary(province, &squares));
        writer.push(&feature(
            theme,
            ground.into(),
            &[("ma_dvhc", code.to_owned())],
        ))?;
    }
    staging.seal(writer, Provenance::default())?;
    Ok(())
}

fn pack(
    store: &DirectoryStore,
    theme: &Arc<Theme>,
    parcels: &[Parcel],
    shapes: &[geo::Polygon<f64>],
) -> anyhow::Result<()> {
    let staging = store.stage(theme, DATASET)?;
    let mut writer = staging.writer()?;
    for (p, shape) in parcels.iter().zip(shapes) {
        let values = [
            ("ma_xa", p.commune.joined.to_owned()),
            ("ma_xa_goc", p.commune.code.to_owned()),
            ("so_to", p.sheet.to_string()),
            ("so_thua", p.number.to_string()),
        ];
        writer.push(&feature(theme, shape.clone().into(), &values))?;
    }
    staging.seal(writer, Provenance::default())?;
    Ok(())
}

fn feature(theme: &Theme, geometry: geo::Geometry<f64>, known: &[(&str, String)]) -> NewFeature {
    let value = |name: &str| {
        let found = known.iter().find(|(field, _)| *field == name);
        found.map(|(_, text)| Value::Text(text.clone()))
    };
    NewFeature {
        geometry,
        values: theme.fields.iter().map(|f| value(&f.name)).collect(),
        extra: serde_json::Map::new(),
    }
}

#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
fn say(what: &str, value: &str) {
    println!("{what:<10} {value}");
}
