//! `diaba key`: keys of those who may edit, made, listed and taken back.

use std::io::Write;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, Subcommand};
use diaba_core::store::{KeyEntry, PostgisStore};
use diaba_core::theme::Catalogue;
use jiff::tz::TimeZone;

/// Longest name of a holder, letters.
const LONGEST_NAME: usize = 100;

/// What `diaba key` is told.
#[derive(Args)]
pub struct Key {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a key and show it, once; only its SHA-256 is kept.
    Add {
        /// Whose it is: what every edit made with it is kept under.
        name: String,
        #[command(flatten)]
        at: At,
    },
    /// List the keys: whose, since when, and whether taken back.
    List {
        #[command(flatten)]
        at: At,
    },
    /// Take back every key of a name.
    Revoke {
        /// Whose.
        name: String,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Args)]
struct At {
    /// The database, postgres://user@host/name.
    #[arg(
        long,
        env = "DIABA_DATABASE",
        hide_env_values = true,
        value_name = "URL"
    )]
    database: String,
}

impl At {
    fn store(&self) -> anyhow::Result<PostgisStore> {
        let catalogue = Arc::new(Catalogue::load(None)?);
        // Nothing is packed here, so nothing is kept.
        let cache = std::env::temp_dir();
        Ok(PostgisStore::connect(&self.database, &cache, catalogue)?)
    }
}

impl Key {
    /// Does it, and says on standard output what there is to say.
    pub fn run(&self) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        match &self.action {
            Action::Add { name, at } => {
                let length = name.chars().count();
                if name.trim() != name || !(1..=LONGEST_NAME).contains(&length) {
                    bail!(
                        "a name has 1 to {LONGEST_NAME} letters, and no blanks at its beginning or end"
                    );
                }
                writeln!(out, "{}", at.store()?.add_key(name)?.reveal())?;
            }
            Action::List { at } => {
                for key in at.store()?.keys()? {
                    writeln!(out, "{}", line(&key))?;
                }
            }
            Action::Revoke { name, at } => {
                let keys = at.store()?.revoke_keys(name)?;
                if keys == 0 {
                    bail!("nobody called {name:?} has a key");
                }
                writeln!(out, "revoked: {keys}")?;
            }
        }
        Ok(())
    }
}

/// Whose key, since when, and until when; parted by tabs.
fn line(key: &KeyEntry) -> String {
    let time = |at: jiff::Timestamp| at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ");
    let revoked = key
        .revoked
        .map_or_else(|| "valid".to_owned(), |at| format!("revoked {}", time(at)));
    format!("{}\t{}\t{revoked}", key.name, time(key.created))
}
