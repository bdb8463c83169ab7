//! The command line: `diaba serve --data DIR`, `diaba export --data DIR --out FILE`, `diaba pack --data DIR --commune CODE`,
//! `diaba migrate --database URL`, `diaba key add NAME --database URL`.

mod exporting;
mod home;
mod key;
mod migrate;
mod packing;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use diaba_server::config::{Config, RawConfig};
use diaba_server::export::ExportError;
use diaba_server::serve::Server;
use tracing_subscriber::EnvFilter;

use crate::home::HomeOptions;

/// A cached tile's answer costs a few dozen small pieces of memory; the system's own takes its time over them.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Địa bạ: máy chủ dữ liệu không gian · spatial data server of the land register.
#[derive(Parser)]
#[command(name = "diaba", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a data directory or a database over HTTP.
    Serve(Box<Serve>),
    /// Write a pyramid of tiles as one file, PMTiles or MBTiles.
    Export(Box<exporting::Export>),
    /// Write a commune's map and records to take into the field.
    Pack(Box<packing::Pack>),
    /// Make or update the schema of a PostGIS database.
    Migrate(migrate::Migrate),
    /// Keys of those who may edit.
    Key(key::Key),
}

/// Each option may also stand in the configuration file; the command line wins.
#[derive(Args)]
struct Serve {
    #[command(flatten)]
    home: HomeOptions,
    /// The same database without a pooler before it: where LISTEN connects to.
    #[arg(
        long,
        env = "DIABA_DATABASE_DIRECT",
        hide_env_values = true,
        value_name = "URL"
    )]
    database_direct: Option<String>,
    /// Where to listen; port 0 lets the system choose [default: 127.0.0.1:8080].
    #[arg(long, env = "DIABA_LISTEN", value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// PMTiles file to serve beside the register, under its own name; may be given several times.
    #[arg(
        long = "archive",
        env = "DIABA_ARCHIVES",
        value_name = "FILE",
        value_delimiter = ','
    )]
    archives: Vec<PathBuf>,
    /// Address the server is reached under, where that is not the request's Host.
    #[arg(long, env = "DIABA_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Proxy whose X-Forwarded-For is believed, an address or a network; may be given several times.
    #[arg(
        long = "trusted-proxy",
        env = "DIABA_TRUSTED_PROXIES",
        value_name = "ADDR",
        value_delimiter = ','
    )]
    trusted_proxies: Vec<String>,
    /// Origin whose pages may show the portal in a frame, such as https://ioc.example.vn; may be given several times.
    #[arg(
        long = "frame-ancestor",
        visible_alias = "frame-ancestors",
        env = "DIABA_FRAME_ANCESTORS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    frame_ancestors: Vec<String>,
    /// Most memory for made tiles, MiB [default: 256].
    #[arg(long, env = "DIABA_TILE_CACHE_MIB", value_name = "MIB")]
    tile_cache_mib: Option<u64>,
    /// Most of a tile before compression, KB; what matters least is left out [default: 500].
    #[arg(long, env = "DIABA_TILE_BUDGET_KB", value_name = "KB")]
    tile_budget_kb: Option<u64>,
    /// How often the home is looked at, milliseconds [default: 250; 1000 for a database, which also notifies].
    #[arg(long, env = "DIABA_REFRESH_MS", value_name = "MS")]
    refresh_ms: Option<u64>,
    /// Let holders of a key change single features; needs a database.
    #[arg(long, env = "DIABA_EDITING")]
    editing: bool,
    /// Edits a minute one key may make [default: 600].
    #[arg(long, env = "DIABA_EDITS_PER_MINUTE", value_name = "COUNT")]
    edits_per_minute: Option<u64>,
    /// What is logged, to standard error, such as `info` or `diaba_server=debug` [default: info].
    #[arg(long, env = "DIABA_LOG", value_name = "FILTER")]
    log: Option<String>,
    /// Log as JSON, one object a line.
    #[arg(long, env = "DIABA_LOG_JSON")]
    log_json: bool,
    /// Configuration file (TOML) with any of the above.
    #[arg(long, env = "DIABA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Exit code where the command line or configuration is wrong.
const USAGE: u8 = 1;
/// Exit code where the server does not start or run.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() {
                ExitCode::from(USAGE)
            } else {
                ExitCode::SUCCESS
            };
            // There is nobody left to tell where even this cannot be written.
            let _ = error.print();
            return code;
        }
    };
    let serve = match cli.command {
        Command::Serve(serve) => serve,
        Command::Export(export) => return ended(export.run()),
        Command::Pack(pack) => return ended(pack.run()),
        Command::Migrate(migrate) => return ended(migrate.run()),
        Command::Key(key) => return ended(key.run()),
    };
    let config = match configure(*serve) {
        Ok(config) => config,
        Err(error) => return fail(&error, USAGE),
    };
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, REFUSED),
    }
}

fn ended(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let usage = error.downcast_ref::<ExportError>();
            let usage = usage.is_some_and(ExportError::is_usage);
            fail(&error, if usage { USAGE } else { REFUSED })
        }
    }
}

fn fail(error: &anyhow::Error, code: u8) -> ExitCode {
    // Standard error may be closed; the exit code still says it.
    let _ = writeln!(std::io::stderr(), "diaba: {error:#}");
    ExitCode::from(code)
}

/// Reads the configuration, sets up logging, resolves.
fn configure(serve: Serve) -> anyhow::Result<Config> {
    let file = serve
        .config
        .as_deref()
        .map(read)
        .transpose()?
        .unwrap_or_default();
    let said = RawConfig {
        database_direct: serve.database_direct.map(Into::into),
        listen: serve.listen,
        archives: (!serve.archives.is_empty()).then_some(serve.archives),
        public_url: serve.public_url,
        trusted_proxies: (!serve.trusted_proxies.is_empty()).then_some(serve.trusted_proxies),
        frame_ancestors: (!serve.frame_ancestors.is_empty()).then_some(serve.frame_ancestors),
        tile_cache_mib: serve.tile_cache_mib,
        tile_budget_kb: serve.tile_budget_kb,
        refresh_ms: serve.refresh_ms,
        editing: serve.editing.then_some(true),
        edits_per_minute: serve.edits_per_minute,
        log: serve.log,
        log_json: serve.log_json.then_some(true),
        ..serve.home.raw()
    };
    let raw = file.overridden_by(said);
    let filter = EnvFilter::try_new(raw.log.as_deref().unwrap_or("info")).context("'log'")?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if raw.log_json.unwrap_or_default() {
        log.json().flatten_event(true).init();
    } else {
        log.init();
    }
    Ok(raw.resolve()?)
}

fn read(path: &Path) -> anyhow::Result<RawConfig> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{}", path.display()))
}

#[tokio::main]
async fn run(config: Config) -> anyhow::Result<()> {
    let mut stop = Box::pin(stop_signal().context("signals cannot be listened for")?);
    let server = tokio::select! {
        server = Server::bind(config) => server?,
        // Whatever is being packed is a hidden folder that the next start sweeps away.
        () = &mut stop => std::process::exit(0),
    };
    let mut out = std::io::stdout();
    writeln!(out, "{}", server.url()?)?;
    out.flush()?;
    server.run(stop).await?;
    Ok(())
}

/// Resolves on SIGINT or SIGTERM; both are listened for from the call on.
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
