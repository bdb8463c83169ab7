//! `diaba migrate`: the schema of a database, made or brought up to date.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use diaba_core::store::PostgisStore;
use diaba_core::theme::Catalogue;

/// What `diaba migrate` is told.
#[derive(Args)]
pub struct Migrate {
    /// The database, postgres://user@host/name; the primary itself, no pooler before it.
    #[arg(
        long,
        env = "DIABA_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    database: String,
    /// Further themes and code lists, the same as the server's.
    #[arg(long, env = "DIABA_STYLES", value_name = "DIR")]
    styles: Option<PathBuf>,
}

impl Migrate {
    /// Migrates, and says on standard output what was done.
    pub fn run(&self) -> anyhow::Result<()> {
        let catalogue = Arc::new(Catalogue::load(self.styles.as_deref())?);
        // Nothing is packed here, so nothing is kept.
        let cache = std::env::temp_dir();
        let migrated = PostgisStore::connect(&self.database, &cache, catalogue)?.migrate()?;
        let mut out = std::io::stdout();
        for line in &migrated.done {
            writeln!(out, "{line}")?;
        }
        for line in &migrated.left {
            writeln!(out, "note: {line}")?;
        }
        if migrated.done.is_empty() {
            writeln!(out, "the schema is up to date")?;
        }
        Ok(())
    }
}
