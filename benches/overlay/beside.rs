//! The same pairs by PostGIS.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use diaba_core::shard::files;
use diaba_core::view::LayerView;

use super::{Pairs, say};

/// What PostGIS found, and how long its fastest way took.
pub struct Theirs {
    pub seconds: f64,
    pub pairs: Pairs,
}

/// The ways a user of PostGIS has: plainly; clipping only parcels that are not covered, the geometry made ready once by
/// the order of the arguments; and that on as many workers as there are cores.
const WAYS: [(&str, &str, &str); 3] = [
    (
        "plain",
        "",
        "SELECT z.id AS zone, p.id AS parcel, ST_Area(ST_Intersection(z.geom, p.geom)) AS area
         FROM zones z JOIN parcels p ON ST_Intersects(z.geom, p.geom)",
    ),
    (
        "covered first",
        "",
        "SELECT z.id AS zone, p.id AS parcel, CASE WHEN ST_Covers(z.geom, p.geom) THEN ST_Area(p.geom)
             ELSE ST_Area(ST_Intersection(z.geom, p.geom)) END AS area
         FROM zones z JOIN parcels p ON ST_Intersects(z.geom, p.geom)",
    ),
    (
        "covered first, on all cores",
        "SET max_parallel_workers_per_gather = 8; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
         SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0;",
        "SELECT z.id AS zone, p.id AS parcel, CASE WHEN ST_Covers(z.geom, p.geom) THEN ST_Area(p.geom)
             ELSE ST_Area(ST_Intersection(z.geom, p.geom)) END AS area
         FROM zones z JOIN parcels p ON ST_Intersects(z.geom, p.geom)",
    ),
];

/// Loads the records of both layers and lets PostGIS find the pairs.
pub fn measure(zones: &LayerView, parcels: &LayerView) -> anyhow::Result<Theirs> {
    psql("CREATE EXTENSION IF NOT EXISTS postgis")?;
    load(zones, "zones")?;
    load(parcels, "parcels")?;
    psql("VACUUM ANALYZE zones")?;
    psql("VACUUM ANALYZE parcels")?;
    say("server", psql("SELECT postgis_full_version()")?.trim());
    let mut seconds = f64::INFINITY;
    for (way, settings, query) in WAYS {
        psql("DROP TABLE IF EXISTS pairs")?;
        let started = Instant::now();
        psql(&format!("{settings} CREATE TABLE pairs AS {query}"))?;
        let took = started.elapsed().as_secs_f64();
        let pairs = psql("SELECT count(*) FROM pairs")?;
        say(
            &format!("postgis, {way}"),
            &format!("{took:.1} s, {} pairs", pairs.trim()),
        );
        seconds = seconds.min(took);
    }
    let listed = psql("COPY (SELECT zone, parcel, area FROM pairs) TO STDOUT")?;
    let pairs = listed.lines().filter_map(pair).collect::<Pairs>();
    ensure!(
        pairs.len() == listed.lines().count(),
        "a pair cannot be read"
    );
    Ok(Theirs { seconds, pairs })
}

fn pair(line: &str) -> Option<((u64, u64), f64)> {
    let mut words = line.split('\t');
    let mut next = || words.next();
    Some((
        (next()?.parse().ok()?, next()?.parse().ok()?),
        next()?.parse().ok()?,
    ))
}

/// Loads the legal record of a layer, to the last bit as it is, with an index.
fn load(layer: &LayerView, table: &str) -> anyhow::Result<()> {
    for shard in layer.shards() {
        let file = shard.folder().join(files::SURVEYED);
        load_file(&file, &layer.theme().id, table)?;
    }
    Ok(())
}

fn load_file(file: &Path, theme: &str, table: &str) -> anyhow::Result<()> {
    // Numbers of features have up to 16 digits, more than is written of a real.
    let sql = format!("SELECT CAST(id AS bigint) AS id FROM \"{theme}\"");
    let mut command = Command::new("ogr2ogr");
    command
        .args(["-f", "PostgreSQL", "PG:", "-append", "-nln", table])
        .args([
            "-nlt",
            "MULTIPOLYGON",
            "-lco",
            "GEOMETRY_NAME=geom",
            "-lco",
            "FID=row",
        ])
        .args(["-sql", &sql, "--config", "PG_USE_COPY", "YES"])
        .arg(file);
    run(&mut command).map(|_| ())
}

fn psql(sql: &str) -> anyhow::Result<String> {
    let mut command = Command::new("psql");
    command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]);
    run(&mut command)
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {told}");
    Ok(String::from_utf8(output.stdout)?)
}
