//! `diaba-import`: files in, shards out.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use diaba_importers::cli::{Cli, Command};
use diaba_importers::{manage, run};
use tracing_subscriber::EnvFilter;

/// Asked for memory by GDAL and by several threads of ours at once; the system's own makes them wait.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return wrong_usage(&error),
    };
    let filter = EnvFilter::try_from_env("DIABA_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let answer = match &cli.command {
        Some(Command::List(asked)) => manage::list(asked).map(done),
        Some(Command::Show(asked)) => manage::show(asked).map(done),
        Some(Command::Check(asked)) => manage::check(asked),
        Some(Command::Rollback(asked)) => manage::rollback(asked).map(done),
        Some(Command::Remove(asked)) => manage::remove(asked).map(done),
        None => {
            return match run::run(&cli.import) {
                Ok(()) => ExitCode::SUCCESS,
                Err(code) => ExitCode::from(code),
            };
        }
    };
    match answer {
        Ok((text, code)) => {
            // A pipe that is closed wants no more lines; what was done stands.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::from(code)
        }
        Err(error) => ExitCode::from(run::complain(&error)),
    }
}

/// An answer that is no complaint.
const fn done(text: String) -> (String, u8) {
    (text, 0)
}

fn wrong_usage(error: &clap::Error) -> ExitCode {
    // Nothing can be done about a terminal that does not take the message.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    }
}
