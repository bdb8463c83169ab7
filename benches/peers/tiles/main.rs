//! The asking side of `benches/peers/run`: any tile server, the same tiles of each.

mod ask;
mod bodies;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::{Parser, Subcommand};
use diaba_benches::bare::Bare;

/// Asks a tile server for a list of tiles, or serves copies of another's.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Asks for every path once and prints one line: requests, answers a second, p50, p99 and max in milliseconds,
    /// bytes as sent, bytes of the tiles, seconds all cores need to gzip those, faulty tiles, seconds of the cores taken by
    /// asking.
    Once {
        /// `http://127.0.0.1:…`, without a slash at its end.
        #[arg(long)]
        origin: String,
        /// File of paths, one a line.
        #[arg(long)]
        paths: PathBuf,
        /// Requests at a time.
        #[arg(long, default_value_t = 8)]
        connections: usize,
    },
    /// Serves copies of what `origin` answers at the paths, from memory, until it is ended; prints its address.
    Bare {
        /// `http://127.0.0.1:…`, without a slash at its end.
        #[arg(long)]
        origin: String,
        /// File of paths, one a line.
        #[arg(long)]
        paths: PathBuf,
    },
}

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    match Arguments::parse().command {
        Command::Once {
            origin,
            paths,
            connections,
        } => {
            let pass = ask::once(&origin, &lines(&paths)?, connections)?;
            let tiles = bodies::plain(&pass.bodies)?;
            let sent: usize = pass.bodies.iter().map(|body| body.bytes.len()).sum();
            let whole: usize = tiles.iter().map(Vec::len).sum();
            writeln!(
                out,
                "{} {:.1} {:.3} {:.3} {:.3} {sent} {whole} {:.3} {} {:.2}",
                pass.bodies.len(),
                pass.bodies.len() as f64 / pass.seconds,
                pass.millis(0.5),
                pass.millis(0.99),
                pass.millis(1.0),
                bodies::seconds_to_gzip(&tiles)?,
                bodies::faulty(&tiles),
                pass.own,
            )?;
        }
        Command::Bare { origin, paths } => {
            let bare = Bare::copying(&origin, &lines(&paths)?)?;
            writeln!(out, "{}", bare.address())?;
            out.flush()?;
            loop {
                std::thread::park();
            }
        }
    }
    Ok(())
}

fn lines(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    ensure!(!lines.is_empty(), "{} names no path", path.display());
    Ok(lines)
}
