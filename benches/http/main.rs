//! The real server beside a bare axum server that returns the same bytes: what share of the physical limit is left.
//!
//! Both are asked for the same paths in the same order by `wrk`, in turns, on the loopback; the medians are compared.

mod load;
mod places;
mod report;
mod server;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use diaba_benches::bare::Bare;

use crate::load::Load;
use crate::places::Places;
use crate::report::Case;

/// Drives `diaba serve` and a bare axum server with the same bytes, and prints a report in Markdown.
#[derive(Debug, Parser)]
struct Arguments {
    /// The release build of `diaba`.
    #[arg(long)]
    server: PathBuf,
    /// A data directory with parcels.
    #[arg(long)]
    data: PathBuf,
    /// Connections, one measurement each.
    #[arg(long, value_delimiter = ',', default_value = "1,8,32")]
    connections: Vec<u16>,
    /// Seconds one measurement takes.
    #[arg(long, default_value_t = 5)]
    seconds: u16,
    /// Measurements of each server, in turns.
    #[arg(long, default_value_t = 3)]
    rounds: u16,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let server = server::Server::start(&arguments.server, &arguments.data)?;
    let places = Places::of_parcels(server.address()).context("no parcels to ask for")?;
    let folder = tempfile::tempdir()?;
    let mut cases = Vec::new();
    for (name, target, paths) in [
        ("cached tiles, z14 to z16", 0.8, places.tiles()),
        ("/identify", 0.5, places.points()),
    ] {
        let bare = Bare::copying(server.address(), &paths)?;
        let load = Load::new(folder.path(), &paths)?;
        for &connections in &arguments.connections {
            let mut case = Case::new(name, target, connections, bare.mean_bytes());
            for _ in 0..arguments.rounds {
                case.bare
                    .push(load.run(bare.address(), connections, arguments.seconds)?);
                case.diaba
                    .push(load.run(server.address(), connections, arguments.seconds)?);
            }
            cases.push(case);
        }
    }
    report::write(&mut std::io::stdout().lock(), &cases)?;
    Ok(())
}
